#include <algorithm>
#include <limits>

#include "db/session_scan.hpp"
#include "db/sqlite.hpp"
#include "db/sqlite_schema.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;

Connection open_current(const std::filesystem::path& file) {
    if (!sqlite::is_advisor_database(file)) {
        throw StoreError(
            StoreError::Kind::unusable,
            file.string() + ": no database there yet; name the folder of one with --data");
    }
    Connection connection(file, sqlite::Access::read_only);
    sqlite::require_current(connection, file);
    return connection;
}

class SqliteSessionScan final : public SessionScan {
public:
    explicit SqliteSessionScan(const std::filesystem::path& file)
        : connection_(open_current(file)) {}

    std::vector<ScannedSession> page(const ScanFilter& filter, RowId after,
                                     std::size_t limit) override {
        constexpr TimePoint never{std::chrono::milliseconds::min()};
        constexpr TimePoint always{std::chrono::milliseconds::max()};
        std::vector<ScannedSession> found;
        Query row(page_, after, filter.since.value_or(never), filter.until.value_or(always),
                  filter.outcome, static_cast<std::int64_t>(limit));
        while (row.next()) {
            found.push_back({row.number(0), row.text(1), row.number(2), row.text(3), row.text(4)});
        }
        return found;
    }

    std::vector<std::string> inputs(RowId session) override {
        std::vector<std::string> found;
        Query row(inputs_, session);
        while (row.next()) found.push_back(row.text(0));
        return found;
    }

    std::optional<std::string> snapshot(RowId session) override {
        Query row(snapshot_, session);
        if (!row.next()) return std::nullopt;
        return row.text(0);
    }

    std::vector<ScannedTurn> turns(RowId session) override {
        std::vector<ScannedTurn> found;
        Query row(turns_, session);
        while (row.next()) found.push_back({row.number(0), row.text(1), row.text(2), row.text(3)});
        return found;
    }

    std::optional<StoredScript> script(RowId id) override {
        Query row(script_, id);
        if (!row.next()) return std::nullopt;
        return StoredScript{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4)};
    }

private:
    Connection connection_;
    Statement page_{connection_, R"sql(
        SELECT id, key, script, outcome, firmness FROM session
        WHERE id > ?1 AND started_at >= ?2 AND started_at < ?3
            AND (?4 = '' OR coalesce(outcome, 'open') = ?4)
        ORDER BY id LIMIT ?5)sql"};
    Statement inputs_{connection_, "SELECT input FROM turn WHERE session = ?1 ORDER BY seq"};
    Statement snapshot_{connection_,
                        "SELECT state FROM turn WHERE session = ?1 ORDER BY seq DESC LIMIT 1"};
    Statement turns_{connection_,
                     "SELECT seq, input, state, reply FROM turn WHERE session = ?1 ORDER BY seq"};
    Statement script_{connection_,
                      "SELECT id, hash, name, body, fragments FROM script WHERE id = ?1"};
};

}  // namespace

std::unique_ptr<SessionScan> open_session_scan(const std::filesystem::path& file) {
    return std::make_unique<SqliteSessionScan>(file);
}

}  // namespace advisor::db
