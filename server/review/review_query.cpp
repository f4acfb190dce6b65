#include "server/review/review_query.hpp"

#include <algorithm>
#include <charconv>

#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_parameter_bytes = 1000;
constexpr int max_depth = 32;

std::optional<std::int64_t> read_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "2026-03-01", or with "T12:30", "T12:30:15", fractions and "Z" behind it; UTC.
std::optional<db::TimePoint> read_time(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t size) {
        return text.size() >= at + size ? read_number(text.substr(at, size)) : std::nullopt;
    };
    const auto year = part(0, 4), month = part(5, 2), day = part(8, 2);
    if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    db::TimePoint time = std::chrono::sys_days(date);
    if (text.size() == 10) return time;
    const auto hour = part(11, 2), minute = part(14, 2);
    if ((text[10] != 'T' && text[10] != ' ') || !hour || !minute || text[13] != ':' || *hour > 23 ||
        *minute > 59)
        return std::nullopt;
    time += std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (text.size() == 16 || text[16] != ':') return time;
    const auto second = part(17, 2);
    if (!second || *second > 60) return std::nullopt;
    return time + std::chrono::seconds(*second);
}

Refusal bad(std::string_view name, std::string_view what) {
    return {ErrorCode::bad_request, "\"" + std::string(name) + "\" " + std::string(what) + "."};
}

/// Reads the parameters one by one; the first that is wrong is kept.
class FilterReader {
public:
    explicit FilterReader(const http::Request& request) : request_(request) {}

    std::string text(std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            std::string value = query_parameter(request_, name);
            if (value.size() > max_parameter_bytes) refuse(name, "is too long");
            if (!value.empty()) return value;
        }
        return {};
    }
    std::optional<bool> yes_no(std::string_view name) {
        const std::string value = text({name});
        if (value.empty()) return std::nullopt;
        if (value == "yes" || value == "true" || value == "1") return true;
        if (value != "no" && value != "false" && value != "0") refuse(name, "is yes or no");
        return false;
    }
    /// A day alone ends behind itself where it is the end of a period.
    std::optional<db::TimePoint> time(std::string_view name, bool is_end) {
        const std::string value = text({name});
        if (value.empty()) return std::nullopt;
        const std::optional<db::TimePoint> read = read_time(value);
        if (!read) refuse(name, "is a day such as 2026-03-01 or a time such as 2026-03-01T12:30");
        if (read && is_end && value.size() == 10) return *read + std::chrono::days(1);
        return read;
    }
    std::optional<milliseconds> seconds(std::initializer_list<std::string_view> names) {
        const std::string value = text(names);
        if (value.empty()) return std::nullopt;
        const std::optional<std::int64_t> number = read_number(value);
        if (!number || *number < 0 || *number > 1'000'000'000) {
            refuse(*names.begin(), "is a number of seconds");
            return std::nullopt;
        }
        return std::chrono::seconds(*number);
    }
    std::optional<int> rating() {
        const std::string value = text({"rating"});
        if (value.empty()) return std::nullopt;
        const std::optional<std::int64_t> number = read_number(value);
        if (!number || *number < 1 || *number > 5) {
            refuse("rating", "is 1 to 5");
            return std::nullopt;
        }
        return static_cast<int>(*number);
    }
    std::optional<bool> finished() {
        const std::string value = text({"state"});
        if (value.empty()) return std::nullopt;
        if (value != "finished" && value != "open") refuse("state", "is finished or open");
        return value == "finished";
    }
    std::optional<Refusal> refusal;

private:
    void refuse(std::string_view name, std::string_view what) {
        if (!refusal) refusal = bad(name, what);
    }
    const http::Request& request_;
};

bool too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_depth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

}  // namespace

std::string query_parameter(const http::Request& request, std::string_view name) {
    std::string_view rest = request.query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        std::string raw(pair.substr(equals + 1));
        std::replace(raw.begin(), raw.end(), '+', ' ');
        std::string value;
        return http::percent_decode(raw, value) ? value : std::string();
    }
    return {};
}

