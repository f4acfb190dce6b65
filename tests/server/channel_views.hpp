#pragma once
// Views of every kind, and requests from files, for the tests of chat platforms.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

#include "server/channels/channels.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::testing {

using nlohmann::json;

/// Everything that a platform could read as more than text.
inline const std::string nasty_text =
    "*b* **bb** _i_ __u__ ~s~ `c` ```js @all @here @**all** @_**x** #general #**general** "
    "<users/all> <!channel> <https://evil.example|click> [x](https://evil.example) "
    "https://evil.example www.evil.example evil.com/path me@evil.com +4912345678 :smile: ||sp|| "
    "<b>bold</b> <script>alert(1)</script> $$x$$ \\(y\\) <time:2026-01-01>\n> quote\n# head\n1. "
    "one\n"
    "- item\n/me waves\n\xe2\x80\xae right to left \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";

inline QuestionView question(QuestionForm form, std::size_t options) {
    QuestionView view;
    view.session = "k3f9x2";
    view.number = 4;
    view.position = 4;
    view.total = 9;
    view.form = form;
    view.text = "How many people will use the system?";
    for (std::size_t i = 0; i < options; ++i)
        view.options.push_back(
            {option_key(i), "Choice number " + std::to_string(i + 1), "", false});
    view.min = 1;
    view.max = form == QuestionForm::scale ? static_cast<std::int64_t>(options) : 1000;
    view.max_length = 500;
    view.may_go_back = true;
    return view;
}

/// One view for each question form and number of options, with the form's name.
inline std::vector<std::pair<std::string, View>> all_views() {
    std::vector<std::pair<std::string, View>> views;
    const auto add = [&](const std::string& name, QuestionView asked) {
        View view;
        view.session = asked.session;
        view.question = std::move(asked);
        views.emplace_back(name, std::move(view));
    };
    add("yes_no", question(QuestionForm::choice, 2));
    add("choice_5", question(QuestionForm::choice, 5));
    add("choice_6", question(QuestionForm::choice, 6));
    add("choice_26", question(QuestionForm::choice, 26));
    add("multi_4", question(QuestionForm::multi, 4));
    add("multi_26", question(QuestionForm::multi, 26));
    add("number", question(QuestionForm::number, 0));
    add("number_ranges", question(QuestionForm::number, 4));
    add("scale_5", question(QuestionForm::scale, 5));
    add("scale_10", question(QuestionForm::scale, 10));
    add("text", question(QuestionForm::text, 0));
    QuestionView confirm = question(QuestionForm::confirm, 2);
    confirm.options[0] = {std::string(yes_option), "Yes", "", false};
    confirm.options[1] = {std::string(no_option), "No", "", false};
    add("confirm", confirm);
    QuestionView unknown = question(QuestionForm::choice, 3);
    unknown.allow_unknown = true;
    unknown.may_skip = true;
    unknown.help = nasty_text;
    for (OptionView& option : unknown.options) option.help = "What it is: " + nasty_text;
    add("controls", unknown);
    QuestionView long_labels = question(QuestionForm::choice, 26);
    for (OptionView& option : long_labels.options) {
        option.label.assign(200, 'w');
        option.help.assign(300, 'h');
    }
    add("long_labels", long_labels);
    return views;
}

/// A recommendation with more of everything than a real one has: `size` items of `text` each.
inline View advice_view(std::size_t size, const std::string& text) {
    View view;
    view.session = "k3f9x2";
    Advice advice;
    advice.name = "Node.js";
    advice.headline = "Take Node.js: " + text;
    advice.firmness = "clear";
    for (std::size_t i = 0; i < size; ++i) {
        advice.points.push_back({"Option " + std::to_string(i), "12"});
        advice.reasons.push_back({"Reason " + std::to_string(i), text});
        advice.changes.push_back(text);
        advice.tradeoffs.push_back(text);
        advice.roles.push_back({"Backend developer", "senior", 2, "hire", text});
        advice.notes.push_back(text);
    }
    advice.hiring_summary = text;
    advice.report_url = "https://advisor.example.org/report/k3f9x2?key=abc";
    view.advice = std::move(advice);
    return view;
}

inline Hook hook_for(const std::string& platform, const std::string& secret) {
    Hook hook;
    hook.id = "h1";
    hook.platform = platform;
    hook.secrets = {secret};
    hook.public_url = "https://advisor.example.org";
    return hook;
}

inline std::string fixture(const std::string& path) {
    std::ifstream file(std::string(ADVISOR_SOURCE_DIR) + "/tests/fixtures/channels/" + path);
    if (!file) ADD_FAILURE() << "no fixture " << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline http::Request post(const std::string& body, http::Headers headers = {}) {
    http::Request request;
    request.method = "POST";
    request.headers = std::move(headers);
    if (request.header("Content-Type").empty())
        request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    return request;
}

/// Writes what was rendered to the folder that ADVISOR_CHANNEL_PAYLOADS names, for checks by the
/// vendor's own code; without it, does nothing.
inline void keep_payload(const std::string& name, const std::string& body) {
    const char* folder = std::getenv("ADVISOR_CHANNEL_PAYLOADS");
    if (folder) std::ofstream(std::string(folder) + "/" + name + ".json") << body;
}

/// Turns over one bit somewhere in `text`.
inline std::string with_flipped_bit(std::string text, std::mt19937& random) {
    const std::size_t at = std::uniform_int_distribution<std::size_t>(0, text.size() - 1)(random);
    const int bit = std::uniform_int_distribution<int>(0, 7)(random);
    text[at] = static_cast<char>(text[at] ^ (1 << bit));
    return text;
}

}  // namespace advisor::channels::testing
