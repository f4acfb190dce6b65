// Google Chat's messages and cards.

#include <algorithm>
#include <array>

#include "server/channels/body.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/google_chat.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::chat_app {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_message_bytes = 32'000;
constexpr std::size_t max_text_bytes = 3'500;
constexpr std::size_t max_buttons = 5;
constexpr std::size_t max_menu_items = 25;
constexpr std::size_t max_check_boxes =
    40;  // of 400 bytes at most: the message stays below its limit
constexpr std::size_t max_facts = 12;
constexpr Limit button_label{60, LengthUnit::code_points};
constexpr Limit item_label{100, LengthUnit::code_points};
constexpr std::size_t short_label = 40;

/// The message's text has marks, and no escape for them.
std::string chat_link(std::string_view label, std::string_view url) {
    std::string text = neutral(label);
    std::replace(text.begin(), text.end(), '>', ')');
    const std::string target = link_target(url);
    return target.empty() ? text : "<" + target + "|" + text + ">";
}

constexpr Markup chat_markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "*",
    .bold_close = "*",
    .italic_open = "_",
    .italic_close = "_",
    .code_open = "",
    .code_close = "",
    .link = chat_link,
};

/// Cards take simple HTML.
constexpr Markup card_markup{
    .escape = html_escape,
    .escape_code = html_escape,
    .bold_open = "<b>",
    .bold_close = "</b>",
    .italic_open = "<i>",
    .italic_close = "</i>",
    .code_open = "",
    .code_close = "",
    .link = html_link,
    .bullet = "\xe2\x80\xa2 ",
    .line_break = "<br>",
    .paragraph_break = "<br><br>",
};

ordered_json paragraph_widget(const Text& text, std::size_t bytes) {
    return {{"textParagraph", {{"text", write(text, card_markup, {bytes, LengthUnit::bytes})}}}};
}

ordered_json action(const std::string& token) {
    ordered_json parameter{{"key", token_parameter}, {"value", token}};
    ordered_json body{{"function", "answer"}, {"parameters", ordered_json::array({parameter})}};
    return {{"action", std::move(body)}};
}

ordered_json button(const std::string& label, const std::string& token) {
    return {{"text", cut(label, button_label)}, {"onClick", action(token)}};
}

ordered_json buttons_widget(ordered_json buttons) {
    return {{"buttonList", {{"buttons", std::move(buttons)}}}};
}

/// True when the options are to be read in the text as well: the controls show too little of them.
bool needs_list(const QuestionView& question) {
    if (!question.is_numbered() || question.form == QuestionForm::confirm) return false;
    const bool fits = question.options.size() <=
                      (question.form == QuestionForm::multi ? max_check_boxes : max_buttons);
    return !fits ||
           std::any_of(question.options.begin(), question.options.end(),
                       [](const OptionView& option) {
                           return !option.help.empty() ||
                                  length_of(option.label, LengthUnit::code_points) > short_label;
                       });
}

ordered_json menu_widget(const QuestionView& question) {
    ordered_json items = ordered_json::array();
    for (const OptionView& option : question.options)
        items.push_back({{"text", cut(option.label, item_label)},
                         {"value", question.token(option.key)},
                         {"selected", false}});
    ordered_json menu{{"name", menu_input},
                      {"label", "Choose"},
                      {"type", "DROPDOWN"},
                      {"items", std::move(items)}};
    menu["onChangeAction"] = action(question.token(menu_option))["action"];
    return {{"selectionInput", std::move(menu)}};
}

ordered_json check_boxes_widget(const QuestionView& question) {
    ordered_json items = ordered_json::array();
    for (const OptionView& option : question.options)
        items.push_back({{"text", cut(option.label, item_label)},
                         {"value", option.key},
                         {"selected", option.selected}});
    return {{"selectionInput",
             {{"name", multi_input},
              {"label", "Choose any"},
              {"type", "CHECK_BOX"},
              {"items", std::move(items)}}}};
}

ordered_json text_widget(bool several_lines) {
    return {{"textInput",
             {{"name", text_input},
              {"label", several_lines ? "Your answer" : "A number"},
              {"type", several_lines ? "MULTIPLE_LINE" : "SINGLE_LINE"}}}};
}

/// The controls for the options, above the row of `row`, which may get buttons, too.
void add_inputs(const QuestionView& question, ordered_json& widgets, ordered_json& row) {
    const std::size_t count = question.options.size();
    if (question.form == QuestionForm::multi) {
        if (count <= max_check_boxes) widgets.push_back(check_boxes_widget(question));
        return;
    }
    if (count > 0 && count <= max_buttons) {
        ordered_json buttons = ordered_json::array();
        for (const OptionView& option : question.options)
            buttons.push_back(button(option.label, question.token(option.key)));
        widgets.push_back(buttons_widget(std::move(buttons)));
    } else if (count > 0 && count <= max_menu_items) {
        widgets.push_back(menu_widget(question));
    }
    if (question.form == QuestionForm::text || question.form == QuestionForm::number) {
        widgets.push_back(text_widget(question.form == QuestionForm::text));
        row.push_back(button("Send", question.token(text_option)));
    }
}

