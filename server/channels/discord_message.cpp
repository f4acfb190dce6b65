#include "server/channels/discord_message.hpp"

#include <algorithm>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/discord_embed.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::discord_message {
namespace {

using json = nlohmann::ordered_json;

// Discord's limits, in UTF-16 units, as its own builders count them.
constexpr Limit content_limit{2000, LengthUnit::utf16};
constexpr Limit button_limit{80, LengthUnit::utf16};
constexpr Limit menu_limit{100, LengthUnit::utf16};
constexpr Limit form_title_limit{45, LengthUnit::utf16};
constexpr Limit form_help_limit{100, LengthUnit::utf16};
constexpr std::size_t longest_input = 4000;
constexpr std::size_t menu_options = 25;
constexpr std::size_t option_rows = 4;  ///< of five; the last has the controls
constexpr std::size_t row_buttons = 5;

// Types of components and styles of buttons.
constexpr int row_type = 1;
constexpr int button_type = 2;
constexpr int menu_type = 3;
constexpr int input_type = 4;
constexpr int label_type = 18;
constexpr int primary = 1;
constexpr int secondary = 2;
constexpr int danger = 4;
constexpr int one_line = 1;
constexpr int many_lines = 2;

/// Never empty, which Discord refuses.
std::string label_text(std::string_view label, Limit limit) {
    const std::string text = cut(trimmed(label), limit);
    return text.empty() ? "\xe2\x80\x93" : text;
}

json no_mentions() {
    json mentions;
    mentions["parse"] = json::array();
    return mentions;
}

json button(std::string_view label, std::string id, int style) {
    return {{"type", button_type},
            {"style", style},
            {"label", label_text(label, button_limit)},
            {"custom_id", std::move(id)}};
}

json row(json components) {
    return {{"type", row_type}, {"components", std::move(components)}};
}

bool is_short(const OptionView& option) {
    return length_of(clean(option.label), button_limit.unit) <= button_limit.size;
}

bool has_buttons(const QuestionView& question) {
    return question.form != QuestionForm::multi && question.options.size() <= row_buttons &&
           std::all_of(question.options.begin(), question.options.end(), is_short);
}

/// Several picks in one go, sent when the menu closes.
bool has_multi_menu(const QuestionView& question) {
    return question.form == QuestionForm::multi && question.options.size() <= menu_options;
}

/// How many options find room in menus. Five rows in all: the controls of a multiple choice, which
/// has one more of them, take two.
std::size_t menu_room(const QuestionView& question) {
    return (question.form == QuestionForm::multi ? option_rows - 1 : option_rows) * menu_options;
}

json menu_option_json(const OptionView& option, bool shows_tick) {
    const std::string tick = !shows_tick ? "" : option.selected ? "\xe2\x98\x91 " : "\xe2\x98\x90 ";
    json entry{{"label", label_text(tick + option.label, menu_limit)}, {"value", option.key}};
    const std::string help = cut(trimmed(option.help), menu_limit);
    if (!help.empty()) entry["description"] = help;
    return entry;
}

json button_row(const QuestionView& question) {
    json buttons = json::array();
    for (const OptionView& option : question.options) {
        const int style = option.key == yes_option ? primary : secondary;
        buttons.push_back(button(option.label, question.token(option.key), style));
    }
    return row(std::move(buttons));
}

json multi_menu_row(const QuestionView& question) {
    json options = json::array();
    for (const OptionView& option : question.options) {
        json entry = menu_option_json(option, false);
        if (option.selected) entry["default"] = true;
        options.push_back(std::move(entry));
    }
    json menu{{"type", menu_type},
              {"custom_id", question.token(submit_option)},
              {"placeholder", "Pick any"},
              {"min_values", 1},
              {"max_values", options.size()}};
    menu["options"] = std::move(options);
    return row(json::array({std::move(menu)}));
}

/// Menus of one pick each; for several picks each one ticks or unticks.
void add_menus(const QuestionView& question, json& rows) {
    const bool ticks = question.form == QuestionForm::multi;
    const std::size_t count = std::min(question.options.size(), menu_room(question));
    for (std::size_t begin = 0; begin < count; begin += menu_options) {
        const std::size_t end = std::min(begin + menu_options, count);
        json options = json::array();
        for (std::size_t i = begin; i < end; ++i)
            options.push_back(menu_option_json(question.options[i], ticks));
        std::string name(menu_option);
        if (begin > 0) name += std::to_string(begin / menu_options);
        std::string placeholder = ticks ? "Pick any" : "Pick one";
        if (count > menu_options)
            placeholder += ": " + std::to_string(begin + 1) + " to " + std::to_string(end);
        json menu{
            {"type", menu_type}, {"custom_id", question.token(name)}, {"placeholder", placeholder}};
        menu["options"] = std::move(options);
        rows.push_back(row(json::array({std::move(menu)})));
    }
}

void add_controls(const QuestionView& question, json& rows) {
    if (question.form == QuestionForm::confirm) return;
    const bool is_typed =
        question.form == QuestionForm::text || question.form == QuestionForm::number;
    json buttons = json::array();
    buttons.push_back(button(is_typed ? "Type your answer" : "Type an answer",
                             question.token(text_option), is_typed ? primary : secondary));
    if (has_multi_menu(question))
        buttons.push_back(button("None of these", question.token("0"), secondary));
    for (const Control& control : controls(question)) {
        if (control.option == submit_option && has_multi_menu(question)) continue;
        if (buttons.size() == row_buttons) {
            rows.push_back(row(std::move(buttons)));
            buttons = json::array();
        }
        const int style = control.primary                   ? primary
                          : control.option == cancel_option ? danger
                                                            : secondary;
        buttons.push_back(button(control.label, question.token(control.option), style));
    }
    rows.push_back(row(std::move(buttons)));
}

json question_rows(const QuestionView& question) {
    json rows = json::array();
    if (has_multi_menu(question) && !question.options.empty())
        rows.push_back(multi_menu_row(question));
    else if (!question.options.empty() && has_buttons(question))
        rows.push_back(button_row(question));
    else
        add_menus(question, rows);
    add_controls(question, rows);
    return rows;
}

/// The options are in the controls; the text has them when it can say more about them.
Text text_of(const QuestionView& question) {
    const bool is_scale = question.form == QuestionForm::scale;
    const bool says_more =
        !is_scale && std::any_of(question.options.begin(), question.options.end(),
                                 [](const OptionView& option) { return !option.help.empty(); });
    const bool cuts =
        !has_buttons(question) &&
        std::any_of(question.options.begin(), question.options.end(), [](const OptionView& option) {
            return length_of(option.label, menu_limit.unit) > menu_limit.size;
        });
    const bool is_typed = question.options.empty() || question.form == QuestionForm::number ||
                          question.options.size() > menu_room(question);
    QuestionView shown = question;
    if (is_scale) shown.options.clear();  // its numbers say nothing; its ends do
    QuestionTextWishes wishes;
    wishes.with_options = is_scale || says_more || cuts || is_typed;
    wishes.with_hint = is_typed && question.form != QuestionForm::text;
    return question_text(shown, wishes);
}

/// Whether a press on "Type an answer" is for the question that is asked now.
bool opens_form(const Event& event, const View& view) {
    if (event.kind != EventKind::press || !view.question) return false;
    const std::optional<AnswerToken> token = read_token(event.token);
    return token && token->option == text_option && token->question == view.question->number &&
           token->session == view.question->session && view.question->form != QuestionForm::confirm;
}

json form_json(const QuestionView& question) {
    const bool is_text = question.form == QuestionForm::text;
    const std::size_t most =
        question.max_length == 0 ? longest_input : std::min(question.max_length, longest_input);
    json input{{"type", input_type},
               {"custom_id", "text"},
               {"style", is_text ? many_lines : one_line},
               {"min_length", 1},
               {"max_length", is_text ? most : std::size_t{400}},
               {"required", true},
               {"placeholder", cut(typing_hint(question, ""), form_help_limit)}};
    json label{{"type", label_type}, {"label", label_text(question.text, form_title_limit)}};
    if (length_of(question.text, form_title_limit.unit) > form_title_limit.size)
        label["description"] = cut(question.text, form_help_limit);
    label["component"] = std::move(input);
    json data{{"custom_id", question.token(text_option)},
              {"title", cut(progress_title(question), form_title_limit)}};
    data["components"] = json::array({std::move(label)});
    return {{"type", form}, {"data", std::move(data)}};
}

bool is_all(std::string_view text, std::string_view others) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               others.find(c) != std::string_view::npos;
    });
}

