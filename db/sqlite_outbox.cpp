#include "db/sqlite_outbox.hpp"

#include <string>
#include <utility>

#include "db/outbox.hpp"
#include "db/sqlite_schema.hpp"

namespace advisor::db {
namespace sqlite {

OutboxWriter::OutboxWriter(const Connection& connection)
    : listened_(connection, "SELECT 1 FROM webhook WHERE enabled LIMIT 1"), add_(connection, R"sql(
        INSERT INTO outbox (message_id, webhook, event, session, seq, at, next_try_at)
        SELECT 'msg_' || lower(hex(randomblob(16))), id, ?1, ?2, ?3, ?4, ?4
        FROM webhook WHERE enabled AND events & ?1)sql") {}

void OutboxWriter::add(std::span<const Turn> turns, std::span<const AppendResult> results) {
    if (!Query(listened_).next()) return;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (turns[i].event == TurnEvent::none ||
            results[i].outcome != AppendResult::Outcome::stored)
            continue;
        Query(add_, static_cast<EventSet>(turns[i].event), results[i].session, results[i].seq,
              turns[i].at)
            .run();
    }
}

}  // namespace sqlite

namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;
using sqlite::Transaction;

Connection open_beside_server(const std::filesystem::path& file, Durability durability) {
    if (!sqlite::is_advisor_database(file)) {
        throw StoreError(StoreError::Kind::unusable,
                         file.string() +
                             ": no database there yet; start the server once or use "
                             "--data with its folder");
    }
    Connection connection(file, Access::read_write);
    sqlite::require_current(connection, file);
    connection.execute("PRAGMA cache_size = -256");
    // In WAL mode this commits without waiting for the disk.
    if (durability == Durability::process_end) connection.execute("PRAGMA synchronous = NORMAL");
    return connection;
}

std::string select_webhook(const std::string& rest) {
    return "SELECT id, name, kind, host, url, secret, old_secret, old_secret_until, events, "
           "allowed_hosts, enabled, disabled_because, not_before, last_success_at, "
           "last_failure_at, last_error, added_at FROM webhook " +
           rest;
}

WebhookRecord read_webhook(const Query& row) {
    WebhookRecord record;
    record.id = row.number(0);
    record.name = row.text(1);
    record.kind = row.text(2);
    record.host = row.text(3);
    record.url = row.text(4);
    record.secret = row.text(5);
    record.old_secret = row.text(6);
    record.old_secret_until = row.time(7);
    record.events = row.number(8);
    record.allowed_hosts = row.text(9);
    record.enabled = row.number(10) != 0;
    record.disabled_because = row.text(11);
    record.not_before = row.time(12);
    record.last_success_at = row.time(13);
    record.last_failure_at = row.time(14);
    record.last_error = row.text(15);
    record.added_at = row.time(16);
    return record;
}

std::string select_item(const std::string& rest) {
    return "SELECT id, message_id, webhook, event, session, seq, at, body, attempts, next_try_at, "
           "done_at, dead_at, error FROM outbox " +
           rest;
}

OutboxItem read_item(const Query& row) {
    OutboxItem item;
    item.id = row.number(0);
    item.message_id = row.text(1);
    item.webhook = row.number(2);
    item.event = row.number(3);
    item.session = row.number(4);
    item.seq = row.number(5);
    item.at = row.time(6);
    item.body = row.text(7);
    item.attempts = static_cast<int>(row.number(8));
    item.next_try_at = row.time(9);
    item.done_at = row.time(10);
    item.dead_at = row.time(11);
    item.error = row.text(12);
    return item;
}

std::vector<OutboxItem> read_items(Query& row) {
    std::vector<OutboxItem> items;
    while (row.next()) items.push_back(read_item(row));
    return items;
}

class SqliteOutbox final : public Outbox {
public:
    SqliteOutbox(const std::filesystem::path& file, Durability durability)
        : connection_(open_beside_server(file, durability)) {}

