#pragma once
// Scoring: which questions apply, which rules fire, and the outcome that follows.
// Pure and deterministic: the same script and answers give the same result on every machine.

#include <optional>
#include <vector>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// One entry per question of the script; absent: no answer.
using Answers = std::vector<std::optional<Value>>;

/// What is settled about each question: answered, ruled out, or still open. One forward pass, as a
/// `when` only looks back. The facts point into `answers`, which must outlive them. An answer to a
/// question that does not apply counts as not asked.
[[nodiscard]] std::vector<Fact> settle(const Script& script, const Answers& answers);

/// The same where only the answers from question `from` on are others than when `facts` were
/// settled.
void settle_again(const Script& script, const Answers& answers, QuestionIndex from,
                  std::vector<Fact>& facts);

enum class Firmness { clear, leaning, too_close };

/// The result of the points.
/// Invariant: the points of the fired rules add up exactly to `totals`.
struct Scorecard {
    std::vector<int> totals;         ///< one per option
    std::vector<std::size_t> fired;  ///< rules, in file order
    std::size_t outcome = 0;         ///< an option, or Script::tie_outcome()
    OptionIndex best = 0;            ///< most points; ties keep the script's order
    OptionIndex second = 0;          ///< next most points
    int margin = 0;                  ///< points between the two
    Firmness firmness = Firmness::too_close;
    bool either_works = false;  ///< without the tie breakers it would be a tie
};

/// Scores the answers. Questions without an answer add nothing.
[[nodiscard]] Scorecard score(const Script& script, const Answers& answers);

/// The outcome of a script with these points, one entry per option.
[[nodiscard]] std::size_t outcome_of(const Script& script, const std::vector<int>& totals);

/// Removes the answers of questions that no longer apply; returns those questions in file order.
std::vector<QuestionIndex> prune(const Script& script, Answers& answers);

[[nodiscard]] std::string_view to_text(Firmness firmness);

}  // namespace advisor::dialogs
