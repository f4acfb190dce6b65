#pragma once
// What the engine knows of everyday English, whatever a script is about: contractions, chat
// shorthand, emoji, a few words of other languages, common words, and slips of the keyboard.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/text.hpp"

namespace advisor::dialogs {

/// Appends a folded word, written out: "isn't" -> "is not", "ppl" -> "people".
void append_word(std::vector<Token>& tokens, std::string_view word);

/// Appends the words that an emoji stands for, if any.
void append_sign(std::vector<Token>& tokens, std::int32_t code_point);

/// True for a word that stands in any English text; such a word is not taken for a slip.
[[nodiscard]] bool is_common_word(std::string_view word);

/// The number of edits (insert, delete, replace, exchange of neighbours) that lead from one word to
/// the other; `limit + 1` when there are more than `limit`. Cost: |a| * |b|.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// Finds the known word that a mistyped one stands for.
class SpellingIndex {
public:
    /// Adds words of at least three characters each; those added earlier win a draw.
    void add(const std::vector<std::string>& words);
    [[nodiscard]] bool knows(std::string_view word) const;
    /// The nearest known word: one edit away from four letters on, two from eight letters on, an
    /// exchange of neighbours from three on. Nothing when there is none.
    /// Cost: the square of the word's length, which is bounded.
    [[nodiscard]] std::optional<std::string> correct(std::string_view word) const;

private:
    struct Entry {
        std::uint32_t hash = 0;  ///< of a word, or of one with a letter left out
        std::uint32_t word = 0;
        auto operator<=>(const Entry&) const = default;
    };
    /// Calls `visit` with the index of each word that has an entry for `text`, or for another text
    /// of the same hash.
    template <typename Visit>
    void each_at(std::string_view text, const Visit& visit) const;

    std::vector<std::string> words_;
    /// Sorted. A map of the texts themselves would take ten times the memory; what a hash finds is
    /// compared anyway.
    std::vector<Entry> entries_;
};

}  // namespace advisor::dialogs
