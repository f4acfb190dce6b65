#pragma once
// The answers of several people in SQLite, on the connection of the store of chat tools.

#include "db/sqlite.hpp"
#include "db/team_answers.hpp"

namespace advisor::db {

/// Lifetime: goes before its connection.
class SqliteTeamAnswers final : public TeamAnswers {
public:
    explicit SqliteTeamAnswers(sqlite::Connection& connection) : connection_(connection) {}

    TeamRecord of_session(std::string_view session) override;
    void put(std::string_view session, const TeamAnswer& answer) override;
    void add(std::string_view session, const TeamAnswer& answer) override;
    void settle(std::string_view session, const SettledAnswer& settled) override;
    void forget(std::string_view session) override;

    /// After a transaction: waits until what was put in it is on the disk. Nothing to do otherwise.
    void sync();

private:
    void changed();

    sqlite::Connection& connection_;
    bool must_sync_ = false;
    sqlite::Statement answers_{connection_,
                               "SELECT question, person, name, value, leads, at FROM team_answer "
                               "WHERE session = ?1 ORDER BY at, person, question"};
    sqlite::Statement settled_{
        connection_, "SELECT question, name, value, at FROM team_settled WHERE session = ?1"};
    sqlite::Statement follow_{connection_,
                              "UPDATE team_answer SET leads = 0 WHERE session = ?1 AND question = "
                              "?2 AND person <> ?3 AND leads = 1"};
    sqlite::Statement put_{connection_, R"sql(
        INSERT INTO team_answer (session, question, person, name, value, leads, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (session, question, person)
        DO UPDATE SET name = ?4, value = ?5, leads = max(leads, ?6), at = ?7)sql"};
    sqlite::Statement add_{connection_, R"sql(
        INSERT OR IGNORE INTO team_answer (session, question, person, name, value, leads, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"};
    sqlite::Statement settle_{connection_, R"sql(
        INSERT OR REPLACE INTO team_settled (session, question, name, value, at)
        VALUES (?1, ?2, ?3, ?4, ?5))sql"};
    sqlite::Statement drop_answers_{connection_, "DELETE FROM team_answer WHERE session = ?1"};
    sqlite::Statement drop_settled_{connection_, "DELETE FROM team_settled WHERE session = ?1"};
};

}  // namespace advisor::db