    bool changed() override;
    bool add(const WebhookRecord& webhook) override;
    std::vector<WebhookRecord> webhooks() override;
    std::optional<WebhookRecord> webhook(std::string_view name) override;
    WebhookCounts counts(RowId webhook) override;
    void change_secrets(const WebhookRecord& webhook) override;
    void enable(RowId webhook) override;
    void remove(RowId webhook) override;
    std::vector<OutboxItem> due(RowId webhook, TimePoint now, std::size_t limit) override;
    std::optional<TimePoint> next_due(RowId webhook) override;
    std::vector<OutboxItem> dead(RowId webhook, std::size_t limit) override;
    std::optional<OutboxItem> item(std::string_view message_id) override;
    std::optional<EventSource> source(RowId session, std::int64_t seq) override;
    OutboxItem add_test(RowId webhook, std::string_view message_id, TimePoint at) override;
    void keep_body(RowId item, std::string_view body) override;
    void delivered(const OutboxItem& item, TimePoint at) override;
    void failed(const OutboxItem& item, const FailedTry& failure) override;
    void replay(RowId item, TimePoint at) override;
    int forget_delivered(TimePoint before) override;

private:
    Connection connection_;
    std::int64_t seen_version_ = -1;

    Statement version_{connection_, "PRAGMA data_version"};
    Statement add_{connection_, R"sql(
        INSERT INTO webhook (name, kind, host, url, secret, events, allowed_hosts, added_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) DO NOTHING)sql"};
    Statement webhooks_{connection_, select_webhook("ORDER BY id")};
    Statement webhook_{connection_, select_webhook("WHERE name = ?1")};
    Statement counts_{connection_, R"sql(
        SELECT count(next_try_at), count(dead_at) FROM outbox WHERE webhook = ?1)sql"};
    Statement change_secrets_{connection_, R"sql(
        UPDATE webhook SET host = ?2, url = ?3, secret = ?4, old_secret = ?5,
            old_secret_until = ?6, allowed_hosts = ?7
        WHERE id = ?1)sql"};
    Statement enable_{connection_, R"sql(
        UPDATE webhook SET enabled = 1, disabled_because = '', not_before = 0 WHERE id = ?1)sql"};
    Statement remove_{connection_, "DELETE FROM webhook WHERE id = ?1"};
    Statement due_{connection_, select_item("WHERE webhook = ?1 AND next_try_at <= ?2 "
                                            "ORDER BY next_try_at LIMIT ?3")};
    Statement next_due_{connection_, R"sql(
        SELECT next_try_at FROM outbox WHERE webhook = ?1 AND next_try_at IS NOT NULL
        ORDER BY next_try_at LIMIT 1)sql"};
    Statement dead_{connection_, select_item("WHERE webhook = ?1 AND dead_at IS NOT NULL "
                                             "ORDER BY id LIMIT ?2")};
    Statement item_{connection_, select_item("WHERE message_id = ?1")};
    Statement source_{connection_, R"sql(
        SELECT session.key, channel, locale, report_code, turn.state,
            script.id, script.hash, script.name, script.body, script.fragments
        FROM turn JOIN session ON session.id = turn.session
            JOIN script ON script.id = session.script
        WHERE turn.session = ?1 AND turn.seq = ?2)sql"};
    Statement add_test_{connection_, R"sql(
        INSERT INTO outbox (message_id, webhook, event, session, seq, at)
        VALUES (?1, ?2, ?3, 0, 0, ?4))sql"};
    Statement keep_body_{connection_, "UPDATE outbox SET body = ?2 WHERE id = ?1"};
    Statement done_{connection_, R"sql(
        UPDATE outbox SET attempts = ?2, next_try_at = NULL, dead_at = NULL, done_at = ?3,
            error = '' WHERE id = ?1)sql"};
    Statement healthy_{connection_, R"sql(
        UPDATE webhook SET last_success_at = ?2, not_before = 0 WHERE id = ?1)sql"};
    // A test that failed is no dead letter: somebody watched it fail.
    Statement failed_{connection_, R"sql(
        UPDATE outbox SET attempts = ?2, next_try_at = nullif(?3, 0),
            dead_at = iif(event = 8, NULL, nullif(?4, 0)), error = ?5 WHERE id = ?1)sql"};
    Statement unhealthy_{connection_, R"sql(
        UPDATE webhook SET last_failure_at = ?2, last_error = ?3,
            not_before = max(not_before, ?4), enabled = enabled AND ?5 = '',
            disabled_because = iif(?5 = '', disabled_because, ?5)
        WHERE id = ?1)sql"};
    Statement replay_{connection_, R"sql(
        UPDATE outbox SET attempts = 0, next_try_at = ?2, dead_at = NULL, done_at = NULL
        WHERE id = ?1)sql"};
    Statement forget_{connection_, "DELETE FROM outbox WHERE done_at < ?1"};
};

bool SqliteOutbox::changed() {
    Query version(version_);
    if (!version.next()) return true;
    return std::exchange(seen_version_, version.number(0)) != version.number(0);
}

