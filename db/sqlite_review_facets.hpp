#pragma once
// Facets: the distinct combinations of script, channel, language, result and open question. There
// are few of them, so filters on them are answered here, and counted for nothing.

#include <array>

#include "db/review.hpp"

namespace advisor::db {

/// What a row of review_group stands for: one group, or the sum of several, which has no locale or
/// neither locale nor channel. Sessions belong to facets of single groups.
enum class Level : std::int64_t { single, channel, all };
inline constexpr std::array levels{Level::single, Level::channel, Level::all};

struct Facet {
    RowId id = 0;
    RowId group_row = 0;
    Group group;
    std::string script;
    std::string version;
    std::string outcome, firmness, left_at;
    std::int64_t sessions = 0;
};

/// All facets of a level, by id.
[[nodiscard]] std::map<RowId, Facet> read_facets(const sqlite::Connection& connection,
                                                 Level level = Level::single);

/// Looks at script, version, channel, locale, outcome, firmness, left_at and finished.
[[nodiscard]] bool fits(const Facet& facet, const SessionFilter& filter);

}  // namespace advisor::db
