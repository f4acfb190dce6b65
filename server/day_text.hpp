#pragma once
// Days as people give them on a command line.

#include <chrono>
#include <optional>
#include <string_view>

namespace advisor::server {

/// The begin (UTC) of a day "2026-11-23", or a moment "2026-11-23T16:20:00Z" (seconds, fraction and
/// "Z" may be left out). Nothing for any other text or a day that does not exist.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::milliseconds>> read_day(
    std::string_view text);

}  // namespace advisor::server