ordered_json question_card(const QuestionView& question, const std::string& command,
                           std::size_t bytes) {
    Text text = question_text(question, {command, needs_list(question), false});
    text.erase(text.begin());  // the title is in the header
    ordered_json widgets = ordered_json::array({paragraph_widget(text, bytes)});
    ordered_json row = ordered_json::array();
    add_inputs(question, widgets, row);
    for (const Control& control : controls(question)) {
        const bool is_lost =
            control.option == submit_option && question.options.size() > max_check_boxes;
        if (!is_lost) row.push_back(button(control.label, question.token(control.option)));
    }
    if (!row.empty()) widgets.push_back(buttons_widget(std::move(row)));
    const Block hint{
        BlockKind::paragraph, {{typing_hint(question, command), Style::italic, {}}}, 0};
    widgets.push_back(paragraph_widget({hint}, 1000));
    ordered_json card{{"header", {{"title", progress_title(question)}}}};
    card["sections"] = ordered_json::array({{{"widgets", std::move(widgets)}}});
    return {{"cardId", "q" + std::to_string(question.number)}, {"card", std::move(card)}};
}

ordered_json fact_widget(const Fact& fact) {
    return {{"decoratedText",
             {{"topLabel", cut(fact.name, item_label)},
              {"text", html_escape(cut(fact.value, {300, LengthUnit::code_points}))},
              {"wrapText", true}}}};
}

ordered_json advice_card(const Advice& advice, Detail detail, std::size_t bytes) {
    Advice rest = advice;
    rest.report_url.clear();
    rest.firmness.clear();  // among the facts
    Text text = advice_text(rest, detail);
    text.erase(text.begin());  // the name is in the header
    ordered_json facts = ordered_json::array();
    for (const Fact& fact : advice_facts(advice)) {
        if (facts.size() < max_facts) facts.push_back(fact_widget(fact));
    }
    ordered_json body = ordered_json::array({paragraph_widget(text, bytes)});
    if (const std::string url = link_target(advice.report_url); !url.empty()) {
        ordered_json report{{"text", "Full report"}, {"onClick", {{"openLink", {{"url", url}}}}}};
        body.push_back(buttons_widget(ordered_json::array({std::move(report)})));
    }
    ordered_json sections = ordered_json::array();
    if (!facts.empty()) sections.push_back({{"widgets", std::move(facts)}});
    sections.push_back({{"widgets", std::move(body)}});
    ordered_json card{
        {"header", {{"title", "Recommendation"}, {"subtitle", cut(advice.name, item_label)}}}};
    card["sections"] = std::move(sections);
    return {{"cardId", "final"}, {"card", std::move(card)}};
}

/// What notifications, and clients without cards, show of the card. Beside the card it would be
/// there twice.
std::string fallback_text(const View& view) {
    Text text;
    if (view.question) text.push_back(paragraph(view.question->text));
    if (view.advice) {
        text.push_back(paragraph("Recommendation: " + view.advice->name));
        if (!view.advice->headline.empty()) text.push_back(paragraph(view.advice->headline));
    }
    return write(text, chat_markup, {max_text_bytes, LengthUnit::bytes});
}

/// What stands before a typed answer.
std::string command_of(const Event& event, const Hook& hook) {
    if (!event.carried("direct").empty()) return {};
    const std::string name = event.carried("bot");
    return "@" + hook.option("bot_name", name.empty() ? "Advisor" : name) + " ";
}

struct Size {
    Detail detail;
    std::size_t bytes;
};

}  // namespace

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const bool clicked = !event.carried(click_mark).empty();
    const bool updates = !event.carried(update_mark).empty() && view.private_note.empty();
    ordered_json message = ordered_json::object();
    if (clicked) message["actionResponse"] = {{"type", updates ? "UPDATE_MESSAGE" : "NEW_MESSAGE"}};
    if (!view.private_note.empty()) {
        message["text"] =
            write(note_text(view, hook), chat_markup, {max_text_bytes, LengthUnit::bytes});
        message["privateMessageViewer"] = {{"name", event.address.user}};
        return {json_reply(message), {}};
    }
    const std::string said = write(view.messages, chat_markup, {max_text_bytes, LengthUnit::bytes});
    if (!said.empty()) message["text"] = said;
    if (std::string fallback = fallback_text(view); !fallback.empty())
        message["fallbackText"] = std::move(fallback);
    static constexpr std::array<Size, 5> sizes{{{Detail::full, 20'000},
                                                {Detail::usual, 16'000},
                                                {Detail::usual, 10'000},
                                                {Detail::brief, 6'000},
                                                {Detail::brief, 2'000}}};
    for (const Size& size : sizes) {
        ordered_json cards = ordered_json::array();
        if (view.question)
            cards.push_back(question_card(*view.question, command_of(event, hook), size.bytes));
        if (view.advice) cards.push_back(advice_card(*view.advice, size.detail, size.bytes));
        if (!cards.empty() || updates) message["cardsV2"] = std::move(cards);
        http::Response response = json_reply(message);
        if (response.body.size() <= max_message_bytes || &size == &sizes.back())
            return {std::move(response), {}};
    }
    return {};
}

}  // namespace advisor::channels::chat_app
