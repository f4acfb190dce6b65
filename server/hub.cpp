#include "server/hub.hpp"

#include <boost/asio/post.hpp>

namespace advisor::server {

void Hub::follow(Listener& listener, db::RowId session) {
    if (all_[&listener] == session) return;
    leave(listener);
    all_[&listener] = session;
    by_session_.emplace(session, &listener);
}

void Hub::leave(Listener& listener) {
    const auto found = all_.find(&listener);
    if (found == all_.end()) return;
    const auto [first, last] = by_session_.equal_range(found->second);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != &listener) continue;
        by_session_.erase(entry);
        break;
    }
    all_.erase(found);
}

void Hub::turn_taken(db::RowId session, std::int64_t seq, const Listener* origin) {
    const auto [first, last] = by_session_.equal_range(session);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != origin) entry->second->turn_taken(seq);
    }
}

void Hub::drain() {
    for (const auto& [listener, session] : all_) listener->drain();
}

void Hubs::turn_taken(db::RowId session, std::int64_t seq, const Listener* origin) {
    for (const Lane& lane : lanes_) {
        if (lane.io->get_executor().running_in_this_thread())
            lane.hub->turn_taken(session, seq, origin);
        else
            net::post(*lane.io, [hub = lane.hub, session, seq, origin] {
                hub->turn_taken(session, seq, origin);
            });
    }
}

void Hubs::drain() {
    for (const Lane& lane : lanes_) net::post(*lane.io, [hub = lane.hub] { hub->drain(); });
}

}  // namespace advisor::server
