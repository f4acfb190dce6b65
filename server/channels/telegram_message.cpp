#include "server/channels/telegram_message.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "server/channels/body.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::telegram_message {
namespace {

using json = nlohmann::ordered_json;

// Telegram's limits count the text after its markup is read; ours count it with the markup.
constexpr Limit text_limit{4096, LengthUnit::utf16};
constexpr Limit note_limit{200, LengthUnit::utf16};
constexpr Limit key_limit{60, LengthUnit::utf16};
constexpr std::size_t most_rows = 25;  ///< of options; beyond, they are typed as numbers
constexpr std::size_t row_keys = 8;    ///< of short options such as a scale's

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 0x7f;
}

bool is_word(char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Whether clients would make something to press of what begins at `at`: a command, a
/// share's name.
bool starts_link(std::string_view text, std::size_t at) {
    const bool begins_word = at == 0 || !is_word(text[at - 1]);
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    switch (text[at]) {
        case '/':
            return begins_word && is_letter(next);
        case '$':
            return next >= 'A' && next <= 'Z';
        default:
            return false;
    }
}

std::string escape(std::string_view plain) {
    std::string text;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        text += plain[at];
        if (starts_link(plain, at)) text += zero_width_space;
    }
    return entities(unlinked(text));
}

std::string escape_code(std::string_view plain) {
    return entities(plain);
}

std::string write_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    if (target.empty()) return escape(label);
    return "<a href=\"" + entities(target, true) + "\">" + escape(label) + "</a>";
}

constexpr Markup markup{.escape = escape,
                        .escape_code = escape_code,
                        .bold_open = "<b>",
                        .bold_close = "</b>",
                        .italic_open = "<i>",
                        .italic_close = "</i>",
                        .code_open = "<code>",
                        .code_close = "</code>",
                        .link = write_link,
                        .bullet = "\xe2\x80\xa2 "};

bool is_typed(const QuestionView& question) {
    return question.form == QuestionForm::multi || question.options.empty() ||
           question.options.size() > most_rows;
}

/// True when a message of only this text would not be read as this option.
bool is_ambiguous(const std::string& label, const QuestionView& question) {
    const bool is_number = std::all_of(label.begin(), label.end(), [](char c) {
        return !is_letter(c) || static_cast<unsigned char>(c) > 0x7f;
    });
    const bool is_reserved =
        std::any_of(reserved_words.begin(), reserved_words.end(),
                    [&](auto word) { return after_word(label, word).has_value(); });
    const auto same = std::count_if(
        question.options.begin(), question.options.end(),
        [&](const OptionView& option) { return http::same_word(trimmed(option.label), label); });
    return label.empty() || is_number || is_reserved || same > 1 || label.front() == '/' ||
           label.front() == '@' || label.find('\n') != std::string::npos ||
           length_of(label, key_limit.unit) > key_limit.size;
}

std::string key_text(const QuestionView& question, std::size_t index) {
    const std::string label = trimmed(clean(question.options[index].label));
    if (!question.is_numbered() || question.form == QuestionForm::confirm ||
        !is_ambiguous(label, question))
        return label;
    std::string line = label;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return circled(index + 1) + " " + cut(line, key_limit);
}

json row_of(const std::vector<std::string>& texts) {
    json row = json::array();
    for (const std::string& text : texts) {
        json key;
        key["text"] = text;
        row.push_back(std::move(key));
    }
    return row;
}

/// Short ones side by side, others one a row.
bool is_in_one_row(const QuestionView& question) {
    const bool short_ones =
        std::all_of(question.options.begin(), question.options.end(),
                    [](const OptionView& option) { return option.label.size() <= 3; });
    return short_ones && (question.options.size() <= row_keys || !question.is_numbered());
}

