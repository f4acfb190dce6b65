#pragma once
// The strict gate in front of the HTTP parser: a request head that two programs could read
// differently is refused. Beast 1.81 lets through an unknown Transfer-Encoding (and then reads the
// body as the next request), HTTP/1.0 with chunks, a missing or doubled Host, folded headers,
// doubled Content-Length, and headers without number.

#include <cstddef>
#include <optional>
#include <string_view>

#include "server/net/error_code.hpp"

namespace advisor::http {

inline constexpr std::size_t max_head_bytes = 8192;
inline constexpr std::size_t max_header_lines = 64;

/// Checks a request head, up to and with its empty line. Nothing when it may be parsed. Pure.
[[nodiscard]] std::optional<server::Refusal> check_head(std::string_view head);

}  // namespace advisor::http
