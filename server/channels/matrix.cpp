// Matrix, by two ways in. As an application service the homeserver pushes transactions, and answers
// are sent with its token. By the hookshot bridge a room's hook sends every event, and answers go
// to another hook of the room. Neither reads what we respond.

#include <algorithm>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/multipart.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/secret_lines.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view default_command = "!advise";
constexpr std::string_view transactions = "transactions/";
/// An event has at most 65,536 bytes with everything: also when each byte of both has to be
/// escaped.
constexpr Limit max_body{10'000, LengthUnit::bytes};
constexpr Limit max_html{20'000, LengthUnit::bytes};

constexpr Markup html_markup{
    .escape = html_escape,
    .escape_code = html_escape,
    .bold_open = "<strong>",
    .bold_close = "</strong>",
    .italic_open = "<em>",
    .italic_close = "</em>",
    .code_open = "<code>",
    .code_close = "</code>",
    .link = html_link,
    .bullet = "\xe2\x80\xa2 ",
    .line_break = "<br>",
    .paragraph_break = "<br><br>",
};

constexpr Markup plain_markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "",
    .bold_close = "",
    .italic_open = "",
    .italic_close = "",
    .code_open = "",
    .code_close = "",
    .link = plain_link,
};

constexpr Markup marked_markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "**",
    .bold_close = "**",
    .italic_open = "*",
    .italic_close = "*",
    .code_open = "",
    .code_close = "",
    .link = marked_link,
};

/// The bridge's hook sends its token in a header of its own, a homeserver as a bearer.
bool verify(const Delivery& delivery, const Hook& hook, TimePoint) {
    if (delivery.part.empty()) {
        const auto token = single_header(delivery.request, "X-Matrix-Hookshot-Token");
        return token && equals_any(*token, secrets_of(hook, "token"));
    }
    const std::vector<std::string> wanted = secrets_of(hook, "hs_token");
    if (hook.option("query_token") == "yes") {
        const std::string token = delivery.request.parameter("access_token");
        if (!token.empty() && equals_any(token, wanted)) return true;
    }
    const auto token = bearer_of(delivery.request);
    return token && equals_any(*token, wanted);
}

/// What follows the first colon: the homeserver of a room or user.
std::string server_of(std::string_view id) {
    const std::size_t colon = id.find(':');
    return colon == std::string_view::npos ? std::string() : std::string(id.substr(colon + 1));
}

/// The answer of a client quotes what it answers, line by line, before the text.
std::string without_quote(std::string body) {
    while (body.starts_with("> ")) {
        const std::size_t end = body.find('\n');
        if (end == std::string::npos) return {};
        body.erase(0, end + 1);
    }
    return trimmed(body);
}

/// The text behind "Advisor: " when the message mentions our user.
std::optional<std::string> after_mention(const json& content, const std::string& body,
                                         const Hook& hook) {
    const std::string user = hook.option("user");
    const json& mentioned = value_at(content, "m.mentions.user_ids");
    if (user.empty()) return std::nullopt;
    const std::string local = user.substr(1, user.find(':') - 1);
    std::vector<std::string> words;
    for (const std::string& name : {user, local, "@" + local}) {
        for (const char* sign : {":", ",", ""}) words.push_back(name + sign);
    }
    if (auto rest = after_any_word(body, words)) return rest;
    const bool is_ours = mentioned.is_array() &&
                         std::find(mentioned.begin(), mentioned.end(), user) != mentioned.end();
    const std::size_t colon = body.find(": ");
    if (!is_ours || colon == std::string::npos) return std::nullopt;
    return trimmed(std::string_view(body).substr(colon + 1));
}

/// The words for us in a message, or nothing.
std::optional<std::string> words_of(const json& content, const Hook& hook) {
    const std::string kind = text_at(content, "msgtype");
    if (kind != "m.text" || text_at(content, "m.relates_to.rel_type") == "m.replace")
        return std::nullopt;
    const std::string body = without_quote(text_at(content, "body"));
    if (auto rest = after_word(body, hook.option("command", default_command))) return rest;
    return after_mention(content, body, hook);
}

/// The path of `content`'s own keys has dots in it, which `text_at` takes for steps.
json plain_content(const json& event) {
    json content = value_at(event, "content");
    if (!content.is_object()) return json::object();
    const auto nest = [&](const char* key, const char* outer, const char* inner) {
        const auto found = content.find(key);
        if (found != content.end()) content[outer][inner] = *found;
    };
    if (content.contains("m")) content.erase("m");
    nest("m.relates_to", "m", "relates_to");
    nest("m.mentions", "m", "mentions");
    return content;
}

