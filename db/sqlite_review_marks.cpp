// What reviewers add to sessions, the inbox, and what takes sessions away.

#include <limits>

#include "db/review.hpp"
#include "db/sqlite_query.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::run;
using sqlite::Transaction;

/// Makes the mark of a session when it has none.
void need_mark(const Connection& connection, RowId session) {
    run(connection, "INSERT OR IGNORE INTO session_mark (session) VALUES (?1)", session);
}

}  // namespace

std::vector<Note> notes_of(const Connection& connection, RowId session) {
    std::vector<Note> notes;
    for_rows(
        connection,
        [&](const Query& row) {
            notes.push_back({row.number(0), row.time(1), row.text(2), row.text(3)});
        },
        "SELECT id, at, who, text FROM session_note WHERE session = ?1 ORDER BY id", session);
    return notes;
}

std::vector<std::string> tags_of(const Connection& connection, RowId session) {
    std::vector<std::string> tags;
    for_rows(
        connection, [&](const Query& row) { tags.push_back(row.text(0)); },
        "SELECT tag FROM session_tag WHERE session = ?1 ORDER BY tag", session);
    return tags;
}

std::vector<std::pair<std::string, std::int64_t>> all_tags(const Connection& connection) {
    std::vector<std::pair<std::string, std::int64_t>> tags;
    for_rows(
        connection, [&](const Query& row) { tags.emplace_back(row.text(0), row.number(1)); },
        "SELECT tag, count(*) FROM session_tag GROUP BY tag ORDER BY tag");
    return tags;
}

std::vector<SavedFilter> saved_filters(const Connection& connection) {
    std::vector<SavedFilter> filters;
    for_rows(
        connection,
        [&](const Query& row) {
            filters.push_back({row.text(0), row.text(1), row.text(2), row.time(3)});
        },
        "SELECT name, query, who, at FROM saved_filter ORDER BY name");
    return filters;
}

void set_tags(Connection& connection, RowId session, const std::vector<std::string>& tags,
              const Change& change) {
    Transaction transaction(connection);
    run(connection, "DELETE FROM session_tag WHERE session = ?1", session);
    for (const std::string& tag : tags)
        run(connection, "INSERT OR IGNORE INTO session_tag (tag, session) VALUES (?1, ?2)", tag,
            session);
    add_audit(connection, change);
    transaction.commit();
}

RowId add_note(Connection& connection, RowId session, std::string_view text, const Change& change) {
    Transaction transaction(connection);
    run(connection, "INSERT INTO session_note (session, at, who, text) VALUES (?1, ?2, ?3, ?4)",
        session, change.at, change.who, text);
    const RowId note = connection.last_row();
    add_audit(connection, change);
    transaction.commit();
    return note;
}

bool remove_note(Connection& connection, RowId session, RowId note, const Change& change) {
    Transaction transaction(connection);
    run(connection, "DELETE FROM session_note WHERE id = ?1 AND session = ?2", note, session);
    if (connection.changes() == 0) return false;
    add_audit(connection, change);
    transaction.commit();
    return true;
}

void set_mark(Connection& connection, RowId session, std::optional<bool> reviewed,
              std::optional<int> rating, const Change& change) {
    Transaction transaction(connection);
    need_mark(connection, session);
    if (reviewed) {
        run(connection,
            "UPDATE session_mark SET reviewed_at = ?2, reviewed_by = ?3 WHERE session = ?1",
            session, *reviewed ? change.at : TimePoint{}, *reviewed ? change.who : std::string());
    }
    if (rating) {
        run(connection, "UPDATE session_mark SET rating = ?2 WHERE session = ?1", session,
            static_cast<std::int64_t>(*rating));
    }
    run(connection,
        "DELETE FROM session_mark WHERE session = ?1 AND reviewed_at = 0 AND rating = 0", session);
    add_audit(connection, change);
    transaction.commit();
}

void save_filter(Connection& connection, const SavedFilter& filter, const Change& change) {
    Transaction transaction(connection);
    run(connection,
        "INSERT OR REPLACE INTO saved_filter (name, query, who, at) VALUES (?1, ?2, ?3, ?4)",
        filter.name, filter.query, filter.who, filter.at);
    add_audit(connection, change);
    transaction.commit();
}

bool remove_filter(Connection& connection, std::string_view name, const Change& change) {
    Transaction transaction(connection);
    run(connection, "DELETE FROM saved_filter WHERE name = ?1", name);
    if (connection.changes() == 0) return false;
    add_audit(connection, change);
    transaction.commit();
    return true;
}

