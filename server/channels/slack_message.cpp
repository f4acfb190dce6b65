#include "server/channels/slack_message.hpp"

#include <algorithm>

#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::ordered_json;

constexpr Limit section_limit{2900, LengthUnit::utf16};  // 3,000; and about 13,000 in all
constexpr Limit advice_limit{1900, LengthUnit::utf16};
constexpr Limit header_limit{140, LengthUnit::utf16};
constexpr Limit label_limit{75, LengthUnit::utf16};
constexpr Limit fallback_limit{1500, LengthUnit::utf16};
constexpr std::size_t most_checkboxes = 10;

/// mrkdwn has no escape for its own marks, and reads those behind entities, too.
std::string escape(std::string_view plain) {
    return entities(neutral(plain, "*_~`|"));
}

std::string write_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    return target.empty() ? escape(label) : "<" + entities(target) + "|" + escape(label) + ">";
}

constexpr Markup markup{escape,     escape,          "*",  "*",  "_", "_", "`", "`",
                        write_link, "\xe2\x80\xa2 ", ". ", "\n", "\n"};

/// Needs no escapes; what looks like a mention or link is broken all the same, for who reads it
/// elsewhere.
ordered_json plain_text(std::string_view text, Limit limit) {
    std::string harmless;
    for (const char c : unlinked(text)) {
        harmless += c;
        if (c == '<') harmless += zero_width_space;
    }
    return {{"type", "plain_text"}, {"text", cut(harmless, limit)}, {"emoji", false}};
}

/// `verbatim`: Slack makes no links and mentions of its own.
ordered_json section(const std::string& id, const Text& text, Limit limit) {
    return {
        {"type", "section"},
        {"block_id", id},
        {"text", {{"type", "mrkdwn"}, {"text", write(text, markup, limit)}, {"verbatim", true}}}};
}

ordered_json context(const std::string& id, const Text& text) {
    const ordered_json element{
        {"type", "mrkdwn"}, {"text", write(text, markup, section_limit)}, {"verbatim", true}};
    return {{"type", "context"}, {"block_id", id}, {"elements", ordered_json::array({element})}};
}

ordered_json actions(const std::string& id, ordered_json elements) {
    return {{"type", "actions"}, {"block_id", id}, {"elements", std::move(elements)}};
}

std::string action_id_of(std::string_view option) {
    if (option == submit_option) return "submit";
    if (option == back_option) return "back";
    if (option == skip_option) return "skip";
    if (option == unknown_option) return "unknown";
    if (option == cancel_option) return "cancel";
    return "ans:" + std::string(option);
}

ordered_json button(const QuestionView& question, std::string_view option, std::string_view label,
                    std::string_view style) {
    ordered_json element{{"type", "button"},
                         {"action_id", action_id_of(option)},
                         {"text", plain_text(label, label_limit)},
                         {"value", question.token(option)}};
    if (!style.empty()) element["style"] = style;
    return element;
}

ordered_json options_of(const QuestionView& question) {
    ordered_json options = ordered_json::array();
    for (std::size_t i = 0; i < question.options.size(); ++i) {
        options.push_back(
            {{"text", plain_text(control_label(question, i, label_limit), label_limit)},
             {"value", question.token(question.options[i].key)}});
    }
    return options;
}

ordered_json ticked_of(const QuestionView& question, const ordered_json& options) {
    ordered_json ticked = ordered_json::array();
    for (std::size_t i = 0; i < question.options.size(); ++i) {
        if (question.options[i].selected) ticked.push_back(options[i]);
    }
    return ticked;
}

/// Boxes to tick, or a menu of them where there are more than Slack has boxes for.
ordered_json ticks(const QuestionView& question) {
    const std::string id = "q" + std::to_string(question.number);
    ordered_json options = options_of(question);
    ordered_json ticked = ticked_of(question, options);
    const bool boxes = options.size() <= most_checkboxes;
    ordered_json element{{"type", boxes ? "checkboxes" : "multi_static_select"},
                         {"action_id", "multi"}};
    if (!boxes) element["placeholder"] = plain_text("Pick any", label_limit);
    element["options"] = std::move(options);
    if (!ticked.empty()) element["initial_options"] = std::move(ticked);
    if (boxes) return actions(id, ordered_json::array({element}));
    ordered_json block = section(id, {paragraph("Pick any that fit.")}, section_limit);
    block["accessory"] = std::move(element);
    return block;
}

