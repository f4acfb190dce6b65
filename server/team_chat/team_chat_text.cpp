#include "server/team_chat/team_chat_text.hpp"

#include <algorithm>
#include <cctype>

namespace advisor::server {

using channels::Event;
using channels::View;

View note_view(std::string text) {
    View view;
    view.messages.push_back(channels::paragraph(std::move(text)));
    return view;
}

View refusal_view(std::string text) {
    View view;
    view.private_note = std::move(text);
    return view;
}

channels::Text help_text(bool shared) {
    using channels::bullet;
    channels::Text text{
        channels::paragraph(
            "I ask a few questions about your project and recommend a stack, with the reasons "
            "and a hiring plan. Press a button, or type the number of an answer, several "
            "numbers, or your own words. These words also work:"),
        bullet("start: begin, or show the question again"),
        bullet("back, skip: the previous question; leave this one open"),
        bullet("status: what you have answered so far, with numbers"),
        bullet("change 2: answer number 2 of those again; change 2 = 1: with answer 1"),
        bullet("restart: forget the answers and begin again"),
        bullet("cancel: end this talk"),
        bullet("code, join CODE: go on in the browser, or here")};
    if (!shared) return text;
    text.push_back(
        bullet("I'd say 2 = 1: your own answer to number 2, beside the one that counts"));
    text.push_back(bullet("differences: who says what, and whether it matters"));
    text.push_back(bullet("settle 2: decide between the answers to number 2"));
    return text;
}

channels::Text status_text(const Live& live) {
    const dialogs::Script& script = live.script->script;
    const dialogs::Progress progress = dialogs::progress_of(script, live.state);
    channels::Text text{
        channels::paragraph("Answered so far: " + std::to_string(progress.answered) + " of " +
                            std::to_string(progress.answered + progress.remaining) + ".")};
    std::size_t number = 0;
    for (dialogs::QuestionIndex i = 0; i < live.state.answers.size(); ++i) {
        if (!live.state.answers[i]) continue;
        const dialogs::Question& question = script.questions[i];
        channels::Block line{channels::BlockKind::numbered, {}, ++number};
        line.spans.push_back({question.label + ": ", channels::Style::bold, {}});
        line.spans.push_back(
            {dialogs::value_text(question, *live.state.answers[i]), channels::Style::plain, {}});
        text.push_back(std::move(line));
    }
    return text;
}

channels::Block said_line(const Event& event, const std::string& said) {
    const std::string who = event.address.user_label.empty() ? "You" : event.address.user_label;
    return {channels::BlockKind::paragraph, {{who + ": " + said, channels::Style::italic, {}}}, 0};
}

std::optional<std::string> script_of(const ScriptRegistry& scripts, const std::string& topic) {
    const auto folded = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    };
    const std::string wanted = folded(topic);
    std::optional<std::string> found;
    if (wanted.size() < 2) return found;
    for (const ScriptPtr& pinned : scripts.all_offered()) {
        if (folded(pinned->script.id) == wanted) return pinned->script.id;
        if (folded(pinned->script.title).find(wanted) == std::string::npos) continue;
        if (found) return std::nullopt;  // several: the default one is as good a guess
        found = pinned->script.id;
    }
    return found;
}

}  // namespace advisor::server
