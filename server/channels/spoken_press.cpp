#include "server/channels/spoken_press.hpp"

#include "server/channels/escape.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

constexpr std::size_t max_options = 25;
constexpr Limit label_limit{60, LengthUnit::code_points};

SpokenButton make_button(const std::string& label, const std::string& token,
                         std::string_view command) {
    SpokenButton made;
    made.label = cut(label, label_limit);
    made.said = std::string(command) + neutral(made.label) + " (" + token + ")";
    return made;
}

/// The token at the end of `text`, or an empty text.
std::string_view token_in(std::string_view text) {
    if (read_token(text)) return text;
    if (!text.ends_with(')')) return {};
    const std::size_t open = text.rfind('(');
    if (open == std::string_view::npos) return {};
    const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    return read_token(inside) ? inside : std::string_view();
}

}  // namespace

std::vector<SpokenButton> option_buttons(const QuestionView& question, std::string_view command) {
    std::vector<SpokenButton> buttons;
    if (question.form == QuestionForm::multi || question.options.size() > max_options)
        return buttons;
    for (const OptionView& option : question.options)
        buttons.push_back(make_button(option.label, question.token(option.key), command));
    return buttons;
}

std::vector<SpokenButton> control_buttons(const QuestionView& question, std::string_view command) {
    std::vector<SpokenButton> buttons;
    for (const Control& control : controls(question)) {
        if (control.option == submit_option) continue;
        buttons.push_back(make_button(control.label, question.token(control.option), command));
    }
    return buttons;
}

void read_spoken(std::string text, Event& event) {
    const std::string_view token = token_in(text);
    if (!token.empty()) {
        event.kind = EventKind::press;
        event.token = token;
        return;
    }
    set_text(event, text);
}

}  // namespace advisor::channels
