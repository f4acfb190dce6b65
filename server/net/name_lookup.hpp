#pragma once
// A host name's addresses, within a deadline.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/task.hpp"

namespace advisor::server {

/// An IPv4 (4) or IPv6 (16) address, bytes in network order.
using AddressBytes = std::vector<unsigned char>;

/// All addresses of `host`, a name or an address, in the system's order of preference; empty when
/// it has none. Nothing when `until` passes first.
/// The system's lookup blocks and cannot be called off, so it has a thread of its own that nobody
/// waits for: neither a deadline nor a stopping server depends on a name server.
[[nodiscard]] Task<std::optional<std::vector<AddressBytes>>> look_up(
    std::string host, std::chrono::steady_clock::time_point until);

}  // namespace advisor::server
