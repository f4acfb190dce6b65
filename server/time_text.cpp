#include "server/time_text.hpp"

#include <array>
#include <ctime>

namespace advisor::server {

std::string utc_text(std::chrono::sys_time<std::chrono::milliseconds> time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::string fraction = std::to_string((time - whole).count());
    fraction.insert(0, 3 - fraction.size(), '0');
    return std::string(text.data(), size) + "." + fraction + "Z";
}

}  // namespace advisor::server