void add_controls(ordered_json& blocks, const QuestionView& question) {
    const std::string id = "q" + std::to_string(question.number);
    const Shape shape = shape_of(question);
    if (shape == Shape::ticks) blocks.push_back(ticks(question));
    if (shape == Shape::menu) {
        const ordered_json element{{"type", "static_select"},
                                   {"action_id", "menu"},
                                   {"placeholder", plain_text("Pick one", label_limit)},
                                   {"options", options_of(question)}};
        blocks.push_back(actions(id, ordered_json::array({element})));
    }
    if (shape == Shape::buttons) {
        ordered_json elements = ordered_json::array();
        for (std::size_t i = 0; i < question.options.size(); ++i)
            elements.push_back(button(question, question.options[i].key,
                                      control_label(question, i, label_limit), {}));
        blocks.push_back(actions(id, std::move(elements)));
    }
    ordered_json elements = ordered_json::array();
    for (const Control& control : controls(question))
        elements.push_back(
            button(question, control.option, control.label, control.primary ? "primary" : ""));
    if (!elements.empty()) blocks.push_back(actions(id + "s", std::move(elements)));
}

/// What stands before typed answers: "/advise ".
std::string command_of(const Event& event) {
    if (event.carried("way") == "event") {
        const std::string word = event.carried("command");
        return word.empty() ? word : word + " ";
    }
    const std::string word = event.carried("command");
    return word.empty() ? "/advise " : word + " ";
}

void add_question(ordered_json& blocks, const QuestionView& question, const Event& event,
                  bool with_controls) {
    const std::string id = "q" + std::to_string(question.number);
    const bool listed =
        !with_controls || shape_of(question) == Shape::numbers || should_list(question);
    const Text text = question_text(question, {command_of(event), listed, false});
    blocks.push_back(section(id + "t", text, section_limit));
    if (with_controls) add_controls(blocks, question);
    blocks.push_back(context(id + "h", {paragraph(typing_hint(question, command_of(event)))}));
}

/// The recommendation in sections at its headings, as each section has a limit of its own.
void add_advice(ordered_json& blocks, const Advice& advice) {
    blocks.push_back({{"type", "header"},
                      {"block_id", "rh"},
                      {"text", plain_text("Recommendation: " + advice.name, header_limit)}});
    Text text = advice_text(advice, Detail::usual);
    text.erase(text.begin());
    Text link_line;
    if (!advice.report_url.empty()) {
        link_line.push_back(text.back());
        text.pop_back();
    }
    Text part;
    std::size_t number = 0;
    const auto flush = [&] {
        if (!part.empty())
            blocks.push_back(section("r" + std::to_string(++number), part, advice_limit));
        part.clear();
    };
    for (Block& block : text) {
        if (block.kind == BlockKind::heading) flush();
        part.push_back(std::move(block));
    }
    flush();
    if (!link_line.empty()) blocks.push_back(context("rc", link_line));
}

/// For notifications and screen readers.
std::string fallback(const Event& event, const View& view) {
    Text text;
    if (view.question) {
        text.push_back(paragraph(view.question->text));
        text.push_back(paragraph(typing_hint(*view.question, command_of(event))));
    } else if (view.advice) {
        text.push_back(paragraph("Recommendation: " + view.advice->name));
    } else {
        text = view.messages;
    }
    return write(text, markup, fallback_limit);
}

}  // namespace

ordered_json slack_message(const Event& event, const View& view, const Hook& hook) {
    if (!view.private_note.empty()) {
        return {{"text", write(note_text(view, hook), markup, section_limit)}};
    }
    ordered_json blocks = ordered_json::array();
    const Limit messages_limit = view.advice ? advice_limit : section_limit;
    if (!view.messages.empty()) blocks.push_back(section("m", view.messages, messages_limit));
    const bool with_controls = hook.option("buttons") != "off";
    if (view.question) add_question(blocks, *view.question, event, with_controls);
    if (view.advice) add_advice(blocks, *view.advice);
    return {{"text", fallback(event, view)}, {"blocks", std::move(blocks)}};
}

}  // namespace advisor::channels
