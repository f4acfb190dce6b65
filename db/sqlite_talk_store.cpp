#include <utility>

#include "db/outbox.hpp"
#include "db/sqlite.hpp"
#include "db/sqlite_schema.hpp"
#include "db/sqlite_team_answers.hpp"
#include "db/talk_store.hpp"

namespace advisor::db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;
using sqlite::Transaction;

Connection open_beside_writer(const std::filesystem::path& file) {
    if (!sqlite::is_advisor_database(file)) {
        throw StoreError(StoreError::Kind::unusable,
                         file.string() +
                             ": no database there yet; start the server once or use "
                             "--data with its folder");
    }
    Connection connection(file, Access::read_write);
    sqlite::require_current(connection, file);
    connection.execute("PRAGMA cache_size = -512; PRAGMA synchronous = NORMAL");
    return connection;
}

/// A transaction that survives loss of power when it is committed.
class DurableTransaction {
public:
    explicit DurableTransaction(Connection& connection) : connection_(connection) {
        connection_.execute("PRAGMA synchronous = FULL");
        transaction_.emplace(connection_);
    }
    ~DurableTransaction() {
        transaction_.reset();
        try {
            connection_.execute("PRAGMA synchronous = NORMAL");
        } catch (const StoreError&) {  // then later commits are safer than they need be
        }
    }
    DurableTransaction(const DurableTransaction&) = delete;
    DurableTransaction& operator=(const DurableTransaction&) = delete;

    void commit() { transaction_->commit(); }

private:
    Connection& connection_;
    std::optional<Transaction> transaction_;
};

/// A transaction, or a part of the one that is open.
class PartOfTransaction {
public:
    explicit PartOfTransaction(Connection& connection) {
        if (!connection.in_transaction()) own_.emplace(connection);
    }
    void commit() {
        if (own_) own_->commit();
    }

private:
    std::optional<Transaction> own_;
};

HookRecord read_hook(const Query& row) {
    HookRecord hook;
    hook.id = row.text(0);
    hook.platform = row.text(1);
    hook.secrets = row.text(2);
    hook.options = row.text(3);
    hook.shared = row.number(4) != 0;
    hook.public_url = row.text(5);
    hook.added_at = row.time(6);
    hook.rotated_at = row.time(7);
    return hook;
}

TalkRecord read_talk(const Query& row) {
    TalkRecord talk;
    talk.id = row.number(0);
    talk.hook = row.text(1);
    talk.key = row.text(2);
    talk.channel = row.text(3);
    talk.owner = row.text(4);
    talk.handle = row.text(5);
    talk.session = row.text(6);
    talk.post_key = row.text(7);
    talk.draft = row.text(8);
    talk.is_over = row.number(9) != 0;
    talk.began_at = row.time(10);
    return talk;
}

std::string select_hook(const std::string& rest) {
    return "SELECT id, platform, secrets, options, shared, public_url, added_at, rotated_at FROM "
           "hook " +
           rest;
}

std::string select_talk(const std::string& rest) {
    return "SELECT id, hook, key, channel, owner, handle, session, post_key, draft, is_over, "
           "began_at FROM talk " +
           rest;
}

class SqliteTalkStore final : public TalkStore {
public:
    explicit SqliteTalkStore(const std::filesystem::path& file)
        : connection_(open_beside_writer(file)) {}

    void in_one(const std::function<void()>& work) override;
    std::optional<HookRecord> hook(std::string_view id) override;
    std::vector<HookRecord> hooks(std::string_view platform) override;
    void put_hook(const HookRecord& hook) override;
    bool remove_hook(std::string_view id) override;
    std::optional<TalkRecord> talk(std::string_view key) override;
    std::optional<TalkRecord> talk_by_handle(std::string_view handle) override;
    TalkRecord add_talk(const TalkRecord& talk) override;
    void set_draft(RowId talk, std::string_view draft) override;
    void set_post_key(RowId talk, std::string_view post_key) override;
    void end_talk(RowId talk, std::optional<TimePoint> told_at) override;
    std::optional<std::string> response(std::string_view hook,
                                        const std::vector<std::string>& ids) override;
    std::optional<std::string> keep_response(std::string_view hook,
                                             const std::vector<std::string>& ids,
                                             const std::string& response, std::string_view handle,
                                             TimePoint now, std::chrono::hours keep) override;
    TeamAnswers& team() override { return team_; }
    void add_code(std::string_view digest, std::string_view session, TimePoint expires) override;
    std::optional<std::string> take_code(std::string_view digest, TimePoint now) override;

private:
    static std::optional<TalkRecord> only_talk(Query& row);

