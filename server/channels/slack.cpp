// Slack: slash command, interactivity with response_url, events. What it sends is read and checked
// here; slack_message.cpp writes what it shows. Field by field: docs/channels.md.

#include "server/channels/slack_message.hpp"

#include <algorithm>
#include <charconv>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/secret_lines.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Lines of the secret file; the first one may stand without its name.
constexpr std::string_view signing_line = "signing_secret";
constexpr std::string_view token_line = "bot_token";

/// HMAC-SHA256 over "v0:<timestamp>:<body>", in lower-case hexadecimal digits.
std::string signature(std::string_view secret, std::string_view stamp, std::string_view body) {
    std::string text = "v0:" + std::string(stamp) + ":";
    text += body;
    return "v0=" + to_hex(hmac_sha256(secret, text));
}

bool verify(const Delivery& delivery, const Hook& hook, TimePoint now) {
    const auto stamp = single_header(delivery.request, "X-Slack-Request-Timestamp");
    const auto given = single_header(delivery.request, "X-Slack-Signature");
    const std::optional<TimePoint> at = stamp ? read_unix_time(*stamp) : std::nullopt;
    if (!at || !given || !is_fresh(*at, now)) return false;
    bool authentic = false;
    for (const std::string& secret : secrets_of(hook, signing_line)) {
        const std::string wanted = signature(secret, *stamp, delivery.request.body);
        authentic = equal_bytes(*given, wanted) || authentic;
    }
    return authentic;
}

/// Slack writes `&`, `<` and `>` of what was typed as entities.
std::string without_entities(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        const bool amp = rest.starts_with("&amp;");
        const bool less = rest.starts_with("&lt;");
        const bool greater = rest.starts_with("&gt;");
        out += amp ? '&' : less ? '<' : greater ? '>' : rest.front();
        at += amp ? 5 : less || greater ? 4 : 1;
    }
    return out;
}

Incoming parse_command(const Form& form) {
    if (form.get("ssl_check") == "1") return {empty_reply(), {}};
    Event event;
    event.address = {form.get("team_id"),
                     form.get("channel_id"),
                     {},
                     form.get("user_id"),
                     form.get("user_name")};
    event.dedupe_id = form.get("trigger_id");
    event.reply_url = form.get("response_url");
    event.carry["way"] = "command";
    event.carry["command"] = form.get("command");
    set_text(event, without_entities(form.get("text")));
    return {std::nullopt, {event}};
}

/// The values that are ticked in the message, of every block.
std::vector<std::string> ticked_values(const json& payload) {
    std::vector<std::string> values;
    const json& blocks = value_at(payload, "state.values");
    if (!blocks.is_object()) return values;
    for (const auto& [block, actions] : blocks.items()) {
        const json& selected = value_at(actions, "multi.selected_options");
        if (!selected.is_array()) continue;
        for (const json& option : selected) values.push_back(text_at(option, "value"));
    }
    return values;
}

/// Those of the question that is submitted: an older message's block may still be there.
void keep_same_question(Event& event) {
    const std::string lead = event.token.substr(0, event.token.rfind('.') + 1);
    std::erase_if(event.values, [&](const std::string& value) { return !value.starts_with(lead); });
}

Incoming parse_interaction(const std::string& payload_text) {
    const std::optional<json> payload = read_json(payload_text);
    if (!payload || text_at(*payload, "type") != "block_actions") return {empty_reply(), {}};
    Event event;
    std::string team = text_at(*payload, "team.id");
    if (team.empty()) team = text_at(*payload, "user.team_id");
    std::string label = text_at(*payload, "user.username");
    if (label.empty()) label = text_at(*payload, "user.name");
    std::string channel = text_at(*payload, "channel.id");
    if (channel.empty()) channel = text_at(*payload, "container.channel_id");
    event.address = {team, channel, {}, text_at(*payload, "user.id"), label};
    event.dedupe_id = text_at(*payload, "trigger_id");
    if (event.dedupe_id.empty()) event.dedupe_id = text_at(*payload, "actions.0.action_ts");
    event.reply_url = text_at(*payload, "response_url");
    event.carry["way"] = "press";
    event.carry["post"] = text_at(*payload, "container.message_ts");
    event.token = text_at(*payload, "actions.0.value");
    if (event.token.empty()) event.token = text_at(*payload, "actions.0.selected_option.value");
    const std::optional<AnswerToken> token = read_token(event.token);
    event.kind = token ? EventKind::press : EventKind::ignore;  // a tick before "Continue"
    if (text_at(*payload, "actions.0.action_id") == "multi") event.kind = EventKind::ignore;
    if (token && token->option == submit_option) {
        event.kind = EventKind::submit;
        event.values = ticked_values(*payload);
        keep_same_question(event);
    }
    return {std::nullopt, {event}};
}

