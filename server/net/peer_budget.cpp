#include "server/net/peer_budget.hpp"

#include <algorithm>
#include <string_view>

namespace advisor::server {
namespace {

constexpr double notes_per_second = 1.0 / 60;

double per_second(std::size_t per_minute) {
    return static_cast<double>(per_minute) / 60;
}

/// A whole minute's worth may come at once.
bool take_of_minute(TokenBucket& bucket, std::size_t per_minute,
                    TokenBucket::Clock::time_point now) {
    return per_minute == 0 ||
           bucket.take(per_second(per_minute), static_cast<double>(per_minute), now);
}

}  // namespace

double TokenBucket::spent_at(double per_second, Clock::time_point now) const {
    const double seconds = std::chrono::duration<double>(now - at_).count();
    return std::max(0.0, spent_ - std::max(0.0, seconds) * per_second);
}

bool TokenBucket::take(double per_second, double burst, Clock::time_point now) {
    const double spent = spent_at(per_second, now);
    if (spent + 1 > burst) return false;
    spent_ = spent + 1;
    at_ = now;
    return true;
}

bool TokenBucket::full(double per_second, Clock::time_point now) const {
    return spent_at(per_second, now) == 0;
}

std::size_t PeerBudgets::Hash::operator()(const AddressBytes& address) const noexcept {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(address.data()), address.size()});
}

PeerBudgets::Peer& PeerBudgets::peer(const AddressBytes& subscriber, Clock::time_point now) {
    if (peers_.size() >= sweep_at_ && !peers_.contains(subscriber)) forget_idle(now);
    return peers_[subscriber];
}

void PeerBudgets::forget_idle(Clock::time_point now) {
    std::erase_if(peers_, [&](const auto& entry) {
        const Peer& peer = entry.second;
        return peer.connections == 0 && peer.notes.full(notes_per_second, now) &&
               peer.requests.full(per_second(limits_.requests_per_minute), now) &&
               peer.sessions.full(per_second(limits_.sessions_per_minute), now);
    });
    sweep_at_ = std::max<std::size_t>(1024, 2 * peers_.size());
}

bool PeerBudgets::enter(const AddressBytes& subscriber, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    Peer& found = peer(subscriber, now);
    if (limits_.connections != 0 && found.connections >= limits_.connections) return false;
    ++found.connections;
    return true;
}

void PeerBudgets::leave(const AddressBytes& subscriber) {
    const std::lock_guard lock(mutex_);
    --peers_.at(subscriber).connections;  // an address with connections is never forgotten
}

bool PeerBudgets::take_request(const AddressBytes& subscriber, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return take_of_minute(peer(subscriber, now).requests, limits_.requests_per_minute, now);
}

bool PeerBudgets::take_session(const AddressBytes& subscriber, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return take_of_minute(peer(subscriber, now).sessions, limits_.sessions_per_minute, now);
}

bool PeerBudgets::worth_noting(const AddressBytes& subscriber, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return peer(subscriber, now).notes.take(notes_per_second, 1, now);
}

std::size_t PeerBudgets::kept() const {
    const std::lock_guard lock(mutex_);
    return peers_.size();
}

}  // namespace advisor::server
