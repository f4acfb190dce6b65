#include "server/webhooks/webhook_admin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "db/sqlite_store.hpp"
#include "server/secrets.hpp"
#include "server/serve.hpp"
#include "server/time_text.hpp"
#include "server/webhooks/webhook_delivery.hpp"
#include "server/webhooks/webhook_input.hpp"
#include "server/webhooks/webhook_signature.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

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

int list_one(db::Outbox& outbox, const WebhookOptions& options, std::ostream& out) {
    const db::WebhookRecord webhook = found(outbox, options.name);
    const std::vector<db::OutboxItem> dead = outbox.dead(webhook.id, max_dead_listed);
    if (options.json) {
        ordered_json about = webhook_json(webhook, outbox.counts(webhook.id));
        about["dead_messages"] = ordered_json::array();
        for (const db::OutboxItem& item : dead) about["dead_messages"].push_back(item_json(item));
        out << dump(about) << "\n";
        return 0;
    }
    print(webhook, outbox.counts(webhook.id), out);
    for (const db::OutboxItem& item : dead)
        out << "    dead " << item.message_id << "  " << event_name(item.event) << " of "
            << utc_text(item.at) << ", " << item.attempts << " tries: " << item.error << "\n";
    return 0;
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
    const WantedWebhook wanted = read_wanted(options, in);
    db::WebhookRecord webhook;
    webhook.name = name;
    webhook.kind = entry_of(wanted.kind).name;
    webhook.host = checked_host(wanted.url, wanted.allowed_hosts);
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
    const std::unique_ptr<db::Outbox> outbox = db::open_sqlite_outbox(database_file(options.data));
    if (!options.name.empty()) return list_one(*outbox, options, out);
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
        webhook.host = checked_host(url, hosts);
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