/// The text without the mentions that call us: `<@U0009BOTX> 2`.
std::string without_mention(std::string_view text, const std::string& bot) {
    std::string rest = trimmed(text);
    while (rest.starts_with("<@")) {
        const std::size_t end = rest.find('>');
        if (end == std::string::npos) break;
        const std::string user = rest.substr(2, rest.find_first_of("|>") - 2);
        if (!bot.empty() && user != bot) break;
        rest = trimmed(std::string_view(rest).substr(end + 1));
    }
    return without_entities(rest);
}

/// Mentions and direct messages can be answered where they are.
bool answers_events(const Hook& hook) {
    return !named_secret(hook, token_line).empty() || !hook.option("reply_url").empty();
}

Incoming parse_event(const http::Request& request, const Hook& hook) {
    const std::optional<json> body = read_json(request.body);
    if (!body) return {empty_reply(), {}};
    if (text_at(*body, "type") == "url_verification")
        return {json_reply({{"challenge", text_at(*body, "challenge")}}), {}};
    const json& inner = value_at(*body, "event");
    const std::string type = text_at(inner, "type");
    const std::string bot = text_at(*body, "authorizations.0.user_id");
    const std::string user = text_at(inner, "user");
    const bool direct = type == "message" && text_at(inner, "channel_type") == "im";
    const bool ours = !text_at(inner, "bot_id").empty() || !text_at(inner, "subtype").empty() ||
                      user.empty() || user == bot;
    if ((type != "app_mention" && !direct) || ours) return {empty_reply(), {}};
    Event event;
    event.address = {text_at(*body, "team_id"),
                     text_at(inner, "channel"),
                     text_at(inner, "thread_ts"),
                     user,
                     {}};
    event.dedupe_id = text_at(*body, "event_id");
    event.deed_id = event.address.channel + "|" + text_at(inner, "ts");
    event.is_retry = !request.header("X-Slack-Retry-Num").empty();
    event.carry["way"] = "event";
    event.carry["command"] = direct ? "" : "@advisor";
    // A mention in a channel is answered in a thread of its own, and there the talk goes on.
    if (!direct && event.address.thread.empty() && answers_events(hook))
        event.address.thread = text_at(inner, "ts");
    event.carry["thread"] = event.address.thread;
    set_text(event, without_mention(text_at(inner, "text"), bot));
    return {std::nullopt, {event}};
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    const bool is_form = has_type(delivery.request, "application/x-www-form-urlencoded");
    const bool is_json = has_type(delivery.request, "application/json");
    if (is_json && (delivery.part == "events" || delivery.part.empty()))
        return parse_event(delivery.request, hook);
    if (!is_form || delivery.part == "events")
        return {wrong_type(delivery.part == "events" ? "application/json"
                                                     : "application/x-www-form-urlencoded"),
                {}};
    const std::optional<Form> form = Form::read(delivery.request.body);
    if (!form) return {empty_reply(), {}};
    const std::string payload = form->get("payload");
    return payload.empty() ? parse_command(*form) : parse_interaction(payload);
}

std::string api_of(const Hook& hook) {
    return hook.option("api_url", "https://slack.com/api");
}

std::vector<std::string> own_hosts(const Hook& hook) {
    if (named_secret(hook, token_line).empty()) return {};
    return {host_of(api_of(hook))};
}

