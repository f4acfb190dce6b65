#include "db/sqlite_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "db/sqlite.hpp"
#include "db/sqlite_outbox.hpp"
#include "db/sqlite_schema.hpp"
#include "db/writer_lock.hpp"

namespace advisor::db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;
using sqlite::Transaction;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
    throw StoreError(StoreError::Kind::unusable, file.string() + ": " + why);
}

std::string system_message(int error) {
    return std::generic_category().message(error);
}

/// The file behind all links, so that a database has one lock whatever name it is opened by.
std::filesystem::path resolved(const std::filesystem::path& file) {
    std::error_code error;
    const std::filesystem::path path = std::filesystem::weakly_canonical(file, error);
    return error ? std::filesystem::absolute(file) : path;
}

void make_folder_of(const std::filesystem::path& file) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) {
        refuse(file, "its folder cannot be made (" + error.message() +
                         "); use --data with another folder");
    }
}

/// Makes the file when it is missing, for this user alone; SQLite would make it readable for all.
/// SQLite gives the log's files the same mode.
void make_private_file(const std::filesystem::path& file) {
    // EXCL: closing a second descriptor of an open database would drop all the locks that this
    // process has on it (POSIX), so an existing file is never opened here.
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {
        refuse(file, "cannot be made (" + system_message(errno) +
                         "); let this user write the folder or use --data with another one");
    }
}

/// Requires: the caller holds the lock of `file`.
Connection open_for_writing(const std::filesystem::path& file) {
    make_private_file(file);
    Connection connection(file, Access::read_write);
    // A group of many sessions writes fewer pages when they are twice the usual size. A cache that
    // is too small for them would write them early and read them again (docs/decisions/005).
    connection.execute("PRAGMA page_size = 8192; PRAGMA cache_size = -2048");
    sqlite::migrate(connection, file);
    Statement set_mode(connection, "PRAGMA journal_mode = WAL");
    Query mode(set_mode);
    if (!mode.next() || mode.text(0) != "wal") {
        refuse(file, "its folder cannot hold a write-ahead log; use --data with a local folder");
    }
    return connection;
}

Connection open_for_reading(const std::filesystem::path& file) {
    if (!sqlite::is_advisor_database(file)) {
        refuse(file, "no database there yet; start the server once or use --data with its folder");
    }
    Connection connection(file, Access::read_only);
    sqlite::require_current(connection, file);
    return connection;
}

StoredScript read_script(const Query& row) {
    return {row.number(0), row.text(1), row.text(2), row.text(3), row.text(4)};
}

class SqliteWriter final : public Writer {
public:
    explicit SqliteWriter(const std::filesystem::path& file)
        : lock_(file), connection_(open_for_writing(file)) {}

    std::vector<AppendResult> append(std::span<const Turn> turns) override;
    StoredScript keep_script(const StoredScript& script) override;
    std::string secret(std::string_view name, const std::string& fresh) override;
    void change(const std::function<void(sqlite::Connection&)>& work) override {
        work(connection_);
    }

private:
    AppendResult open_session(const Turn& turn, const NewSession& opens);
    AppendResult add_turn(const Turn& turn);
    void update_session(RowId session, const Turn& turn);
    AppendResult what_stands_instead(const Turn& turn);

    WriterLock lock_;  // first, so that it is let go last
    Connection connection_;

    // Adds nothing unless the turn is the session's next one and its key is new: without the turn
    // before it, its number is NULL, which the table does not take. (INSERT ... SELECT ... WHERE
    // EXISTS would go through a temporary table each time, as it reads what it writes.)
    Statement add_turn_{connection_, R"sql(
        INSERT OR IGNORE INTO turn (session, seq, turn_key, at, input, state, reply)
        VALUES (?1, (SELECT ?2 FROM turn WHERE session = ?1 AND seq = ?2 - 1),
                ?3, ?4, ?5, ?6, ?7))sql"};
    Statement add_first_turn_{connection_, R"sql(
        INSERT INTO turn (session, seq, turn_key, at, input, state, reply)
        VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6))sql"};
    Statement finish_{connection_, R"sql(
        UPDATE session SET outcome = ?2, firmness = ?3, report_code = ?4,
            finished_at = coalesce(finished_at, ?5)
        WHERE id = ?1)sql"};
    // The report code stays: a link that was given away outlives a change of mind.
    Statement reopen_{connection_, R"sql(
        UPDATE session SET outcome = NULL, firmness = NULL, finished_at = NULL WHERE id = ?1)sql"};
    Statement add_session_{connection_, R"sql(
        INSERT INTO session (key, script, channel, locale, started_at)
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO NOTHING)sql"};
    Statement turn_by_key_{connection_, R"sql(
        SELECT seq, reply FROM turn WHERE session = ?1 AND turn_key = ?2)sql"};
    Statement first_turn_{connection_, R"sql(
        SELECT turn.session, turn.seq, turn.reply
        FROM session JOIN turn ON turn.session = session.id AND turn.seq = 1
        WHERE session.key = ?1)sql"};
    Statement script_by_hash_{connection_, R"sql(
        SELECT id, hash, name, body, fragments FROM script WHERE hash = ?1)sql"};
    Statement add_script_{connection_, R"sql(
        INSERT INTO script (name, hash, body, fragments, added_at) VALUES (?1, ?2, ?3, ?4, ?5))sql"};
    Statement setting_{connection_, "SELECT value FROM setting WHERE name = ?1"};
    Statement add_setting_{connection_, "INSERT INTO setting (name, value) VALUES (?1, ?2)"};
    sqlite::OutboxWriter outbox_{connection_};
};

