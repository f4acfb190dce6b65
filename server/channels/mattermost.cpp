// Mattermost: slash command, outgoing webhook, buttons and menus. Everything is in the response; no
// call is made. Field by field: docs/channels.md.

#include <array>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t mac_digits = 32;
constexpr Limit text_limit{7000, LengthUnit::code_points};  // a post has 16,383
constexpr Limit label_limit{60, LengthUnit::code_points};
constexpr std::string_view blue = "#2f6fde";
constexpr std::string_view green = "#2e7d32";

/// Which way a request came; the answer has another form for each.
enum class Way { command, outgoing, action };

// Options of answer tokens that are no letters, as the ids of buttons may only have letters and
// digits: with anything else the button shows, but a click goes nowhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> names{{
    {submit_option, "done"},
    {back_option, "back"},
    {skip_option, "skip"},
    {unknown_option, "unknown"},
    {cancel_option, "cancel"},
    {yes_option, "yes"},
    {no_option, "no"},
    {menu_option, "sel"},
}};

std::string name_of(std::string_view option) {
    for (const auto& [key, name] : names) {
        if (key == option) return std::string(name);
    }
    return std::string(option);
}

std::string option_of(std::string_view name) {
    for (const auto& [key, known] : names) {
        if (known == name) return std::string(key);
    }
    return std::string(name);
}

std::string mac_of(const Hook& hook, const std::string& session, const std::string& question,
                   const std::string& option) {
    return to_hex(hmac_sha256(hook.mac_key, "mm1|" + session + "|" + question + "|" + option))
        .substr(0, mac_digits);
}

Way way_of(const Delivery& delivery) {
    if (delivery.part == "command") return Way::command;
    if (delivery.part == "outgoing") return Way::outgoing;
    if (delivery.part == "action") return Way::action;
    if (!has_type(delivery.request, "application/json")) {
        const std::optional<Form> form = Form::read(delivery.request.body);
        return form && !form->get("command").empty() ? Way::command : Way::outgoing;
    }
    const std::optional<json> body = read_json(delivery.request.body);
    return body && body->contains("context") ? Way::action : Way::outgoing;
}

/// The fields of an outgoing webhook, which is a form or JSON as its administrator wished.
struct Fields {
    std::optional<Form> form;
    std::optional<json> object;

    explicit Fields(const http::Request& request) {
        if (has_type(request, "application/json"))
            object = read_json(request.body);
        else
            form = Form::read(request.body);
    }
    [[nodiscard]] bool readable() const { return form || object; }
    [[nodiscard]] std::string get(const char* name) const {
        if (form) return form->get(name);
        return object ? text_at(*object, name) : std::string();
    }
};

bool verify_command(const http::Request& request, const Hook& hook) {
    const std::optional<Form> form = Form::read(request.body);
    if (!form) return false;
    const std::string field = form->get("token");
    if (!request.header("Authorization").empty()) {
        const std::optional<std::string_view> header = single_header(request, "Authorization");
        constexpr std::string_view scheme = "Token ";
        if (!header) return false;
        if (http::same_word(header->substr(0, scheme.size()), scheme)) {
            const bool fits = equals_any(header->substr(scheme.size()), hook.secrets);
            return fits && (field.empty() || equals_any(field, hook.secrets));
        }
        // A bearer of an outgoing connection stands in the header's place; the field stays.
    }
    return equals_any(field, hook.secrets);
}

bool verify_action(const http::Request& request, const Hook& hook) {
    const std::optional<json> body = read_json(request.body);
    if (!body || hook.mac_key.empty()) return false;
    const std::string mac = text_at(*body, "context.mac");
    return equal_bytes(mac, mac_of(hook, text_at(*body, "context.sid"), text_at(*body, "context.q"),
                                   text_at(*body, "context.opt")));
}

