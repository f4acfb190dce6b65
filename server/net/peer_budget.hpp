#pragma once
// What one address may use of the server: connections at the same time, and so many requests and
// new sessions a minute. It keeps one hostile client from taking all of it.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "server/net/peer_address.hpp"

namespace advisor::server {

/// 0 stands for no limit. The defaults leave room for an office behind one address.
struct PeerLimits {
    std::size_t connections = 1000;
    std::size_t sessions_per_minute = 600;
    std::size_t requests_per_minute = 6000;  ///< to the HTTP API, the one for review included
    std::size_t frames_per_second = 20;      ///< of one WebSocket, on average
};

/// Lets through so many a second on average, and at most `burst` at once. Full at first.
class TokenBucket {
public:
    using Clock = std::chrono::steady_clock;

    /// False when there is none left; nothing is taken then.
    [[nodiscard]] bool take(double per_second, double burst, Clock::time_point now);
    /// True when it is full again, as a new one is.
    [[nodiscard]] bool full(double per_second, Clock::time_point now) const;

private:
    [[nodiscard]] double spent_at(double per_second, Clock::time_point now) const;

    double spent_ = 0;
    Clock::time_point at_{};
};

/// The budgets of all addresses. Memory: an address is forgotten when it has no connection and its
/// budgets are full, so what is kept is bounded by what came in the last minute.
/// Thread: any. Lifetime: outlives the connections.
class PeerBudgets {
public:
    using Clock = TokenBucket::Clock;

    explicit PeerBudgets(PeerLimits limits) : limits_(limits) {}

    [[nodiscard]] const PeerLimits& limits() const { return limits_; }
    /// Counts a connection; false, and not counted, when it is one too many.
    [[nodiscard]] bool enter(const AddressBytes& subscriber, Clock::time_point now);
    void leave(const AddressBytes& subscriber);
    [[nodiscard]] bool take_request(const AddressBytes& subscriber, Clock::time_point now);
    [[nodiscard]] bool take_session(const AddressBytes& subscriber, Clock::time_point now);
    /// True at most once a minute for each address: a flood must not fill the log, too.
    [[nodiscard]] bool worth_noting(const AddressBytes& subscriber, Clock::time_point now);
    [[nodiscard]] std::size_t kept() const;

private:
    struct Peer {
        std::size_t connections = 0;
        TokenBucket requests;
        TokenBucket sessions;
        TokenBucket notes;
    };
    struct Hash {
        std::size_t operator()(const AddressBytes& address) const noexcept;
    };

    Peer& peer(const AddressBytes& subscriber, Clock::time_point now);
    void forget_idle(Clock::time_point now);

    const PeerLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<AddressBytes, Peer, Hash> peers_;
    std::size_t sweep_at_ = 1024;  ///< so many addresses make it look for those to forget
};

}  // namespace advisor::server
