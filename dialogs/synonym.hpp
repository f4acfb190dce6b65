#pragma once
// Adds a phrase to the words of an answer in the text of a script, and leaves everything else as
// its author wrote it: comments, order, layout.

#include <optional>
#include <string>
#include <string_view>

namespace advisor::dialogs {

/// "PHRASE, typed at QUESTION, means CHOICE."
struct Synonym {
    std::string question;
    std::string choice;  ///< of a yes-or-no question "yes" or "no"
    std::string phrase;
};

struct SynonymEdit {
    std::optional<std::string> text;  ///< the script with the phrase
    std::string problem;              ///< for people, when there is no text
};

/// A phrase has more bytes only in a script that was written by hand.
inline constexpr std::size_t max_synonym_bytes = 200;

/// Puts the phrase into the choice's `also`, which is made when it is missing. Pure.
/// Whether the script then loads, and reads the phrase so, is for the caller to check.
[[nodiscard]] SynonymEdit add_synonym(std::string_view script, const Synonym& synonym);

}  // namespace advisor::dialogs
