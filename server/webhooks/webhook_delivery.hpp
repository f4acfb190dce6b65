#pragma once
// Tries to deliver messages of the outbox, one request each, and writes down how it went.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/outbox.hpp"
#include "server/net/http_client.hpp"
#include "server/script_registry.hpp"
#include "server/sealed_secret.hpp"
#include "server/webhooks/delivery_schedule.hpp"
#include "server/webhooks/webhook_event.hpp"

namespace advisor::server {

/// Where a secret of a webhook belongs, so that it opens nowhere else.
[[nodiscard]] std::string webhook_label(std::string_view name, std::string_view column);

/// The request that delivers `body` to a webhook, signed for this moment. Nothing when its secrets
/// do not open with this key.
[[nodiscard]] std::optional<ClientRequest> delivery_request(const db::WebhookRecord& webhook,
                                                            const SecretBox& box,
                                                            std::string_view message_id,
                                                            std::string body, TimePoint now);

/// The body of an event for this kind of webhook.
[[nodiscard]] std::string delivery_body(WebhookKind kind, const WebhookEvent& event);

/// What delivering depends on besides its arguments.
struct DeliveryChance {
    std::function<TimePoint()> now;
    std::function<double()> random;  ///< in [0, 1)
};

/// A message and whom it is for.
struct DeliveryJob {
    db::WebhookRecord webhook;
    db::OutboxItem item;
};

/// At least once: a try that nobody got to write down is repeated under the same id. At most
/// `max_under_way` at once in all and `max_per_webhook` to one webhook; one at a time to a chat,
/// and to a webhook that has asked to be left alone and has taken nothing since. Thread: one, which
/// also runs the coroutines. Lifetime: borrows its arguments. Errors: db::StoreError; the message
/// stays as it was.
class Deliveries {
public:
    static constexpr std::size_t max_under_way = 16;
    static constexpr std::size_t max_per_webhook = 4;

    Deliveries(db::Outbox& outbox, const SecretBox& box, HttpClient& client,
               ScriptRegistry& scripts, std::string public_url, DeliveryChance chance);

    /// What is due and may be sent now. Each is under way until `deliver` has ended.
    [[nodiscard]] std::vector<DeliveryJob> take_due();

    [[nodiscard]] Task<Verdict> deliver(DeliveryJob job);

    [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
    /// False when no webhook is switched on, by the latest `take_due`.
    [[nodiscard]] bool has_webhooks() const { return has_webhooks_; }
    /// When `take_due` will have more, unless something changes; by its latest call.
    [[nodiscard]] TimePoint next_due() const { return next_due_; }

private:
    class UnderWay;
    void take_due_of(const db::WebhookRecord& webhook, TimePoint now,
                     std::vector<DeliveryJob>& jobs);
    /// The body to send, made and kept at the first try; else why there is none.
    [[nodiscard]] bool make_body(const DeliveryJob& job, std::string& body, std::string& error);
    [[nodiscard]] Task<TryResult> try_once(const DeliveryJob& job, std::string body);

    db::Outbox& outbox_;
    const SecretBox& box_;
    HttpClient& client_;
    ScriptRegistry& scripts_;
    std::string public_url_;
    DeliveryChance chance_;
    std::multiset<db::RowId> busy_webhooks_;
    std::set<db::RowId> under_way_;
    bool has_webhooks_ = false;
    TimePoint next_due_;
};

}  // namespace advisor::server
