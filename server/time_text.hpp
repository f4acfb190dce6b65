#pragma once
// Times as text.

#include <chrono>
#include <string>

namespace advisor::server {

/// UTC with milliseconds: "2026-11-23T16:20:00.123Z".
[[nodiscard]] std::string utc_text(std::chrono::sys_time<std::chrono::milliseconds> time);

}  // namespace advisor::server
