#pragma once
// What somebody types or presses in a chat tool -> a word about the talk, or a frame of the
// protocol. Pure.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/engine.hpp"
#include "server/channels/channel.hpp"
#include "server/channels/view.hpp"

namespace advisor::server {

/// Reserved words: they are about the talk, whatever is asked.
enum class TalkWord { none, start, back, skip, change, status, restart, cancel, help, code, join };

struct TypedWord {
    TalkWord word = TalkWord::none;
    std::string rest;  ///< of `start`: the topic; of `join`: the code; of `change`: which answer
};

/// A whole text that is a reserved word, or `start TOPIC`, `join CODE` and `change WHICH`.
[[nodiscard]] TypedWord read_talk_word(std::string_view text);

/// The answered question that `change WHICH` means: its number among the answered ones, its id, or
/// the unambiguous beginning of its label.
[[nodiscard]] std::optional<dialogs::QuestionIndex> find_answered(const dialogs::Script& script,
                                                                  const dialogs::State& state,
                                                                  const std::string& which);

/// What typed text means as an answer to `question`, as the protocol sends it; nothing when it
/// means none.
[[nodiscard]] std::optional<nlohmann::json> typed_value(const dialogs::Question& question,
                                                        const std::string& text);

/// The value that a control means as an answer to `question`, whichever is pending; nothing for a
/// control that is no answer by itself, such as a box to tick.
[[nodiscard]] std::optional<nlohmann::json> pressed_value(const dialogs::Question& question,
                                                          const channels::Event& event,
                                                          const channels::AnswerToken& token);

/// The frame, without its id, for typed text: option numbers ("2", for several "1 3"), the
/// unambiguous beginning of a label, else `say`, which understands everything else.
[[nodiscard]] nlohmann::json typed_frame(const dialogs::Script& script, const dialogs::State& state,
                                         const std::string& text);

/// What a control does.
struct Pressed {
    enum class Kind {
        stale,   ///< not of the question that is pending
        frame,   ///< `frame` is a turn
        toggle,  ///< ticks or unticks option `toggled` of a multiple choice
        cancel,
    };
    Kind kind = Kind::stale;
    nlohmann::json frame;
    std::size_t toggled = 0;
    std::string said;  ///< what was chosen, in words; may be empty
};

/// `ticked` are the options that are ticked so far, a bit each.
[[nodiscard]] Pressed read_press(const dialogs::Script& script, const dialogs::State& state,
                                 const channels::Event& event, const channels::AnswerToken& token,
                                 std::uint32_t ticked);

}  // namespace advisor::server
