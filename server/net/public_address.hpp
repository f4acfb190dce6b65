#pragma once
// Which addresses an outgoing request may go to when its host was not allowed by name: those of the
// public internet, and nothing that only means something here. Plain values, no sockets.

#include <cstdint>
#include <span>

namespace advisor::server {

/// True for an IPv4 (4 bytes) or IPv6 (16 bytes) address, in network order, of the public internet.
/// Loopback, link-local, private, shared (RFC 6598), unique-local, multicast, documentation,
/// benchmark, reserved and metadata addresses are not; neither are IPv6 addresses that wrap an IPv4
/// one (mapped, compatible, NAT64, 6to4, Teredo), since what they reach depends on a gateway.
/// Source: the special-purpose registries of RFC 6890.
[[nodiscard]] bool is_public_address(std::span<const std::uint8_t> bytes);

}  // namespace advisor::server
