#pragma once
// Wishes about the talk itself, whatever a script is about: back, skip, why, "talk to a human".

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dialogs/phrases.hpp"
#include "dialogs/understand.hpp"

namespace advisor::dialogs {

/// What a sentence can be besides an answer.
enum class Intent {
    back,
    skip,
    restart,
    repeat,
    why,
    explain,
    dont_know,
    human,
    quit,
    side_question,  ///< a question about the matter, not about the talk
    vague,          ///< says nothing that could be an answer: "it depends"
    question        ///< some other question
};
[[nodiscard]] std::string_view to_text(Intent intent);

/// A wish and the sentence that it stands in.
struct FoundIntent {
    Intent intent = Intent::vague;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool question = false;  ///< the sentence is a question, so none of it is an answer
    double weight = 1;
};

/// Every wish of a text. `about` are the words of the pending question, by stem: "what is X" asks
/// to explain when X is one of them. `subjects` are what side questions are about, by stem.
[[nodiscard]] std::vector<FoundIntent> find_intents(std::span<const Token> tokens,
                                                    std::span<const std::string> about,
                                                    std::span<const std::string> subjects);

/// The phrases of the wishes, for spelling.
[[nodiscard]] const PhraseBook& intent_book();

}  // namespace advisor::dialogs
