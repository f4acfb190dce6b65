#pragma once
// SQLite behind four small owners: Connection, Statement, Query and Transaction. Every failure is
// a StoreError. Thread: a connection and all that hangs on it have one caller at a time.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "db/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace advisor::db::sqlite {

enum class Access {
    header,      ///< the main file as it lies there: no lock, no log, nothing created beside it
    read_only,   ///< reads beside a writer or alone; may create the log's files, never the database
    read_write,  ///< commits are on disk when they return (synchronous=FULL)
};

/// An open database file. Foreign keys are enforced; locks are waited for, up to `busy_timeout`.
class Connection {
public:
    /// Opens a file that exists; never creates one.
    /// Errors: StoreError, `unusable` when `access` is more than the file or its folder allows.
    Connection(const std::filesystem::path& file, Access access);

    /// Runs SQL that has no parameters and whose results nobody needs.
    void execute(const std::string& sql);
    /// How many rows the latest INSERT, UPDATE or DELETE changed.
    [[nodiscard]] int changes() const noexcept;
    /// The row number of the latest successful INSERT.
    [[nodiscard]] RowId last_row() const noexcept;
    [[nodiscard]] bool in_transaction() const noexcept;

private:
    friend class Statement;
    friend class Transaction;
    friend void copy_pages(const Connection& from, Connection& to);
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement, kept for many runs. Lifetime: goes before its connection.
class Statement {
public:
    Statement(const Connection& connection, std::string_view sql);

private:
    friend class Query;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// One run of a statement. Its end resets the statement, so that no reader pins an old state of
/// the database longer than it reads; a statement has one run at a time.
/// Lifetime: texts are bound where they lie and must outlive the run.
class Query {
public:
    /// Binds `values` to the parameters 1, 2, ... in order.
    template <typename... Values>
    explicit Query(Statement& statement, const Values&... values)
        : statement_(statement.handle_.get()) {
        int parameter = 0;
        (bind(++parameter, values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Goes to the next row; false after the last one.
    [[nodiscard]] bool next();
    /// Runs a statement that gives no rows.
    void run();

    [[nodiscard]] std::int64_t number(int column) const noexcept;
    /// The bytes of a text; empty for NULL.
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] TimePoint time(int column) const noexcept;
    [[nodiscard]] int columns() const noexcept;
    /// Appends kind, size and bytes of a column, so that rows with other values give other bytes.
    void append_bytes(int column, std::string& out) const;

private:
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view value);
    void bind(int parameter, TimePoint value);

    sqlite3_stmt* statement_;
};

/// A write transaction (BEGIN IMMEDIATE), rolled back unless committed. After a failed commit
/// nothing of it is stored and the connection can go on.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Connection& connection_;
};

/// Copies the whole database as `from` sees it; `to` is an open, empty one. `from` may be inside of
/// a read transaction, and then the copy is what that sees, whatever others write meanwhile.
void copy_pages(const Connection& from, Connection& to);

/// The single number that `sql` asks for.
[[nodiscard]] std::int64_t read_number(const Connection& connection, std::string_view sql);

}  // namespace advisor::db::sqlite
