#pragma once
// What a question's answers are recognised by, made ready once when a script is loaded.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialogs/phrases.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Targets of `numbers`: what a phrase says about a number that stands near it.
enum class NumberCue : std::uint32_t { counts = 0, other = 1, first_amount = 2 };

struct QuestionWords {
    /// An answer's own words, normal; a negative index stands for several answers.
    std::unordered_map<std::string, int> exact;
    PhraseBook phrases;  ///< choice, multi, boolean: targets are choices
    PhraseBook numbers;  ///< number, scale: targets are NumberCue, or amounts from `first_amount`
    std::vector<Amount> amounts;  ///< ready amounts of phrases: "just me"
    SpellingIndex spelling;
    std::vector<std::string> about;     ///< stems of the words of the question
    std::vector<std::string> subjects;  ///< stems of what side questions are about
    std::string time_unit;              ///< "month" for a number question that counts months
};

/// Lower case, one space between words, no punctuation at the ends of words: what whole answers are
/// compared by.
[[nodiscard]] std::string normal(std::string_view text);

/// `lists` and `subjects` are the script's.
[[nodiscard]] std::shared_ptr<const QuestionWords> compile_words(
    const Question& question, const WordLists& lists, const std::vector<std::string>& subjects);

/// The same for statements that nobody asked for: only what the script lists as `told`.
[[nodiscard]] std::shared_ptr<const QuestionWords> compile_told_words(const Question& question,
                                                                      const WordLists& lists);

/// Puts slips of the keyboard right: an unknown word becomes the nearest word of the question or of
/// everyday English.
void correct_spelling(std::vector<Token>& tokens, const QuestionWords& words);

}  // namespace advisor::dialogs
