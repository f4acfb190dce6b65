#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "db/backup.hpp"
#include "db/sqlite.hpp"
#include "db/sqlite_schema.hpp"

namespace advisor::db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;

constexpr std::size_t chunk_bytes = 1U << 18U;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
    throw StoreError(StoreError::Kind::unusable, file.string() + ": " + why);
}

Connection open_ours(const std::filesystem::path& file, Access access) {
    if (!sqlite::is_advisor_database(file)) refuse(file, "there is no database");
    return Connection(file, access);
}

void make_private_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const int error = errno;
        refuse(file, "cannot be made (" + std::generic_category().message(error) + ")");
    }
    ::close(descriptor);
}

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + "\"";
}

/// Gathers small pieces into large ones.
class Gather {
public:
    explicit Gather(const ContentSink& sink) : sink_(sink) {}
    std::string& bytes() { return bytes_; }
    void flush_if_large() {
        if (bytes_.size() >= chunk_bytes) flush();
    }
    void flush() {
        sink_(bytes_);
        bytes_.clear();
    }

private:
    const ContentSink& sink_;
    std::string bytes_;
};

/// All rows that a query gives, in its order.
void gather_rows(const Connection& connection, const std::string& sql, Gather& gather) {
    Statement statement(connection, sql);
    Query row(statement);
    std::int64_t rows = 0;
    while (row.next()) {
        for (int column = 0; column < row.columns(); ++column)
            row.append_bytes(column, gather.bytes());
        ++rows;
        gather.flush_if_large();
    }
    gather.bytes() += "rows " + std::to_string(rows) + ";";
}

/// Tables that hold rows themselves; those of a virtual table are among them.
std::vector<std::string> real_tables(const Connection& connection) {
    std::vector<std::string> names;
    Statement statement(connection, R"sql(
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE VIRTUAL%'
            AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        ORDER BY name)sql");
    Query row(statement);
    while (row.next()) names.push_back(row.text(0));
    return names;
}

ContentCounts gather_content(const Connection& connection, const ContentSink& content) {
    Gather gather(content);
    gather.bytes() += "version " + std::to_string(read_number(connection, "PRAGMA user_version"));
    gather_rows(connection,
                "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", gather);
    for (const std::string& table : real_tables(connection)) {
        gather.bytes() += "table " + table + ";";
        // NOT INDEXED: in the order of the table itself, whatever a planner prefers.
        std::string sql = "SELECT * FROM " + quoted(table) + " NOT INDEXED";
        if (table == "setting") sql += " WHERE name NOT GLOB 'backup.*'";
        gather_rows(connection, sql, gather);
    }
    gather.flush();
    return {read_number(connection, "SELECT count(*) FROM session"),
            read_number(connection, "SELECT count(*) FROM turn"),
            read_number(connection, "SELECT coalesce(max(id), 0) FROM session")};
}

}  // namespace

ContentCounts copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                            const ContentSink& content) {
    Connection source = open_ours(from, Access::read_only);
    sqlite::require_current(source, from);
    make_private_file(to);
    source.execute("BEGIN");  // from the first row on, all reads see one moment
    const ContentCounts counts = gather_content(source, content);
    {
        Connection copy(to, Access::read_write);
        sqlite::copy_pages(source, copy);
        // One file that is complete in itself, without a log beside it.
        Statement set_mode(copy, "PRAGMA journal_mode = DELETE");
        Query mode(set_mode);
        if (!mode.next() || mode.text(0) != "delete") refuse(to, "cannot be completed");
    }
    source.execute("ROLLBACK");
    return counts;
}

ContentCounts read_content(const std::filesystem::path& file, const ContentSink& content) {
    const Connection connection = open_ours(file, Access::read_only);
    return gather_content(connection, content);
}

void check_integrity(const std::filesystem::path& file) {
    const Connection connection = open_ours(file, Access::read_only);
    Statement check(connection, "PRAGMA integrity_check(1)");
    Query row(check);
    const std::string found = row.next() ? row.text(0) : "no result";
    if (found != "ok")
        throw StoreError(StoreError::Kind::corrupt, file.string() + ": damaged (" + found + ")");
}

void bring_up_to_date(const std::filesystem::path& file) {
    Connection connection = open_ours(file, Access::read_write);
    sqlite::migrate(connection, file);
}

std::optional<std::string> backup_note(const std::filesystem::path& file, std::string_view name) {
    const Connection connection = open_ours(file, Access::read_only);
    Statement statement(connection, "SELECT value FROM setting WHERE name = ?1");
    Query row(statement, name);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

void set_backup_note(const std::filesystem::path& file, std::string_view name,
                     std::string_view value) {
    Connection connection = open_ours(file, Access::read_write);
    if (value.empty()) {
        Statement remove(connection, "DELETE FROM setting WHERE name = ?1");
        Query(remove, name).run();
        return;
    }
    Statement set(connection, R"sql(
        INSERT INTO setting (name, value) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value)sql");
    Query(set, name, value).run();
}

void sync_file(const std::filesystem::path& file) {
    for (const std::filesystem::path& path :
         {file, std::filesystem::absolute(file).parent_path()}) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
        const int error = errno;
        if (descriptor >= 0) ::close(descriptor);
        if (!synced)
            throw StoreError(StoreError::Kind::other,
                             path.string() + ": cannot be brought to disk (" +
                                 std::generic_category().message(error) + ")");
    }
}

}  // namespace advisor::db
