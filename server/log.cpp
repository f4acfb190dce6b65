#include "server/log.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "server/time_text.hpp"

namespace advisor::server {
namespace {

LogLevel lowest = LogLevel::info;

}  // namespace

void set_log_level(LogLevel level) {
    lowest = level;
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    if (level < lowest) return;
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    static constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    nlohmann::ordered_json line{
        {"at", utc_text(now)}, {"level", names[static_cast<std::size_t>(level)]}, {"event", event}};
    for (const LogField& field : fields) line[field.first] = field.second;
    std::string text =
        line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    // One write, so that lines of several threads do not mix. A log that cannot be written must not
    // stop the service.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace advisor::server
