// Summaries, counters and the full-text index: what batches add and take away.

#include <functional>

#include "db/review.hpp"
#include "db/sqlite_query.hpp"
#include "db/sqlite_review_facets.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::run;
using sqlite::Statement;
using sqlite::Transaction;

constexpr std::int64_t first_month_span = 1'000'000;

/// sessions, duration_ms, turns, edits, flips, flipped, unclear
using DayCounts = std::array<std::int64_t, 7>;

DayCounts counts_of(const Summary& summary) {
    return {1,
            (summary.updated_at - summary.started_at).count(),
            summary.turns,
            summary.edits,
            summary.flips,
            summary.flips > 0 ? 1 : 0,
            summary.unclear};
}

/// Adds one batch, with a sign.
class Adding {
public:
    Adding(Connection& connection, const Batch& batch, std::int64_t sign)
        : connection_(connection), batch_(batch), sign_(sign) {}

    void run_all() {
        add_sessions();
        add_days();
        add_questions();
        add_answers();
        add_texts();
        add_unclear();
    }

private:
    RowId group_row(Level level, const Group& group) {
        const auto [known, is_new] = groups_.try_emplace({level, group}, 0);
        if (!is_new) return known->second;
        const std::string channel = level == Level::all ? "" : group.channel;
        const std::string locale = level == Level::single ? group.locale : "";
        known->second = row_of(
            "SELECT id FROM review_group WHERE level = ?1 AND script = ?2 AND channel = ?3 AND "
            "locale = ?4",
            "INSERT INTO review_group (level, script, channel, locale) VALUES (?1, ?2, ?3, ?4) "
            "RETURNING id",
            static_cast<std::int64_t>(level), group.script, channel, locale);
        return known->second;
    }

    RowId facet_row(Level level, const Summary& summary) {
        const auto key = std::tuple(group_row(level, summary.group), summary.outcome,
                                    summary.firmness, summary.left_at);
        const auto [known, is_new] = facets_.try_emplace(key, 0);
        if (!is_new) return known->second;
        known->second = row_of(
            "SELECT id FROM review_facet WHERE grp = ?1 AND outcome = ?2 AND firmness = ?3 AND "
            "left_at = ?4",
            "INSERT INTO review_facet (grp, outcome, firmness, left_at) VALUES (?1, ?2, ?3, ?4) "
            "RETURNING id",
            std::get<0>(key), summary.outcome, summary.firmness, summary.left_at);
        return known->second;
    }

    /// The row that `find` finds; when there is none, the one that `make` makes.
    template <typename... Keys>
    RowId row_of(std::string_view find, std::string_view make, const Keys&... keys) {
        RowId id = 0;
        const auto take = [&](const Query& row) { id = row.number(0); };
        for_rows(connection_, take, find, keys...);
        if (id == 0) for_rows(connection_, take, make, keys...);
        return id;
    }

    void count(const Summary& summary, std::int64_t sign) {
        const DayCounts counts = counts_of(summary);
        const std::int64_t day = day_of(summary.started_at);
        for (const Level level : levels) {
            const RowId facet = facet_row(level, summary);
            sizes_[facet] += sign;
            for (const std::int64_t span : {day, month_span(day)}) {
                DayCounts& total = days_[{facet, span}];
                for (std::size_t i = 0; i < counts.size(); ++i) total[i] += sign * counts[i];
            }
        }
    }

    /// Calls `add` for every row that counts what happens in a group on a day.
    template <typename Add>
    void each_total(const Group& group, std::int64_t day, Add add) {
        for (const Level level : levels) {
            for (const std::int64_t span : {day, month_span(day)})
                add(group_row(level, group), span);
        }
    }

