#include "db/sqlite.hpp"

#include <sqlite3.h>

#include <bit>
#include <cerrno>

namespace advisor::db::sqlite {
namespace {

/// With one writer, locks come from other tools only (a shell, a backup) and from recovery.
constexpr std::chrono::milliseconds busy_timeout{5000};

StoreError::Kind kind_of(int extended_code, int system_error) {
    if (system_error == ENOSPC || system_error == EDQUOT || extended_code == SQLITE_IOERR_WRITE) {
        return StoreError::Kind::full;
    }
    switch (extended_code & 0xff) {
        case SQLITE_FULL:
            return StoreError::Kind::full;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return StoreError::Kind::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return StoreError::Kind::busy;
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY:
            return StoreError::Kind::unusable;
        default:
            return StoreError::Kind::other;
    }
}

/// Throws what went wrong last on `handle`.
[[noreturn]] void fail(sqlite3* handle) {
    const int code = sqlite3_extended_errcode(handle);
    const int primary_code = code & 0xff;
    // The system's error number is only renewed by calls that can fail in the system.
    const bool from_system = primary_code == SQLITE_IOERR || primary_code == SQLITE_FULL;
    const auto kind = kind_of(code, from_system ? sqlite3_system_errno(handle) : 0);
    const char* file = sqlite3_db_filename(handle, "main");
    std::string what = file == nullptr || *file == '\0' ? "database" : file;
    what += std::string(": ") + sqlite3_errmsg(handle) + " (SQLite " + std::to_string(code) + ")";
    if (kind == StoreError::Kind::unusable) {
        what +=
            "; let this user read and write the file and its folder, or use --data with another "
            "folder";
    }
    throw StoreError(kind, what);
}

/// `file` as a URI, so that no character of its name is taken for a parameter.
std::string uri_of(const std::filesystem::path& file, std::string_view parameters) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    std::string uri = "file:";
    for (const char byte : std::filesystem::absolute(file).string()) {
        if (plain.find(byte) != std::string_view::npos) {
            uri += byte;
        } else {
            const auto value = static_cast<unsigned char>(byte);
            uri += {'%', hex[value / 16], hex[value % 16]};
        }
    }
    return uri.append(parameters);
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}

Connection::Connection(const std::filesystem::path& file, Access access) {
    // Nobody asks SQLite for its memory statistics, and keeping them takes a lock per allocation.
    // Only before its first use; afterwards it is refused, and all is set already.
    [[maybe_unused]] static const int no_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // Pages one by one instead of twenty at once: most connections beside the writer use fewer.
    [[maybe_unused]] static const int no_bulk =
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    // NOMUTEX: one caller at a time is our contract, SQLite need not lock for each call.
    const int flags =
        (access == Access::read_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
        SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const std::string uri = uri_of(file, access == Access::header ? "?immutable=1" : "");
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (handle == nullptr) throw StoreError(StoreError::Kind::other, "SQLite: out of memory");
    if (code != SQLITE_OK) fail(handle);
    if (access == Access::header) return;
    // Without the right to write, SQLite opens for reading and says nothing.
    if (access == Access::read_write && sqlite3_db_readonly(handle, "main") == 1) {
        throw StoreError(StoreError::Kind::unusable,
                         file.string() +
                             ": this user may not write it; change its owner or use --data with "
                             "another folder");
    }
    sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
    execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
}

void Connection::execute(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_.get());
    }
}

int Connection::changes() const noexcept {
    return sqlite3_changes(handle_.get());
}

RowId Connection::last_row() const noexcept {
    return sqlite3_last_insert_rowid(handle_.get());
}

bool Connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const noexcept {
    sqlite3_finalize(handle);
}

Statement::Statement(const Connection& connection, std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    const int code =
        sqlite3_prepare_v3(connection.handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(connection.handle_.get());
}

Query::~Query() {
    sqlite3_reset(statement_);  // repeats the error of the latest step, which was thrown there
}

bool Query::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(sqlite3_db_handle(statement_));
}

void Query::run() {
    while (next()) {
    }
}

std::int64_t Query::number(int column) const noexcept {
    return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
    // The order matters: the text first, then its size.
    const unsigned char* bytes = sqlite3_column_text(statement_, column);
    const int size_bytes = sqlite3_column_bytes(statement_, column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size_bytes)};
}

TimePoint Query::time(int column) const noexcept {
    return TimePoint{std::chrono::milliseconds{number(column)}};
}

int Query::columns() const noexcept {
    return sqlite3_column_count(statement_);
}

void Query::append_bytes(int column, std::string& out) const {
    const int kind = sqlite3_column_type(statement_, column);
    const bool bytes = kind == SQLITE_TEXT || kind == SQLITE_BLOB;
    std::uint64_t number = 0;
    if (bytes)
        static_cast<void>(sqlite3_column_blob(statement_, column));  // the bytes before their size
    if (kind == SQLITE_INTEGER)
        number = static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
    else if (kind == SQLITE_FLOAT)
        number = std::bit_cast<std::uint64_t>(sqlite3_column_double(statement_, column));
    else if (bytes)
        number = static_cast<std::uint64_t>(sqlite3_column_bytes(statement_, column));
    out += static_cast<char>(kind);
    for (unsigned shift = 0; shift < 64; shift += 8)
        out += static_cast<char>(number >> shift & 0xFFU);
    if (bytes && number > 0)
        out.append(static_cast<const char*>(sqlite3_column_blob(statement_, column)), number);
}

void Query::bind(int parameter, std::int64_t value) {
    if (sqlite3_bind_int64(statement_, parameter, value) != SQLITE_OK) {
        fail(sqlite3_db_handle(statement_));
    }
}

void Query::bind(int parameter, std::string_view value) {
    // A view without an address would be NULL, not an empty text.
    const char* bytes = value.data() == nullptr ? "" : value.data();
    if (sqlite3_bind_text64(statement_, parameter, bytes, value.size(), SQLITE_STATIC,
                            SQLITE_UTF8) != SQLITE_OK) {
        fail(sqlite3_db_handle(statement_));
    }
}

void Query::bind(int parameter, TimePoint value) {
    bind(parameter, static_cast<std::int64_t>(value.time_since_epoch().count()));
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
    // IMMEDIATE takes the write lock now: a transaction that begins by reading could not wait for
    // it later.
    connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    // After some errors SQLite has rolled back by itself. Should this one fail, the next BEGIN
    // says so.
    if (connection_.in_transaction()) {
        sqlite3_exec(connection_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void Transaction::commit() {
    connection_.execute("COMMIT");
}

void copy_pages(const Connection& from, Connection& to) {
    sqlite3_backup* copy =
        sqlite3_backup_init(to.handle_.get(), "main", from.handle_.get(), "main");
    if (copy == nullptr) fail(to.handle_.get());
    static_cast<void>(sqlite3_backup_step(copy, -1));
    if (sqlite3_backup_finish(copy) != SQLITE_OK) fail(to.handle_.get());
}

std::int64_t read_number(const Connection& connection, std::string_view sql) {
    Statement statement(connection, sql);
    Query query(statement);
    return query.next() ? query.number(0) : 0;
}

}  // namespace advisor::db::sqlite
