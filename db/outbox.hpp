#pragma once
// Webhooks and their outbox: who is told of events, what they are still to be told, and how that
// went. Rows are written with the turns that they tell of (db/store.hpp, TurnEvent).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/store.hpp"

namespace advisor::db {

/// Events as a set of bits: those of TurnEvent, and the one that no turn makes.
using EventSet = std::int64_t;
inline constexpr EventSet test_event = 8;

/// A time of 0 (1970) means never.
struct WebhookRecord {
    RowId id = 0;
    std::string name;  ///< what people call it by
    std::string kind;
    std::string host;    ///< of the URL, for lists
    std::string url;     ///< sealed, as are the secrets
    std::string secret;  ///< empty for kinds that sign nothing
    std::string old_secret;
    TimePoint old_secret_until;  ///< signs as well until then
    EventSet events = 0;
    std::string allowed_hosts;  ///< with spaces between
    bool enabled = true;
    std::string disabled_because;
    TimePoint not_before;  ///< it asked to be left alone until then
    TimePoint last_success_at;
    TimePoint last_failure_at;
    std::string last_error;  ///< of the latest failure
    TimePoint added_at;
};

struct WebhookCounts {
    std::int64_t pending = 0;
    std::int64_t dead = 0;
};

/// One event for one webhook.
struct OutboxItem {
    RowId id = 0;
    std::string message_id;  ///< the same for every try and replay
    RowId webhook = 0;
    EventSet event = 0;
    RowId session = 0;  ///< 0 for a test
    std::int64_t seq = 0;
    TimePoint at;      ///< of the event
    std::string body;  ///< empty until it is first sent
    int attempts = 0;
    TimePoint next_try_at;  ///< 1970 when it is not to be tried
    TimePoint done_at;
    TimePoint dead_at;
    std::string error;  ///< of the latest try
};

/// A session as it stood after one turn.
struct EventSource {
    std::string session_key;
    std::string channel;
    std::string locale;
    std::string report_code;  ///< empty before its first recommendation
    std::string state;
    StoredScript script;
};

/// What a failed try leaves behind.
struct FailedTry {
    TimePoint at;
    std::string error;
    std::optional<TimePoint> next_try_at;  ///< nothing: it is dead
    std::optional<TimePoint> not_before;   ///< for the whole webhook
    std::string disable_because;           ///< not empty: switches the webhook off
};

/// Webhooks and outbox of a database that exists. Beside a running server from any process: each
/// call is one statement or transaction.
/// Thread: one caller at a time. Errors: StoreError.
class Outbox {
public:
    virtual ~Outbox() = default;

    /// True when somebody else has changed the database since the last call, and at the first one.
    virtual bool changed() = 0;

    /// False when the name is taken.
    virtual bool add(const WebhookRecord& webhook) = 0;
    virtual std::vector<WebhookRecord> webhooks() = 0;
    virtual std::optional<WebhookRecord> webhook(std::string_view name) = 0;
    virtual WebhookCounts counts(RowId webhook) = 0;
    /// Renews address and secrets.
    virtual void change_secrets(const WebhookRecord& webhook) = 0;
    /// Also forgets that it asked to be left alone.
    virtual void enable(RowId webhook) = 0;
    /// With all that it was still to be told.
    virtual void remove(RowId webhook) = 0;

    /// What is to be sent by now, the oldest first.
    virtual std::vector<OutboxItem> due(RowId webhook, TimePoint now, std::size_t limit) = 0;
    /// When the next one is due.
    virtual std::optional<TimePoint> next_due(RowId webhook) = 0;
    virtual std::vector<OutboxItem> dead(RowId webhook, std::size_t limit) = 0;
    virtual std::optional<OutboxItem> item(std::string_view message_id) = 0;
    /// Nothing when the session is gone.
    virtual std::optional<EventSource> source(RowId session, std::int64_t seq) = 0;

    /// Adds a test that nobody but the caller sends.
    virtual OutboxItem add_test(RowId webhook, std::string_view message_id, TimePoint at) = 0;
    virtual void keep_body(RowId item, std::string_view body) = 0;
    virtual void delivered(const OutboxItem& item, TimePoint at) = 0;
    virtual void failed(const OutboxItem& item, const FailedTry& failure) = 0;
    /// Makes one message due again, as if it had not been tried.
    virtual void replay(RowId item, TimePoint at) = 0;
    /// Forgets what was delivered before `before`; returns how much that was.
    virtual int forget_delivered(TimePoint before) = 0;
};

/// What a change survives when it has returned.
enum class Durability {
    power_loss,
    process_end,  ///< a loss of power may take it back: what was delivered is delivered once more
};

/// Opens a database of the current version. Errors: StoreError `unusable` with a sentence.
[[nodiscard]] std::unique_ptr<Outbox> open_sqlite_outbox(
    const std::filesystem::path& file, Durability durability = Durability::power_loss);

}  // namespace advisor::db