bool verify(const Delivery& delivery, const Hook& hook, TimePoint) {
    switch (way_of(delivery)) {
        case Way::command:
            return verify_command(delivery.request, hook);
        case Way::action:
            return verify_action(delivery.request, hook);
        case Way::outgoing:
            break;
    }
    return equals_any(Fields(delivery.request).get("token"), hook.secrets);
}

void set_text(Event& event, const std::string& text) {
    event.text = trimmed(text);
    event.kind = event.text.empty() ? EventKind::open : EventKind::text;
}

Incoming parse_command(const http::Request& request) {
    if (!has_type(request, "application/x-www-form-urlencoded"))
        return {wrong_type("application/x-www-form-urlencoded"), {}};
    const std::optional<Form> form = Form::read(request.body);
    Event event;
    event.address = {form->get("team_id"), form->get("channel_id"), form->get("root_id"),
                     form->get("user_id"), form->get("user_name")};
    event.dedupe_id = form->get("trigger_id");
    event.reply_url = form->get("response_url");
    event.carry["way"] = "command";
    event.carry["command"] = form->get("command");
    set_text(event, form->get("text"));
    return {std::nullopt, {event}};
}

Incoming parse_outgoing(const http::Request& request) {
    const Fields fields(request);
    Event event;
    event.address = {fields.get("team_id"),
                     fields.get("channel_id"),
                     {},
                     fields.get("user_id"),
                     fields.get("user_name")};
    event.dedupe_id = fields.get("post_id");
    event.carry["way"] = "outgoing";
    const std::string word = fields.get("trigger_word");
    const std::string text = fields.get("text");
    event.carry["command"] = word;
    set_text(event, after_word(text, word).value_or(text));
    return {std::nullopt, {event}};
}

Incoming parse_action(const http::Request& request) {
    if (!has_type(request, "application/json")) return {wrong_type("application/json"), {}};
    const std::optional<json> body = read_json(request.body);
    Event event;
    event.kind = EventKind::press;
    event.address = {text_at(*body, "team_id"),
                     text_at(*body, "channel_id"),
                     {},
                     text_at(*body, "user_id"),
                     text_at(*body, "user_name")};
    event.dedupe_id = text_at(*body, "trigger_id");
    event.carry["way"] = "action";
    event.carry["post"] = text_at(*body, "post_id");
    const std::string chosen = text_at(*body, "context.selected_option");
    const std::string option = text_at(*body, "context.opt");
    const bool menu = option == name_of(menu_option);
    event.token = "a1." + text_at(*body, "context.sid") + "." + text_at(*body, "context.q") + "." +
                  (menu ? chosen : option_of(option));
    return {std::nullopt, {event}};
}

Incoming parse(const Delivery& delivery, const Hook&) {
    switch (way_of(delivery)) {
        case Way::command:
            return parse_command(delivery.request);
        case Way::action:
            return parse_action(delivery.request);
        case Way::outgoing:
            break;
    }
    return parse_outgoing(delivery.request);
}

std::string escape(std::string_view plain) {
    return without_mentions(backslashed(without_links(plain), "\\*_~`#|[]<>@:"));
}

std::string escape_code(std::string_view plain) {
    std::string text = without_mentions(plain);
    for (char& c : text) {
        if (c == '`' || c == '\n') c = '\'';
    }
    return text;
}

std::string write_link(std::string_view label, std::string_view url) {
    std::string target;
    for (const char c : url) {
        if (c == '(' || c == ')' || c == ' ' || c == '<' || c == '>') continue;
        target += c;
    }
    return "[" + escape(label) + "](" + target + ")";
}

constexpr Markup markup{escape, escape_code, "**", "**", "_",  "_",   "`",
                        "`",    write_link,  "- ", ". ", "\n", "\n\n"};

/// For labels and fall-back texts, which know no markup.
std::string plain_label(std::string_view text, Limit limit) {
    return without_mentions(without_links(cut(text, limit)));
}

