#include "server/webhooks/webhook_delivery.hpp"

#include <algorithm>
#include <sstream>

#include "server/log.hpp"
#include "server/webhooks/webhook_posts.hpp"
#include "server/webhooks/webhook_signature.hpp"

namespace advisor::server {
namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

WebhookKind kind_of(const db::WebhookRecord& webhook) {
    return webhook_kind(webhook.kind).value_or(WebhookKind::generic);
}

TryResult to_result(ClientResponse response) {
    TryResult result;
    result.status = response.status;
    if (response.error != ClientError::none)
        result.error = std::string(to_text(response.error)) + ": " + response.reason;
    result.retry_after = response.header("Retry-After");
    return result;
}

db::FailedTry failure_of(const Verdict& verdict, TimePoint now) {
    db::FailedTry failure;
    failure.at = now;
    failure.error = verdict.error;
    failure.next_try_at = verdict.next_try_at;
    failure.not_before = verdict.not_before;
    failure.disable_because = verdict.disable_because;
    return failure;
}

void log_failure(const DeliveryJob& job, const Verdict& verdict) {
    log(LogLevel::warning, "webhook_failed",
        {{"webhook", job.webhook.name},
         {"message", job.item.message_id},
         {"try", job.item.attempts + 1},
         {"reason", verdict.error},
         {"again", verdict.next_try_at.has_value()},
         {"disabled", !verdict.disable_because.empty()}});
}

}  // namespace

std::string webhook_label(std::string_view name, std::string_view column) {
    return "webhook " + std::string(name) + " " + std::string(column);
}

std::optional<ClientRequest> delivery_request(const db::WebhookRecord& webhook,
                                              const SecretBox& box, std::string_view message_id,
                                              std::string body, TimePoint now) {
    std::optional<std::string> url = box.open(webhook.url, webhook_label(webhook.name, "url"));
    if (!url) return std::nullopt;
    ClientRequest request;
    request.url = std::move(*url);
    request.allowed_hosts = words_of(webhook.allowed_hosts);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    if (webhook.secret.empty()) return request;
    std::vector<std::string> secrets;
    const auto open = [&](const std::string& sealed) {
        std::optional<std::string> secret = box.open(sealed, webhook_label(webhook.name, "secret"));
        if (secret && webhook_key(*secret)) secrets.push_back(std::move(*secret));
        return secret.has_value();
    };
    if (!open(webhook.secret) || secrets.empty()) return std::nullopt;
    if (webhook.old_secret_until > now) open(webhook.old_secret);
    const std::int64_t timestamp =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    request.headers.emplace_back("webhook-id", std::string(message_id));
    request.headers.emplace_back("webhook-timestamp", std::to_string(timestamp));
    request.headers.emplace_back("webhook-signature",
                                 webhook_signature(secrets, message_id, timestamp, request.body));
    return request;
}

std::string delivery_body(WebhookKind kind, const WebhookEvent& event) {
    return is_chat(kind) ? chat_body(kind, event) : generic_body(event);
}

/// Keeps a message from being taken again until its try has ended, also by an exception or with its
/// event loop.
class Deliveries::UnderWay {
public:
    UnderWay(Deliveries& all, const DeliveryJob& job)
        : all_(all), item_(job.item.id), webhook_(job.webhook.id) {}
    ~UnderWay() {
        all_.under_way_.erase(item_);
        const auto found = all_.busy_webhooks_.find(webhook_);
        if (found != all_.busy_webhooks_.end()) all_.busy_webhooks_.erase(found);
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

private:
    Deliveries& all_;
    db::RowId item_;
    db::RowId webhook_;
};

Deliveries::Deliveries(db::Outbox& outbox, const SecretBox& box, HttpClient& client,
                       ScriptRegistry& scripts, std::string public_url, DeliveryChance chance)
    : outbox_(outbox),
      box_(box),
      client_(client),
      scripts_(scripts),
      public_url_(std::move(public_url)),
      chance_(std::move(chance)) {}

std::vector<DeliveryJob> Deliveries::take_due() {
    const TimePoint now = chance_.now();
    std::vector<DeliveryJob> jobs;
    has_webhooks_ = false;
    next_due_ = TimePoint::max();
    for (const db::WebhookRecord& webhook : outbox_.webhooks()) {
        if (!webhook.enabled) continue;
        has_webhooks_ = true;
        if (webhook.not_before > now)
            next_due_ = std::min(next_due_, webhook.not_before);
        else
            take_due_of(webhook, now, jobs);
    }
    return jobs;
}

void Deliveries::take_due_of(const db::WebhookRecord& webhook, TimePoint now,
                             std::vector<DeliveryJob>& jobs) {
    const bool slow = webhook.not_before > TimePoint{} || is_chat(kind_of(webhook));
    const std::size_t at_once = slow ? 1 : max_per_webhook;
    // What is under way is still due by the table.
    for (db::OutboxItem& item : outbox_.due(webhook.id, now, at_once + max_per_webhook)) {
        if (busy_webhooks_.count(webhook.id) >= at_once || under_way_.size() >= max_under_way)
            return;
        if (!under_way_.insert(item.id).second) continue;
        busy_webhooks_.insert(webhook.id);
        jobs.push_back({webhook, std::move(item)});
    }
    const std::optional<TimePoint> next = outbox_.next_due(webhook.id);
    if (next && *next > now) next_due_ = std::min(next_due_, *next);
}

bool Deliveries::make_body(const DeliveryJob& job, std::string& body, std::string& error) {
    body = job.item.body;
    if (!body.empty()) return true;
    const std::optional<db::EventSource> source = outbox_.source(job.item.session, job.item.seq);
    error = "the session is gone";
    if (!source) return false;
    ScriptPtr script = scripts_.loaded(source->script.id);
    if (!script) script = scripts_.adopt(source->script);
    error = "the session cannot be read by this version";
    if (!script) return false;
    const std::optional<WebhookEvent> event =
        read_event(job.item, *source, script->script, public_url_);
    if (!event) return false;
    body = delivery_body(kind_of(job.webhook), *event);
    outbox_.keep_body(job.item.id, body);
    return true;
}

Task<TryResult> Deliveries::try_once(const DeliveryJob& job, std::string body) {
    std::optional<ClientRequest> request =
        delivery_request(job.webhook, box_, job.item.message_id, std::move(body), chance_.now());
    if (!request) {
        TryResult result;
        result.error = "its address or secret does not open with the key of this data folder";
        co_return result;
    }
    ClientResponse response = co_await client_.send(std::move(*request));
    co_return to_result(std::move(response));
}

Task<Verdict> Deliveries::deliver(DeliveryJob job) {
    const UnderWay under_way(*this, job);
    Verdict verdict;
    std::string body;
    if (make_body(job, body, verdict.error)) {
        const TryResult result = co_await try_once(job, std::move(body));
        verdict = judge(result, kind_of(job.webhook), job.item.attempts + 1, chance_.now(),
                        chance_.random());
    }
    if (verdict.delivered) {
        outbox_.delivered(job.item, chance_.now());
        log(LogLevel::info, "webhook_delivered",
            {{"webhook", job.webhook.name},
             {"message", job.item.message_id},
             {"try", job.item.attempts + 1}});
    } else {
        outbox_.failed(job.item, failure_of(verdict, chance_.now()));
        log_failure(job, verdict);
    }
    co_return verdict;
}

}  // namespace advisor::server