void delete_session(Connection& connection, RowId session, const Batch& batch,
                    const Change& change) {
    Transaction transaction(connection);
    subtract_batch(connection, batch);
    for (const char* table : {"session_tag", "session_note", "session_mark", "outbox", "turn"}) {
        run(connection, std::string("DELETE FROM ") + table + " WHERE session = ?1", session);
    }
    // Those name a session by its public id.
    for (const char* table : {"talk", "join_code", "team_answer", "team_settled", "delivery"}) {
        run(connection,
            std::string("DELETE FROM ") + table +
                " WHERE session = (SELECT key FROM session WHERE id = ?1)",
            session);
    }
    run(connection, "DELETE FROM session WHERE id = ?1 AND id < (SELECT max(id) FROM session)",
        session);
    run(connection,
        "UPDATE session SET key = 'deleted:' || id, channel = '', locale = '', outcome = NULL, "
        "firmness = NULL, report_code = NULL WHERE id = ?1",
        session);
    // The numbers of the last turns are given again.
    run(connection,
        "UPDATE setting SET value = (SELECT coalesce(max(id), 0) FROM turn) "
        "WHERE name = 'review.followed' AND CAST(value AS INTEGER) > "
        "(SELECT coalesce(max(id), 0) FROM turn)");
    add_audit(connection, change);
    transaction.commit();
}

void rewrite_session(Connection& connection, RowId session, const std::vector<FollowedTurn>& turns,
                     const Batch& before, const Batch& after, const Change& change) {
    Transaction transaction(connection);
    subtract_batch(connection, before);
    for (const FollowedTurn& turn : turns) {
        run(connection, "UPDATE turn SET input = ?2, state = ?3, reply = ?4 WHERE id = ?1",
            turn.row, turn.input, turn.state, turn.reply);
    }
    run(connection, "DELETE FROM session_note WHERE session = ?1", session);
    // What is still to be sent is made again from the turns as they are now.
    run(connection,
        "DELETE FROM outbox WHERE session = ?1 AND (done_at IS NOT NULL OR dead_at IS NOT NULL)",
        session);
    run(connection, "UPDATE outbox SET body = '' WHERE session = ?1", session);
    add_in_transaction(connection, after);
    add_audit(connection, change);
    transaction.commit();
}

std::vector<RowId> sessions_older_than(const Connection& connection, TimePoint time,
                                       std::size_t limit) {
    std::vector<RowId> found;
    for_rows(
        connection, [&](const Query& row) { found.push_back(row.number(0)); },
        "SELECT id FROM session_summary WHERE started_at < ?1 AND updated_at < ?1 "
        "ORDER BY started_at LIMIT ?2",
        time, static_cast<std::int64_t>(limit));
    return found;
}

std::vector<InboxRow> inbox(const Connection& connection, bool dismissed, std::string_view question,
                            std::optional<Place> place, std::size_t limit) {
    constexpr std::int64_t above_all = std::numeric_limits<std::int64_t>::max();
    const Place below = place.value_or(Place{above_all, above_all});
    std::vector<InboxRow> found;
    for_rows(
        connection,
        [&](const Query& row) {
            InboxRow entry;
            entry.id = row.number(0);
            entry.text = {row.text(1), row.text(2), row.text(3),
                          row.text(4), row.time(7), row.number(8)};
            entry.count = row.number(5);
            entry.first_at = row.time(6);
            entry.session_key = row.text(9);
            entry.dismissed = dismissed;
            found.push_back(std::move(entry));
        },
        "SELECT u.id, u.script, u.question, u.text, example, n, first_at, last_at, u.session, "
        "coalesce(s.key, '') FROM review_unclear u LEFT JOIN session s ON s.id = u.session "
        "WHERE n <= ?1 AND NOT (n = ?1 AND u.id >= ?2) AND (?3 = '' OR u.question = ?3) "
        "AND EXISTS (SELECT 1 FROM review_dismissed d WHERE d.script = u.script AND "
        "d.question = u.question AND d.text = u.text) = ?4 ORDER BY n DESC, u.id DESC LIMIT ?5",
        below.at, below.id, question, static_cast<std::int64_t>(dismissed),
        static_cast<std::int64_t>(limit));
    return found;
}

bool dismiss(Connection& connection, RowId row, bool dismissed, const Change& change) {
    Transaction transaction(connection);
    bool known = false;
    for_rows(
        connection, [&](const Query&) { known = true; },
        "SELECT 1 FROM review_unclear WHERE id = ?1", row);
    if (!known) return false;
    if (dismissed) {
        run(connection,
            "INSERT OR REPLACE INTO review_dismissed (script, question, text, who, at) "
            "SELECT script, question, text, ?2, ?3 FROM review_unclear WHERE id = ?1",
            row, change.who, change.at);
    } else {
        run(connection,
            "DELETE FROM review_dismissed WHERE (script, question, text) = "
            "(SELECT script, question, text FROM review_unclear WHERE id = ?1)",
            row);
    }
    add_audit(connection, change);
    transaction.commit();
    return true;
}

}  // namespace advisor::db
