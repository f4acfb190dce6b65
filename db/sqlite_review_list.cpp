// Lists of sessions: filters, keyset pages and the full-text search.
//
// Filters on facets are answered by the facets themselves: the rows of each fitting facet are
// merged; only where very many facets fit, all rows are read in order. Other filters are looked at
// row by row, up to `max_examined` rows a page. A page that is cut there says where to go on.

#include <algorithm>

#include "db/sqlite_query.hpp"
#include "db/sqlite_review_facets.hpp"
#include "db/sqlite_review_rows.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::Statement;

constexpr std::size_t max_examined = 2'500;
constexpr std::size_t max_looked_up = 500;  ///< of a search or of merged facets: each by its number
constexpr std::size_t max_merged = 4096;
constexpr std::size_t few_facets = 32;

bool has_facet_filter(const SessionFilter& filter) {
    return !filter.outcome.empty() || !filter.firmness.empty() || !filter.script.empty() ||
           !filter.version.empty() || !filter.channel.empty() || !filter.locale.empty() ||
           !filter.left_at.empty() || filter.finished.has_value();
}

/// Filters that only the session's own rows answer.
bool has_other_filter(const SessionFilter& filter) {
    return !filter.tag.empty() || filter.reviewed || filter.rating || filter.from || filter.to ||
           filter.shortest || filter.longest || !filter.text.empty();
}

struct Fitting {
    std::vector<RowId> facets;
    std::int64_t sessions = 0;
    std::int64_t all_sessions = 0;
};

Fitting fitting_facets(const std::map<RowId, Facet>& facets, const SessionFilter& filter) {
    Fitting fitting;
    for (const auto& [id, facet] : facets) {
        fitting.all_sessions += facet.sessions;
        if (facet.sessions == 0 || !fits(facet, filter)) continue;
        fitting.facets.push_back(id);
        fitting.sessions += facet.sessions;
    }
    return fitting;
}

std::unique_ptr<Rows> rows_for(const Connection& connection, const SessionFilter& filter,
                               std::optional<Place> place, const Fitting& fitting) {
    if (!filter.text.empty()) return rows_found(connection, filter, place);
    if (!filter.tag.empty() || filter.reviewed == true || filter.rating)
        return rows_by_mark(connection, filter, place);
    if (!has_facet_filter(filter) || fitting.facets.size() > max_merged)
        return rows_by_time(connection, filter, place);
    const bool frequent =
        fitting.facets.size() > few_facets && fitting.sessions * 8 > fitting.all_sessions;
    return frequent ? rows_of_many_facets(connection, filter, place, fitting.facets)
                    : rows_of_facets(connection, filter, place, fitting.facets);
}

/// Completes rows with what reviewers added, and answers the filters on it.
class Completing {
public:
    Completing(const Connection& connection, const std::map<RowId, Facet>& facets)
        : connection_(connection),
          facets_(facets),
          mark_(connection,
                "SELECT reviewed_at, reviewed_by, rating FROM session_mark WHERE session = ?1"),
          has_tag_(connection, "SELECT 1 FROM session_tag WHERE tag = ?1 AND session = ?2"),
          extras_(connection,
                  "SELECT key, (SELECT count(*) FROM session_note WHERE session = ?1) "
                  "FROM session WHERE id = ?1") {}

    bool fits_row(const SummaryRow& row, const SessionFilter& filter) {
        const auto facet = facets_.find(row.facet);
        const Summary& summary = row.summary;
        if (facet == facets_.end() || !fits(facet->second, filter)) return false;
        if (filter.from && summary.started_at < *filter.from) return false;
        if (filter.to && summary.started_at >= *filter.to) return false;
        const auto duration = summary.updated_at - summary.started_at;
        if (filter.shortest && duration < *filter.shortest) return false;
        if (filter.longest && duration > *filter.longest) return false;
        if (!filter.tag.empty()) {
            Query tag(has_tag_, filter.tag, summary.id);
            if (!tag.next()) return false;
        }
        if (!filter.reviewed && !filter.rating) return true;
        Query mark(mark_, summary.id);
        const bool marked = mark.next();
        if (filter.reviewed && *filter.reviewed != (marked && mark.number(0) != 0)) return false;
        return !filter.rating || (marked && mark.number(2) == *filter.rating);
    }