bool is_invitation(const json& event, const json& content, const Hook& hook) {
    const std::string user = hook.option("user");
    return !user.empty() && text_at(event, "type") == "m.room.member" &&
           text_at(event, "state_key") == user && text_at(content, "membership") == "invite";
}

bool is_own(const std::string& sender, const Hook& hook) {
    const std::string user = hook.option("user");
    const std::string prefix = hook.option("ignored_users", "@_webhooks_");
    return (!user.empty() && sender == user) || sender.starts_with(prefix);
}

std::optional<Event> read_event(const json& event, const Hook& hook) {
    const json content = plain_content(event);
    Event read;
    read.address.channel = text_at(event, "room_id");
    read.address.workspace = server_of(read.address.channel);
    read.address.user = text_at(event, "sender");
    read.address.user_label = read.address.user;
    read.dedupe_id = text_at(event, "event_id");
    read.deed_id = read.dedupe_id;
    read.carry["event"] = read.dedupe_id;
    if (read.address.channel.empty() || read.address.user.empty() || read.dedupe_id.empty() ||
        is_own(read.address.user, hook))
        return std::nullopt;
    if (is_invitation(event, content, hook)) {
        read.kind = EventKind::open;
        read.carry["invited"] = "1";
        return read;
    }
    if (text_at(event, "type") != "m.room.message") return std::nullopt;
    std::optional<std::string> words = words_of(content, hook);
    if (!words) return std::nullopt;
    if (text_at(content, "m.relates_to.rel_type") == "m.thread")
        read.address.thread = text_at(content, "m.relates_to.event_id");
    set_text(read, *words);
    return read;
}

http::Response taken() {
    return json_reply(ordered_json::object());
}

http::Response fault(int status, std::string_view code, std::string_view text) {
    http::Response response = json_reply({{"errcode", code}, {"error", text}});
    response.status = status;
    return response;
}

/// The event that the bridge sends, or nothing.
std::optional<json> hookshot_event(const http::Request& request) {
    const std::optional<std::string> part = form_part(request, "event");
    if (part) return read_json(*part);
    return has_type(request, "application/json") ? read_json(request.body) : std::nullopt;
}

/// A transaction is never refused for what is in it: the homeserver would send it for ever.
Incoming parse(const Delivery& delivery, const Hook& hook) {
    Incoming incoming;
    const auto add = [&](const json& event, const char* way) {
        std::optional<Event> read = read_event(event, hook);
        if (!read) return;
        read->carry["way"] = way;
        incoming.events.push_back(std::move(*read));
    };
    if (delivery.part.empty()) {
        if (const std::optional<json> event = hookshot_event(delivery.request))
            add(*event, "hookshot");
    } else if (delivery.part.starts_with(transactions)) {
        const std::optional<json> body = read_json(delivery.request.body);
        const json& events = body ? value_at(*body, "events") : json();
        if (events.is_array()) {
            for (const json& event : events) add(event, "service");
        }
    } else if (delivery.part != "ping") {
        incoming.at_once = fault(404, "M_NOT_FOUND", "There are no users or rooms to ask for.");
        return incoming;
    }
    if (incoming.events.empty()) incoming.at_once = taken();
    return incoming;
}

ordered_json room_message(const Event& event, const View& view, const std::string& command,
                          const Hook& hook) {
    ordered_json content{{"msgtype", "m.text"}};
    content["body"] = fitting_text(view, hook, {plain_markup, max_body, command});
    content["format"] = "org.matrix.custom.html";
    content["formatted_body"] = fitting_text(view, hook, {html_markup, max_html, command});
    content["m.mentions"] = ordered_json::object();  // nobody is called, whatever the text has
    if (!event.address.thread.empty())
        content["m.relates_to"] = {{"rel_type", "m.thread"},
                                   {"event_id", event.address.thread},
                                   {"is_falling_back", true},
                                   {"m.in_reply_to", {{"event_id", event.carried("event")}}}};
    return content;
}

/// The message's id is made from the event's, so that a call that is made twice sends once.
std::vector<OutboundCall> service_calls(const Event& event, const View& view,
                                        const std::string& command, const Hook& hook) {
    const std::string base = hook.option("homeserver_url");
    const std::string token = named_secret(hook, "as_token");
    std::vector<OutboundCall> calls;
    if (base.empty() || token.empty()) return calls;
    const http::Headers headers{{"Authorization", "Bearer " + token},
                                {"Content-Type", "application/json"}};
    const std::string room =
        base + "/_matrix/client/v3/rooms/" + percent_encoded(event.address.channel);
    if (!event.carried("invited").empty()) calls.push_back({"POST", room + "/join", headers, "{}"});
    const std::string id = to_hex(hmac_sha256(hook.id, event.dedupe_id)).substr(0, 32);
    calls.push_back({"PUT", room + "/send/m.room.message/advisor-" + id, headers,
                     json_text(room_message(event, view, command, hook))});
    return calls;
}

