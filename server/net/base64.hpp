#pragma once
// Standard base64 (RFC 4648, section 4): with padding, without line breaks.

#include <optional>
#include <string>
#include <string_view>

namespace advisor::server {

[[nodiscard]] std::string base64(std::string_view bytes);

/// Nothing unless `text` is exactly what base64() makes of some bytes.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace advisor::server
