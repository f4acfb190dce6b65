#pragma once
// Who else is looking at a session: open sockets, so that a turn in one tab is seen in the others.

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "db/store.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// A socket that can be told of events. Implemented by the WebSocket session.
class Listener {
public:
    virtual ~Listener() = default;
    /// Another connection took turn `seq` of this listener's session.
    virtual void turn_taken(std::int64_t seq) = 0;
    /// The server is going down: say so and close.
    virtual void drain() = 0;
};

/// The listeners of one I/O thread. Used on that thread only.
class Hub {
public:
    void join(Listener& listener) { all_[&listener]; }
    /// The listener now follows this session, and no other.
    void follow(Listener& listener, db::RowId session);
    void leave(Listener& listener);
    void turn_taken(db::RowId session, std::int64_t seq, const Listener* origin);
    void drain();
    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    std::unordered_map<Listener*, db::RowId> all_;  ///< 0: follows none
    std::unordered_multimap<db::RowId, Listener*> by_session_;
};

/// The hubs of all I/O threads. Calls go to each thread's own hub.
/// Thread: `turn_taken` and `drain` from any thread. Lifetime: outlives the I/O threads' work.
class Hubs {
public:
    struct Lane {
        net::io_context* io = nullptr;
        Hub* hub = nullptr;
    };
    void add(Lane lane) { lanes_.push_back(lane); }
    /// `origin`, the connection that took the turn, is not told.
    void turn_taken(db::RowId session, std::int64_t seq, const Listener* origin);
    void drain();

private:
    std::vector<Lane> lanes_;
};

}  // namespace advisor::server