bool SqliteOutbox::add(const WebhookRecord& webhook) {
    Query(add_, webhook.name, webhook.kind, webhook.host, webhook.url, webhook.secret,
          webhook.events, webhook.allowed_hosts, webhook.added_at)
        .run();
    return connection_.changes() == 1;
}

std::vector<WebhookRecord> SqliteOutbox::webhooks() {
    std::vector<WebhookRecord> records;
    Query row(webhooks_);
    while (row.next()) records.push_back(read_webhook(row));
    return records;
}

std::optional<WebhookRecord> SqliteOutbox::webhook(std::string_view name) {
    Query row(webhook_, name);
    if (!row.next()) return std::nullopt;
    return read_webhook(row);
}

WebhookCounts SqliteOutbox::counts(RowId webhook) {
    Query row(counts_, webhook);
    if (!row.next()) return {};
    return {row.number(0), row.number(1)};
}

void SqliteOutbox::change_secrets(const WebhookRecord& webhook) {
    Query(change_secrets_, webhook.id, webhook.host, webhook.url, webhook.secret,
          webhook.old_secret, webhook.old_secret_until, webhook.allowed_hosts)
        .run();
}

void SqliteOutbox::enable(RowId webhook) {
    Query(enable_, webhook).run();
}

void SqliteOutbox::remove(RowId webhook) {
    Query(remove_, webhook).run();
}

std::vector<OutboxItem> SqliteOutbox::due(RowId webhook, TimePoint now, std::size_t limit) {
    Query row(due_, webhook, now, static_cast<std::int64_t>(limit));
    return read_items(row);
}

std::optional<TimePoint> SqliteOutbox::next_due(RowId webhook) {
    Query row(next_due_, webhook);
    if (!row.next()) return std::nullopt;
    return row.time(0);
}

std::vector<OutboxItem> SqliteOutbox::dead(RowId webhook, std::size_t limit) {
    Query row(dead_, webhook, static_cast<std::int64_t>(limit));
    return read_items(row);
}

std::optional<OutboxItem> SqliteOutbox::item(std::string_view message_id) {
    Query row(item_, message_id);
    if (!row.next()) return std::nullopt;
    return read_item(row);
}

std::optional<EventSource> SqliteOutbox::source(RowId session, std::int64_t seq) {
    Query row(source_, session, seq);
    if (!row.next()) return std::nullopt;
    EventSource source;
    source.session_key = row.text(0);
    source.channel = row.text(1);
    source.locale = row.text(2);
    source.report_code = row.text(3);
    source.state = row.text(4);
    source.script = {row.number(5), row.text(6), row.text(7), row.text(8), row.text(9)};
    return source;
}

OutboxItem SqliteOutbox::add_test(RowId webhook, std::string_view message_id, TimePoint at) {
    Query(add_test_, message_id, webhook, test_event, at).run();
    OutboxItem item;
    item.id = connection_.last_row();
    item.message_id = message_id;
    item.webhook = webhook;
    item.event = test_event;
    item.at = at;
    return item;
}

void SqliteOutbox::keep_body(RowId item, std::string_view body) {
    Query(keep_body_, item, body).run();
}

void SqliteOutbox::delivered(const OutboxItem& item, TimePoint at) {
    Transaction transaction(connection_);
    Query(done_, item.id, static_cast<std::int64_t>(item.attempts + 1), at).run();
    Query(healthy_, item.webhook, at).run();
    transaction.commit();
}

void SqliteOutbox::failed(const OutboxItem& item, const FailedTry& failure) {
    Transaction transaction(connection_);
    Query(failed_, item.id, static_cast<std::int64_t>(item.attempts + 1),
          failure.next_try_at.value_or(TimePoint{}), failure.next_try_at ? TimePoint{} : failure.at,
          failure.error)
        .run();
    Query(unhealthy_, item.webhook, failure.at, failure.error,
          failure.not_before.value_or(TimePoint{}), failure.disable_because)
        .run();
    transaction.commit();
}

void SqliteOutbox::replay(RowId item, TimePoint at) {
    Query(replay_, item, at).run();
}

int SqliteOutbox::forget_delivered(TimePoint before) {
    Query(forget_, before).run();
    return connection_.changes();
}

}  // namespace

std::unique_ptr<Outbox> open_sqlite_outbox(const std::filesystem::path& file,
                                           Durability durability) {
    return std::make_unique<SqliteOutbox>(file, durability);
}

}  // namespace advisor::db