/// Labels to tap, which come back as messages.
json reply_keyboard(const Event& event, const QuestionView& question, const Hook& hook) {
    json rows = json::array();
    std::vector<std::string> row;
    for (std::size_t i = 0; !is_typed(question) && i < question.options.size(); ++i) {
        row.push_back(key_text(question, i));
        if (is_in_one_row(question) && row.size() < row_keys && i + 1 < question.options.size())
            continue;
        rows.push_back(row_of(std::exchange(row, {})));
    }
    if (question.form == QuestionForm::multi) rows.push_back(row_of({"None of these"}));
    for (const Control& control : controls(question)) {
        if (control.option != submit_option) row.push_back(control.label);
    }
    if (!row.empty()) rows.push_back(row_of(row));
    json keyboard;
    keyboard["keyboard"] = std::move(rows);
    keyboard["resize_keyboard"] = true;
    keyboard["one_time_keyboard"] = true;
    const bool in_group = event.carried("private").empty();
    keyboard["selective"] = in_group && !hook.shared;
    keyboard["input_field_placeholder"] = question.form == QuestionForm::multi ? "Type 1 3"
                                          : is_typed(question)                 ? "Type your answer"
                                                                               : "Pick one";
    return keyboard;
}

/// In a group, words reach a bot only as a reply to it; this makes them one.
json forced_reply(const Hook& hook) {
    json reply;
    reply["force_reply"] = true;
    reply["selective"] = !hook.shared;
    reply["input_field_placeholder"] = "Type your answer";
    return reply;
}

json button(const std::string& text, const std::string& token) {
    return {{"text", text.empty() ? "\xe2\x80\x93" : text}, {"callback_data", token}};
}

json inline_keyboard(const QuestionView& question) {
    json rows = json::array();
    json row = json::array();
    const bool ticks = question.form == QuestionForm::multi;
    for (std::size_t i = 0; i < question.options.size() && i < 90; ++i) {
        const OptionView& option = question.options[i];
        const std::string tick = !ticks ? "" : option.selected ? "\xe2\x98\x91 " : "\xe2\x98\x90 ";
        row.push_back(
            button(tick + cut(trimmed(option.label), key_limit), question.token(option.key)));
        if (is_in_one_row(question) && row.size() < row_keys && i + 1 < question.options.size())
            continue;
        rows.push_back(std::exchange(row, json::array()));
    }
    for (const Control& control : controls(question)) {
        json key = button(control.label, question.token(control.option));
        if (control.option == submit_option)
            rows.push_back(json::array({std::move(key)}));
        else
            row.push_back(std::move(key));
    }
    if (!row.empty()) rows.push_back(std::move(row));
    json keyboard;
    keyboard["inline_keyboard"] = std::move(rows);
    return keyboard;
}

Text text_of(const QuestionView& question, bool has_buttons) {
    const bool is_scale = question.form == QuestionForm::scale;
    const bool types = has_buttons ? question.options.empty() : is_typed(question);
    const bool says_more =
        std::any_of(question.options.begin(), question.options.end(), [](const OptionView& option) {
            return !option.help.empty() || length_of(option.label, key_limit.unit) > key_limit.size;
        });
    QuestionView shown = question;
    if (is_scale) shown.options.clear();
    QuestionTextWishes wishes;
    wishes.with_options = is_scale || types || says_more;
    wishes.with_hint = types || question.form == QuestionForm::number;
    return question_text(shown, wishes);
}

/// Telegram's ids are whole numbers.
json number(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return text;
    return value;
}

json reply_markup(const Event& event, const View& view, const Hook& hook, bool has_buttons) {
    if (view.question && has_buttons) return inline_keyboard(*view.question);
    const bool in_group = event.carried("private").empty();
    if (view.question) {
        if (in_group && is_typed(*view.question)) return forced_reply(hook);
        return reply_keyboard(event, *view.question, hook);
    }
    if (has_buttons || !(view.advice || view.is_over)) return nullptr;
    json none;
    none["remove_keyboard"] = true;
    if (in_group) none["selective"] = !hook.shared;
    return none;
}

std::string text_of(const View& view, const Hook& hook, bool has_buttons) {
    if (!view.private_note.empty()) return write(note_text(view, hook), markup, text_limit);
    if (view.advice) return fitting_text(view, hook, {markup, text_limit, {}});
    if (!view.question) return write(view.messages, markup, text_limit);
    return write_stacked(view.messages, text_of(*view.question, has_buttons), markup, text_limit,
                         true);
}

