#include "server/webhooks/webhook_input.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>

#include "server/net/public_address.hpp"
#include "server/net/url.hpp"
#include "server/webhooks/webhook_event.hpp"
#include "server/webhooks/webhook_signature.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t max_secret_file_bytes = 8192;
constexpr std::size_t max_name_bytes = 40;

bool is_local(const std::string& host) {
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
        return !is_public_address(std::span(bytes).first(4));
    if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return !is_public_address(bytes);
    return host == "localhost" || host.ends_with(".localhost");
}

std::string without_brackets(const std::string& host) {
    const bool has = host.size() > 2 && host.front() == '[' && host.back() == ']';
    return has ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

std::string read_secret(const std::string& file, std::istream& in) {
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>(in), {});
    } else {
        std::ifstream stream(file, std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(stream), {});
        if (!stream) throw UsageError(file + " cannot be read; name a file with one line");
    }
    const std::string source = file == "-" ? "standard input" : file;
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (begin == std::string::npos) throw UsageError(source + " is empty; it needs one line");
    text = text.substr(begin, end - begin + 1);
    if (text.size() > max_secret_file_bytes || text.find_first_of(" \t\r\n") != std::string::npos)
        throw UsageError(source + " has more than one line; it needs one");
    return text;
}

std::string checked_host(const std::string& text, const std::vector<std::string>& allowed_hosts) {
    const std::optional<http::Url> url = http::parse_url(text);
    if (!url)
        throw UsageError(
            "the address is not one such as https://example.org/hook (http or https, "
            "no name or password in it)");
    const bool allowed = std::ranges::any_of(
        allowed_hosts, [&](const std::string& host) { return http::same_word(host, url->host); });
    const std::string help = "; if it is meant, add --allow-host " + url->host;
    if (!url->tls && !allowed) throw UsageError("plain http is read on its way" + help);
    if (is_local(url->host) && !allowed)
        throw UsageError(url->host + " is no public address" + help);
    return url->host;
}

WebhookKind read_kind(const std::string& name) {
    const std::optional<WebhookKind> kind = webhook_kind(name);
    if (kind) return *kind;
    std::string names;
    for (const WebhookKindEntry& entry : webhook_kinds())
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
    throw UsageError("there is no kind \"" + name + "\"; take one of " + names);
}

db::EventSet read_events(const std::vector<std::string>& names, WebhookKind kind) {
    if (names.empty())
        return is_chat(kind) ? static_cast<db::EventSet>(db::TurnEvent::completed)
                             : all_session_events;
    db::EventSet events = 0;
    for (const std::string& name : names) {
        const db::EventSet event = event_named(name);
        if (name != "all" && (event & all_session_events) == 0)
            throw UsageError("there is no event \"" + name + "\" to ask for; take of " +
                             event_names(all_session_events));
        events |= name == "all" ? all_session_events : event;
    }
    return events;
}

std::string checked_name(const std::string& name) {
    const bool plain = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (name.empty() || name.size() > max_name_bytes || !plain || name.starts_with("msg_") ||
        name.front() == '-')
        throw UsageError("\"" + name +
                         "\" is no id; take up to 40 of a-z, 0-9, _ and -, not "
                         "beginning with - or msg_");
    return name;
}

std::string checked_secret(const std::string& secret) {
    if (webhook_key(secret)) return secret;
    throw UsageError(
        "the secret is not \"whsec_\" and the base64 of 24 to 64 bytes; leave "
        "--secret-file out to have one made");
}

WantedWebhook read_wanted(const WebhookOptions& options, std::istream& in) {
    std::string kind = options.kind;
    std::string url = options.url;
    for (const std::string& word : options.words) {
        std::string& place = word.find("://") == std::string::npos ? kind : url;
        if (!place.empty()) throw UsageError("\"" + word + "\" is one word too many");
        place = word;
    }
    WantedWebhook wanted;
    if (!kind.empty()) wanted.kind = read_kind(kind);
    if (url.empty() && options.url_file.empty() && is_chat(wanted.kind))
        throw UsageError("an address is needed: " + std::string(entry_of(wanted.kind).set_up) +
                         " Then give it with --url-file FILE, or - for standard input");
    if (url.empty() == options.url_file.empty())
        throw UsageError(
            "an address is needed, once: --url URL, or --url-file FILE when it is a "
            "secret");
    if (options.url_file == "-" && options.secret_file == "-")
        throw UsageError("standard input can be the address or the secret, not both");
    wanted.url = url.empty() ? read_secret(options.url_file, in) : url;
    if (is_chat(wanted.kind) && !options.secret_file.empty())
        throw UsageError("a chat's address is its secret; --secret-file is for generic webhooks");
    if (!is_chat(wanted.kind))
        wanted.secret = options.secret_file.empty()
                            ? new_webhook_secret()
                            : checked_secret(read_secret(options.secret_file, in));
    for (const std::string& host : options.allowed_hosts)
        wanted.allowed_hosts.push_back(without_brackets(host));
    if (is_chat(wanted.kind) && !url.empty())
        std::cerr << "advisor: this address is a secret; give it with --url-file, where other "
                     "users of this machine do not see it\n";
    return wanted;
}

}  // namespace advisor::server
