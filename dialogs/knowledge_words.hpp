#pragma once
// Typed text as words to look things up by: lower case, without punctuation, endings cut off.
// Deterministic, linear, and safe for any bytes.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::dialogs {

/// One sentence of a text, as words.
struct Sentence {
    std::vector<std::string> words;    ///< lower case, apostrophes left out: "whats", "node.js"
    bool asks = false;                 ///< ended by a question mark
    std::vector<std::size_t> clauses;  ///< where a part behind a comma, colon or dash begins
};

/// Splits a text into sentences and words. Reads at most `max_question_bytes` of it.
[[nodiscard]] std::vector<Sentence> read_sentences(std::string_view text);

/// A text that is longer is read up to here only: nobody asks a side question of a page.
inline constexpr std::size_t max_question_bytes = 600;

/// The words of all sentences in order.
[[nodiscard]] std::vector<std::string> read_words(std::string_view text);

/// The word without its ending: "scaling" and "scales" become "scal".
[[nodiscard]] std::string lookup_stem(std::string_view word);

/// True for a word that says nothing about what a question is about: "the", "please".
[[nodiscard]] bool is_stop_word(std::string_view word);

/// True when `typed` may be a slip of `meant`: a letter missing, added, wrong or exchanged with its
/// neighbour; two slips in long words, only exchanged letters in words of four.
[[nodiscard]] bool may_be_slip(std::string_view typed, std::string_view meant);

}  // namespace advisor::dialogs
