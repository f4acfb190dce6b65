#include "db/sqlite_team_answers.hpp"

namespace advisor::db {

using sqlite::Query;

TeamRecord SqliteTeamAnswers::of_session(std::string_view session) {
    TeamRecord record;
    Query answers(answers_, session);
    while (answers.next()) {
        record.answers.push_back({answers.text(0), answers.text(1), answers.text(2),
                                  answers.text(3), answers.number(4) != 0, answers.time(5)});
    }
    Query settled(settled_, session);
    while (settled.next()) {
        record.settled.push_back(
            {settled.text(0), settled.text(1), settled.text(2), settled.time(3)});
    }
    return record;
}

void SqliteTeamAnswers::put(std::string_view session, const TeamAnswer& answer) {
    if (answer.leads) Query(follow_, session, answer.question, answer.person).run();
    Query(put_, session, answer.question, answer.person, answer.name, answer.value,
          std::int64_t{answer.leads ? 1 : 0}, answer.at)
        .run();
    if (!answer.leads) changed();
}

void SqliteTeamAnswers::add(std::string_view session, const TeamAnswer& answer) {
    Query(add_, session, answer.question, answer.person, answer.name, answer.value,
          std::int64_t{answer.leads ? 1 : 0}, answer.at)
        .run();
}

void SqliteTeamAnswers::settle(std::string_view session, const SettledAnswer& settled) {
    Query(settle_, session, settled.question, settled.name, settled.value, settled.at).run();
    changed();
}

void SqliteTeamAnswers::forget(std::string_view session) {
    Query(drop_answers_, session).run();
    Query(drop_settled_, session).run();
}

/// How safely a transaction is stored cannot be changed inside of it.
void SqliteTeamAnswers::changed() {
    must_sync_ = true;
    if (!connection_.in_transaction()) sync();
}

/// The next commit that waits for the disk takes all before it along: they lie in one log.
void SqliteTeamAnswers::sync() {
    if (!must_sync_) return;
    connection_.execute("PRAGMA synchronous = FULL");
    try {
        sqlite::Transaction transaction(connection_);
        connection_.execute(
            "UPDATE setting SET value = value WHERE name = 'team.synced'; "
            "INSERT OR IGNORE INTO setting VALUES ('team.synced', '')");
        transaction.commit();
    } catch (const StoreError&) {
        connection_.execute("PRAGMA synchronous = NORMAL");
        throw;
    }
    connection_.execute("PRAGMA synchronous = NORMAL");
    must_sync_ = false;
}

}  // namespace advisor::db