    Connection connection_;
    Statement hook_{connection_, select_hook("WHERE id = ?1")};
    Statement hooks_{connection_,
                     select_hook("WHERE ?1 = '' OR platform = ?1 ORDER BY added_at, id")};
    Statement put_hook_{connection_, R"sql(
        INSERT OR REPLACE INTO hook
            (id, platform, secrets, options, shared, public_url, added_at, rotated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"};
    Statement drop_hook_{connection_, "DELETE FROM hook WHERE id = ?1"};
    Statement drop_talks_{connection_, "DELETE FROM talk WHERE hook = ?1"};
    Statement drop_deliveries_{connection_, "DELETE FROM delivery WHERE hook = ?1"};
    Statement talk_by_key_{connection_, select_talk("WHERE key = ?1 ORDER BY id DESC LIMIT 1")};
    Statement talk_by_post_{
        connection_,
        select_talk("WHERE post_key = ?1 AND post_key <> '' ORDER BY id DESC LIMIT 1")};
    Statement talk_by_handle_{connection_, select_talk("WHERE handle = ?1")};
    Statement drop_handle_{connection_, "DELETE FROM talk WHERE handle = ?1"};
    Statement add_talk_{connection_, R"sql(
        INSERT INTO talk (hook, key, channel, owner, handle, session, began_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"};
    Statement set_draft_{connection_, "UPDATE talk SET draft = ?2 WHERE id = ?1"};
    Statement set_post_key_{connection_,
                            "UPDATE talk SET post_key = ?2 WHERE id = ?1 AND post_key <> ?2"};
    Statement end_talk_{connection_, "UPDATE talk SET is_over = 1 WHERE id = ?1 AND is_over = 0"};
    Statement tell_end_{connection_, R"sql(
        INSERT INTO outbox (message_id, webhook, event, session, seq, at, next_try_at)
        SELECT 'msg_' || lower(hex(randomblob(16))), webhook.id, ?2, session.id,
            (SELECT max(seq) FROM turn WHERE turn.session = session.id), ?3, ?3
        FROM talk JOIN session ON session.key = talk.session JOIN webhook
        WHERE talk.id = ?1 AND webhook.enabled AND webhook.events & ?2)sql"};
    Statement response_{connection_,
                        "SELECT response FROM delivery WHERE hook = ?1 AND dedupe = ?2"};
    Statement add_response_{connection_, R"sql(
        INSERT OR IGNORE INTO delivery (hook, dedupe, at, response, session)
        VALUES (?1, ?2, ?3, ?4, coalesce((SELECT session FROM talk WHERE handle = ?5), '')))sql"};
    Statement drop_old_{connection_, "DELETE FROM delivery WHERE at < ?1"};
    Statement add_code_{connection_, R"sql(
        INSERT OR REPLACE INTO join_code (digest, session, expires_at) VALUES (?1, ?2, ?3))sql"};
    Statement code_{connection_,
                    "SELECT session FROM join_code WHERE digest = ?1 AND expires_at > ?2"};
    Statement drop_codes_{connection_,
                          "DELETE FROM join_code WHERE digest = ?1 OR expires_at <= ?2"};
    SqliteTeamAnswers team_{connection_};
};

void SqliteTalkStore::in_one(const std::function<void()>& work) {
    {
        Transaction transaction(connection_);
        work();
        transaction.commit();
    }
    team_.sync();
}

std::optional<HookRecord> SqliteTalkStore::hook(std::string_view id) {
    Query row(hook_, id);
    if (!row.next()) return std::nullopt;
    return read_hook(row);
}

std::vector<HookRecord> SqliteTalkStore::hooks(std::string_view platform) {
    std::vector<HookRecord> found;
    Query row(hooks_, platform);
    while (row.next()) found.push_back(read_hook(row));
    return found;
}

void SqliteTalkStore::put_hook(const HookRecord& hook) {
    DurableTransaction transaction(connection_);
    Query(put_hook_, hook.id, hook.platform, hook.secrets, hook.options,
          std::int64_t{hook.shared ? 1 : 0}, hook.public_url, hook.added_at, hook.rotated_at)
        .run();
    transaction.commit();
}

bool SqliteTalkStore::remove_hook(std::string_view id) {
    DurableTransaction transaction(connection_);
    Query(drop_hook_, id).run();
    const bool removed = connection_.changes() == 1;
    Query(drop_talks_, id).run();
    Query(drop_deliveries_, id).run();
    transaction.commit();
    return removed;
}

std::optional<TalkRecord> SqliteTalkStore::only_talk(Query& row) {
    if (!row.next()) return std::nullopt;
    return read_talk(row);
}

std::optional<TalkRecord> SqliteTalkStore::talk(std::string_view key) {
    Query by_key(talk_by_key_, key);
    if (auto found = only_talk(by_key)) return found;
    Query by_post(talk_by_post_, key);
    return only_talk(by_post);
}

std::optional<TalkRecord> SqliteTalkStore::talk_by_handle(std::string_view handle) {
    Query row(talk_by_handle_, handle);
    return only_talk(row);
}

TalkRecord SqliteTalkStore::add_talk(const TalkRecord& talk) {
    PartOfTransaction transaction(connection_);
    {
        Query known(talk_by_handle_, talk.handle);
        const std::optional<TalkRecord> stored = only_talk(known);
        if (stored && stored->key == talk.key && !stored->is_over) return *stored;
    }
    Query(drop_handle_, talk.handle).run();
    Query(add_talk_, talk.hook, talk.key, talk.channel, talk.owner, talk.handle, talk.session,
          talk.began_at)
        .run();
    TalkRecord added = talk;
    added.id = connection_.last_row();
    transaction.commit();
    return added;
}

void SqliteTalkStore::set_draft(RowId talk, std::string_view draft) {
    Query(set_draft_, talk, draft).run();
}

void SqliteTalkStore::set_post_key(RowId talk, std::string_view post_key) {
    Query(set_post_key_, talk, post_key).run();
}

void SqliteTalkStore::end_talk(RowId talk, std::optional<TimePoint> told_at) {
    PartOfTransaction transaction(connection_);
    Query(end_talk_, talk).run();
    if (connection_.changes() == 1 && told_at)
        Query(tell_end_, talk, static_cast<EventSet>(TurnEvent::cancelled), *told_at).run();
    transaction.commit();
}

std::optional<std::string> SqliteTalkStore::response(std::string_view hook,
                                                     const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        Query row(response_, hook, id);
        if (row.next()) return row.text(0);
    }
    return std::nullopt;
}

std::optional<std::string> SqliteTalkStore::keep_response(std::string_view hook,
                                                          const std::vector<std::string>& ids,
                                                          const std::string& response,
                                                          std::string_view handle, TimePoint now,
                                                          std::chrono::hours keep) {
    PartOfTransaction transaction(connection_);
    Query(drop_old_, now - keep).run();
    std::optional<std::string> standing = this->response(hook, ids);
    for (const std::string& id : ids)
        Query(add_response_, hook, id, now, standing ? *standing : response, handle).run();
    transaction.commit();
    return standing;
}

void SqliteTalkStore::add_code(std::string_view digest, std::string_view session,
                               TimePoint expires) {
    Query(add_code_, digest, session, expires).run();
}

std::optional<std::string> SqliteTalkStore::take_code(std::string_view digest, TimePoint now) {
    PartOfTransaction transaction(connection_);
    std::optional<std::string> session;
    {
        Query row(code_, digest, now);
        if (row.next()) session = row.text(0);
    }
    Query(drop_codes_, digest, now).run();
    transaction.commit();
    return session;
}

}  // namespace

std::unique_ptr<TalkStore> open_sqlite_talk_store(const std::filesystem::path& file) {
    return std::make_unique<SqliteTalkStore>(file);
}

}  // namespace advisor::db
