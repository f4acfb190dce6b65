#pragma once
// Counting turns at once, from the command line: what the follower of a running server does bit by
// bit.

#include "db/store.hpp"
#include "server/review/review_follower.hpp"

namespace advisor::server {

/// Adds what the turns of `source` behind the follower's position in `writer`'s database and up to
/// row `last` say to its summaries, counters and index. Returns how many sessions it then knows.
/// A loss of power meanwhile may take the last turns that were counted back, not what was stored
/// before. Errors: db::StoreError; std::runtime_error when somebody else counts as well.
std::int64_t count_turns(const db::sqlite::Connection& source, db::Writer& writer, db::RowId last);

/// The row of the latest turn; 0 when there is none.
[[nodiscard]] db::RowId last_turn(const db::sqlite::Connection& connection);

}  // namespace advisor::server
