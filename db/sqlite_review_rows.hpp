#pragma once
// Where the rows of a session list come from: all of them by time, a few facets merged, what
// reviewers marked, or a search.

#include <memory>

#include "db/review.hpp"

namespace advisor::db {

/// The columns that read_summary_row reads, of session_summary as `s`.
inline constexpr std::string_view summary_columns =
    "s.id, s.facet, s.started_at, s.updated_at, s.asked_at, s.turns, s.edits, s.flips, s.unclear, "
    "s.unknown, s.reached, s.last_outcome, s.opening";

/// A summary without what its facet says.
struct SummaryRow {
    RowId facet = 0;
    Summary summary;
};
[[nodiscard]] SummaryRow read_summary_row(const sqlite::Query& row);

/// Rows in the order of a list.
class Rows {
public:
    virtual ~Rows() = default;
    virtual std::optional<SummaryRow> next() = 0;
    /// Behind the last row: where to go on, when it was given up there instead of looking further.
    [[nodiscard]] virtual std::optional<Place> given_up() const { return std::nullopt; }
    /// Where to go on behind the row.
    [[nodiscard]] virtual Place place_of(const SummaryRow& row) const {
        return {row.summary.started_at.time_since_epoch().count(), row.summary.id};
    }
};

// Lifetime of all: `connection` outlives the rows.

/// All sessions, latest first, that began in the filter's period and behind `place`.
[[nodiscard]] std::unique_ptr<Rows> rows_by_time(const sqlite::Connection& connection,
                                                 const SessionFilter& filter,
                                                 std::optional<Place> place);
/// The same of these facets only.
[[nodiscard]] std::unique_ptr<Rows> rows_of_facets(const sqlite::Connection& connection,
                                                   const SessionFilter& filter,
                                                   std::optional<Place> place,
                                                   const std::vector<RowId>& facets);
/// The same where most sessions are expected to be of these facets: rows of others come between,
/// for as long as the latest sessions are few, and are for the caller to leave out.
[[nodiscard]] std::unique_ptr<Rows> rows_of_many_facets(const sqlite::Connection& connection,
                                                        const SessionFilter& filter,
                                                        std::optional<Place> place,
                                                        std::vector<RowId> facets);

/// Sessions with the filter's tag, or with any mark, by row number.
[[nodiscard]] std::unique_ptr<Rows> rows_by_mark(const sqlite::Connection& connection,
                                                 const SessionFilter& filter,
                                                 std::optional<Place> place);
/// Sessions with all words of the filter's text in them, whatever turn each stands in, by row
/// number; or the one whose name the text is.
[[nodiscard]] std::unique_ptr<Rows> rows_found(const sqlite::Connection& connection,
                                               const SessionFilter& filter,
                                               std::optional<Place> place);

}  // namespace advisor::db