std::variant<db::SessionFilter, Refusal> read_filter(const http::Request& request) {
    FilterReader read(request);
    db::SessionFilter filter;
    filter.text = read.text({"q"});
    filter.outcome = read.text({"outcome"});
    filter.firmness = read.text({"firmness"});
    filter.script = read.text({"script"});
    filter.version = read.text({"script_version", "version", "hash", "script_hash"});
    filter.channel = read.text({"channel"});
    filter.locale = read.text({"locale", "language"});
    filter.left_at = read.text({"left_at"});
    filter.tag = read.text({"tag"});
    filter.finished = read.finished();
    filter.reviewed = read.yes_no("reviewed");
    filter.rating = read.rating();
    filter.from = read.time("from", false);
    filter.to = read.time("to", true);
    filter.shortest = read.seconds({"min_duration"});
    filter.longest = read.seconds({"max_duration"});
    if (read.refusal) return *read.refusal;
    return filter;
}

std::variant<std::optional<db::Place>, Refusal> read_place(const http::Request& request) {
    std::string text;
    for (const std::string_view name : {"cursor", "after", "next"}) {
        if (text.empty()) text = query_parameter(request, name);
    }
    if (text.empty()) return std::optional<db::Place>();
    const std::size_t dash = text.find('-', 1);
    if (dash != std::string::npos) {
        const auto at = read_number(std::string_view(text).substr(0, dash));
        const auto id = read_number(std::string_view(text).substr(dash + 1));
        if (at && id) return std::optional<db::Place>(db::Place{*at, *id});
    }
    return bad("cursor", "is the \"next\" of a list");
}

std::string place_text(const db::Place& place) {
    return std::to_string(place.at) + "-" + std::to_string(place.id);
}

std::variant<std::size_t, Refusal> read_limit(const http::Request& request) {
    const std::string text = query_parameter(request, "limit");
    if (text.empty()) return std::size_t{50};
    const std::optional<std::int64_t> limit = read_number(text);
    if (!limit || *limit < 1 || *limit > 200) return bad("limit", "is 1 to 200");
    return static_cast<std::size_t>(*limit);
}

std::variant<nlohmann::json, Refusal> read_json_body(const http::Request& request) {
    const std::string_view type = request.header("Content-Type");
    if (!http::same_word(type.substr(0, type.find_first_of("; ")), "application/json"))
        return Refusal{ErrorCode::unsupported_media_type,
                       "Send JSON with \"Content-Type: application/json\"."};
    if (too_deep(request.body)) return Refusal{ErrorCode::bad_json, "The JSON is nested too deep."};
    nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object()) return Refusal{ErrorCode::bad_json, "Send a JSON object."};
    return body;
}

std::string dump(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

http::Response json_answer(const ordered_json& value, int status) {
    return http::json_response(status, dump(value));
}

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json time_or_null(db::TimePoint time) {
    return time == db::TimePoint{} ? ordered_json() : ordered_json(utc_text(time));
}

ordered_json session_json(const db::ListedSession& listed) {
    const db::Summary& summary = listed.summary;
    const auto duration =
        std::chrono::duration_cast<std::chrono::seconds>(summary.updated_at - summary.started_at);
    ordered_json reviewed;
    if (listed.reviewed_at != db::TimePoint{})
        reviewed = {{"by", listed.reviewed_by}, {"at", utc_text(listed.reviewed_at)}};
    return {{"id", listed.key},
            {"session", listed.key},
            {"started_at", utc_text(summary.started_at)},
            {"updated_at", utc_text(summary.updated_at)},
            {"state", summary.outcome.empty() ? "open" : "finished"},
            {"script", listed.script},
            {"script_version", listed.version},
            {"channel", summary.group.channel},
            {"locale", summary.group.locale},
            {"outcome", text_or_null(summary.outcome)},
            {"firmness", text_or_null(summary.firmness)},
            {"left_at", text_or_null(summary.left_at)},
            {"turns", summary.turns},
            {"duration_s", duration.count()},
            {"edits", summary.edits},
            {"flips", summary.flips},
            {"unclear", summary.unclear},
            {"unknown", summary.unknown},
            {"opening", summary.opening},
            {"reviewed", reviewed},
            {"rating", listed.rating == 0 ? ordered_json() : ordered_json(listed.rating)},
            {"tags", listed.tags},
            {"notes", listed.notes}};
}

}  // namespace advisor::server