    ListedSession complete(SummaryRow row) {
        ListedSession listed;
        listed.summary = std::move(row.summary);
        const Facet& facet = facets_.at(row.facet);
        listed.summary.group = facet.group;
        listed.summary.outcome = facet.outcome;
        listed.summary.firmness = facet.firmness;
        listed.summary.left_at = facet.left_at;
        listed.script = facet.script;
        listed.version = facet.version;
        const RowId id = listed.summary.id;
        Query extras(extras_, id);
        if (extras.next()) {
            listed.key = extras.text(0);
            listed.notes = extras.number(1);
        }
        Query mark(mark_, id);
        if (mark.next()) {
            listed.reviewed_at = mark.time(0);
            listed.reviewed_by = mark.text(1);
            listed.rating = static_cast<int>(mark.number(2));
        }
        listed.tags = tags_of(connection_, id);
        return listed;
    }

private:
    const Connection& connection_;
    const std::map<RowId, Facet>& facets_;
    Statement mark_;
    Statement has_tag_;
    Statement extras_;
};

}  // namespace

std::map<RowId, Facet> read_facets(const Connection& connection, Level level) {
    std::map<RowId, Facet> facets;
    for_rows(
        connection,
        [&](const Query& row) {
            Facet facet;
            facet.id = row.number(0);
            facet.group_row = row.number(1);
            facet.group = {row.number(2), row.text(3), row.text(4)};
            facet.script = row.text(5);
            facet.version = row.text(6);
            facet.outcome = row.text(7);
            facet.firmness = row.text(8);
            facet.left_at = row.text(9);
            facet.sessions = row.number(10);
            facets.emplace(facet.id, std::move(facet));
        },
        "SELECT f.id, g.id, g.script, g.channel, g.locale, name, hash, outcome, firmness, left_at, "
        "sessions FROM review_facet f JOIN review_group g ON g.id = grp "
        "JOIN script ON script.id = g.script WHERE g.level = ?1",
        static_cast<std::int64_t>(level));
    return facets;
}

bool fits(const Facet& facet, const SessionFilter& filter) {
    const auto same = [](const std::string& wanted, const std::string& given) {
        return wanted.empty() || wanted == given;
    };
    return same(filter.script, facet.script) && facet.version.starts_with(filter.version) &&
           same(filter.channel, facet.group.channel) && same(filter.locale, facet.group.locale) &&
           same(filter.outcome, facet.outcome) && same(filter.firmness, facet.firmness) &&
           same(filter.left_at, facet.left_at) &&
           (!filter.finished || *filter.finished != facet.outcome.empty());
}

SessionPage list_sessions(const Connection& connection, const SessionFilter& filter,
                          std::optional<Place> place, std::size_t limit) {
    const std::map<RowId, Facet> facets = read_facets(connection);
    const Fitting fitting = fitting_facets(facets, filter);
    SessionPage page;
    if (!has_other_filter(filter)) page.total = fitting.sessions;
    if (fitting.facets.empty()) return page;
    Completing completing(connection, facets);
    const std::unique_ptr<Rows> rows = rows_for(connection, filter, place, fitting);
    const bool by_number = !filter.text.empty() || has_facet_filter(filter);
    const std::size_t most = by_number ? max_looked_up + limit : max_examined;
    std::optional<Place> last;
    for (std::size_t examined = 0;; ++examined) {
        std::optional<SummaryRow> row = rows->next();
        if (!row) {
            page.next = rows->given_up();
            return page;
        }
        const bool fits_filter = completing.fits_row(*row, filter);
        if (examined == most || (fits_filter && page.sessions.size() == limit)) break;
        last = rows->place_of(*row);
        if (fits_filter) page.sessions.push_back(completing.complete(std::move(*row)));
    }
    page.next = last;
    return page;
}

std::optional<ListedSession> listed_session(const Connection& connection, RowId id) {
    Statement statement(connection, "SELECT " + std::string(summary_columns) +
                                        " FROM session_summary s WHERE id = ?1");
    Query row(statement, id);
    if (!row.next()) return std::nullopt;
    const std::map<RowId, Facet> facets = read_facets(connection);
    return Completing(connection, facets).complete(read_summary_row(row));
}

}  // namespace advisor::db