ordered_json integration(const QuestionView& question, const Hook& hook, std::string_view option) {
    const std::string name = name_of(option);
    const std::string number = std::to_string(question.number);
    return {{"url", hook.url("action")},
            {"context",
             {{"sid", question.session},
              {"q", question.number},
              {"opt", name},
              {"mac", mac_of(hook, question.session, number, name)}}}};
}

ordered_json button(const QuestionView& question, const Hook& hook, std::string_view option,
                    const std::string& label, std::string_view style) {
    return {{"id", "opt" + name_of(option)},
            {"type", "button"},
            {"name", label},
            {"style", style},
            {"integration", integration(question, hook, option)}};
}

ordered_json menu(const QuestionView& question, const Hook& hook) {
    ordered_json options = ordered_json::array();
    for (std::size_t i = 0; i < question.options.size(); ++i) {
        const std::string label = control_label(question, i, label_limit);
        options.push_back(
            {{"text", plain_label(label, label_limit)}, {"value", question.options[i].key}});
    }
    return {{"id", "optsel"},
            {"type", "select"},
            {"name", "Pick one"},
            {"options", std::move(options)},
            {"integration", integration(question, hook, menu_option)}};
}

ordered_json actions_of(const QuestionView& question, const Hook& hook) {
    constexpr std::string_view ticked = "\xe2\x98\x91 ";
    constexpr std::string_view open = "\xe2\x98\x90 ";
    ordered_json actions = ordered_json::array();
    const Shape shape = shape_of(question);
    if (shape == Shape::menu) actions.push_back(menu(question, hook));
    const bool buttons = shape == Shape::buttons || shape == Shape::ticks;
    for (std::size_t i = 0; buttons && i < question.options.size(); ++i) {
        const OptionView& option = question.options[i];
        std::string label = plain_label(control_label(question, i, label_limit), label_limit);
        if (shape == Shape::ticks) label.insert(0, option.selected ? ticked : open);
        actions.push_back(button(question, hook, option.key, label, "default"));
    }
    for (const Control& control : controls(question)) {
        const std::string_view style = control.primary                   ? "primary"
                                       : control.option == cancel_option ? "danger"
                                                                         : "default";
        actions.push_back(button(question, hook, control.option, control.label, style));
    }
    return actions;
}

/// What stands before typed answers: "/advise ".
std::string command_of(const Event& event) {
    const std::string word = event.carried("command");
    return word.empty() ? "/advise " : word + " ";
}

ordered_json question_card(const QuestionView& question, const Event& event, const Hook& hook) {
    QuestionTextWishes wishes{command_of(event),
                              shape_of(question) == Shape::numbers || should_list(question), true};
    Text text = question_text(question, wishes);
    text.erase(text.begin());  // the title has its own place
    Text fallback{paragraph(question.text)};
    for (std::size_t i = 0; i < question.options.size(); ++i)
        fallback.push_back(paragraph(std::to_string(i + 1) + ") " + question.options[i].label));
    std::string plain;
    for (const Block& block : fallback) plain += (plain.empty() ? "" : " ") + block.spans[0].text;
    return {{"fallback", plain_label(plain, {1000, LengthUnit::code_points})},
            {"color", blue},
            {"title", progress_title(question)},
            {"text", write(text, markup, text_limit)},
            {"actions", actions_of(question, hook)}};
}

ordered_json advice_card(const Advice& advice) {
    Text text = advice_text(advice, Detail::usual);
    text.erase(text.begin());
    ordered_json fields = ordered_json::array();
    for (const Fact& fact : advice_facts(advice)) {
        fields.push_back({{"title", plain_label(fact.name, label_limit)},
                          {"value", escape(cut(fact.value, {200, LengthUnit::code_points}))},
                          {"short", true}});
    }
    const std::string title = "Recommendation: " + advice.name;
    ordered_json card{{"fallback", plain_label(title, {300, LengthUnit::code_points})},
                      {"color", green},
                      {"title", plain_label(title, {200, LengthUnit::code_points})}};
    if (!advice.report_url.empty()) card["title_link"] = advice.report_url;
    card["text"] = write(text, markup, text_limit);
    card["fields"] = std::move(fields);
    return card;
}

