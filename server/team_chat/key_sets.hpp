#pragma once
// Sets of public keys that a platform publishes: fetched when they are needed, kept as long as it
// says.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "server/net/http_client.hpp"

namespace advisor::server {

/// Thread: from any I/O thread. Lifetime: outlives every coroutine awaiting it; borrows the client.
class KeySets {
public:
    explicit KeySets(HttpClient& client) : client_(client) {}

    /// The text at `url`; an empty one when it cannot be fetched or holds no key. Kept for the
    /// `max-age` that it came with, between five minutes and a day; while it cannot be fetched
    /// anew, the last one counts for a day, and is asked for every 30 seconds at most.
    /// `allowed`: see ClientRequest::allowed_hosts.
    [[nodiscard]] Task<std::string> get(std::string url, std::vector<std::string> allowed);

private:
    using Clock = std::chrono::steady_clock;
    struct Set {
        std::string text;
        Clock::time_point fetched_at;
        Clock::time_point use_until;
    };
    [[nodiscard]] std::string keep(const std::string& url, const ClientResponse& response);

    HttpClient& client_;
    std::mutex mutex_;  ///< of what follows
    std::map<std::string, Set> sets_;
};

}  // namespace advisor::server
