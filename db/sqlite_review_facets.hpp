#pragma once
// Facets: the distinct combinations of script, channel, language, result and open question. There
// are few of them, so filters on them are answered here, and counted for nothing.

#include "db/review.hpp"

namespace advisor::db {

struct Facet {
    RowId id = 0;
    RowId group_row = 0;
    Group group;
    std::string script;
    std::string version;
    std::string outcome, firmness, left_at;
    std::int64_t sessions = 0;
};

/// All facets by id, or the ones of one id.
[[nodiscard]] std::map<RowId, Facet> read_facets(const sqlite::Connection& connection);

/// Looks at script, version, channel, locale, outcome, firmness, left_at and finished.
[[nodiscard]] bool fits(const Facet& facet, const SessionFilter& filter);

}  // namespace advisor::db