    void add_sessions() {
        Statement put(connection_,
                      "INSERT OR REPLACE INTO session_summary (id, facet, started_at, updated_at, "
                      "asked_at, turns, edits, flips, unclear, unknown, reached, last_outcome, "
                      "opening) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
        for (const auto& [id, changed] : batch_.sessions) {
            const auto& before = sign_ > 0 ? changed.before : changed.after;
            const auto& after = sign_ > 0 ? changed.after : changed.before;
            if (before) count(*before, -1);
            if (!after) {
                run(connection_, "DELETE FROM session_summary WHERE id = ?1", id);
                continue;
            }
            count(*after, 1);
            const Summary& now = *after;
            Query(put, id, facet_row(Level::single, now), now.started_at, now.updated_at,
                  now.asked_at, now.turns, now.edits, now.flips, now.unclear, now.unknown,
                  static_cast<std::int64_t>(now.reached), now.last_outcome, now.opening)
                .run();
        }
    }

    void add_days() {
        Statement resize(connection_,
                         "UPDATE review_facet SET sessions = sessions + ?2 WHERE id = ?1");
        for (const auto& [facet, change] : sizes_) {
            if (change != 0) Query(resize, facet, change).run();
        }
        Statement add(connection_,
                      "INSERT INTO review_day VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
                      "ON CONFLICT DO UPDATE SET sessions = sessions + ?3, "
                      "duration_ms = duration_ms + ?4, turns = turns + ?5, edits = edits + ?6, "
                      "flips = flips + ?7, flipped = flipped + ?8, unclear = unclear + ?9");
        for (const auto& [key, n] : days_) {
            if (n == DayCounts{}) continue;
            Query(add, key.first, key.second, n[0], n[1], n[2], n[3], n[4], n[5], n[6]).run();
        }
    }

    void add_questions() {
        Statement add(
            connection_,
            "INSERT INTO review_question VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
            "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23) ON CONFLICT DO UPDATE SET "
            "reached = reached + ?4, answered = answered + ?5, unknown = unknown + ?6, "
            "skipped = skipped + ?7, unclear = unclear + ?8, changed = changed + ?9, "
            "time_ms = time_ms + ?10, timed = timed + ?11, t0 = t0 + ?12, t1 = t1 + ?13, "
            "t2 = t2 + ?14, t3 = t3 + ?15, t4 = t4 + ?16, t5 = t5 + ?17, t6 = t6 + ?18, "
            "t7 = t7 + ?19, t8 = t8 + ?20, t9 = t9 + ?21, t10 = t10 + ?22, t11 = t11 + ?23");
        for (const auto& [key, added] : batch_.questions) {
            const auto& group = std::get<0>(key);
            const std::int64_t day = std::get<1>(key);
            const std::string& question = std::get<2>(key);
            QuestionCounts n = added;
            for (std::int64_t& value : n) value *= sign_;
            each_total(group, day, [&](RowId row, std::int64_t span) {
                Query(add, row, question, span, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7],
                      n[8], n[9], n[10], n[11], n[12], n[13], n[14], n[15], n[16], n[17], n[18],
                      n[19])
                    .run();
            });
        }
    }

    void add_answers() {
        Statement add(connection_,
                      "INSERT INTO review_answer VALUES (?1, ?2, ?3, ?4, ?5) "
                      "ON CONFLICT DO UPDATE SET n = n + ?5");
        for (const auto& [key, n] : batch_.answers) {
            if (n == 0) continue;
            const std::string& question = std::get<2>(key);
            const std::string& answer = std::get<3>(key);
            const std::int64_t change = sign_ * n;
            each_total(std::get<0>(key), std::get<1>(key), [&](RowId row, std::int64_t span) {
                Query(add, row, question, answer, span, change).run();
            });
        }
    }

    void add_texts() {
        Statement put(connection_, "INSERT INTO review_text (rowid, text) VALUES (?1, ?2)");
        Statement drop(connection_,
                       "INSERT INTO review_text (review_text, rowid, text) VALUES ('delete', ?1, "
                       "?2)");
        for (const IndexedText& text : batch_.texts)
            Query(sign_ > 0 ? put : drop, text.row, text.text).run();
    }

    void add_unclear() {
        Statement add(connection_,
                      "INSERT INTO review_unclear (script, question, text, example, n, first_at, "
                      "last_at, session) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6) "
                      "ON CONFLICT DO UPDATE SET n = n + 1, first_at = min(first_at, ?5), "
                      "last_at = max(last_at, ?5), session = ?6, example = ?4");
        Statement subtract(connection_,
                           "UPDATE review_unclear SET n = n - 1 WHERE script = ?1 AND "
                           "question = ?2 AND text = ?3");
        for (const UnclearText& text : batch_.unclear) {
            if (sign_ > 0)
                Query(add, text.script, text.question, text.text, text.example, text.at,
                      text.session)
                    .run();
            else
                Query(subtract, text.script, text.question, text.text).run();
        }
        if (sign_ < 0 && !batch_.unclear.empty())
            connection_.execute("DELETE FROM review_unclear WHERE n <= 0");
    }

    Connection& connection_;
    const Batch& batch_;
    std::int64_t sign_;
    std::map<std::pair<Level, Group>, RowId> groups_;
    std::map<std::tuple<RowId, std::string, std::string, std::string>, RowId> facets_;
    std::map<RowId, std::int64_t> sizes_;
    std::map<std::pair<RowId, std::int64_t>, DayCounts> days_;
};

/// Commits that need not be on disk when they return: what they say can be read from the turns, and
/// the next turn's commit, whose log lies behind theirs, takes them along. Goes before a
/// transaction; that the promise to turns is not kept again afterwards would end the program.
class WithoutSync {
public:
    explicit WithoutSync(Connection& connection) : connection_(connection) {
        connection_.execute("PRAGMA synchronous = NORMAL");
    }
    ~WithoutSync() { connection_.execute("PRAGMA synchronous = FULL"); }
    WithoutSync(const WithoutSync&) = delete;
    WithoutSync& operator=(const WithoutSync&) = delete;

private:
    Connection& connection_;
};

