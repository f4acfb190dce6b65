#include <limits>

#include "db/accounts.hpp"
#include "db/sqlite_query.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;
using sqlite::Transaction;

using sqlite::run;

constexpr std::string_view reviewer_columns =
    "SELECT id, name, role, password, added_at FROM reviewer ";

Reviewer read_reviewer(const Query& row) {
    return {row.number(0), row.text(1), row.text(2), row.text(3), row.time(4)};
}

template <typename... Values>
std::optional<Reviewer> one_reviewer(const Connection& connection, std::string_view where,
                                     const Values&... values) {
    Statement statement(connection, std::string(reviewer_columns).append(where));
    Query row(statement, values...);
    if (!row.next()) return std::nullopt;
    return read_reviewer(row);
}

void write_audit(const Connection& connection, const Change& change) {
    run(connection,
        "INSERT INTO audit (at, who, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        change.at, change.who, change.action, change.subject, change.detail);
}

bool is_last_admin(const Connection& connection, std::string_view name) {
    Statement statement(connection,
                        "SELECT count(*) = sum(name = ?1) FROM reviewer WHERE role = 'admin'");
    Query row(statement, name);
    return row.next() && row.number(0) == 1;
}

/// Runs `sql` and notes it; false, and nothing noted, when no row changed.
template <typename... Values>
bool change_noted(Connection& connection, const Change& change, std::string_view sql,
                  const Values&... values) {
    Transaction transaction(connection);
    run(connection, sql, values...);
    if (connection.changes() == 0) return false;
    write_audit(connection, change);
    transaction.commit();
    return true;
}

}  // namespace

void add_audit(Connection& connection, const Change& change) {
    write_audit(connection, change);
}

std::vector<AuditRow> audit_rows(const Connection& connection, RowId before, std::size_t limit) {
    Statement statement(connection,
                        "SELECT id, at, who, action, subject, detail FROM audit WHERE id < ?1 "
                        "ORDER BY id DESC LIMIT ?2");
    constexpr RowId above_all = std::numeric_limits<RowId>::max();
    Query row(statement, before == 0 ? above_all : before, static_cast<std::int64_t>(limit));
    std::vector<AuditRow> found;
    while (row.next()) {
        Change change{row.text(2), row.text(3), row.text(4), row.text(5), row.time(1)};
        found.push_back({row.number(0), std::move(change)});
    }
    return found;
}

std::optional<Reviewer> find_reviewer(const Connection& connection, std::string_view name) {
    return one_reviewer(connection, "WHERE name = ?1", name);
}

std::vector<Reviewer> reviewers(const Connection& connection) {
    Statement statement(connection, std::string(reviewer_columns) + "ORDER BY name");
    Query row(statement);
    std::vector<Reviewer> found;
    while (row.next()) found.push_back(read_reviewer(row));
    return found;
}

