// Figures over many sessions, and how the server is doing.

#include <cmath>
#include <numeric>

#include "server/review/review_api.hpp"
#include "server/review/review_inbox.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using http::Request;
using http::Response;

std::string day_text(std::int64_t day) {
    const db::TimePoint time = std::chrono::sys_days(std::chrono::days(static_cast<int>(day)));
    return utc_text(time).substr(0, 10);
}

/// "2026-03-01" for a day, "2026-03" for a month.
std::string span_text(std::int64_t span) {
    if (span < db::month_span(0)) return day_text(span);
    const std::int64_t months = span - (db::month_span(0) - 1970 * 12);
    const std::string month = std::to_string(months % 12 + 1);
    return std::to_string(months / 12) + (month.size() == 1 ? "-0" : "-") + month;
}

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ordered_json mean(std::int64_t sum, std::int64_t count) {
    return count == 0 ? ordered_json()
                      : ordered_json(static_cast<double>(sum) / static_cast<double>(count));
}

/// From the classes of times, even inside a class.
ordered_json median_ms(const db::QuestionCounts& counts) {
    const std::int64_t timed = counts[db::count_timed];
    if (timed == 0) return nullptr;
    std::int64_t below = 0;
    for (std::size_t i = 0; i <= db::time_borders.size(); ++i) {
        const std::int64_t here = counts[db::count_times + i];
        if (2 * (below + here) < timed || here == 0) {
            below += here;
            continue;
        }
        const std::int64_t low = i == 0 ? 0 : db::time_borders[i - 1];
        const std::int64_t high = i < db::time_borders.size() ? db::time_borders[i] : 2 * low;
        const double within = (static_cast<double>(timed) / 2 - static_cast<double>(below)) /
                              static_cast<double>(here);
        return std::llround(static_cast<double>(low) + within * static_cast<double>(high - low));
    }
    return nullptr;
}

ordered_json outcomes_json(const std::map<std::string, std::int64_t>& outcomes) {
    ordered_json json = ordered_json::object();
    for (const auto& [outcome, sessions] : outcomes) {
        if (sessions != 0) json[outcome.empty() ? "open" : outcome] = sessions;
    }
    return json;
}

std::int64_t started(const std::map<std::string, std::int64_t>& outcomes) {
    return std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0},
                           [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
}

std::int64_t open(const std::map<std::string, std::int64_t>& outcomes) {
    const auto found = outcomes.find("");
    return found == outcomes.end() ? 0 : found->second;
}

std::string answer_label(const dialogs::Question* question, const std::string& answer) {
    if (!question) return answer;
    for (const dialogs::ChoiceSpec& choice : question->choices) {
        if (choice.id == answer) return choice.say;
    }
    return answer;
}

ordered_json question_json(const std::string& id, const dialogs::Question* question,
                           const db::QuestionCounts& counts, const db::Figures& sums) {
    const auto left = sums.left.find(id);
    const std::int64_t stayed = left == sums.left.end() ? 0 : left->second;
    ordered_json answers = ordered_json::array();
    const auto given = sums.answers.find(id);
    if (given != sums.answers.end()) {
        for (const auto& [answer, n] : given->second)
            answers.push_back(
                {{"answer", answer}, {"label", answer_label(question, answer)}, {"count", n}});
    }
    return {{"question", id},
            {"label", question ? question->label : id},
            {"reached", counts[db::count_reached]},
            {"answered", counts[db::count_answered]},
            {"left", stayed},
            {"drop_off", share(stayed, counts[db::count_reached])},
            {"unknown", counts[db::count_unknown]},
            {"unknown_share", share(counts[db::count_unknown], counts[db::count_answered])},
            {"skipped", counts[db::count_skipped]},
            {"unclear", counts[db::count_unclear]},
            {"changed", counts[db::count_changed]},
            {"mean_ms", mean(counts[db::count_time_ms], counts[db::count_timed])},
            {"median_ms", median_ms(counts)},
            {"answers", std::move(answers)}};
}

ordered_json questions_json(const dialogs::Script* script, const db::Figures& sums) {
    ordered_json list = ordered_json::array();
    std::map<std::string, db::QuestionCounts> rest = sums.questions;
    for (std::size_t i = 0; script && i < script->questions.size(); ++i) {
        const dialogs::Question& question = script->questions[i];
        const auto found = rest.find(question.id);
        if (found == rest.end()) continue;
        list.push_back(question_json(question.id, &question, found->second, sums));
        rest.erase(found);
    }
    for (const auto& [id, counts] : rest)  // of other scripts and versions
        list.push_back(question_json(id, nullptr, counts, sums));
    return list;
}

ordered_json ratings_json(const Connection& connection, const db::Figures& sums) {
    using std::chrono::days;
    db::sqlite::Statement statement(
        connection,
        "SELECT count(*), coalesce(sum(rating), 0) FROM session_mark m CROSS JOIN session_summary "
        "s "
        "ON s.id = m.session WHERE rating > 0 AND started_at >= ?1 AND started_at < ?2");
    const db::TimePoint from = std::chrono::sys_days(days(static_cast<int>(sums.from_day)));
    const db::TimePoint to = std::chrono::sys_days(days(static_cast<int>(sums.to_day + 1)));
    db::sqlite::Query row(statement, from, to);
    if (!row.next()) return nullptr;
    return {{"rated", row.number(0)}, {"mean", mean(row.number(1), row.number(0))}};
}