void set_followed(const Connection& connection, RowId row) {
    run(connection,
        "INSERT INTO setting (name, value) VALUES ('review.followed', ?1) "
        "ON CONFLICT DO UPDATE SET value = ?1",
        std::to_string(row));
}

void next_epoch(const Connection& connection) {
    run(connection,
        "INSERT INTO setting (name, value) VALUES ('review.epoch', ?1) "
        "ON CONFLICT DO UPDATE SET value = ?1",
        std::to_string(counting_epoch(connection) + 1));
}

/// What is compared of two databases, with row numbers replaced by what they stand for.
constexpr std::array compared{
    std::string_view{
        "SELECT 'session', s.id, script, channel, locale, outcome, firmness, left_at, started_at, "
        "updated_at, asked_at, turns, edits, flips, unclear, unknown, reached, last_outcome, "
        "opening FROM session_summary s JOIN review_facet f ON f.id = facet "
        "JOIN review_group g ON g.id = grp ORDER BY s.id"},
    std::string_view{
        "SELECT 'result', level, script, channel, locale, outcome, firmness, left_at, f.sessions, "
        "span, "
        "d.sessions, duration_ms, turns, edits, flips, flipped, unclear FROM review_day d "
        "JOIN review_facet f ON f.id = facet JOIN review_group g ON g.id = grp "
        "WHERE d.sessions <> 0 ORDER BY 2, 3, 4, 5, 6, 7, 8, span"},
    std::string_view{
        "SELECT 'question', level, script, channel, locale, span, question, reached, answered, "
        "unknown, "
        "skipped, unclear, changed, time_ms, timed, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, "
        "t11 FROM review_question JOIN review_group g ON g.id = grp WHERE reached <> 0 "
        "OR answered <> 0 OR unclear <> 0 OR changed <> 0 ORDER BY 2, 3, 4, 5, span, question"},
    std::string_view{"SELECT 'answer', level, script, channel, locale, span, question, answer, n "
                     "FROM review_answer JOIN review_group g ON g.id = grp WHERE n <> 0 "
                     "ORDER BY 2, 3, 4, 5, span, question, answer"},
    std::string_view{"SELECT 'unclear', script, question, text, n FROM review_unclear "
                     "ORDER BY script, question, text"},
};
constexpr std::array compared_columns{19, 17, 27, 9, 5};

std::string row_text(const Query& row, int columns) {
    std::string text;
    for (int i = 0; i < columns; ++i) text += (i > 0 ? " | " : "") + row.text(i);
    return text;
}

}  // namespace

std::int64_t day_of(TimePoint time) {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::int64_t month_span(std::int64_t day) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
    return first_month_span + static_cast<int>(date.year()) * 12 +
           static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

bool add_batch(Connection& connection, const Batch& batch) {
    const WithoutSync relaxed(connection);
    Transaction transaction(connection);
    if (followed_row(connection) != batch.from || counting_epoch(connection) != batch.epoch)
        return false;
    Adding(connection, batch, 1).run_all();
    set_followed(connection, batch.to);
    transaction.commit();
    return true;
}

void add_in_transaction(Connection& connection, const Batch& batch) {
    Adding(connection, batch, 1).run_all();
}

void subtract_batch(Connection& connection, const Batch& batch) {
    next_epoch(connection);
    Adding(connection, batch, -1).run_all();
}

void forget_batches(Connection& connection) {
    Transaction transaction(connection);
    connection.execute(
        "DELETE FROM session_summary; DELETE FROM review_day; DELETE FROM review_question; "
        "DELETE FROM review_answer; DELETE FROM review_unclear; DELETE FROM review_facet; "
        "DELETE FROM review_group; INSERT INTO review_text (review_text) VALUES ('delete-all')");
    set_followed(connection, 0);
    next_epoch(connection);
    transaction.commit();
}

std::string compare_counters(const Connection& left, const Connection& right) {
    for (std::size_t i = 0; i < compared.size(); ++i) {
        Statement left_statement(left, compared[i]);
        Statement right_statement(right, compared[i]);
        Query left_row(left_statement);
        Query right_row(right_statement);
        for (;;) {
            const bool more = left_row.next();
            const bool more_right = right_row.next();
            if (!more && !more_right) break;
            const std::string left_text =
                more ? row_text(left_row, compared_columns[i]) : "no further row";
            const std::string right_text =
                more_right ? row_text(right_row, compared_columns[i]) : "no further row";
            if (left_text != right_text) return "kept: " + left_text + "; counted: " + right_text;
        }
    }
    return {};
}

}  // namespace advisor::db