ordered_json cards_of(const View& view, const Event& event, const Hook& hook) {
    ordered_json cards = ordered_json::array();
    if (view.question) cards.push_back(question_card(*view.question, event, hook));
    if (view.advice) cards.push_back(advice_card(*view.advice));
    return cards;
}

Rendered render_action(const Event& event, const View& view, const Hook& hook) {
    ordered_json body;
    if (!view.private_note.empty()) {
        body["ephemeral_text"] = escape(view.private_note);
    } else if (!view.is_silent()) {
        // Without `props` the old buttons would stay.
        body["update"]["message"] = write(view.messages, markup, text_limit);
        body["update"]["props"]["attachments"] = cards_of(view, event, hook);
        body["ephemeral_text"] = view.is_stale ? "That question was already answered." : "";
    }
    if (body.empty()) body = ordered_json::object();
    body["skip_slack_parsing"] = true;
    return {json_reply(body), {}};
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const std::string way = event.carried("way");
    if (way == "action") return render_action(event, view, hook);
    if (view.is_silent() && way == "outgoing") return {empty_reply(), {}};
    const bool secret = !view.private_note.empty();
    const bool alone = secret || hook.option("visibility") == "private";
    ordered_json body;
    if (way == "outgoing")
        body["response_type"] = event.text == "start" ? "comment" : "post";
    else
        body["response_type"] = alone ? "ephemeral" : "in_channel";
    body["text"] = secret ? escape(view.private_note) : write(view.messages, markup, text_limit);
    body["attachments"] = secret ? ordered_json::array() : cards_of(view, event, hook);
    body["skip_slack_parsing"] = true;
    return {json_reply(body), {}};
}

std::optional<std::string> check(const Hook& hook) {
    for (const std::string& secret : hook.secrets) {
        const bool printable =
            std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < '\x7f'; });
        if (secret.size() < 8 || !printable)
            return "a Mattermost token is one line of letters and digits; copy it from the "
                   "integration's page";
    }
    const std::string visibility = hook.option("visibility", "channel");
    if (visibility != "channel" && visibility != "private")
        return "visibility is \"channel\" or \"private\"";
    return std::nullopt;
}

std::vector<std::string> steps(const Hook& hook) {
    return {
        "1. In Mattermost: Main menu > Integrations > Slash Commands > Add Slash Command.",
        "2. Command Trigger Word: advise. Request Method: POST. Request URL: " +
            hook.url("command"),
        "3. Save, and copy the token that is shown: it is the secret of this hook.",
        "4. Optional, for words without a slash: Integrations > Outgoing Webhooks, content type "
        "application/json, trigger word advise, callback URL: " +
            hook.url("outgoing"),
        "   Its token is a second line in the secret file.",
        "5. Buttons call " + hook.url("action") +
            "; nothing is to be set for them. If the advisor's address is private, add its host to "
            "AllowedUntrustedInternalConnections (System Console > Developer).",
        "6. Type /advise in a channel.",
    };
}

http::Request sample(const Hook& hook, TimePoint) {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Authorization", "Token " + hook.secrets.front()},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    request.path = "/command";
    request.body =
        "command=%2Fadvise&text=help&team_id=test&channel_id=test&user_id=test&user_name=test";
    return request;
}

}  // namespace

const Channel& mattermost() {
    static const Channel channel{"mattermost",
                                 "Mattermost",
                                 {"", "command", "outgoing", "action"},
                                 {{"visibility", "channel (everybody reads along) or private"}},
                                 {},
                                 verify,
                                 parse,
                                 render,
                                 check,
                                 steps,
                                 sample};
    return channel;
}

}  // namespace advisor::channels