bool add_reviewer(Connection& connection, std::string_view name, std::string_view role,
                  const Welcome& welcome, const Change& change) {
    return change_noted(connection, change,
                        "INSERT OR IGNORE INTO reviewer (name, role, welcome_hash, welcome_until, "
                        "added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                        name, role, welcome.hash, welcome.until, change.at);
}

AccountChange remove_reviewer(Connection& connection, std::string_view name, const Change& change) {
    Transaction transaction(connection);
    if (is_last_admin(connection, name)) return AccountChange::last_admin;
    run(connection, "DELETE FROM reviewer WHERE name = ?1", name);
    if (connection.changes() == 0) return AccountChange::unknown;
    write_audit(connection, change);
    transaction.commit();
    return AccountChange::done;
}

bool reset_reviewer(Connection& connection, std::string_view name, const Welcome& welcome,
                    const Change& change) {
    Transaction transaction(connection);
    run(connection,
        "UPDATE reviewer SET password = '', welcome_hash = ?2, welcome_until = ?3 WHERE name = ?1",
        name, welcome.hash, welcome.until);
    if (connection.changes() == 0) return false;
    run(connection,
        "DELETE FROM reviewer_login WHERE reviewer = (SELECT id FROM reviewer WHERE name = ?1)",
        name);
    write_audit(connection, change);
    transaction.commit();
    return true;
}

AccountChange set_role(Connection& connection, std::string_view name, std::string_view role,
                       const Change& change) {
    Transaction transaction(connection);
    if (role != "admin" && is_last_admin(connection, name)) return AccountChange::last_admin;
    run(connection, "UPDATE reviewer SET role = ?2 WHERE name = ?1", name, role);
    if (connection.changes() == 0) return AccountChange::unknown;
    run(connection,
        "DELETE FROM reviewer_login WHERE reviewer = (SELECT id FROM reviewer WHERE name = ?1)",
        name);
    write_audit(connection, change);
    transaction.commit();
    return AccountChange::done;
}

std::optional<Reviewer> find_welcome(const Connection& connection, std::string_view hash,
                                     TimePoint now) {
    return one_reviewer(connection,
                        "WHERE welcome_hash = ?1 AND welcome_hash <> '' AND welcome_until > ?2",
                        hash, now);
}

std::optional<Reviewer> use_welcome(Connection& connection, std::string_view hash,
                                    std::string_view password, const Change& change) {
    Transaction transaction(connection);
    std::optional<Reviewer> reviewer = find_welcome(connection, hash, change.at);
    if (!reviewer) return std::nullopt;
    run(connection,
        "UPDATE reviewer SET password = ?2, welcome_hash = '', welcome_until = 0 WHERE id = ?1",
        reviewer->id, password);
    Change noted = change;
    noted.who = reviewer->name;
    noted.subject = reviewer->name;
    write_audit(connection, noted);
    transaction.commit();
    return reviewer;
}

void set_password(Connection& connection, RowId reviewer, std::string_view password,
                  const Change& change) {
    Transaction transaction(connection);
    run(connection, "UPDATE reviewer SET password = ?2 WHERE id = ?1", reviewer, password);
    run(connection, "DELETE FROM reviewer_login WHERE reviewer = ?1", reviewer);
    write_audit(connection, change);
    transaction.commit();
}

void add_login(Connection& connection, std::string_view hash, RowId reviewer, TimePoint now) {
    run(connection,
        "INSERT INTO reviewer_login (hash, reviewer, begun_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
        hash, reviewer, now);
}

std::optional<Login> find_login(const Connection& connection, std::string_view hash) {
    Statement statement(connection,
                        "SELECT reviewer.id, name, role, password, added_at, begun_at, seen_at "
                        "FROM reviewer_login JOIN reviewer ON reviewer.id = reviewer "
                        "WHERE hash = ?1");
    Query row(statement, hash);
    if (!row.next()) return std::nullopt;
    Login login;
    login.reviewer = read_reviewer(row);
    login.begun_at = row.time(5);
    login.seen_at = row.time(6);
    return login;
}

void touch_login(Connection& connection, std::string_view hash, TimePoint now) {
    run(connection, "UPDATE reviewer_login SET seen_at = ?2 WHERE hash = ?1", hash, now);
}

void remove_login(Connection& connection, std::string_view hash) {
    run(connection, "DELETE FROM reviewer_login WHERE hash = ?1", hash);
}

void remove_old_logins(Connection& connection, TimePoint begun, TimePoint seen) {
    run(connection, "DELETE FROM reviewer_login WHERE begun_at < ?1 OR seen_at < ?2", begun, seen);
}

bool add_api_token(Connection& connection, std::string_view name, std::string_view role,
                   std::string_view hash, const Change& change) {
    return change_noted(
        connection, change,
        "INSERT OR IGNORE INTO api_token (name, role, hash, added_at) VALUES (?1, ?2, ?3, ?4)",
        name, role, hash, change.at);
}

bool remove_api_token(Connection& connection, std::string_view name, const Change& change) {
    return change_noted(connection, change, "DELETE FROM api_token WHERE name = ?1", name);
}

std::vector<ApiToken> api_tokens(const Connection& connection) {
    Statement statement(connection, "SELECT name, role, added_at FROM api_token ORDER BY name");
    Query row(statement);
    std::vector<ApiToken> found;
    while (row.next()) found.push_back({row.text(0), row.text(1), row.time(2)});
    return found;
}

std::optional<ApiToken> find_api_token(const Connection& connection, std::string_view hash) {
    Statement statement(connection, "SELECT name, role, added_at FROM api_token WHERE hash = ?1");
    Query row(statement, hash);
    if (!row.next()) return std::nullopt;
    return ApiToken{row.text(0), row.text(1), row.time(2)};
}

}  // namespace advisor::db
