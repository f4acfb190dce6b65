// What the follower reads.

#include "db/review.hpp"
#include "db/sqlite_query.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::Statement;

constexpr std::string_view turn_columns =
    "SELECT id, session, seq, at, input, state, reply FROM turn ";

FollowedTurn read_turn(const Query& row) {
    return {row.number(0), row.number(1), row.number(2), row.time(3),
            row.text(4),   row.text(5),   row.text(6)};
}

}  // namespace

std::string setting(const Connection& connection, std::string_view name) {
    std::string value;
    for_rows(
        connection, [&](const Query& row) { value = row.text(0); },
        "SELECT value FROM setting WHERE name = ?1", name);
    return value;
}

RowId followed_row(const Connection& connection) {
    const std::string value = setting(connection, "review.followed");
    return value.empty() ? 0 : std::stoll(value);
}

std::int64_t counting_epoch(const Connection& connection) {
    const std::string value = setting(connection, "review.epoch");
    return value.empty() ? 0 : std::stoll(value);
}

std::vector<FollowedTurn> turns_behind(const Connection& connection, RowId after,
                                       std::size_t limit) {
    std::vector<FollowedTurn> turns;
    for_rows(
        connection, [&](const Query& row) { turns.push_back(read_turn(row)); },
        std::string(turn_columns) + "WHERE id > ?1 ORDER BY id LIMIT ?2", after,
        static_cast<std::int64_t>(limit));
    return turns;
}

std::vector<FollowedTurn> turns_of(const Connection& connection, RowId session, RowId last) {
    std::vector<FollowedTurn> turns;
    for_rows(
        connection,
        [&](const Query& row) {
            if (row.number(0) <= last) turns.push_back(read_turn(row));
        },
        std::string(turn_columns) + "WHERE session = ?1 ORDER BY seq", session);
    return turns;
}

std::string state_after(const Connection& connection, RowId session, std::int64_t seq) {
    std::string state;
    for_rows(
        connection, [&](const Query& row) { state = row.text(0); },
        "SELECT state FROM turn WHERE session = ?1 AND seq = ?2", session, seq);
    return state;
}

std::string latest_state(const Connection& connection, RowId session) {
    std::string state;
    for_rows(
        connection, [&](const Query& row) { state = row.text(0); },
        "SELECT state FROM turn WHERE session = ?1 ORDER BY seq DESC LIMIT 1", session);
    return state;
}

std::optional<FollowedSession> followed_session(const Connection& connection, RowId id) {
    std::optional<FollowedSession> found;
    for_rows(
        connection,
        [&](const Query& row) {
            found = FollowedSession{
                id, row.text(0), {row.number(1), row.text(2), row.text(3)}, row.time(4)};
        },
        "SELECT key, script, channel, locale, started_at FROM session WHERE id = ?1", id);
    return found;
}

std::optional<RowId> session_row(const Connection& connection, std::string_view key) {
    std::optional<RowId> found;
    for_rows(
        connection, [&](const Query& row) { found = row.number(0); },
        "SELECT id FROM session WHERE key = ?1 AND key NOT LIKE 'deleted:%'", key);
    return found;
}

std::optional<StoredScript> stored_script(const Connection& connection, RowId id) {
    std::optional<StoredScript> found;
    for_rows(
        connection,
        [&](const Query& row) {
            found = StoredScript{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4)};
        },
        "SELECT id, hash, name, body, fragments FROM script WHERE id = ?1", id);
    return found;
}

std::optional<Summary> summary_of(const Connection& connection, RowId id) {
    std::optional<Summary> found;
    for_rows(
        connection,
        [&](const Query& row) {
            Summary& summary = found.emplace();
            summary.id = id;
            summary.group = {row.number(0), row.text(1), row.text(2)};
            summary.outcome = row.text(3);
            summary.firmness = row.text(4);
            summary.left_at = row.text(5);
            summary.started_at = row.time(6);
            summary.updated_at = row.time(7);
            summary.asked_at = row.time(8);
            summary.turns = row.number(9);
            summary.edits = row.number(10);
            summary.flips = row.number(11);
            summary.unclear = row.number(12);
            summary.unknown = row.number(13);
            summary.reached = static_cast<std::uint64_t>(row.number(14));
            summary.last_outcome = row.text(15);
            summary.opening = row.text(16);
        },
        "SELECT script, channel, locale, outcome, firmness, left_at, started_at, updated_at, "
        "asked_at, turns, edits, flips, unclear, unknown, reached, last_outcome, opening "
        "FROM session_summary s JOIN review_facet f ON f.id = facet "
        "JOIN review_group g ON g.id = grp WHERE s.id = ?1",
        id);
    return found;
}

}  // namespace advisor::db
