#include "server/channels/fit.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace advisor::channels {
namespace {

constexpr std::string_view gap = "\n\n";
/// Less than this of a text is not worth showing.
constexpr std::size_t least_above = 20;

constexpr std::string_view zero_width_space = "\xe2\x80\x8b";

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 0x7f;
}

bool is_word(char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Whether the dot at `at` could be in a domain's name: before two or more letters, and not "js",
/// which no domain ends in and half of our technologies do.
bool is_domain_dot(std::string_view text, std::size_t at) {
    if (text[at] != '.' || at == 0 || !is_word(text[at - 1])) return false;
    std::size_t end = at + 1;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view label = text.substr(at + 1, end - at - 1);
    return label.size() >= 2 && is_letter(label.front()) && !http::same_word(label, "js");
}

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

std::string write_stacked(const Text& above, const Text& below, const Markup& markup, Limit limit,
                          bool tight) {
    Markup lower_markup = markup;
    if (tight) lower_markup.paragraph_break = lower_markup.line_break;
    const std::string lower = write(below, lower_markup, limit);
    if (above.empty()) return lower;
    const std::size_t used = lower.empty() ? 0 : length_of(lower, limit.unit) + gap.size();
    if (used + least_above > limit.size) return lower;
    const std::string upper = write(above, markup, {limit.size - used, limit.unit});
    if (upper.empty() || lower.empty()) return upper + lower;
    return upper + std::string(gap) + lower;
}

std::string write_advice(const Text& above, const Advice& advice, const Markup& markup,
                         Limit limit) {
    Advice without_link = advice;
    without_link.report_url.clear();
    std::string last;
    if (!advice.report_url.empty())
        last = std::string(gap) + write({link("Full report", advice.report_url)}, markup, limit);
    const std::size_t reserved = std::min(length_of(last, limit.unit), limit.size);
    const Limit rest{limit.size - reserved, limit.unit};
    constexpr std::size_t boundless = 1U << 24U;
    for (const Detail detail : {Detail::full, Detail::usual, Detail::brief}) {
        Text text = above;
        const Text more = advice_text(without_link, detail);
        text.insert(text.end(), more.begin(), more.end());
        const std::string whole = write(text, markup, {boundless, limit.unit});
        if (length_of(whole, limit.unit) <= rest.size) return whole + last;
    }
    return write_stacked(above, advice_text(without_link, Detail::brief), markup, rest, false) +
           last;
}

Text note_text(const View& view, const Hook& hook) {
    const std::string& note = view.private_note;
    const std::size_t begin =
        hook.public_url.empty() ? std::string::npos : note.find(hook.public_url);
    if (!view.is_secret || begin == std::string::npos) return {paragraph(note)};
    const std::size_t end = std::min(note.find(' ', begin), note.size());
    Block block = paragraph(note.substr(0, begin));
    block.spans.push_back({"this page", Style::plain, note.substr(begin, end - begin)});
    block.spans.push_back({note.substr(end), Style::plain, {}});
    return {std::move(block)};
}

std::string link_target(std::string_view url) {
    constexpr std::string_view kept = "-._~:/?#@!$&=%+,;[]";
    const std::size_t scheme = url.find("://");
    const std::string_view name = url.substr(0, std::min(scheme, url.size()));
    if ((name != "http" && name != "https") || url.size() <= scheme + 3) return {};
    std::string out;
    for (const char c : url) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            kept.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        static constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return out;
}

std::string without_domains(std::string_view plain) {
    std::string text;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        text += plain[at];
        if (is_domain_dot(plain, at)) text += zero_width_space;
    }
    return text;
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

bool is_fresh(TimePoint at, TimePoint now) {
    return at >= now - max_clock_skew && at <= now + max_clock_skew;
}

}  // namespace advisor::channels
