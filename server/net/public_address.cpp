#include "server/net/public_address.hpp"

#include <algorithm>
#include <array>

namespace advisor::server {
namespace {

struct Range4 {
    std::uint32_t first;
    int bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array special_v4{
    Range4{v4(0, 0, 0, 0), 8},         // this host
    Range4{v4(10, 0, 0, 0), 8},        // private
    Range4{v4(100, 64, 0, 0), 10},     // shared behind a carrier's gateway; one cloud's metadata
    Range4{v4(127, 0, 0, 0), 8},       // loopback
    Range4{v4(168, 63, 129, 16), 32},  // one cloud's host agent, on a public address
    Range4{v4(169, 254, 0, 0), 16},    // link-local, most clouds' metadata
    Range4{v4(172, 16, 0, 0), 12},     // private
    Range4{v4(192, 0, 0, 0), 24},      // protocol assignments, one cloud's metadata
    Range4{v4(192, 0, 2, 0), 24},      // documentation
    Range4{v4(192, 88, 99, 0), 24},    // 6to4 relays
    Range4{v4(192, 168, 0, 0), 16},    // private
    Range4{v4(198, 18, 0, 0), 15},     // benchmarks
    Range4{v4(198, 51, 100, 0), 24},   // documentation
    Range4{v4(203, 0, 113, 0), 24},    // documentation
    Range4{v4(224, 0, 0, 0), 3},       // multicast, reserved, broadcast
};

bool is_public_v4(std::span<const std::uint8_t> bytes) {
    const std::uint32_t address = v4(bytes[0], bytes[1], bytes[2], bytes[3]);
    return std::ranges::none_of(special_v4, [address](const Range4& range) {
        return ((address ^ range.first) >> static_cast<unsigned>(32 - range.bits)) == 0;
    });
}

bool is_public_v6(std::span<const std::uint8_t> bytes) {
    const unsigned high = static_cast<unsigned>(bytes[0]) << 8U | bytes[1];
    const unsigned low = static_cast<unsigned>(bytes[2]) << 8U | bytes[3];
    if ((high & 0xE000U) != 0x2000U) return false;        // only 2000::/3 is global unicast
    if (high == 0x2001U && low < 0x0200U) return false;   // 2001::/23: Teredo and other protocols
    if (high == 0x2001U && low == 0x0DB8U) return false;  // documentation
    if (high == 0x2002U) return false;                    // 6to4
    if (high == 0x3FFFU && low < 0x1000U) return false;   // 3fff::/20: documentation
    return true;
}

}  // namespace

bool is_public_address(std::span<const std::uint8_t> bytes) {
    if (bytes.size() == 4) return is_public_v4(bytes);
    return bytes.size() == 16 && is_public_v6(bytes);
}

}  // namespace advisor::server
