#include "server/webhook_admin.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "db/sqlite_store.hpp"
#include "server/public_address.hpp"
#include "server/secrets.hpp"
#include "server/serve.hpp"
#include "server/time_text.hpp"
#include "server/url.hpp"
#include "server/webhook_delivery.hpp"
#include "server/webhook_signature.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t max_secret_file_bytes = 8192;
constexpr std::size_t max_name_bytes = 40;
constexpr std::size_t max_dead_listed = 1000;

db::TimePoint now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string dump(const ordered_json& value) {
    return value.dump(2, ' ', true, ordered_json::error_handler_t::replace);
}

/// Opens the database, and makes or migrates it when no server has done so.
std::unique_ptr<db::Outbox> open_or_make(const fs::path& data) {
    const fs::path file = database_file(data);
    try {
        return db::open_sqlite_outbox(file);
    } catch (const db::StoreError& error) {
        if (error.kind() != db::StoreError::Kind::unusable) throw;
    }
    const bool is_new = !fs::exists(data);
    static_cast<void>(db::open_sqlite_writer(file));
    std::error_code ignored;  // it is our own, made just now
    if (is_new) fs::permissions(data, fs::perms::owner_all, ignored);
    return db::open_sqlite_outbox(file);
}

/// The one word of a file or of standard input.
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