/// Where the event was: a message of the bot, for one person alone when it is private.
OutboundCall say_as_bot(const Event& event, const Hook& hook, const std::string& token,
                        ordered_json message, bool alone) {
    message["channel"] = event.address.channel;
    if (alone) message["user"] = event.address.user;
    const std::string method = alone ? "/chat.postEphemeral" : "/chat.postMessage";
    return json_call(api_of(hook) + method, message, {{"Authorization", "Bearer " + token}});
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const std::string way = event.carried("way");
    if (view.is_silent()) return {empty_reply(), {}};
    ordered_json message = slack_message(event, view, hook);
    const bool alone = !view.private_note.empty() || hook.option("visibility") == "private";
    if (way == "command") {
        ordered_json body{{"response_type", alone ? "ephemeral" : "in_channel"}};
        body.update(message);
        return {json_reply(body), {}};
    }
    Rendered rendered{empty_reply(), {}};
    if (way == "press") {
        // The body of the response is ignored. A refusal leaves what everybody sees as it is.
        ordered_json body;
        body["replace_original"] = view.private_note.empty();
        if (!view.private_note.empty()) body["response_type"] = "ephemeral";
        body.update(message);
        if (!event.reply_url.empty()) rendered.calls.push_back(json_call(event.reply_url, body));
        return rendered;
    }
    const std::string thread = event.carried("thread");
    if (!thread.empty()) message["thread_ts"] = thread;
    const std::string token = named_secret(hook, token_line);
    const std::string webhook = hook.option("reply_url");
    if (!token.empty())
        rendered.calls.push_back(say_as_bot(event, hook, token, std::move(message), alone));
    else if (!webhook.empty())
        rendered.calls.push_back(json_call(webhook, message));
    return rendered;
}

/// A bot's token, besides the signing secret.
std::optional<std::string> check_token(const Hook& hook) {
    const std::string token = named_secret(hook, token_line);
    if (!token.empty() && !token.starts_with("xoxb-"))
        return "a bot token begins with \"xoxb-\"; copy it from OAuth & Permissions > Bot User "
               "OAuth Token";
    return std::nullopt;
}

std::optional<std::string> check(const Hook& hook) {
    const std::vector<std::string> secrets = secrets_of(hook, signing_line);
    if (secrets.empty())
        return "the signing secret is missing; it stands in a line of its own beside bot_token";
    if (auto why = check_token(hook)) return why;
    for (const std::string& secret : secrets) {
        const bool printable =
            std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < '\x7f'; });
        if (secret.size() < 16 || !printable)
            return "a Slack signing secret is one line of letters and digits; copy it from Basic "
                   "Information > App Credentials > Signing Secret";
    }
    const std::string visibility = hook.option("visibility", "channel");
    if (visibility != "channel" && visibility != "private")
        return "visibility is \"channel\" or \"private\"";
    const std::string buttons = hook.option("buttons", "on");
    if (buttons != "on" && buttons != "off") return "buttons is \"on\" or \"off\"";
    return std::nullopt;
}

std::vector<std::string> steps(const Hook& hook) {
    return {
        "1. At api.slack.com/apps: Create New App > From scratch, in your workspace.",
        "2. Slash Commands > Create New Command: /advise, Request URL: " + hook.url("command"),
        "3. Interactivity & Shortcuts > On, Request URL: " + hook.url("interactive"),
        "4. Optional, for @mentions and direct messages: Event Subscriptions > On, Request URL: " +
            hook.url("events"),
        "   Subscribe to the bot events app_mention and message.im. To answer them, give the "
        "bot the scope chat:write and add its token to the secret file: bot_token: xoxb-...",
        "5. Basic Information > Signing Secret is the secret of this hook.",
        "6. Install App (again after every new command), then type /advise in a channel.",
    };
}

http::Request sample(const Hook& hook, TimePoint now) {
    http::Request request;
    request.method = "POST";
    request.path = "/command";
    request.body = "ssl_check=1";
    const std::string stamp =
        std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"X-Slack-Request-Timestamp", stamp},
                       {"X-Slack-Signature",
                        signature(secrets_of(hook, signing_line).front(), stamp, request.body)}};
    return request;
}

}  // namespace

const Channel& slack() {
    static const Channel channel{
        "slack",
        "Slack",
        {"", "command", "interactive", "events"},
        {{"visibility", "channel (everybody reads along) or private"},
         {"buttons", "on, or off where the server may make no calls: answers are typed then"},
         {"reply_url", "an incoming webhook's address, to answer mentions without a bot token"},
         {"api_url", "instead of https://slack.com/api, where the bot's messages go"},
         {"allowed_hosts", "hosts besides hooks.slack.com that answers may be posted to"}},
        {"hooks.slack.com"},
        verify,
        parse,
        render,
        check,
        steps,
        sample,
        nullptr,
        own_hosts};
    return channel;
}

}  // namespace advisor::channels
