#include "server/net/peer_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace advisor::server {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;

bool is_v4(const AddressBytes& address) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin());
}

std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
    }
    const bool one_colon = text.find(':') == text.rfind(':');
    return one_colon ? text.substr(0, text.find(':')) : text;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
    const std::string plain(without_port(text));
    AddressBytes address{};
    if (inet_pton(AF_INET6, plain.c_str(), address.data()) == 1) return address;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.begin());
    if (inet_pton(AF_INET, plain.c_str(), address.data() + mapped_prefix.size()) == 1)
        return address;
    return std::nullopt;
}

std::string to_text(const AddressBytes& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4(address))
        inet_ntop(AF_INET, address.data() + mapped_prefix.size(), text.data(), text.size());
    else
        inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

bool AddressRange::holds(const AddressBytes& address) const {
    const std::size_t whole = bits / 8;
    if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.begin()))
        return false;
    const unsigned rest = bits % 8;
    return rest == 0 || ((first[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

std::optional<AddressRange> parse_range(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<AddressBytes> first = parse_address(text.substr(0, slash));
    if (!first) return std::nullopt;
    if (slash == std::string_view::npos) return AddressRange{*first, 128};
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const unsigned skipped = is_v4(*first) ? mapped_bits : 0;
    if (error != std::errc() || end != digits.data() + digits.size() || bits > 128 - skipped)
        return std::nullopt;
    return AddressRange{*first, bits + skipped};
}

AddressBytes subscriber_of(const AddressBytes& address) {
    AddressBytes subscriber = address;
    if (!is_v4(address)) std::fill(subscriber.begin() + 8, subscriber.end(), std::uint8_t{0});
    return subscriber;
}

}  // namespace advisor::server
