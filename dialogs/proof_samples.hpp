#pragma once
// A few thousand talks, always the same for a script: what they show needs no further proof.

#include <vector>

#include "dialogs/answer_cells.hpp"
#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// One finished talk.
struct SampleTalk {
    Answers answers;
    std::vector<bool> fired;  ///< per rule
    std::vector<int> totals;
    std::size_t outcome = 0;
};

/// Makes talks out of cells of answers: every answer that some guard or rule can tell apart comes
/// up.
class TalkSampler {
public:
    explicit TalkSampler(const Script& script);

    /// The talk in which each question that is asked gets the next of `picks`, modulo its cells.
    [[nodiscard]] SampleTalk talk(const std::vector<std::uint32_t>& picks) const;
    [[nodiscard]] std::vector<SampleTalk> talks(std::size_t count) const;
    /// A talk in which the option wins, or nothing: climbs from the given talks, answer by answer.
    [[nodiscard]] std::optional<SampleTalk> climb(OptionIndex option,
                                                  const std::vector<SampleTalk>& from) const;

    /// The talk that begins with these answers and goes on with "I don't know" where it can,
    /// without the answers that it does not ask for.
    [[nodiscard]] Answers completed(const Answers& answers) const;

private:
    SampleTalk scored(Answers answers) const;

    const Script& script_;
    std::vector<std::vector<AnswerCell>> cells_;  // by question
};

/// By how much an option leads the best other one; negative when it does not.
[[nodiscard]] int lead_of(const std::vector<int>& totals, OptionIndex option);

}  // namespace advisor::dialogs
