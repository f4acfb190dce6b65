#include "server/day_text.hpp"

#include <charconv>

namespace advisor::server {
namespace {

/// Takes `digits` digits from the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
    unsigned number = 0;
    if (text.size() < digits) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

/// "16:20", "16:20:05", "16:20:05.123", each with or without "Z".
std::optional<std::chrono::milliseconds> read_time(std::string_view text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    unsigned second = 0;
    unsigned fraction = 0;
    if (take(text, ':')) {
        const auto seconds = take_number(text, 2);
        if (!seconds || *seconds > 59) return std::nullopt;
        second = *seconds;
        if (take(text, '.')) {
            const auto milliseconds = take_number(text, 3);
            if (!milliseconds) return std::nullopt;
            fraction = *milliseconds;
        }
    }
    take(text, 'Z');
    if (!text.empty()) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(second) + std::chrono::milliseconds(fraction);
}

}  // namespace

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> read_day(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    std::chrono::milliseconds time{0};
    if (!text.empty()) {
        if (!take(text, 'T')) return std::nullopt;
        const auto read = read_time(text);
        if (!read) return std::nullopt;
        time = *read;
    }
    return std::chrono::sys_days(date) + time;
}

}  // namespace advisor::server