std::vector<AppendResult> SqliteWriter::append(std::span<const Turn> turns) {
    std::vector<AppendResult> results;
    if (turns.empty()) return results;
    results.reserve(turns.size());
    Transaction transaction(connection_);
    bool has_events = false;
    for (const Turn& turn : turns) {
        results.push_back(turn.opens ? open_session(turn, *turn.opens) : add_turn(turn));
        has_events |= turn.event != TurnEvent::none;
    }
    if (has_events) outbox_.add(turns, results);
    transaction.commit();
    return results;
}

AppendResult SqliteWriter::open_session(const Turn& turn, const NewSession& opens) {
    assert(turn.session == 0 && turn.seq == 1);
    Query(add_session_, opens.key, opens.script, opens.channel, opens.locale, turn.at).run();
    if (connection_.changes() == 1) {
        const RowId session = connection_.last_row();
        Query(add_first_turn_, session, turn.turn_key, turn.at, turn.input, turn.state, turn.reply)
            .run();
        update_session(session, turn);
        return {AppendResult::Outcome::stored, session, 1, {}};
    }
    Query first(first_turn_, opens.key);
    if (!first.next()) {
        throw StoreError(StoreError::Kind::corrupt, "session without a first turn: " + opens.key);
    }
    return {AppendResult::Outcome::duplicate, first.number(0), first.number(1), first.text(2)};
}

AppendResult SqliteWriter::add_turn(const Turn& turn) {
    Query(add_turn_, turn.session, turn.seq, turn.turn_key, turn.at, turn.input, turn.state,
          turn.reply)
        .run();
    if (connection_.changes() == 0) return what_stands_instead(turn);
    update_session(turn.session, turn);
    return {AppendResult::Outcome::stored, turn.session, turn.seq, {}};
}

/// Most turns neither finish a session nor take a finished one up again, and leave its row alone.
void SqliteWriter::update_session(RowId session, const Turn& turn) {
    if (turn.finish) {
        Query(finish_, session, turn.finish->outcome, turn.finish->firmness,
              turn.finish->report_code, turn.at)
            .run();
    } else if (turn.reopens) {
        Query(reopen_, session).run();
    }
}

/// The result of a turn that was not stored. The key is looked for before the number is blamed.
AppendResult SqliteWriter::what_stands_instead(const Turn& turn) {
    Query stored(turn_by_key_, turn.session, turn.turn_key);
    if (!stored.next()) return {AppendResult::Outcome::conflict, turn.session, turn.seq, {}};
    return {AppendResult::Outcome::duplicate, turn.session, stored.number(0), stored.text(1)};
}

StoredScript SqliteWriter::keep_script(const StoredScript& script) {
    Query known(script_by_hash_, script.hash);
    if (known.next()) return read_script(known);
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    Transaction transaction(connection_);
    Query(add_script_, script.name, script.hash, script.body, script.fragments, TimePoint{now})
        .run();
    StoredScript stored = script;
    stored.id = connection_.last_row();
    transaction.commit();
    return stored;
}

std::string SqliteWriter::secret(std::string_view name, const std::string& fresh) {
    const std::string setting = "secret." + std::string(name);
    Query known(setting_, setting);
    if (known.next()) return known.text(0);
    Transaction transaction(connection_);
    Query(add_setting_, setting, fresh).run();
    transaction.commit();
    return fresh;
}

/// Every call is one statement, and so sees one state.
class SqliteReader final : public Reader {
public:
    explicit SqliteReader(const std::filesystem::path& file)
        : connection_(open_for_reading(file)) {}

