#pragma once
// A book of phrases that is looked up in a text: words by their stem, alternatives, gaps, numbers.
//
//   our own model        these words, in any form ("models"); a, an and the do not count
//   train|fit            one of these words
//   <model>              one of the words that the script lists under this name
//   nobody ... python    up to six words may stand between
//   in # months          any number, in digits or words
//   ^ skip $             at the beginning, at the end of a sentence

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dialogs/lexicon.hpp"
#include "dialogs/text.hpp"

namespace advisor::dialogs {

/// Lists of words or phrases by name.
using WordLists = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Phrase {
    std::string text;          ///< as it was written
    std::uint32_t target = 0;  ///< what it speaks for; the owner of the book knows
    double weight = 1;         ///< 0 to 1: how sure it makes
    bool against = false;      ///< a negative example: speaks against the target
};

/// A phrase found in a text: the tokens from `begin` up to and without `end`.
struct PhraseMatch {
    std::uint32_t phrase = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool corrected = false;  ///< a slip of the keyboard stood in it
    bool operator==(const PhraseMatch&) const = default;
};

class PhraseBook {
public:
    /// Adds a phrase; one without any word is left out. `lists` are the ones for `<name>`.
    void add(Phrase phrase, const WordLists& lists = {});

    [[nodiscard]] const Phrase& phrase(std::uint32_t index) const { return phrases_[index]; }
    [[nodiscard]] std::size_t size() const { return phrases_.size(); }
    /// True when a phrase has the word, by stem.
    [[nodiscard]] bool knows(const Token& word) const { return stems_.contains(word.stem); }
    /// Every word of the book, as written, for spelling.
    [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
    /// Hands out every word of the book, as written, for spelling, and keeps none of them.
    [[nodiscard]] std::vector<std::string> take_words() { return std::exchange(words_, {}); }

    /// All places where a phrase of the book stands, by their beginning.
    /// Cost: tokens times the phrases that share a first word.
    [[nodiscard]] std::vector<PhraseMatch> find(std::span<const Token> tokens) const;

private:
    struct Item {
        enum class Kind { word, number, gap };
        Kind kind = Kind::word;
        std::vector<std::uint32_t> stems;  ///< alternatives
    };
    struct Pattern {
        std::uint32_t phrase = 0;
        std::vector<Item> items;
        bool at_start = false;
        bool at_end = false;
    };

    std::uint32_t intern(const Token& token);
    void add_pattern(const Phrase& phrase, const std::vector<std::string>& items,
                     const WordLists& lists, std::uint32_t index);
    [[nodiscard]] std::size_t match(const Pattern& pattern, std::span<const Token> tokens,
                                    std::span<const std::uint32_t> stems, std::size_t begin) const;

    std::vector<Phrase> phrases_;
    std::vector<Pattern> patterns_;
    std::unordered_map<std::string, std::uint32_t> stems_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_first_;
    std::vector<std::uint32_t> number_first_;
    std::vector<std::string> words_;
};

/// True for a mark that ends a sentence.
[[nodiscard]] bool ends_sentence(const Token& token);

/// Removes every match that lies inside of a longer one.
[[nodiscard]] std::vector<PhraseMatch> longest(std::vector<PhraseMatch> matches);

}  // namespace advisor::dialogs
