#pragma once
// What the review console reads and writes: one summary a session, counters by day and month, a
// full-text index, and what reviewers add. Summaries, counters and index repeat what the turns say;
// a follower works out what a stretch of turns adds (a Batch) and adds it in one transaction, so
// that the turns themselves cost nothing more. All calls work on a connection of the caller.
// Errors: StoreError.

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/accounts.hpp"
#include "db/sqlite.hpp"

namespace advisor::db {

/// What sessions are told apart by from their first turn on.
struct Group {
    RowId script = 0;
    std::string channel;
    std::string locale;
    auto operator<=>(const Group&) const = default;
};

/// What the console says about a session without reading its turns.
struct Summary {
    RowId id = 0;
    Group group;
    std::string outcome;   ///< empty while open
    std::string firmness;  ///< empty while open
    std::string left_at;   ///< the question that waits for an answer; empty when finished
    TimePoint started_at;
    TimePoint updated_at;
    TimePoint asked_at;  ///< when the question that is waiting was asked
    std::int64_t turns = 0;
    std::int64_t edits = 0;     ///< answers that were changed into others
    std::int64_t flips = 0;     ///< results that were another than the one before
    std::int64_t unclear = 0;   ///< texts that were not understood
    std::int64_t unknown = 0;   ///< answers that are "I don't know" now
    std::uint64_t reached = 0;  ///< bit i: question i of the script was asked
    std::string last_outcome;   ///< of the latest time that it was finished
    std::string opening;        ///< the beginning of the first text that was typed
};

/// Counts of one question; the times are how long an answer took, by time_border.
enum QuestionCount : std::size_t {
    count_reached,
    count_answered,
    count_unknown,
    count_skipped,
    count_unclear,
    count_changed,
    count_time_ms,
    count_timed,
    count_times,
};
/// Upper borders of the classes of times, in milliseconds; the last class has none.
inline constexpr std::array<std::int64_t, 11> time_borders{
    1'000, 2'000, 4'000, 8'000, 15'000, 30'000, 60'000, 120'000, 300'000, 900'000, 3'600'000};
using QuestionCounts = std::array<std::int64_t, count_times + time_borders.size() + 1>;

/// A text for the index. `row`: text_row(session, seq).
struct IndexedText {
    std::int64_t row = 0;
    std::string text;
};
/// Turns of one session stand together in the index, and a row tells its session.
[[nodiscard]] constexpr std::int64_t text_row(RowId session, std::int64_t seq) {
    return session * 4096 + seq;
}
inline constexpr std::int64_t max_indexed_seq = 4095;

struct UnclearText {
    std::string script;  ///< name
    std::string question;
    std::string text;  ///< normalised: what texts are grouped by
    std::string example;
    TimePoint at;
    RowId session = 0;
};

/// What turns add to the summaries, counters and the index. Days are since 1970, UTC, and are those
/// on which the session began.
struct Batch {
    struct Changed {
        std::optional<Summary> before;
        std::optional<Summary> after;
    };
    std::int64_t epoch = 0;  ///< counting_epoch when it was worked out
    RowId from = 0;          ///< the follower's position before
    RowId to = 0;            ///< and after
    std::size_t turns = 0;   ///< between them
    std::map<RowId, Changed> sessions;
    std::map<std::tuple<Group, std::int64_t, std::string>, QuestionCounts> questions;
    std::map<std::tuple<Group, std::int64_t, std::string, std::string>, std::int64_t> answers;
    std::vector<IndexedText> texts;
    std::vector<UnclearText> unclear;
};

/// A turn with what the follower needs of its session.
struct FollowedTurn {
    RowId row = 0;
    RowId session = 0;
    std::int64_t seq = 0;
    TimePoint at;
    std::string input;
    std::string state;
    std::string reply;
};
struct FollowedSession {
    RowId id = 0;
    std::string key;
    Group group;
    TimePoint started_at;
};

[[nodiscard]] RowId followed_row(const sqlite::Connection& connection);
/// Changes whenever something is taken away or rewritten: what was worked out before no longer
/// fits.
[[nodiscard]] std::int64_t counting_epoch(const sqlite::Connection& connection);
/// The turns behind row `after`, in order, at most `limit`.
[[nodiscard]] std::vector<FollowedTurn> turns_behind(const sqlite::Connection& connection,
                                                     RowId after, std::size_t limit);
/// The turns of a session up to row `last`, in order.
[[nodiscard]] std::vector<FollowedTurn> turns_of(const sqlite::Connection& connection,
                                                 RowId session, RowId last);
/// The state after turn `seq`; empty when there is none.
[[nodiscard]] std::string state_after(const sqlite::Connection& connection, RowId session,
                                      std::int64_t seq);
[[nodiscard]] std::optional<FollowedSession> followed_session(const sqlite::Connection& connection,
                                                              RowId id);
[[nodiscard]] std::optional<RowId> session_row(const sqlite::Connection& connection,
                                               std::string_view key);
[[nodiscard]] std::optional<StoredScript> stored_script(const sqlite::Connection& connection,
                                                        RowId id);
[[nodiscard]] std::optional<Summary> summary_of(const sqlite::Connection& connection, RowId id);
[[nodiscard]] std::string setting(const sqlite::Connection& connection, std::string_view name);

/// Adds a batch. False, and nothing is added, when the follower's position or the epoch is another
/// one by now.
bool add_batch(sqlite::Connection& connection, const Batch& batch);
/// The same in the caller's transaction, wherever the follower is.
void add_in_transaction(sqlite::Connection& connection, const Batch& batch);
/// Takes away what a session adds, in the caller's transaction. `batch` is that of all its turns
/// that were followed.
void subtract_batch(sqlite::Connection& connection, const Batch& batch);
/// Empties summaries, counters and index, and sets the follower's position to the beginning.
void forget_batches(sqlite::Connection& connection);
/// The first difference between the summaries and counters of two databases, in words; empty when
/// there is none. Rows whose counts are all zero count as absent.
[[nodiscard]] std::string compare_counters(const sqlite::Connection& left,
                                           const sqlite::Connection& right);

/// Empty text, and nothing: any.
struct SessionFilter {
    std::string text;  ///< words that the person typed or chose; "a phrase" in quotes
    std::string outcome, firmness;
    std::string script;   ///< name
    std::string version;  ///< beginning of the content hash
    std::string channel, locale;
    std::string left_at;
    std::string tag;
    std::optional<bool> finished;
    std::optional<bool> reviewed;
    std::optional<int> rating;
    std::optional<TimePoint> from;  ///< began then or later
    std::optional<TimePoint> to;    ///< began before
    std::optional<std::chrono::milliseconds> shortest, longest;
};

struct ListedSession {
    Summary summary;
    std::string key;
    std::string script;
    std::string version;
    TimePoint reviewed_at;  ///< 0: not reviewed
    std::string reviewed_by;
    int rating = 0;  ///< 0: none
    std::vector<std::string> tags;
    std::int64_t notes = 0;
};

/// A place in a list, which stays what it is when sessions come or go.
struct Place {
    std::int64_t at = 0;  ///< the beginning of the session, in ms; of a search 0
    RowId id = 0;
};
struct SessionPage {
    std::vector<ListedSession> sessions;
    std::optional<Place> next;          ///< where to go on; a page may be short and have one
    std::optional<std::int64_t> total;  ///< where it costs nothing to say
};

/// Sessions, the latest first, behind `place` when there is one. Looks at so many rows at most that
/// it is quick over a million of them; what is not reached then is behind `next`.
[[nodiscard]] SessionPage list_sessions(const sqlite::Connection& connection,
                                        const SessionFilter& filter, std::optional<Place> place,
                                        std::size_t limit);
[[nodiscard]] std::optional<ListedSession> listed_session(const sqlite::Connection& connection,
                                                          RowId id);
/// The snapshot after the session's last turn.
[[nodiscard]] std::string latest_state(const sqlite::Connection& connection, RowId session);

struct Note {
    RowId id = 0;
    TimePoint at;
    std::string who;
    std::string text;
};
struct SavedFilter {
    std::string name;
    std::string query;
    std::string who;
    TimePoint at;
};
[[nodiscard]] std::vector<Note> notes_of(const sqlite::Connection& connection, RowId session);
[[nodiscard]] std::vector<std::string> tags_of(const sqlite::Connection& connection, RowId session);
/// Every tag in use with its number of sessions.
[[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> all_tags(
    const sqlite::Connection& connection);
[[nodiscard]] std::vector<SavedFilter> saved_filters(const sqlite::Connection& connection);

// Changes; each with its audit row in one transaction.
void set_tags(sqlite::Connection& connection, RowId session, const std::vector<std::string>& tags,
              const Change& change);
RowId add_note(sqlite::Connection& connection, RowId session, std::string_view text,
               const Change& change);
/// False when the session has no such note.
bool remove_note(sqlite::Connection& connection, RowId session, RowId note, const Change& change);
/// Nothing: that part stays what it is. A rating of 0 takes it away.
void set_mark(sqlite::Connection& connection, RowId session, std::optional<bool> reviewed,
              std::optional<int> rating, const Change& change);
void save_filter(sqlite::Connection& connection, const SavedFilter& filter, const Change& change);
bool remove_filter(sqlite::Connection& connection, std::string_view name, const Change& change);
/// Deletes a session with all that belongs to it. `batch`: see subtract_batch. Of the newest
/// session a nameless row stays, so that no other gets its number while a connection still has it.
void delete_session(sqlite::Connection& connection, RowId session, const Batch& batch,
                    const Change& change);
/// Puts turns without personal text in place of the stored ones and what they add in place of what
/// the old ones added. `turns` have row, input, state and reply set.
void rewrite_session(sqlite::Connection& connection, RowId session,
                     const std::vector<FollowedTurn>& turns, const Batch& before,
                     const Batch& after, const Change& change);
/// Sessions that were last used before `time`, the oldest first.
[[nodiscard]] std::vector<RowId> sessions_older_than(const sqlite::Connection& connection,
                                                     TimePoint time, std::size_t limit);

struct InboxRow {
    RowId id = 0;
    UnclearText text;  ///< `at`: the latest time, `session`: the latest one
    std::int64_t count = 0;
    TimePoint first_at;
    std::string session_key;
    bool dismissed = false;
};
/// The most frequent first; behind `place` (at: the count) when there is one.
[[nodiscard]] std::vector<InboxRow> inbox(const sqlite::Connection& connection, bool dismissed,
                                          std::string_view question, std::optional<Place> place,
                                          std::size_t limit);
/// False when there is no such row.
bool dismiss(sqlite::Connection& connection, RowId row, bool dismissed, const Change& change);

struct ScriptVersion {
    RowId id = 0;
    std::string name;
    std::string hash;
    TimePoint added_at;
    std::int64_t sessions = 0;
    TimePoint first_used, last_used;  ///< beginnings of sessions; 0: never
};
[[nodiscard]] std::vector<ScriptVersion> script_versions(const sqlite::Connection& connection);

/// Sums over the sessions that began in a period.
struct Figures {
    std::int64_t from_day = 0, to_day = 0;  ///< both included
    bool by_month = false;                  ///< `series` is by month, not by day
    RowId newest_script = 0;                ///< of those with sessions; 0: none
    std::int64_t sessions = 0, finished = 0, duration_ms = 0, turns = 0;
    std::int64_t edits = 0, flips = 0, flipped = 0, unclear = 0;
    std::map<std::pair<std::string, std::string>, std::int64_t> results;    ///< outcome, firmness
    std::map<std::string, std::map<std::string, std::int64_t>> by_channel;  ///< outcome; "": open
    std::map<std::int64_t, std::map<std::string, std::int64_t>> series;     ///< span, outcome
    std::map<std::string, std::int64_t> left;                               ///< question
    std::map<std::string, QuestionCounts> questions;
    std::map<std::string, std::map<std::string, std::int64_t>> answers;
};
/// Of a filter, script, version, channel, locale, from and to count.
[[nodiscard]] Figures figures(const sqlite::Connection& connection, const SessionFilter& filter);

/// The span of the month that a day lies in.
[[nodiscard]] std::int64_t month_span(std::int64_t day);
[[nodiscard]] std::int64_t day_of(TimePoint time);

}  // namespace advisor::db
