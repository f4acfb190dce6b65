#include "server/channels/teams_message.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "server/channels/body.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::teams_message {
namespace {

using nlohmann::ordered_json;

/// Teams refuses messages of about 28 KB; 21 KB have been found to be safe.
constexpr std::size_t message_bytes = 21'000;

/// A single line feed is none in Markdown.
std::string escape(std::string_view plain) {
    std::string text;
    for (const char c : backslashed(unlinked(unblocked(plain)), "\\`*_~[]<>|&")) {
        if (c == '\n')
            text += "\n\n";
        else
            text += c;
    }
    return text;
}

std::string write_link(std::string_view label, std::string_view url) {
    std::string target = link_target(url);
    return target.empty() ? escape(label) : "[" + escape(label) + "](" + target + ")";
}

constexpr Markup markup{.escape = escape,
                        .escape_code = code_escape,
                        .bold_open = "**",
                        .bold_close = "**",
                        .italic_open = "_",
                        .italic_close = "_",
                        .code_open = "`",
                        .code_close = "`",
                        .link = write_link};

ordered_json text_block(std::string text) {
    return {{"type", "TextBlock"}, {"text", std::move(text)}, {"wrap", true}};
}

ordered_json title_block(std::string text, const char* size) {
    ordered_json block{{"type", "TextBlock"}, {"text", std::move(text)}, {"size", size}};
    block["weight"] = "Bolder";
    block["wrap"] = true;
    return block;
}

std::string written(std::string_view plain, std::size_t most) {
    return write({paragraph(std::string(plain))}, markup, {most, LengthUnit::code_points});
}

ordered_json fact_set(const Advice& advice, std::size_t most) {
    ordered_json facts = ordered_json::array();
    const auto add = [&](std::string_view title, std::string_view value) {
        if (value.empty()) return;
        ordered_json fact{{"title", written(title, most)}, {"value", written(value, most)}};
        facts.push_back(std::move(fact));
    };
    for (const Fact& fact : advice_facts(advice)) add(fact.name, fact.value);
    std::string points;
    for (const Fact& fact : advice.points)
        points += (points.empty() ? "" : ", ") + fact.name + " " + fact.value;
    add("Points", points);
    ordered_json set{{"type", "FactSet"}};
    set["facts"] = std::move(facts);
    return set;
}

/// A heading of the text begins a block of its own; what follows it is one block.
void add_sections(const Text& text, std::size_t most, ordered_json& body) {
    Text section;
    const auto flush = [&] {
        if (!section.empty())
            body.push_back(text_block(write(section, markup, {most * 4, LengthUnit::code_points})));
        section.clear();
    };
    for (const Block& block : text) {
        if (block.kind != BlockKind::heading) {
            section.push_back(block);
            continue;
        }
        flush();
        body.push_back(title_block(written(block.spans.front().text, most), "Medium"));
    }
    flush();
}

/// `most`: code points of one text.
ordered_json card(const View& view, Detail detail, std::size_t most) {
    const Advice& advice = *view.advice;
    ordered_json body = ordered_json::array();
    if (!view.messages.empty())
        body.push_back(
            text_block(write(view.messages, markup, {most * 4, LengthUnit::code_points})));
    body.push_back(title_block("Recommendation", "Large"));
    body.push_back(title_block(written(advice.name, most), "Medium"));
    if (!advice.headline.empty()) body.push_back(text_block(written(advice.headline, most)));
    ordered_json facts = fact_set(advice, most);
    if (!facts.at("facts").empty()) body.push_back(std::move(facts));
    Advice rest = advice;
    rest.headline.clear();
    rest.firmness.clear();
    rest.points.clear();
    rest.report_url.clear();
    Text text = advice_text(rest, detail);
    text.erase(text.begin());  // the title is there
    add_sections(text, most, body);
    ordered_json content{{"type", "AdaptiveCard"},
                         {"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                         {"version", "1.4"}};
    content["body"] = std::move(body);
    if (const std::string url = link_target(advice.report_url); !url.empty()) {
        ordered_json action{{"type", "Action.OpenUrl"}, {"title", "Full report"}, {"url", url}};
        content["actions"] = ordered_json::array({std::move(action)});
    }
    ordered_json attachment{{"contentType", "application/vnd.microsoft.card.adaptive"}};
    attachment["content"] = std::move(content);
    ordered_json message{{"type", "message"}};
    message["attachments"] = ordered_json::array({std::move(attachment)});
    return message;
}

/// The fullest card that Teams takes.
http::Response card_reply(const View& view) {
    struct Size {
        Detail detail;
        std::size_t most;
    };
    static constexpr std::array<Size, 4> sizes{
        {{Detail::full, 2000}, {Detail::usual, 1000}, {Detail::brief, 400}, {Detail::brief, 100}}};
    http::Response reply;
    for (const Size& size : sizes) {
        reply = json_reply(card(view, size.detail, size.most));
        if (reply.body.size() <= message_bytes) break;
    }
    return reply;
}

/// What to type here. Our own words: the mention in them is to be read as one.
std::string hint(const QuestionView& question, const std::string& name) {
    std::string text = "Reply in this thread. " + typing_hint(question, "@" + name + " ");
    std::string words;
    for (const Control& control : controls(question)) {
        if (control.option == submit_option) continue;
        const bool is_word = control.option != unknown_option;
        words +=
            (words.empty() ? "" : ", ") + (is_word ? control.label : "\"" + control.label + "\"");
    }
    return words.empty() ? text : text + " Also: " + words + ".";
}

std::string text_of(const Event& event, const View& view, const Hook& hook, Limit limit) {
    if (!view.private_note.empty()) return write(note_text(view, hook), markup, limit);
    if (!view.question) return write(view.messages, markup, limit);
    const std::string last = "\n\n" + hint(*view.question, event.carried("name"));
    const Text question = question_text(*view.question, {{}, true, false});
    const Limit rest{limit.size - std::min(last.size(), limit.size), limit.unit};
    return write_stacked(view.messages, question, markup, rest, false) + last;
}

/// As JSON a text can be twice as long: what is too long is written again, shorter.
http::Response text_reply(const Event& event, const View& view, const Hook& hook) {
    http::Response reply;
    for (std::size_t most = 16'000; most >= 2'000; most /= 2) {
        ordered_json message{{"type", "message"}};
        message["text"] = text_of(event, view, hook, {most, LengthUnit::bytes});
        reply = json_reply(message);
        if (reply.body.size() <= message_bytes) break;
    }
    return reply;
}

}  // namespace

Rendered render(const Event& event, const View& view, const Hook& hook) {
    if (view.is_silent()) return {empty_reply(), {}};
    if (view.advice && view.private_note.empty()) return {card_reply(view), {}};
    return {text_reply(event, view, hook), {}};
}

}  // namespace advisor::channels::teams_message
