#pragma once
// The parts of an absolute http or https address, read strictly: what another reader could take for
// a different host is refused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace advisor::http {

struct Url {
    bool tls = false;
    std::string host;        ///< lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;  ///< never 0: the scheme's own one when none is given
    bool default_port = true;
    std::string target;  ///< path and query, begins with "/"

    /// For the Host header: brackets around an IPv6 address, the port only when it is not the
    /// scheme's.
    [[nodiscard]] std::string authority() const;
};

/// Nothing for anything but `http(s)://host[:port][/path][?query]` in printable ASCII. A name or
/// password before the host is refused; a fragment is dropped. At most 2,048 bytes.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

}  // namespace advisor::http
