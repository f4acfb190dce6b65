#pragma once
// Accounts of the review console: people with passwords, their log-ins, API tokens, and the audit
// log. Every secret comes in as a hash. All calls work on a connection of the caller and have their
// own transaction; those that change something write the audit row in it.
// Errors: StoreError.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sqlite.hpp"

namespace advisor::db {

struct Reviewer {
    RowId id = 0;
    std::string name;
    std::string role;
    std::string password;  ///< libsodium's text form of the hash; empty until one is set
    TimePoint added_at;
};

struct ApiToken {
    std::string name;
    std::string role;
    TimePoint added_at;
};

/// A one-time link: the hash of its token, and until when it holds.
struct Welcome {
    std::string hash;
    TimePoint until;
};

/// Who did what, and when; goes into the audit log.
struct Change {
    std::string who;
    std::string action;  ///< such as "user.add"
    std::string subject;
    std::string detail;
    TimePoint at;
};

struct AuditRow {
    RowId id = 0;
    Change change;
};

/// A log-in with its account.
struct Login {
    Reviewer reviewer;
    TimePoint begun_at;
    TimePoint seen_at;
};

void add_audit(sqlite::Connection& connection, const Change& change);
/// The latest first, below row `before` (0: from the latest).
[[nodiscard]] std::vector<AuditRow> audit_rows(const sqlite::Connection& connection, RowId before,
                                               std::size_t limit);

[[nodiscard]] std::optional<Reviewer> find_reviewer(const sqlite::Connection& connection,
                                                    std::string_view name);
[[nodiscard]] std::vector<Reviewer> reviewers(const sqlite::Connection& connection);
/// False when the name is taken.
bool add_reviewer(sqlite::Connection& connection, std::string_view name, std::string_view role,
                  const Welcome& welcome, const Change& change);
/// What became of a change to an account. The last admin stays one: nobody else could make another.
enum class AccountChange { done, unknown, last_admin };

/// Its log-ins go too.
[[nodiscard]] AccountChange remove_reviewer(sqlite::Connection& connection, std::string_view name,
                                            const Change& change);
/// Takes the password and all log-ins away and gives a new link. False when there is no such
/// account.
bool reset_reviewer(sqlite::Connection& connection, std::string_view name, const Welcome& welcome,
                    const Change& change);
/// Ends the account's log-ins.
[[nodiscard]] AccountChange set_role(sqlite::Connection& connection, std::string_view name,
                                     std::string_view role, const Change& change);
/// The account that a link is for, without using the link up.
[[nodiscard]] std::optional<Reviewer> find_welcome(const sqlite::Connection& connection,
                                                   std::string_view hash, TimePoint now);
/// Uses a link up and sets the password. The account, or nothing when the link does not hold.
std::optional<Reviewer> use_welcome(sqlite::Connection& connection, std::string_view hash,
                                    std::string_view password, const Change& change);
/// Sets a new password and ends all log-ins.
void set_password(sqlite::Connection& connection, RowId reviewer, std::string_view password,
                  const Change& change);

void add_login(sqlite::Connection& connection, std::string_view hash, RowId reviewer,
               TimePoint now);
[[nodiscard]] std::optional<Login> find_login(const sqlite::Connection& connection,
                                              std::string_view hash);
void touch_login(sqlite::Connection& connection, std::string_view hash, TimePoint now);
void remove_login(sqlite::Connection& connection, std::string_view hash);
/// Log-ins that began or were last seen before these times.
void remove_old_logins(sqlite::Connection& connection, TimePoint begun, TimePoint seen);

/// False when the name is taken.
bool add_api_token(sqlite::Connection& connection, std::string_view name, std::string_view role,
                   std::string_view hash, const Change& change);
/// False when there is no such token.
bool remove_api_token(sqlite::Connection& connection, std::string_view name, const Change& change);
[[nodiscard]] std::vector<ApiToken> api_tokens(const sqlite::Connection& connection);
[[nodiscard]] std::optional<ApiToken> find_api_token(const sqlite::Connection& connection,
                                                     std::string_view hash);

}  // namespace advisor::db
