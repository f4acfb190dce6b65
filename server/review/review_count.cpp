#include "server/review/review_count.hpp"

#include <stdexcept>

namespace advisor::server {
namespace {

using db::sqlite::Connection;

constexpr std::size_t turns_a_batch = 8192;

}  // namespace

db::RowId last_turn(const Connection& connection) {
    return db::sqlite::read_number(connection, "SELECT coalesce(max(id), 0) FROM turn");
}

std::int64_t count_turns(const Connection& source, db::Writer& writer, db::RowId last) {
    std::int64_t sessions = 0;
    writer.change([&](Connection& target) {
        TurnFolder folder(source, target, scripts_of_database());
        // Not worth a disk sync each: what is cut short here is counted again.
        target.execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536");
        db::RowId position = db::followed_row(target);
        while (const std::optional<db::Batch> batch = folder.next(position, turns_a_batch, last)) {
            if (!db::add_batch(target, *batch))
                throw std::runtime_error("somebody else is counting; try again");
            position = batch->to;
        }
        target.execute("PRAGMA synchronous = FULL");
        sessions = db::sqlite::read_number(target, "SELECT count(*) FROM session_summary");
    });
    return sessions;
}

}  // namespace advisor::server
