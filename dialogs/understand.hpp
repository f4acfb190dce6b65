#pragma once
// Typed text -> what was meant. Cautious: text that could mean two things is unclear, never
// guessed.

#include <string>
#include <string_view>
#include <variant>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Wishes about the talk itself.
enum class Command { back, skip, restart, repeat, why, help, yes, no };

/// The text answers the question.
struct UnderstoodValue {
    Value value;
    bool literal = false;  ///< the text was the answer's own label, id or number: nothing to echo
};
struct UnderstoodCommand {
    Command command = Command::help;
};
struct NotUnderstood {};

using Understood = std::variant<NotUnderstood, UnderstoodCommand, UnderstoodValue>;

/// Reads `text` as an answer to `question`, or as a wish about the talk.
/// The same text in other case, spacing or with other closing punctuation has the same result.
[[nodiscard]] Understood understand(const Question& question, std::string_view text);

/// Reads `text` when no question is pending.
[[nodiscard]] Understood understand_command(std::string_view text);

}  // namespace advisor::dialogs
