#pragma once
// Views of every form, and one with more text than any platform takes.

#include <string>

#include "server/channels/channel.hpp"
#include "server/channels/view.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::channels {

inline Hook sample_hook(std::string platform, std::string secret) {
    Hook hook;
    hook.id = "h1";
    hook.platform = std::move(platform);
    hook.secrets = {std::move(secret)};
    hook.public_url = "https://advisor.example.org";
    return hook;
}

inline std::string channel_fixture(const std::string& name) {
    return dialogs::read_source("tests/fixtures/channels/" + name);
}

inline QuestionView sample_question(QuestionForm form, std::size_t options) {
    QuestionView question;
    question.session = "k3f9x2";
    question.number = 4;
    question.position = 4;
    question.total = 9;
    question.form = form;
    question.text = "How many people will use the system?";
    for (std::size_t i = 0; i < options; ++i)
        question.options.push_back({option_key(i), "Option " + std::string(i + 1, 'i'), {}, false});
    question.min = 1;
    question.max = 1000;
    question.may_go_back = true;
    question.may_skip = true;
    question.allow_unknown = true;
    return question;
}

inline View sample_view(QuestionView question) {
    View view;
    view.session = question.session;
    view.question = std::move(question);
    return view;
}

/// What somebody may type to do harm.
inline const std::string hostile_text =
    "@everyone <@123> <!channel> [click](https://evil.example/x) <a href=\"http://evil.com\">x</a> "
    "**bold** _it_ `code` ||spoiler|| # head www.evil.com evil.com \xe2\x80\xaerorrim @Anna #room "
    "<at>Bob</at> & ~~gone~~ \\* /cancel";

/// Every text is `size` long, with as many of everything as there can be.
inline Advice long_advice(std::size_t size, std::size_t count) {
    const auto text = [&](const std::string& begin) {
        std::string out = begin;
        while (out.size() < size) out += " *word* <b> \xf0\x9f\x98\x80 (C++)";
        return out;
    };
    Advice advice;
    advice.name = text("Node.js");
    advice.headline = text("Build it in Node.js.");
    advice.firmness = "too close to call";
    advice.points = {{"Node.js", "12"}, {"Python", "9"}, {"Both", "3"}};
    for (std::size_t i = 0; i < count; ++i) {
        advice.reasons.push_back({text("Reason"), text("because")});
        advice.changes.push_back(text("If the team grows"));
        advice.tradeoffs.push_back(text("You give up"));
        advice.roles.push_back({text("Back-end developer"), "senior", 2, "hire", text("because")});
        advice.notes.push_back(text("Note"));
    }
    advice.hiring_summary = text("Hire two.");
    advice.report_url = "https://advisor.example.org/r/k3f9x2?token=abc";
    return advice;
}

inline View advice_view(Advice advice) {
    View view;
    view.session = "k3f9x2";
    view.advice = std::move(advice);
    view.is_over = true;
    return view;
}

}  // namespace advisor::channels