/// The result once more, as a message for everybody, by the token of the interaction: no bot's.
std::optional<OutboundCall> publication(const Event& event, const json& data) {
    const std::string application = event.carried("application");
    const std::string interaction = event.carried("interaction");
    if (!is_all(application, "") || !is_all(interaction, "-_.")) return std::nullopt;
    json body{{"content", ""}, {"allowed_mentions", no_mentions()}};
    body["embeds"] = data.at("embeds");
    return json_call("https://discord.com/api/v10/webhooks/" + application + "/" + interaction,
                     body);
}

json data_of(const View& view) {
    json data;
    if (view.question)
        data["content"] =
            write_stacked(view.messages, text_of(*view.question), markup, content_limit, true);
    else
        data["content"] = write(view.messages, markup, content_limit);
    data["allowed_mentions"] = no_mentions();
    data["components"] = view.question ? question_rows(*view.question) : json::array();
    data["embeds"] = view.advice ? advice_embeds(*view.advice) : json::array();
    return data;
}

}  // namespace

json note(const Text& text) {
    json data{{"content", write(text, markup, content_limit)},
              {"allowed_mentions", no_mentions()},
              {"flags", ephemeral_flag}};
    return {{"type", new_message}, {"data", std::move(data)}};
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const bool in_message = event.carried("at") == "message";
    if (view.is_silent()) {
        if (in_message) return {json_reply({{"type", acknowledge}}), {}};
        return {json_reply(note({paragraph("There is nothing to do.")})), {}};
    }
    if (!view.private_note.empty()) return {json_reply(note(note_text(view, hook))), {}};
    if (opens_form(event, view)) return {json_reply(form_json(*view.question)), {}};
    json data = data_of(view);
    // A remark alone must not wipe out the question whose button was pressed.
    const bool replaces = view.question || view.advice || view.is_over;
    const std::string visibility = hook.option("visibility", "channel");
    const bool is_public_result = view.advice && visibility == "questions";
    if (in_message && replaces) {
        Rendered rendered{json_reply({{"type", update}, {"data", data}}), {}};
        if (!is_public_result || view.is_stale) return rendered;
        if (std::optional<OutboundCall> call = publication(event, data))
            rendered.calls.push_back(std::move(*call));
        return rendered;
    }
    if ((visibility != "channel" && !is_public_result) || in_message)
        data["flags"] = ephemeral_flag;
    return {json_reply({{"type", new_message}, {"data", std::move(data)}}), {}};
}

}  // namespace advisor::channels::discord_message