/// Stops the button's waiting sign; a second call, which only a bot's token may make.
void add_callback_answer(const Event& event, const Hook& hook, Rendered& rendered) {
    const std::string token = bot_token(hook);
    if (token.empty()) return;
    json body;
    body["callback_query_id"] = event.carried("callback");
    rendered.calls.push_back(json_call(hook.option("api_url", "https://api.telegram.org") + "/bot" +
                                           token + "/answerCallbackQuery",
                                       body));
}

json callback_note(const Event& event, std::string_view text) {
    json call{{"method", "answerCallbackQuery"},
              {"callback_query_id", event.carried("callback")},
              {"text", cut(text, note_limit)}};
    call["show_alert"] = true;
    return call;
}

/// The message that the pressed button is in, with what stands there now.
Rendered edited(const Event& event, const View& view, const Hook& hook) {
    json call{{"method", "editMessageText"}};
    call["chat_id"] = number(event.address.channel);
    call["message_id"] = number(event.carried("message"));
    call["text"] = text_of(view, hook, true);
    call["parse_mode"] = "HTML";
    call["link_preview_options"]["is_disabled"] = true;
    if (view.question) call["reply_markup"] = inline_keyboard(*view.question);
    Rendered rendered{json_reply(call), {}};
    add_callback_answer(event, hook, rendered);
    return rendered;
}

}  // namespace

Secret read_secret(std::string_view secret) {
    constexpr std::string_view space = " \t\r\n";
    const auto word = [&] {
        secret.remove_prefix(std::min(secret.find_first_not_of(space), secret.size()));
        const std::string_view found = secret.substr(0, secret.find_first_of(space));
        secret.remove_prefix(found.size());
        return found;
    };
    const std::string_view header = word();
    return {header, word()};
}

std::string bot_token(const Hook& hook) {
    const std::string option = hook.option("bot_token");
    if (!option.empty()) return option;
    for (const std::string& secret : hook.secrets) {
        const std::string_view token = read_secret(secret).bot_token;
        if (!token.empty()) return std::string(token);
    }
    return {};
}

std::string circled(std::size_t number) {
    // Unicode has them in four places: 0, 1 to 20, 21 to 35, 36 to 50.
    const char32_t point = number <= 20   ? 0x2460 + static_cast<char32_t>(number) - 1
                           : number <= 35 ? 0x3251 + static_cast<char32_t>(number) - 21
                                          : 0x32b1 + static_cast<char32_t>(number) - 36;
    return {static_cast<char>(0xe0U | point >> 12U), static_cast<char>(0x80U | (point >> 6U & 63U)),
            static_cast<char>(0x80U | (point & 63U))};
}

std::size_t circled_number(std::string_view text) {
    for (std::size_t number = 1; number <= 50; ++number) {
        if (after_word(text, circled(number))) return number;
    }
    return 0;
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    if (view.is_silent()) return {empty_reply(), {}};
    const bool is_callback = !event.carried("callback").empty();
    if (is_callback && !view.private_note.empty())
        return {json_reply(callback_note(event, view.private_note)), {}};
    if (is_callback && (view.question || view.advice || view.is_over))
        return edited(event, view, hook);
    const bool has_buttons = !bot_token(hook).empty();
    json call{{"method", "sendMessage"}};
    call["chat_id"] = number(event.address.channel);
    if (!event.address.thread.empty()) call["message_thread_id"] = number(event.address.thread);
    call["text"] = text_of(view, hook, has_buttons);
    call["parse_mode"] = "HTML";
    call["link_preview_options"]["is_disabled"] = true;
    if (event.carried("private").empty()) {
        call["reply_parameters"]["message_id"] = number(event.carried("message"));
        call["reply_parameters"]["allow_sending_without_reply"] = true;
    }
    json markup_json = reply_markup(event, view, hook, has_buttons);
    if (!markup_json.is_null()) call["reply_markup"] = std::move(markup_json);
    Rendered rendered{json_reply(call), {}};
    if (is_callback) add_callback_answer(event, hook, rendered);
    return rendered;
}

}  // namespace advisor::channels::telegram_message
