// Lists of sessions, and what reviewers add to a session: tags, notes, marks, saved filters.

#include "server/review/review_api.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using http::Request;
using http::Response;

constexpr std::size_t max_tags = 20;
constexpr std::size_t max_tag_bytes = 60;
constexpr std::size_t max_note_bytes = 4000;
constexpr std::size_t max_filter_bytes = 2000;

Task<Response> get_sessions(ReviewApi& api, Request request) {
    const auto filter = read_filter(request);
    if (const auto* refusal = std::get_if<Refusal>(&filter))
        co_return http::error_response(*refusal);
    const auto place = read_place(request);
    if (const auto* refusal = std::get_if<Refusal>(&place))
        co_return http::error_response(*refusal);
    const auto limit = read_limit(request);
    if (const auto* refusal = std::get_if<Refusal>(&limit))
        co_return http::error_response(*refusal);
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [filter = std::get<db::SessionFilter>(filter),
         at = std::get<std::optional<db::Place>>(place),
         most = std::get<std::size_t>(limit)](const Connection& connection) {
            const db::SessionPage page = db::list_sessions(connection, filter, at, most);
            ordered_json list = ordered_json::array();
            for (const db::ListedSession& session : page.sessions)
                list.push_back(session_json(session));
            ordered_json answer{{"sessions", std::move(list)}};
            answer["next"] = page.next ? ordered_json(place_text(*page.next)) : ordered_json();
            answer["total"] = page.total ? ordered_json(*page.total) : ordered_json();
            return dump(answer);
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

Task<Response> get_export(ReviewApi& api, Request request, bool csv) {
    const auto filter = read_filter(request);
    if (const auto* refusal = std::get_if<Refusal>(&filter))
        co_return http::error_response(*refusal);
    co_await counted(api);
    co_return export_sessions(api, std::get<db::SessionFilter>(filter), csv);
}

/// Runs a change of one session; `work` gets its row.
Task<Response> change_session(ReviewApi& api, std::string key,
                              std::function<TextOrRefused(Connection&, db::RowId)> work) {
    std::function<TextOrRefused(Connection&)> found =
        [key, work = std::move(work)](Connection& connection) -> TextOrRefused {
        const std::optional<db::RowId> row = db::session_row(connection, key);
        if (!row) return no_session();
        return work(connection, *row);
    };
    co_return to_response(co_await api.store.change(std::move(found)));
}

Task<Response> refuse(Refusal refusal) {
    co_return http::error_response(refusal);
}

Task<Response> put_tags(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const auto list = given.find("tags");
    std::vector<std::string> tags;
    bool fits = list != given.end() && list->is_array() && list->size() <= max_tags;
    for (std::size_t i = 0; fits && i < list->size(); ++i) {
        const nlohmann::json& tag = (*list)[i];
        fits = tag.is_string() && !tag.get_ref<const std::string&>().empty() &&
               tag.get_ref<const std::string&>().size() <= max_tag_bytes;
        if (fits) tags.push_back(tag.get<std::string>());
    }
    if (!fits)
        return refuse({ErrorCode::bad_value,
                       "\"tags\" is a list of at most 20 texts of 1 to 60 bytes each."});
    const db::Change change = change_of(request, "session.tags", parts[0], dump(tags));
    std::function<TextOrRefused(Connection&, db::RowId)> work =
        [tags, change](Connection& connection, db::RowId row) {
            db::set_tags(connection, row, tags, change);
            return dump({{"tags", db::tags_of(connection, row)}});
        };
    return change_session(api, parts[0], std::move(work));
}

Task<Response> post_note(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const auto text = given.find("text");
    if (text == given.end() || !text->is_string() || text->get_ref<const std::string&>().empty() ||
        text->get_ref<const std::string&>().size() > max_note_bytes)
        return refuse({ErrorCode::bad_value, "\"text\" is a text of 1 to 4,000 bytes."});
    const db::Change change = change_of(request, "session.note", parts[0]);
    std::function<TextOrRefused(Connection&, db::RowId)> work = [note = text->get<std::string>(),
                                                                 change](Connection& connection,
                                                                         db::RowId row) {
        const db::RowId id = db::add_note(connection, row, note, change);
        return dump({{"id", id}, {"at", utc_text(change.at)}, {"who", change.who}, {"text", note}});
    };
    return change_session(api, parts[0], std::move(work));
}

Task<Response> delete_note(ReviewApi& api, Request request, PathParts parts) {
    const bool number = !parts[1].empty() && parts[1].size() < 18 &&
                        parts[1].find_first_not_of("0123456789") == std::string::npos;
    const db::RowId note = number ? std::stoll(parts[1]) : 0;
    const db::Change change = change_of(request, "session.note.remove", parts[0], parts[1]);
    std::function<TextOrRefused(Connection&, db::RowId)> work =
        [note, change](Connection& connection, db::RowId row) -> TextOrRefused {
        if (!db::remove_note(connection, row, note, change))
            return Refusal{ErrorCode::not_found, "The session has no such note."};
        return dump({{"removed", note}});
    };
    return change_session(api, parts[0], std::move(work));
}

Task<Response> put_mark(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    std::optional<bool> reviewed;
    std::optional<int> rating;
    bool fits = given.contains("reviewed") || given.contains("rating");
    if (given.contains("reviewed")) {
        fits = fits && given["reviewed"].is_boolean();
        if (fits) reviewed = given["reviewed"].get<bool>();
    }
    if (fits && given.contains("rating")) {
        const nlohmann::json& value = given["rating"];
        fits = value.is_null() || (value.is_number_integer() && value >= 1 && value <= 5);
        if (fits) rating = value.is_null() ? 0 : value.get<int>();
    }
    if (!fits)
        return refuse(
            {ErrorCode::bad_value, "\"reviewed\" is true or false, \"rating\" is 1 to 5 or null."});
    const db::Change change = change_of(request, "session.mark", parts[0], dump(given));
    std::function<TextOrRefused(Connection&, db::RowId)> work =
        [=](Connection& connection, db::RowId row) -> TextOrRefused {
        db::set_mark(connection, row, reviewed, rating, change);
        const std::optional<db::ListedSession> listed = db::listed_session(connection, row);
        return listed ? dump(session_json(*listed)) : std::string("{}");
    };
    return change_session(api, parts[0], std::move(work));
}

Task<Response> delete_session(ReviewApi& api, Request request, PathParts parts) {
    const db::Change change = change_of(request, "session.delete", parts[0]);
    std::function<TextOrRefused(Connection&, db::RowId)> work =
        [&api, change](Connection& connection, db::RowId row) -> TextOrRefused {
        const std::optional<db::Batch> batch = batch_of_session(connection, api.scripts, row);
        if (!batch) return no_session();
        db::delete_session(connection, row, *batch, change);
        return dump({{"removed", change.subject}});
    };
    return change_session(api, parts[0], std::move(work));
}

Task<Response> get_tags(ReviewApi& api) {
    std::function<TextOrRefused(const Connection&)> query = [](const Connection& connection) {
        ordered_json list = ordered_json::array();
        for (const auto& [tag, sessions] : db::all_tags(connection))
            list.push_back({{"tag", tag}, {"sessions", sessions}});
        return dump({{"tags", std::move(list)}});
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

Task<Response> get_filters(ReviewApi& api) {
    std::function<TextOrRefused(const Connection&)> query = [](const Connection& connection) {
        ordered_json list = ordered_json::array();
        for (const db::SavedFilter& filter : db::saved_filters(connection)) {
            list.push_back({{"name", filter.name},
                            {"query", filter.query},
                            {"who", filter.who},
                            {"at", utc_text(filter.at)}});
        }
        return dump({{"filters", std::move(list)}});
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

Task<Response> put_filter(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const auto query = given.find("query");
    if (query == given.end() || !query->is_string() || parts[0].size() > max_tag_bytes ||
        query->get_ref<const std::string&>().size() > max_filter_bytes) {
        co_return http::error_response(
            {ErrorCode::bad_value,
             "\"query\" is the query of a list, at most 2,000 bytes; a name has at most 60."});
    }
    const db::Change change = change_of(request, "filter.save", parts[0]);
    const db::SavedFilter filter{parts[0], query->get<std::string>(), change.who, change.at};
    std::function<bool(Connection&)> work = [filter, change](Connection& connection) {
        db::save_filter(connection, filter, change);
        return true;
    };
    co_await api.store.change(std::move(work));
    co_return json_answer({{"name", filter.name}, {"query", filter.query}});
}

Task<Response> delete_filter(ReviewApi& api, Request request, PathParts parts) {
    const db::Change change = change_of(request, "filter.remove", parts[0]);
    std::function<bool(Connection&)> work = [name = parts[0], change](Connection& connection) {
        return db::remove_filter(connection, name, change);
    };
    const bool known = co_await api.store.change(std::move(work));
    if (!known) co_return http::error_response({ErrorCode::not_found, "There is no such filter."});
    co_return json_answer({{"removed", parts[0]}});
}

}  // namespace

void add_review_session_routes(Router& router, ReviewApi& api) {
    using Handler = Task<Response> (*)(ReviewApi&, Request, PathParts);
    const auto add = [&](std::string_view method, std::string_view pattern, Role role,
                         Handler handler) {
        router.add({method, pattern, role, [&api, handler](Request request, PathParts parts) {
                        return handler(api, std::move(request), std::move(parts));
                    }});
    };
    router.add({"GET", "/api/v1/review/sessions", Role::viewer, [&api](Request request, PathParts) {
                    return get_sessions(api, std::move(request));
                }});
    router.add(
        {"GET", "/api/v1/review/sessions.csv", Role::viewer,
         [&api](Request request, PathParts) { return get_export(api, std::move(request), true); }});
    router.add(
        {"GET", "/api/v1/review/sessions.json", Role::viewer, [&api](Request request, PathParts) {
             return get_export(api, std::move(request), false);
         }});
    router.add({"GET", "/api/v1/review/tags", Role::viewer,
                [&api](Request, PathParts) { return get_tags(api); }});
    router.add({"GET", "/api/v1/review/filters", Role::viewer,
                [&api](Request, PathParts) { return get_filters(api); }});
    add("PUT", "/api/v1/review/filters/{}", Role::editor, put_filter);
    add("DELETE", "/api/v1/review/filters/{}", Role::editor, delete_filter);
    add("PUT", "/api/v1/review/sessions/{}/tags", Role::editor, put_tags);
    add("POST", "/api/v1/review/sessions/{}/notes", Role::editor, post_note);
    add("DELETE", "/api/v1/review/sessions/{}/notes/{}", Role::editor, delete_note);
    add("PUT", "/api/v1/review/sessions/{}/mark", Role::editor, put_mark);
    add("DELETE", "/api/v1/review/sessions/{}", Role::admin, delete_session);
}

}  // namespace advisor::server
