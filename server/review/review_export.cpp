// Lists of sessions as CSV and JSON files, made a page at a time while they are sent: however long
// the list is, only a page of it is in memory.

#include <charconv>

#include "server/net/body_source.hpp"
#include "server/review/review_api.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;

constexpr std::size_t sessions_a_page = 200;

constexpr std::string_view csv_head =
    "\"session\",\"started_at\",\"updated_at\",\"duration_s\",\"state\",\"script\","
    "\"script_version\",\"channel\",\"locale\",\"outcome\",\"firmness\",\"left_at\",\"turns\","
    "\"edits\",\"flips\",\"unclear\",\"unknown\",\"reviewed_at\",\"reviewed_by\",\"rating\","
    "\"tags\",\"notes\",\"opening\",\"answers\"\r\n";

ordered_json answers_of(const Connection& connection, db::RowId session) {
    ordered_json state = ordered_json::parse(db::latest_state(connection, session), nullptr, false);
    if (!state.is_object() || !state.contains("answers")) return ordered_json::object();
    return std::move(state["answers"]);
}

std::string answers_text(const ordered_json& answers) {
    std::string text;
    for (const auto& [question, value] : answers.items()) {
        if (!text.empty()) text += "; ";
        text += question + "=" + (value.is_string() ? value.get<std::string>() : dump(value));
    }
    return text;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string text;
    for (const std::string& part : texts) text += (text.empty() ? "" : "; ") + part;
    return text;
}

std::string notes_text(const Connection& connection, const db::ListedSession& listed) {
    std::string text;
    if (listed.notes == 0) return text;
    for (const db::Note& note : db::notes_of(connection, listed.summary.id))
        text += (text.empty() ? "" : "\n") + note.who + ": " + note.text;
    return text;
}

std::string csv_row(const Connection& connection, const db::ListedSession& listed) {
    const db::Summary& summary = listed.summary;
    const auto duration =
        std::chrono::duration_cast<std::chrono::seconds>(summary.updated_at - summary.started_at);
    const bool reviewed = listed.reviewed_at != db::TimePoint{};
    std::string row;
    const auto add = [&](std::string_view text) {
        if (!row.empty()) row += ',';
        row += csv_cell(text);
    };
    add(listed.key);
    add(utc_text(summary.started_at));
    add(utc_text(summary.updated_at));
    add(std::to_string(duration.count()));
    add(summary.outcome.empty() ? "open" : "finished");
    add(listed.script);
    add(listed.version);
    add(summary.group.channel);
    add(summary.group.locale);
    add(summary.outcome);
    add(summary.firmness);
    add(summary.left_at);
    for (const std::int64_t number :
         {summary.turns, summary.edits, summary.flips, summary.unclear, summary.unknown})
        add(std::to_string(number));
    add(reviewed ? utc_text(listed.reviewed_at) : "");
    add(listed.reviewed_by);
    add(listed.rating == 0 ? "" : std::to_string(listed.rating));
    add(joined(listed.tags));
    add(notes_text(connection, listed));
    add(summary.opening);
    add(answers_text(answers_of(connection, summary.id)));
    return row + "\r\n";
}

struct Piece {
    std::string text;
    std::optional<db::Place> next;
};

class SessionExport final : public http::BodySource {
public:
    SessionExport(ReviewStore& store, db::SessionFilter filter, bool csv)
        : store_(store), filter_(std::move(filter)), csv_(csv) {}

    Task<std::optional<std::string>> next() override {
        if (!begun_) {
            begun_ = true;
            co_return csv_ ? std::string(csv_head) : R"({"sessions":[)";
        }
        while (!ended_) {
            std::function<Piece(const Connection&)> query = page_query();
            Piece piece = co_await store_.read(std::move(query));
            place_ = piece.next;
            ended_ = !piece.next;
            if (!csv_ && !piece.text.empty()) {
                if (!first_row_) piece.text.insert(piece.text.begin(), ',');
                first_row_ = false;
            }
            if (ended_ && !csv_) piece.text += "]}";
            if (!piece.text.empty()) co_return std::move(piece.text);
        }
        co_return std::nullopt;
    }

private:
    std::function<Piece(const Connection&)> page_query() const {
        return [filter = filter_, place = place_, csv = csv_](const Connection& connection) {
            const db::SessionPage page =
                db::list_sessions(connection, filter, place, sessions_a_page);
            Piece piece;
            piece.next = page.next;
            for (const db::ListedSession& listed : page.sessions) {
                if (csv) {
                    piece.text += csv_row(connection, listed);
                    continue;
                }
                ordered_json session = session_json(listed);
                session["answers"] = answers_of(connection, listed.summary.id);
                piece.text += (piece.text.empty() ? "" : ",") + dump(session);
            }
            return piece;
        };
    }

    ReviewStore& store_;
    db::SessionFilter filter_;
    bool csv_;
    std::optional<db::Place> place_;
    bool begun_ = false;
    bool first_row_ = true;
    bool ended_ = false;
};

}  // namespace

std::string csv_cell(std::string_view text) {
    // Full-width forms count too: some spreadsheets take them for the plain ones.
    constexpr std::string_view full_width[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    bool formula = !text.empty() &&
                   std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
    for (const std::string_view form : full_width) formula = formula || text.starts_with(form);
    std::string cell = formula ? "\"'" : "\"";
    for (const char c : text) {
        if (c == '"') cell += '"';
        if (c != '\0') cell += c;
    }
    return cell + "\"";
}

http::Response export_sessions(ReviewApi& api, db::SessionFilter filter, bool csv) {
    http::Response response;
    response.headers = {{"Content-Type", csv ? "text/csv; charset=utf-8" : "application/json"},
                        {"Cache-Control", "no-store"},
                        {"Content-Disposition", csv ? "attachment; filename=\"sessions.csv\""
                                                    : "attachment; filename=\"sessions.json\""}};
    response.source = std::make_shared<SessionExport>(api.store, std::move(filter), csv);
    return response;
}

}  // namespace advisor::server