/// The address's parts, once it may be sent to. Never prints the address: it may be a secret.
http::Url checked_url(const std::string& text, const std::vector<std::string>& allowed_hosts) {
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
    return *url;
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

/// What `add` is asked for.
struct Wanted {
    WebhookKind kind = WebhookKind::generic;
    std::string url;
    std::string secret;  ///< empty: this kind has none
    std::vector<std::string> allowed_hosts;
};

Wanted read_wanted(const WebhookOptions& options, std::istream& in) {
    std::string kind = options.kind;
    std::string url = options.url;
    for (const std::string& word : options.words) {
        std::string& place = word.find("://") == std::string::npos ? kind : url;
        if (!place.empty()) throw UsageError("\"" + word + "\" is one word too many");
        place = word;
    }
    Wanted wanted;
    if (!kind.empty()) wanted.kind = read_kind(kind);
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

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

db::WebhookRecord found(db::Outbox& outbox, const std::string& name) {
    std::optional<db::WebhookRecord> webhook = outbox.webhook(name);
    if (webhook) return std::move(*webhook);
    throw std::runtime_error("there is no webhook " + name +
                             "; \"advisor webhook list\" lists them");
}

std::string state_of(const db::WebhookRecord& webhook) {
    if (!webhook.enabled) return "off: " + webhook.disabled_because;
    if (webhook.not_before > now()) return "waits until " + utc_text(webhook.not_before);
    return "on";
}

ordered_json time_json(db::TimePoint time) {
    return time == db::TimePoint{} ? ordered_json() : ordered_json(utc_text(time));
}

ordered_json webhook_json(const db::WebhookRecord& webhook, const db::WebhookCounts& counts) {
    return {{"id", webhook.name},
            {"kind", webhook.kind},
            {"host", webhook.host},
            {"events", event_names(webhook.events)},
            {"enabled", webhook.enabled},
            {"state", state_of(webhook)},
            {"added_at", time_json(webhook.added_at)},
            {"last_success_at", time_json(webhook.last_success_at)},
            {"last_failure_at", time_json(webhook.last_failure_at)},
            {"last_error", webhook.last_error},
            {"pending", counts.pending},
            {"dead", counts.dead}};
}

ordered_json item_json(const db::OutboxItem& item) {
    return {
        {"id", item.message_id},  {"event", event_name(item.event)},    {"at", utc_text(item.at)},
        {"tries", item.attempts}, {"dead_at", time_json(item.dead_at)}, {"error", item.error}};
}

void print(const db::WebhookRecord& webhook, const db::WebhookCounts& counts, std::ostream& out) {
    out << webhook.name << "  " << webhook.kind << "  " << webhook.host << "  "
        << event_names(webhook.events) << "\n    " << state_of(webhook) << "; last success "
        << (webhook.last_success_at == db::TimePoint{} ? "never"
                                                       : utc_text(webhook.last_success_at))
        << "; pending " << counts.pending << ", dead " << counts.dead << "\n";
    if (webhook.last_failure_at > webhook.last_success_at)
        out << "    last failure " << utc_text(webhook.last_failure_at) << ": "
            << webhook.last_error << "\n";
}

void print_secret(const db::WebhookRecord& webhook, const std::string& secret, bool json,
                  std::ostream& out) {
    if (json) {
        ordered_json about{{"id", webhook.name},
                           {"kind", webhook.kind},
                           {"host", webhook.host},
                           {"events", event_names(webhook.events)}};
        if (!secret.empty()) about["secret"] = secret;
        out << dump(about) << "\n";
        return;
    }
    out << "Webhook " << webhook.name << ": " << webhook.kind << " at " << webhook.host << ", "
        << event_names(webhook.events) << ".\nTry it with: advisor webhook test " << webhook.name
        << "\n";
    if (!secret.empty())
        out << "Give the receiver this secret; it is not shown again:\n" << secret << "\n";
}

ClientResponse send_now(HttpClient& client, ClientRequest request) {
    net::io_context io{1};
    ClientResponse response;
    std::exception_ptr failure;
    net::co_spawn(io, client.send(std::move(request)),
                  [&](const std::exception_ptr& error, ClientResponse got) {
                      failure = error;
                      response = std::move(got);
                  });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return response;
}

}  // namespace

int webhook_add(const WebhookOptions& options, std::istream& in, std::ostream& out) {
    const std::string name =
        options.name.empty() ? "wh_" + random_text(5) : checked_name(options.name);
    const Wanted wanted = read_wanted(options, in);
    db::WebhookRecord webhook;
    webhook.name = name;
    webhook.kind = entry_of(wanted.kind).name;
    webhook.host = checked_url(wanted.url, wanted.allowed_hosts).host;
    webhook.events = read_events(options.events, wanted.kind);
    webhook.allowed_hosts = joined(wanted.allowed_hosts);
    webhook.added_at = now();
    const std::unique_ptr<db::Outbox> outbox = open_or_make(options.data);
    const SecretBox box(options.data);
    webhook.url = box.seal(wanted.url, webhook_label(name, "url"));
    if (!wanted.secret.empty())
        webhook.secret = box.seal(wanted.secret, webhook_label(name, "secret"));
    if (!outbox->add(webhook))
        throw UsageError("there is a webhook " + name + " already; take another id");
    print_secret(webhook, wanted.secret, options.json, out);
    return 0;
}

int webhook_list(const WebhookOptions& options, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = open_or_make(options.data);
    if (!options.name.empty()) {
        const db::WebhookRecord webhook = found(*outbox, options.name);
        const std::vector<db::OutboxItem> dead = outbox->dead(webhook.id, max_dead_listed);
        if (options.json) {
            ordered_json about = webhook_json(webhook, outbox->counts(webhook.id));
            about["dead_messages"] = ordered_json::array();
            for (const db::OutboxItem& item : dead)
                about["dead_messages"].push_back(item_json(item));
            out << dump(about) << "\n";
            return 0;
        }
        print(webhook, outbox->counts(webhook.id), out);
        for (const db::OutboxItem& item : dead)
            out << "    dead " << item.message_id << "  " << event_name(item.event) << " of "
                << utc_text(item.at) << ", " << item.attempts << " tries: " << item.error << "\n";
        return 0;
    }
    const std::vector<db::WebhookRecord> webhooks = outbox->webhooks();
    ordered_json list = ordered_json::array();
    for (const db::WebhookRecord& webhook : webhooks) {
        const db::WebhookCounts counts = outbox->counts(webhook.id);
        if (options.json)
            list.push_back(webhook_json(webhook, counts));
        else
            print(webhook, counts, out);
    }
    if (options.json) out << dump(list) << "\n";
    if (!options.json && webhooks.empty()) out << "No webhooks yet.\n";
    return 0;
}

int webhook_test(const WebhookOptions& options, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    const db::WebhookRecord webhook = found(*outbox, options.name);
    const SecretBox box(options.data);
    HttpClient client(options.ca_file);
    const WebhookKind kind = read_kind(webhook.kind);
    WebhookEvent event;
    event.at = now();
    const std::string body = delivery_body(kind, event);
    const db::OutboxItem item = outbox->add_test(webhook.id, "msg_" + random_text(16), event.at);
    outbox->keep_body(item.id, body);
    std::optional<ClientRequest> request =
        delivery_request(webhook, box, item.message_id, body, now());
    if (!request)
        throw std::runtime_error("the address or secret of " + webhook.name +
                                 " does not open with the key of this data folder; put its "
                                 "secret.key back, or rotate");
    const ClientResponse response = send_now(client, std::move(*request));
    TryResult result;
    result.status = response.status;
    result.error = std::string(to_text(response.error)) + ": " + response.reason;
    const Verdict verdict = judge(result, kind, max_tries, now(), 0);
    if (verdict.delivered) {
        outbox->delivered(item, now());
        out << "delivered: HTTP " << response.status << ", message " << item.message_id << "\n";
        if (!webhook.enabled)
            out << "It is switched off; \"advisor webhook enable " << webhook.name
                << "\" switches it on.\n";
        return 0;
    }
    db::FailedTry failure;
    failure.at = now();
    failure.error = verdict.error;
    outbox->failed(item, failure);
    std::cerr << "advisor: not delivered: " << verdict.error << "\n";
    return 1;
}

int webhook_replay(const WebhookOptions& options, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    std::vector<db::OutboxItem> items;
    if (options.name.starts_with("msg_")) {
        std::optional<db::OutboxItem> item = outbox->item(options.name);
        if (!item)
            throw std::runtime_error("there is no message " + options.name +
                                     "; \"advisor webhook list ID\" lists the dead ones");
        items.push_back(std::move(*item));
    } else {
        items = outbox->dead(found(*outbox, options.name).id, max_dead_listed);
    }
    for (const db::OutboxItem& item : items) outbox->replay(item.id, now());
    out << items.size() << (items.size() == 1 ? " message is" : " messages are")
        << " to be sent again.\n";
    return 0;
}

int webhook_rotate(const WebhookOptions& options, std::istream& in, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    db::WebhookRecord webhook = found(*outbox, options.name);
    const bool chat = is_chat(read_kind(webhook.kind));
    if (chat && options.url_file.empty())
        throw UsageError("a chat's address is its secret; give the new one with --url-file");
    if (!options.url_file.empty() && !options.secret_file.empty())
        throw UsageError("change the address or the secret, one at a time");
    const SecretBox box(options.data);
    std::string secret;
    if (!options.url_file.empty()) {
        const std::string url = read_secret(options.url_file, in);
        std::vector<std::string> hosts;
        std::istringstream words(webhook.allowed_hosts);
        for (std::string word; words >> word;) hosts.push_back(word);
        webhook.host = checked_url(url, hosts).host;
        webhook.url = box.seal(url, webhook_label(webhook.name, "url"));
    } else {
        secret = options.secret_file.empty() ? new_webhook_secret()
                                             : checked_secret(read_secret(options.secret_file, in));
        webhook.old_secret = webhook.secret;
        webhook.old_secret_until = now() + std::chrono::hours(options.overlap_hours);
        webhook.secret = box.seal(secret, webhook_label(webhook.name, "secret"));
    }
    outbox->change_secrets(webhook);
    print_secret(webhook, secret, options.json, out);
    return 0;
}

int webhook_enable(const WebhookOptions& options, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    const db::WebhookRecord webhook = found(*outbox, options.name);
    outbox->enable(webhook.id);
    out << "Webhook " << webhook.name << " is on; " << outbox->counts(webhook.id).pending
        << " pending.\n";
    return 0;
}

int webhook_remove(const WebhookOptions& options, std::ostream& out) {
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    const db::WebhookRecord webhook = found(*outbox, options.name);
    const db::WebhookCounts counts = outbox->counts(webhook.id);
    outbox->remove(webhook.id);
    out << "Webhook " << webhook.name << " is removed, with " << counts.pending << " pending and "
        << counts.dead << " dead messages.\n";
    return 0;
}

}  // namespace advisor::server
