// Mattermost: slash command, outgoing webhook, buttons and menus. Everything is in the response; no
// call is made. Field by field: docs/channels.md.

#include <algorithm>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/mattermost_message.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

/// Which way a request came; the answer has another form for each.
enum class Way { command, outgoing, action };

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
    return equal_bytes(
        mac, mattermost_mac(hook, text_at(*body, "context.sid"), text_at(*body, "context.q"),
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

Incoming parse_command(const http::Request& request) {
    if (!has_type(request, "application/x-www-form-urlencoded"))
        return {wrong_type("application/x-www-form-urlencoded"), {}};
    const std::optional<Form> form = Form::read(request.body);
    if (!form) return {empty_reply(), {}};
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
    if (!body) return {empty_reply(), {}};
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
    const bool menu = option == mattermost_name(menu_option);
    event.token = "a1." + text_at(*body, "context.sid") + "." + text_at(*body, "context.q") + "." +
                  (menu ? chosen : mattermost_option(option));
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
        "3. Save. The token that is shown is the secret of this hook; if you made the command to "
        "get it, edit its Request URL now.",
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
                                 mattermost_message,
                                 check,
                                 steps,
                                 sample};
    return channel;
}

}  // namespace advisor::channels