std::vector<OutboundCall> hookshot_calls(const View& view, const std::string& command,
                                         const Hook& hook) {
    const std::string url = named_secret(hook, "inbound_url");
    if (url.empty()) return {};
    ordered_json body{{"text", fitting_text(view, hook, {marked_markup, max_body, command})},
                      {"html", fitting_text(view, hook, {html_markup, max_html, command})},
                      {"username", "Advisor"}};
    return {json_call(url, body)};
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const std::string command = hook.option("command", default_command) + " ";
    Rendered rendered{taken(), {}};
    rendered.calls = event.carried("way") == "service" ? service_calls(event, view, command, hook)
                                                       : hookshot_calls(view, command, hook);
    return rendered;
}

std::optional<std::string> check(const Hook& hook) {
    const std::string user = hook.option("user");
    const std::string server = hook.option("homeserver_url");
    const std::string inbound = named_secret(hook, "inbound_url");
    if (secrets_of(hook, "token").empty() && secrets_of(hook, "hs_token").empty())
        return "Give the token that requests carry: \"hs_token: ...\" of the registration, or the "
               "bridge's token.";
    if (!user.empty() && (user.front() != '@' || server_of(user).empty()))
        return "The option user is a Matrix id, such as @advisor:example.org.";
    if (!server.empty() && (host_of(server).empty() || server.ends_with('/')))
        return "The option homeserver_url is an address without a slash at its end, such as "
               "https://matrix.example.org.";
    if (!inbound.empty() && host_of(inbound).empty())
        return "inbound_url is not an address; copy it from the bridge's message.";
    if (!named_secret(hook, "as_token").empty() && server.empty())
        return "With an as_token, say where the homeserver is: --option "
               "homeserver_url=https://matrix.example.org.";
    return std::nullopt;
}

std::vector<std::string> own_hosts(const Hook& hook) {
    std::vector<std::string> hosts;
    for (const std::string& url :
         {hook.option("homeserver_url"), named_secret(hook, "inbound_url")}) {
        if (std::string host = host_of(url); !host.empty()) hosts.push_back(std::move(host));
    }
    return hosts;
}

std::vector<std::string> steps(const Hook& hook) {
    const std::string word = hook.option("command", default_command);
    return {
        "As an application service: write a registration file with url: " + hook.public_url +
            ", an as_token, an hs_token and sender_localpart: advisor, and name it in the "
            "homeserver's app_service_config_files. The hook's secret file has the lines "
            "\"hs_token: ...\" and \"as_token: ...\"; its options are homeserver_url and user. "
            "Restart the homeserver and invite the user.",
        "Or by the hookshot bridge: in the room, write \"!hookshot outbound-hook advisor " +
            hook.url() +
            "\" and \"!hookshot webhook advisor\". The hook's secret file has the outbound hook's "
            "token in its first line and \"inbound_url: ...\" in its second.",
        "In the room, write: " + word + " start",
    };
}

http::Request sample(const Hook& hook, TimePoint) {
    http::Request request;
    request.method = "POST";
    const std::vector<std::string> tokens = secrets_of(hook, "token");
    request.headers = {{"Content-Type", "application/json"},
                       {"X-Matrix-Hookshot-Token", tokens.empty() ? "" : tokens.front()}};
    request.body = "{}";
    return request;
}

}  // namespace

const Channel& matrix() {
    static const Channel channel{
        .name = "matrix",
        .title = "Matrix",
        .parts = {""},
        .options = {{"homeserver_url", "where answers of the application service are sent"},
                    {"user", "the service's user, such as @advisor:example.org"},
                    {"command", "the word that messages begin with; \"!advise\" when not set"},
                    {"ignored_users",
                     "senders that begin so are not heard; \"@_webhooks_\" when "
                     "not set"},
                    {"query_token",
                     "yes: also take the token as ?access_token=, as old homeservers "
                     "send it"}},
        .hosts = {},
        .verify = verify,
        .parse = parse,
        .render = render,
        .check = check,
        .steps = steps,
        .sample = sample,
        .own_hosts = own_hosts,
    };
    return channel;
}

}  // namespace advisor::channels
