#pragma once
// Typed text -> words, numbers and marks in one normal form: what all understanding works on.
// Deterministic, linear in the length of the text; no locale of the process is looked at.

#include <string>
#include <string_view>
#include <vector>

namespace advisor::dialogs {

/// A word, a run of digits, or a mark that ends a part of a sentence.
struct Token {
    enum class Kind { word, number, mark };
    Kind kind = Kind::word;
    std::string text;        ///< folded; of a corrected word: the correction
    std::string stem;        ///< words only
    bool corrected = false;  ///< a slip of the keyboard was put right
    bool operator==(const Token&) const = default;
};

/// Unicode NFKC with case folding; curly quotes and dashes become plain ones. Bytes that are no
/// UTF-8 become U+FFFD.
[[nodiscard]] std::string fold(std::string_view text);

/// The Porter 2 stem of a folded English word; other words come back as they are.
[[nodiscard]] std::string stem(std::string_view word);

/// Folds and splits. Contractions ("isn't"), chat shorthand ("ppl"), a few everyday words of other
/// languages ("nein") and emoji become the English words that they stand for. Marks at the end of
/// the text are dropped, so that closing punctuation cannot matter.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace advisor::dialogs
