// Sums over periods: from counters by day at the ends of a period and by month in between, so that
// years cost little more than weeks.

#include <algorithm>
#include <set>

#include "db/sqlite_query.hpp"
#include "db/sqlite_review_facets.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::Statement;

/// A longer period has its series by month.
constexpr std::int64_t max_days_by_day = 92;

struct Spans {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

std::int64_t first_day_of_next_month(std::int64_t day) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{static_cast<int>(day)}}};
    const year_month next = date.year() / date.month() + months{1};
    return sys_days{next / 1}.time_since_epoch().count();
}

std::int64_t first_day_of_month(std::int64_t day) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{static_cast<int>(day)}}};
    return sys_days{date.year() / date.month() / 1}.time_since_epoch().count();
}

/// The rows that make up a period: days, or days, whole months and days.
std::vector<Spans> spans_of(std::int64_t from, std::int64_t to, bool by_month) {
    if (!by_month || first_day_of_next_month(from) > to) return {{from, to}};
    std::vector<Spans> spans;
    std::int64_t begin = from;
    if (first_day_of_month(from) != from) {
        begin = first_day_of_next_month(from);
        spans.push_back({from, begin - 1});
    }
    const std::int64_t end = first_day_of_month(to + 1);  // behind the last whole month
    if (begin < end) spans.push_back({month_span(begin), month_span(end - 1)});
    if (end <= to) spans.push_back({end, to});
    return spans;
}

/// The days that there are sessions of.
std::optional<Spans> known_days(const Connection& connection) {
    std::optional<Spans> days;
    for_rows(
        connection,
        [&](const Query& row) {
            if (row.number(2) > 0) days = Spans{day_of(row.time(0)), day_of(row.time(1))};
        },
        "SELECT (SELECT min(started_at) FROM session_summary), "
        "(SELECT max(started_at) FROM session_summary), "
        "EXISTS (SELECT 1 FROM session_summary)");
    return days;
}

/// The rows of a facet in a period.
constexpr std::string_view days_of_facet =
    "SELECT span, sessions, duration_ms, turns, edits, flips, flipped, unclear FROM review_day "
    "WHERE facet = ?1 AND span BETWEEN ?2 AND ?3 AND sessions <> 0";

void add_results(const Facet& facet, const std::vector<Spans>& spans, Statement& statement,
                 Figures& sums) {
    std::int64_t all_sessions = 0;
    for (const Spans& span : spans) {
        Query row(statement, facet.id, span.first, span.last);
        while (row.next()) {
            const std::int64_t sessions = row.number(1);
            all_sessions += sessions;
            sums.duration_ms += row.number(2);
            sums.turns += row.number(3);
            sums.edits += row.number(4);
            sums.flips += row.number(5);
            sums.flipped += row.number(6);
            sums.unclear += row.number(7);
            std::int64_t key = row.number(0);
            if (sums.by_month && key < month_span(0)) key = month_span(key);
            sums.series[key][facet.outcome] += sessions;
        }
    }
    if (all_sessions == 0) return;
    sums.sessions += all_sessions;
    if (facet.outcome.empty()) {
        sums.left[facet.left_at] += all_sessions;
    } else {
        sums.finished += all_sessions;
        sums.results[{facet.outcome, facet.firmness}] += all_sessions;
    }
}

/// `spans`: whole months where there are any.
void add_channels(const Connection& connection, const std::map<RowId, Facet>& facets,
                  const SessionFilter& filter, const std::vector<Spans>& spans, Figures& sums) {
    Statement statement(connection,
                        "SELECT sum(sessions) FROM review_day WHERE facet = ?1 AND "
                        "span BETWEEN ?2 AND ?3");
    for (const auto& [id, facet] : facets) {
        if (!fits(facet, filter)) continue;
        std::int64_t sessions = 0;
        for (const Spans& span : spans) {
            Query row(statement, id, span.first, span.last);
            if (row.next()) sessions += row.number(0);
        }
        if (sessions != 0) sums.by_channel[facet.group.channel][facet.outcome] += sessions;
    }
}

void add_questions(Statement& statement, RowId group, const Spans& span, Figures& sums) {
    Query row(statement, group, span.first, span.last);
    while (row.next()) {
        QuestionCounts& counts = sums.questions[row.text(0)];
        for (std::size_t i = 0; i < counts.size(); ++i)
            counts[i] += row.number(static_cast<int>(i) + 1);
    }
}

