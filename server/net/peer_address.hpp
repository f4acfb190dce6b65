#pragma once
// Addresses of peers as plain values: read from text, compared with ranges, and cut to what one
// budget is kept for.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace advisor::server {

/// An IPv6 address; an IPv4 one in its mapped form (::ffff:a.b.c.d).
using AddressBytes = std::array<std::uint8_t, 16>;

/// "192.0.2.7" or "2001:db8::7", also in brackets and with a port behind, as some proxies write it.
[[nodiscard]] std::optional<AddressBytes> parse_address(std::string_view text);

/// As people write it: "192.0.2.7" for a mapped one.
[[nodiscard]] std::string to_text(const AddressBytes& address);

struct AddressRange {
    AddressBytes first{};
    unsigned bits = 128;  ///< how many of the first bits count

    [[nodiscard]] bool holds(const AddressBytes& address) const;
};

/// An address, or "10.0.0.0/8". Nothing for anything else.
[[nodiscard]] std::optional<AddressRange> parse_range(std::string_view text);

/// What stands for one subscriber: an IPv4 address whole, of an IPv6 one the first 64 bits, since
/// whoever has one address there has all of that network.
[[nodiscard]] AddressBytes subscriber_of(const AddressBytes& address);

}  // namespace advisor::server
