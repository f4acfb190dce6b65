#pragma once
// Buttons that make the user say something: a label that others can read, and the answer token in
// brackets, so that a button of an earlier question is known as such.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// A button of the question: what it shows and what it says.
struct SpokenButton {
    std::string label;
    std::string said;  ///< `<command><label> (<token>)`
};

/// The buttons for the options, at most 25, and for the controls. A multiple choice has only the
/// controls besides "Continue": it is typed.
[[nodiscard]] std::vector<SpokenButton> option_buttons(const QuestionView& question,
                                                       std::string_view command);
[[nodiscard]] std::vector<SpokenButton> control_buttons(const QuestionView& question,
                                                        std::string_view command);

/// Makes `event` a press when its text is a token or ends with one in brackets; else a text, or
/// `open` without words.
void read_spoken(std::string text, Event& event);

}  // namespace advisor::channels