ordered_json figures_json(const Connection& connection, const ScriptFinder& scripts,
                          const db::SessionFilter& filter) {
    const db::Figures sums = db::figures(connection, filter);
    // The newest version names the questions and puts them in order.
    const auto script = sums.newest_script != 0 ? scripts(connection, sums.newest_script) : nullptr;
    ordered_json results = ordered_json::array();
    for (const auto& [result, sessions] : sums.results)
        results.push_back(
            {{"outcome", result.first}, {"firmness", result.second}, {"sessions", sessions}});
    ordered_json channels = ordered_json::array();
    for (const auto& [channel, outcomes] : sums.by_channel)
        channels.push_back({{"channel", channel},
                            {"started", started(outcomes)},
                            {"finished", started(outcomes) - open(outcomes)},
                            {"outcomes", outcomes_json(outcomes)}});
    ordered_json series = ordered_json::array();
    for (const auto& [span, outcomes] : sums.series)
        series.push_back({{"period", span_text(span)},
                          {"started", started(outcomes)},
                          {"finished", started(outcomes) - open(outcomes)},
                          {"outcomes", outcomes_json(outcomes)}});
    return {{"from", sums.sessions == 0 ? ordered_json() : ordered_json(day_text(sums.from_day))},
            {"to", sums.sessions == 0 ? ordered_json() : ordered_json(day_text(sums.to_day))},
            {"started", sums.sessions},
            {"finished", sums.finished},
            {"open", sums.sessions - sums.finished},
            {"completion", share(sums.finished, sums.sessions)},
            {"mean_duration_ms", mean(sums.duration_ms, sums.sessions)},
            {"mean_turns", mean(sums.turns, sums.sessions)},
            {"edits", sums.edits},
            {"flips", sums.flips},
            {"flipped_sessions", sums.flipped},
            {"unclear", sums.unclear},
            {"satisfaction", ratings_json(connection, sums)},
            {"outcomes", std::move(results)},
            {"by_channel", std::move(channels)},
            {"by", sums.by_month ? "month" : "day"},
            {"over_time", std::move(series)},
            {"questions", questions_json(script.get(), sums)}};
}

Task<Response> get_analytics(ReviewApi& api, Request request) {
    const auto filter = read_filter(request);
    if (const auto* refusal = std::get_if<Refusal>(&filter))
        co_return http::error_response(*refusal);
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [&api, filter = std::get<db::SessionFilter>(filter),
         other = query_parameter(request, "compare")](const Connection& connection) {
            ordered_json answer = figures_json(connection, api.scripts, filter);
            constexpr std::size_t most_frequent = 10;
            answer["unclear_texts"] =
                inbox_json(db::inbox(connection, false, "", std::nullopt, most_frequent));
            if (!other.empty()) {
                db::SessionFilter compared = filter;
                compared.version = other;
                answer["compare"] = figures_json(connection, api.scripts, compared);
            }
            return dump(answer);
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

std::int64_t size_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

/// What other parts note about themselves, such as the last proven backup.
ordered_json backup_json(const Connection& connection) {
    db::sqlite::Statement statement(connection,
                                    "SELECT name, value FROM setting WHERE name LIKE 'backup.%'");
    db::sqlite::Query row(statement);
    ordered_json backup = ordered_json::object();
    while (row.next()) backup[row.text(0).substr(7)] = row.text(1);
    return backup.empty() ? ordered_json() : backup;
}

Task<Response> get_operations(ReviewApi& api) {
    std::function<TextOrRefused(const Connection&)> query = [&api](const Connection& connection) {
        const db::RowId last =
            db::sqlite::read_number(connection, "SELECT coalesce(max(id), 0) FROM turn");
        std::filesystem::path log = api.database;
        log += "-wal";
        std::error_code error;
        const auto space = std::filesystem::space(api.database.parent_path(), error);
        const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - api.started);
        ordered_json answer{{"status", api.queue.healthy() ? "ok" : "storage_failed"},
                            {"version", ADVISOR_VERSION},
                            {"uptime_s", uptime.count()},
                            {"connections", api.connections.load()}};
        answer["database"] = {
            {"bytes", size_of(api.database)},
            {"log_bytes", size_of(log)},
            {"disk_free_bytes",
             error ? ordered_json() : ordered_json(static_cast<std::int64_t>(space.available))}};
        answer["counted"] = {{"turns", db::followed_row(connection)},
                             {"behind", last - db::followed_row(connection)}};
        answer["backup"] = backup_json(connection);
        return dump(answer);
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

}  // namespace

void add_review_analytics_routes(Router& router, ReviewApi& api) {
    router.add(
        {"GET", "/api/v1/review/analytics", Role::viewer,
         [&api](Request request, PathParts) { return get_analytics(api, std::move(request)); }});
    router.add({"GET", "/api/v1/review/operations", Role::viewer,
                [&api](Request, PathParts) { return get_operations(api); }});
}

}  // namespace advisor::server
