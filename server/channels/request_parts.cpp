#include "server/channels/request_parts.hpp"

#include <algorithm>
#include <charconv>

#include "server/channels/body.hpp"
#include "server/channels/signature.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes `count` digits and, when it is not 0, the character after them.
std::optional<int> take_number(std::string_view& text, std::size_t count, char after) {
    const std::size_t size = count + (after == '\0' ? 0 : 1);
    if (text.size() < size || !std::all_of(text.begin(), text.begin() + count, is_digit))
        return std::nullopt;
    if (after != '\0' && text[count] != after) return std::nullopt;
    int value = 0;
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(size);
    return value;
}

/// Takes ".456", of which milliseconds count, or nothing at all.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
    if (!text.starts_with('.')) return std::chrono::milliseconds(0);
    text.remove_prefix(1);
    int value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
        if (digits < 3) value = value * 10 + (text[digits] - '0');
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (std::size_t at = digits; at < 3; ++at) value *= 10;
    text.remove_prefix(digits);
    return std::chrono::milliseconds(value);
}

/// The whole of `text` as "Z" or "+01:00".
std::optional<std::chrono::minutes> read_offset(std::string_view text) {
    if (text == "Z" || text == "z") return std::chrono::minutes(0);
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const std::optional<int> hours = take_number(text, 2, ':');
    const std::optional<int> minutes = hours ? take_number(text, 2, '\0') : std::nullopt;
    if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
    return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

std::optional<std::string_view> bearer_of(const http::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = single_header(request, "Authorization");
    if (!header || !http::same_word(header->substr(0, scheme.size()), scheme)) return std::nullopt;
    return header->substr(scheme.size());
}

bool has_body_token(const Delivery& delivery, const Hook& hook, TimePoint) {
    const std::optional<json> body = read_json(delivery.request.body);
    const json& token = body ? value_at(*body, "token") : json();
    return token.is_string() && equals_any(token.get_ref<const std::string&>(), hook.secrets);
}

std::optional<std::string> without_spaces(const Hook& hook, std::string sentence) {
    const bool has_space =
        std::any_of(hook.secrets.begin(), hook.secrets.end(), [](const std::string& secret) {
            return secret.find_first_of(" \t\r\n") != std::string::npos;
        });
    return has_space ? std::optional(std::move(sentence)) : std::nullopt;
}

std::optional<TimePoint> read_time(std::string_view text) {
    const std::optional<int> year = take_number(text, 4, '-');
    const std::optional<int> month = year ? take_number(text, 2, '-') : std::nullopt;
    const std::optional<int> day = month ? take_number(text, 2, 'T') : std::nullopt;
    const std::optional<int> hour = day ? take_number(text, 2, ':') : std::nullopt;
    const std::optional<int> minute = hour ? take_number(text, 2, ':') : std::nullopt;
    const std::optional<int> second = minute ? take_number(text, 2, '\0') : std::nullopt;
    if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const std::optional<std::chrono::milliseconds> fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const std::optional<std::chrono::minutes> offset = read_offset(text);
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!offset || !date.ok()) return std::nullopt;
    return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(*second) + *fraction - *offset;
}

std::optional<TimePoint> read_unix_time(std::string_view text) {
    constexpr std::size_t most_digits = 11;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || text.size() > most_digits || !is_digit(text.front())) return std::nullopt;
    return TimePoint(std::chrono::seconds(seconds));
}

bool is_fresh(TimePoint at, TimePoint now) {
    return at >= now - max_clock_skew && at <= now + max_clock_skew;
}

void set_text(Event& event, std::string_view typed) {
    event.text = trimmed(typed);
    event.kind = event.text.empty() ? EventKind::open : EventKind::text;
}

std::optional<std::string> after_any_word(std::string_view text,
                                          const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (auto rest = after_word(text, word)) return rest;
    }
    return std::nullopt;
}

std::string json_text(const ordered_json& body) {
    return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

OutboundCall json_call(std::string url, const ordered_json& body, http::Headers more_headers) {
    OutboundCall call{"POST", std::move(url), std::move(more_headers), json_text(body)};
    call.headers.emplace(call.headers.begin(), "Content-Type", "application/json");
    return call;
}

}  // namespace advisor::channels
