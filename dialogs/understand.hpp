#pragma once
// Typed text -> what was meant, with how sure that is. Text that could mean two things is asked
// back, never guessed. Deterministic; linear in the length of the text.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Wishes about the talk itself.
enum class Command {
    back,
    skip,
    restart,
    repeat,
    why,
    help,
    yes,
    no,
    human,
    quit,
    side_question  ///< a question about the matter instead of an answer
};
[[nodiscard]] std::string_view to_text(Command command);

/// The text answers the question.
struct UnderstoodValue {
    Value value;
    bool literal = false;   ///< the text was the answer's own label, id or number: nothing to echo
    double confidence = 1;  ///< 0 to 1
    std::optional<Command> also = std::nullopt;  ///< a second wish beside the answer
};
struct UnderstoodCommand {
    Command command = Command::help;
};
struct NotUnderstood {
    std::vector<Value> candidates = {};  ///< "did you mean A or B?": at most three, best first
};

using Understood = std::variant<NotUnderstood, UnderstoodCommand, UnderstoodValue>;

/// Reads `text` as an answer to `question`, or as a wish about the talk.
/// The same text in other case, spacing or with other closing punctuation has the same result.
/// `trace` gets a line for each step when it is not null: words, matches, negations, scores.
[[nodiscard]] Understood understand(const Question& question, std::string_view text,
                                    std::vector<std::string>* trace = nullptr);

/// Reads `text` when no question is pending, or when one for a yes or a no is.
[[nodiscard]] Understood understand_command(std::string_view text);

/// The position in a list that the text names: "2", "the second one", "the latter". From 0; `size`
/// is the list's.
[[nodiscard]] std::optional<std::size_t> understand_position(std::string_view text,
                                                             std::size_t size);

}  // namespace advisor::dialogs