    std::optional<SessionRecord> session(std::string_view key) override;
    std::optional<TurnRecord> turn(RowId session, std::string_view turn_key) override;
    std::vector<TurnRecord> turns(RowId session, std::int64_t after) override;
    std::optional<SessionRecord> session_by_report(std::string_view report_code) override;
    std::optional<StoredScript> script(RowId id) override;
    std::vector<SessionRecord> latest_sessions(std::size_t limit, RowId before) override;

private:
    /// The columns that `read_session` reads, with the session's latest turn.
    static std::string select_session(const std::string& rest) {
        return "SELECT session.id, key, script, seq, state, channel, locale, outcome, firmness, "
               "started_at, at FROM session JOIN turn ON turn.session = session.id "
               "AND seq = (SELECT max(seq) FROM turn WHERE turn.session = session.id) " +
               rest;
    }
    static SessionRecord read_session(const Query& row);
    static TurnRecord read_turn(const Query& row);

    Connection connection_;
    Statement session_by_key_{connection_, select_session("WHERE key = ?1")};
    Statement session_by_report_{connection_, select_session("WHERE report_code = ?1")};
    Statement latest_sessions_{
        connection_, select_session("WHERE session.id < ?1 ORDER BY session.id DESC LIMIT ?2")};
    Statement turn_by_key_{connection_, R"sql(
        SELECT seq, turn_key, input, reply, at FROM turn
        WHERE session = ?1 AND turn_key = ?2)sql"};
    Statement turns_after_{connection_, R"sql(
        SELECT seq, turn_key, input, reply, at FROM turn
        WHERE session = ?1 AND seq > ?2 ORDER BY seq)sql"};
    Statement script_{connection_, R"sql(
        SELECT id, hash, name, body, fragments FROM script WHERE id = ?1)sql"};
};

SessionRecord SqliteReader::read_session(const Query& row) {
    SessionRecord record;
    record.id = row.number(0);
    record.key = row.text(1);
    record.script = row.number(2);
    record.seq = row.number(3);
    record.state = row.text(4);
    record.channel = row.text(5);
    record.locale = row.text(6);
    record.outcome = row.text(7);
    record.firmness = row.text(8);
    record.started_at = row.time(9);
    record.updated_at = row.time(10);
    return record;
}

TurnRecord SqliteReader::read_turn(const Query& row) {
    TurnRecord record;
    record.seq = row.number(0);
    record.turn_key = row.text(1);
    record.input = row.text(2);
    record.reply = row.text(3);
    record.at = row.time(4);
    return record;
}

std::optional<SessionRecord> SqliteReader::session(std::string_view key) {
    Query row(session_by_key_, key);
    if (!row.next()) return std::nullopt;
    return read_session(row);
}

std::optional<TurnRecord> SqliteReader::turn(RowId session, std::string_view turn_key) {
    Query row(turn_by_key_, session, turn_key);
    if (!row.next()) return std::nullopt;
    return read_turn(row);
}

std::vector<TurnRecord> SqliteReader::turns(RowId session, std::int64_t after) {
    std::vector<TurnRecord> found;
    Query row(turns_after_, session, after);
    while (row.next()) found.push_back(read_turn(row));
    return found;
}

std::optional<SessionRecord> SqliteReader::session_by_report(std::string_view report_code) {
    Query row(session_by_report_, report_code);
    if (!row.next()) return std::nullopt;
    return read_session(row);
}

std::optional<StoredScript> SqliteReader::script(RowId id) {
    Query row(script_, id);
    if (!row.next()) return std::nullopt;
    return read_script(row);
}

std::vector<SessionRecord> SqliteReader::latest_sessions(std::size_t limit, RowId before) {
    constexpr RowId above_all = std::numeric_limits<RowId>::max();
    constexpr auto most_rows = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    std::vector<SessionRecord> found;
    Query row(latest_sessions_, before == 0 ? above_all : before,
              static_cast<std::int64_t>(std::min(limit, most_rows)));
    while (row.next()) found.push_back(read_session(row));
    return found;
}

}  // namespace

sqlite::Connection open_sqlite_beside(const std::filesystem::path& file, bool to_write) {
    const std::filesystem::path path = resolved(file);
    if (!to_write) return open_for_reading(path);
    if (!sqlite::is_advisor_database(path)) {
        refuse(path, "no database there yet; start the server once or use --data with its folder");
    }
    Connection connection(path, Access::read_write);
    sqlite::require_current(connection, path);
    return connection;
}

std::unique_ptr<Writer> open_sqlite_writer(const std::filesystem::path& file) {
    const std::filesystem::path path = resolved(file);
    // Before the lock file and all else: next to a foreign file nothing of ours appears.
    static_cast<void>(sqlite::is_advisor_database(path));
    make_folder_of(path);
    return std::make_unique<SqliteWriter>(path);
}

std::unique_ptr<Reader> open_sqlite_reader(const std::filesystem::path& file) {
    return std::make_unique<SqliteReader>(resolved(file));
}

}  // namespace advisor::db
