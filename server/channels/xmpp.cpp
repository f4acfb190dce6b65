// XMPP by ejabberd: mod_post_log sends what its users say, and its HTTP API says what we answer.
// Everything that anybody on that server writes comes here; what is not for us is dropped unread.

#include <algorithm>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/secret_lines.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"
#include "server/channels/xml_stanza.hpp"

namespace advisor::channels {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view default_command = "!advise";
/// Far below the 64 KiB that ejabberd takes in one stanza as it is packaged.
constexpr Limit max_text{12'000, LengthUnit::bytes};

constexpr Markup markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "*",  // XEP-0393
    .bold_close = "*",
    .italic_open = "",
    .italic_close = "",
    .code_open = "",
    .code_close = "",
    .link = plain_link,
};

/// Address without resource: "anna@example.org/phone" -> "anna@example.org".
std::string bare(std::string_view address) {
    return std::string(address.substr(0, address.find('/')));
}

std::string host(std::string_view address) {
    const std::string whole = bare(address);
    const std::size_t at = whole.find('@');
    return at == std::string::npos ? whole : whole.substr(at + 1);
}

/// ejabberd signs nothing: the secret is in the URL that it was given, or in a header.
bool verify(const Delivery& delivery, const Hook& hook, TimePoint) {
    const std::vector<std::string> wanted = secrets_of(hook, "token");
    const std::string token = delivery.request.parameter("token");
    if (!token.empty() && equals_any(token, wanted)) return true;
    const auto bearer = bearer_of(delivery.request);
    return bearer && equals_any(*bearer, wanted);
}

/// In a room, what begins with the command word or our name; in a chat with us, everything.
std::optional<std::string> words_of(const Stanza& stanza, const Hook& hook) {
    const std::string own = hook.option("jid");
    const std::string body = trimmed(stanza.child("body"));
    const std::string word = hook.option("command", default_command);
    if (body.empty()) return std::nullopt;
    if (stanza.attribute("type") == "groupchat") {
        const std::string name = own.substr(0, own.find('@'));
        return after_any_word(body, {word, name + ":", name + ","});
    }
    if (!http::same_word(bare(stanza.attribute("to")), own)) return std::nullopt;
    if (auto rest = after_word(body, word)) return rest;
    return body;
}

std::optional<Event> read_event(const http::Request& request, const Hook& hook) {
    const std::optional<Stanza> stanza = read_stanza(request.body);
    if (!stanza || stanza->name != "message") return std::nullopt;
    const std::string type = stanza->attribute("type");
    const std::string from = stanza->attribute("from");
    const std::string to = stanza->attribute("to");
    if ((type != "chat" && type != "groupchat") || from.empty() || to.empty() ||
        http::same_word(bare(from), hook.option("jid")))
        return std::nullopt;
    std::optional<std::string> words = words_of(*stanza, hook);
    if (!words) return std::nullopt;
    Event event;
    const bool in_room = type == "groupchat";
    event.address.workspace = host(from);
    event.address.channel = in_room ? bare(to) : bare(from);
    event.address.thread = stanza->child("thread");
    event.address.user = bare(from);
    event.address.user_label = event.address.user.substr(0, event.address.user.find('@'));
    const std::string id = stanza->attribute("id");
    const std::string mark = id.empty() ? std::string(request.header("X-Message-Timestamp")) : id;
    if (!mark.empty()) event.dedupe_id = from + " " + mark;
    event.carry["type"] = type;
    set_text(event, *words);
    return event;
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    std::optional<Event> event = read_event(delivery.request, hook);
    if (!event) return {empty_reply(), {}};
    return {std::nullopt, {std::move(*event)}};
}

OutboundCall api_call(const Hook& hook, const std::string& command, const ordered_json& body) {
    http::Headers headers;
    if (const std::string token = named_secret(hook, "api_token"); !token.empty())
        headers.emplace_back("Authorization", "Bearer " + token);
    return json_call(hook.option("api_url") + "/" + command, body, std::move(headers));
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    Rendered rendered{empty_reply(), {}};
    const std::string own = hook.option("jid");
    if (hook.option("api_url").empty()) return rendered;
    const bool in_room = event.carried("type") == "groupchat";
    const std::string command =
        in_room ? hook.option("command", default_command) + " " : std::string();
    // A room takes messages from those who are in it, and from its service's administrators. To be
    // in it takes a session, which the API has none of.
    rendered.calls.push_back(
        api_call(hook, "send_message",
                 {{"type", in_room ? "groupchat" : "chat"},
                  {"from", own},
                  {"to", event.address.channel},
                  {"subject", ""},
                  {"body", fitting_text(view, hook, {markup, max_text, command})}}));
    return rendered;
}

std::optional<std::string> check(const Hook& hook) {
    const std::string own = hook.option("jid");
    const std::string api = hook.option("api_url");
    if (secrets_of(hook, "token").empty())
        return "Give the secret that ejabberd's URL ends with, in a line of its own.";
    const std::size_t at = own.find('@');
    if (at == 0 || at == std::string::npos || own.find('/') != std::string::npos)
        return "Say whose messages are ours: --option jid=advisor@example.org.";
    if (host_of(api).empty() || api.ends_with('/'))
        return "Say where ejabberd's API is: --option api_url=http://127.0.0.1:5280/api, without a "
               "slash at its end.";
    return std::nullopt;
}

std::vector<std::string> own_hosts(const Hook& hook) {
    std::vector<std::string> hosts;
    if (std::string name = host_of(hook.option("api_url")); !name.empty())
        hosts.push_back(std::move(name));
    return hosts;
}

std::vector<std::string> steps(const Hook& hook) {
    return {
        "Register the user " + hook.option("jid", "advisor@example.org") + " in ejabberd.",
        "ejabberd.yml, modules: mod_admin_extra: {}, and mod_post_log: {url: \"" + hook.url() +
            "?token=SECRET\"}, SECRET being the hook's secret.",
        "ejabberd.yml, listen: a port of 127.0.0.1 with module ejabberd_http and request_handlers "
        "/api: mod_http_api. api_permissions: from that address, send_message.",
        "For rooms, mod_muc: {access_admin: ...} allows the advisor's user, so that it may speak "
        "in "
        "rooms that it is not in.",
        "mod_post_log sends what all users write, in plain text: let it go over loopback or a "
        "private network, or by https.",
        "Restart ejabberd. Write to " + hook.option("jid", "advisor@example.org") +
            ", or in a room: " + hook.option("command", default_command) + " start",
    };
}

http::Request sample(const Hook& hook, TimePoint) {
    const std::vector<std::string> tokens = secrets_of(hook, "token");
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "text/xml"},
                       {"Authorization", "Bearer " + (tokens.empty() ? "" : tokens.front())}};
    request.body = "<message type='normal'/>";
    return request;
}

}  // namespace

const Channel& xmpp() {
    static const Channel channel{
        .name = "xmpp",
        .title = "XMPP (ejabberd)",
        .parts = {""},
        .options = {{"jid", "the advisor's own address, such as advisor@example.org"},
                    {"api_url", "ejabberd's API, such as http://127.0.0.1:5280/api"},
                    {"command",
                     "the word that messages in rooms begin with; \"!advise\" when not "
                     "set"}},
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
