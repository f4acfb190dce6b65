#include "db/inbox.hpp"

#include <cctype>

#include "db/sqlite_query.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::run;
using sqlite::Transaction;

/// A phrase of the full-text index; empty when nothing of `text` is indexed.
std::string index_phrase(std::string_view text) {
    std::string phrase;
    bool has_word = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        has_word = has_word || std::isalnum(byte) != 0 || byte >= 0x80;
        phrase += c == '"' || c == '\0' ? ' ' : c;
    }
    return has_word ? "\"" + phrase + "\"" : std::string();
}

}  // namespace

std::optional<InboxRow> inbox_row(const Connection& connection, RowId id) {
    std::optional<InboxRow> found;
    for_rows(
        connection,
        [&](const Query& row) {
            InboxRow& entry = found.emplace();
            entry.id = row.number(0);
            entry.text = {row.text(1), row.text(2), row.text(3),
                          row.text(4), row.time(7), row.number(8)};
            entry.count = row.number(5);
            entry.first_at = row.time(6);
            entry.session_key = row.text(9);
            entry.dismissed = row.number(10) != 0;
        },
        "SELECT u.id, u.script, u.question, u.text, example, n, first_at, last_at, u.session, "
        "coalesce(s.key, ''), EXISTS (SELECT 1 FROM review_dismissed d WHERE d.script = u.script "
        "AND d.question = u.question AND d.text = u.text) FROM review_unclear u "
        "LEFT JOIN session s ON s.id = u.session WHERE u.id = ?1",
        id);
    return found;
}

std::vector<AcceptedPhrase> accepted_phrases(const Connection& connection,
                                             std::string_view script) {
    std::vector<AcceptedPhrase> found;
    for_rows(
        connection,
        [&](const Query& row) {
            found.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                             row.text(5), row.text(6), row.time(7)});
        },
        "SELECT script, question, text, choice, phrase, draft, who, at FROM review_accepted "
        "WHERE script = ?1 ORDER BY id",
        script);
    return found;
}

void keep_accepted(Connection& connection, const AcceptedPhrase& accepted, const Change& change) {
    Transaction transaction(connection);
    run(connection,
        "INSERT OR REPLACE INTO review_accepted (script, question, text, choice, phrase, draft, "
        "who, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        accepted.script, accepted.question, accepted.text, accepted.choice, accepted.phrase,
        accepted.draft, accepted.who, accepted.at);
    add_audit(connection, change);
    transaction.commit();
}

std::vector<RowId> sessions_with(const Connection& connection, std::string_view text,
                                 std::size_t limit) {
    std::vector<RowId> found;
    const std::string phrase = index_phrase(text);
    if (phrase.empty()) return found;
    sqlite::Statement statement(connection,
                                "SELECT rowid FROM review_text WHERE review_text MATCH ?1 "
                                "ORDER BY rowid DESC");
    Query row(statement, phrase);
    while (found.size() < limit && row.next()) {
        const RowId session = row.number(0) / text_row(1, 0);
        if (found.empty() || found.back() != session) found.push_back(session);
    }
    return found;
}

std::vector<FollowedTurn> latest_typed(const Connection& connection, std::string_view script,
                                       std::int64_t turns) {
    std::vector<FollowedTurn> found;
    for_rows(
        connection,
        [&](const Query& row) {
            FollowedTurn turn;
            turn.row = row.number(0);
            turn.session = row.number(1);
            turn.seq = row.number(2);
            turn.input = row.text(3);
            found.push_back(std::move(turn));
        },
        "SELECT t.id, t.session, t.seq, t.input FROM (SELECT id, session, seq, input FROM turn "
        "ORDER BY id DESC LIMIT ?2) t JOIN session s ON s.id = t.session "
        "JOIN script c ON c.id = s.script WHERE c.name = ?1 AND t.input LIKE '%\"text\":%'",
        script, turns);
    return found;
}

std::optional<StoredScript> newest_version(const Connection& connection, std::string_view script) {
    std::optional<StoredScript> found;
    for_rows(
        connection,
        [&](const Query& row) {
            found = StoredScript{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4)};
        },
        "SELECT id, hash, name, body, fragments FROM script WHERE name = ?1 "
        "ORDER BY added_at DESC, id DESC LIMIT 1",
        script);
    return found;
}

}  // namespace advisor::db
