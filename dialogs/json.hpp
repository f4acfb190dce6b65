#pragma once
// State, input and output as JSON: the one form on the wire and in the store. Field names:
// docs/protocol.md.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "dialogs/engine.hpp"
#include "dialogs/explain.hpp"

namespace advisor::dialogs {

/// A frame that is no input at all: a field is missing, of the wrong type, or the type does not
/// exist.
struct FrameFault {
    bool unknown_type = false;
    std::string message;
};

/// At most so many characters (code points) may be typed at once.
inline constexpr std::size_t max_say_characters = 4000;

/// Reads a client frame (`start`, `answer`, `say`, `change`, `back`, `skip`, `restart`) as an
/// input. `Rejection`: well formed, but names a question or value that the script does not have.
[[nodiscard]] std::variant<Input, Rejection, FrameFault> read_input(const Script& script,
                                                                    const nlohmann::json& frame);

/// An input as it is stored: a frame without its `id`.
[[nodiscard]] std::string to_json(const Script& script, const Input& input);

/// What the person did, in words for a transcript: the label of a chosen answer, the typed text,
/// "Back".
[[nodiscard]] std::string spoken(const Script& script, const Input& input);

[[nodiscard]] std::string to_json(const Question& question, const Value& value);
void append_json(std::string& out, const Question& question, const Value& value);
/// Nothing when the JSON is no value for a question of this kind.
[[nodiscard]] std::optional<Value> read_value(const Question& question, const nlohmann::json& json);

/// The answers that count, as `{"<question>":<value>}`; one that was skipped is "skipped".
[[nodiscard]] std::string answers_json(const Script& script, const Answers& answers);

/// The snapshot of a conversation.
[[nodiscard]] std::string to_json(const Script& script, const State& state);
/// Nothing when the text is not a snapshot of this script.
[[nodiscard]] std::optional<State> read_state(const Script& script, std::string_view text);

/// The members of a reply that do not depend on the receiver, without braces:
/// `"messages":[...],"question":...,"progress":...,"recommendation":...`, with the script's own
/// texts by name: expand() makes it JSON (dialogs/wire.hpp). `report` is the path of the report
/// page.
[[nodiscard]] std::string reply_members(const Script& script, const State& state,
                                        const Outputs& outputs, std::string_view report);

/// Appends a recommendation object, with the script's own texts by name.
void append_json(std::string& out, const Script& script, const Answers& answers,
                 const Recommendation& recommendation, std::string_view report);

}  // namespace advisor::dialogs