void add_answers(Statement& statement, RowId group, const Spans& span, Figures& sums) {
    Query row(statement, group, span.first, span.last);
    while (row.next()) sums.answers[row.text(0)][row.text(1)] += row.number(2);
}

}  // namespace

Figures figures(const Connection& connection, const SessionFilter& filter) {
    Figures sums;
    const std::optional<Spans> known = known_days(connection);
    if (!known) return sums;
    sums.from_day = filter.from ? std::max(day_of(*filter.from), known->first) : known->first;
    sums.to_day = known->last;
    if (filter.to)
        sums.to_day = std::min(day_of(*filter.to - std::chrono::milliseconds(1)), known->last);
    if (sums.from_day > sums.to_day) return sums;
    sums.by_month = sums.to_day - sums.from_day >= max_days_by_day;
    // Nothing began before the first day or behind the last one: their months are whole.
    const bool first = sums.by_month && sums.from_day == known->first;
    const bool last = sums.by_month && sums.to_day == known->last;
    const std::int64_t from = first ? first_day_of_month(sums.from_day) : sums.from_day;
    const std::int64_t to = last ? first_day_of_next_month(sums.to_day) - 1 : sums.to_day;
    const std::vector<Spans> spans = spans_of(from, to, sums.by_month);
    const std::vector<Spans> in_months = spans_of(from, to, true);
    SessionFilter of_group;
    of_group.script = filter.script;
    of_group.version = filter.version;
    of_group.channel = filter.channel;
    of_group.locale = filter.locale;
    Statement questions(
        connection,
        "SELECT question, reached, answered, unknown, skipped, unclear, changed, time_ms, timed, "
        "t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11 FROM review_question "
        "WHERE grp = ?1 AND span BETWEEN ?2 AND ?3");
    Statement answers(connection,
                      "SELECT question, answer, n FROM review_answer "
                      "WHERE grp = ?1 AND span BETWEEN ?2 AND ?3 AND n <> 0");
    // The widest sums that the filter can be answered from.
    const Level by_channel = filter.locale.empty() ? Level::channel : Level::single;
    const Level level = filter.locale.empty() && filter.channel.empty() ? Level::all : by_channel;
    const std::map<RowId, Facet> facets = read_facets(connection, level);
    add_channels(connection, level == by_channel ? facets : read_facets(connection, by_channel),
                 of_group, in_months, sums);
    Statement days(connection, days_of_facet);
    std::set<RowId> groups;
    for (const auto& [id, facet] : facets) {
        if (!fits(facet, of_group)) continue;
        groups.insert(facet.group_row);
        if (facet.sessions > 0)
            sums.newest_script = std::max(sums.newest_script, facet.group.script);
        add_results(facet, spans, days, sums);
    }
    for (const RowId group : groups) {
        for (const Spans& span : in_months) {
            add_questions(questions, group, span, sums);
            add_answers(answers, group, span, sums);
        }
    }
    return sums;
}

std::vector<ScriptVersion> script_versions(const Connection& connection) {
    std::map<RowId, ScriptVersion> versions;
    for_rows(
        connection,
        [&](const Query& row) {
            ScriptVersion version;
            version.id = row.number(0);
            version.name = row.text(1);
            version.hash = row.text(2);
            version.added_at = row.time(3);
            versions.emplace(version.id, std::move(version));
        },
        "SELECT id, name, hash, added_at FROM script");
    Statement first(connection, "SELECT min(started_at) FROM session_summary WHERE facet = ?1");
    Statement last(connection, "SELECT max(started_at) FROM session_summary WHERE facet = ?1");
    for (const auto& [id, facet] : read_facets(connection)) {
        if (facet.sessions == 0) continue;
        ScriptVersion& version = versions.at(facet.group.script);
        version.sessions += facet.sessions;
        Query earliest(first, id);
        if (earliest.next() &&
            (version.first_used == TimePoint{} || earliest.time(0) < version.first_used))
            version.first_used = earliest.time(0);
        Query latest(last, id);
        if (latest.next()) version.last_used = std::max(version.last_used, latest.time(0));
    }
    std::vector<ScriptVersion> found;
    for (auto& [id, version] : versions) found.push_back(std::move(version));
    std::reverse(found.begin(), found.end());
    return found;
}

}  // namespace advisor::db
