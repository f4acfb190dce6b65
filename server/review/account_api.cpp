// Log-in, accounts, API tokens and the audit log over HTTP.

#include "server/review/review_api.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using http::Request;
using http::Response;

/// A member that is a text; empty when it is missing or something else.
std::string member(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ordered_json actor_json(const Actor& actor) {
    return {{"name", actor.name}, {"role", to_text(actor.role)}};
}

Response signed_in(const ReviewApi& api, const Request& request, const std::string& cookie) {
    Response response = json_answer({{"signed_in", true}});
    response.headers.emplace_back("Set-Cookie", api.accounts.cookie_header(request, cookie));
    return response;
}

Response throttled_or_refused(const Refusal& refusal) {
    Response response = http::error_response(refusal);
    if (refusal.code == ErrorCode::too_many_tries)
        response.headers.emplace_back("Retry-After", "1");
    return response;
}

Task<Response> post_login(ReviewApi& api, Request request) {
    std::variant<nlohmann::json, Refusal> body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    std::string name = member(given, "name");
    std::string password = member(given, "password");
    std::string address = request.peer;
    std::variant<std::string, Refusal> cookie =
        co_await api.accounts.log_in(std::move(name), std::move(password), std::move(address));
    if (const auto* refusal = std::get_if<Refusal>(&cookie))
        co_return throttled_or_refused(*refusal);
    co_return signed_in(api, request, std::get<std::string>(cookie));
}

Task<Response> post_welcome(ReviewApi& api, Request request) {
    std::variant<nlohmann::json, Refusal> body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    std::string token = member(given, "token");
    std::string password = member(given, "password");
    std::string address = request.peer;
    std::variant<std::string, Refusal> cookie =
        co_await api.accounts.welcome(std::move(token), std::move(password), std::move(address));
    if (const auto* refusal = std::get_if<Refusal>(&cookie))
        co_return throttled_or_refused(*refusal);
    co_return signed_in(api, request, std::get<std::string>(cookie));
}

Task<Response> post_password(ReviewApi& api, Request request) {
    std::variant<nlohmann::json, Refusal> body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    std::string old_one = member(given, "old");
    std::string new_one = member(given, "new");
    const std::optional<Refusal> refused = co_await api.accounts.change_password(
        *request.actor, std::move(old_one), std::move(new_one));
    if (refused) co_return throttled_or_refused(*refused);
    Response response = json_answer({{"signed_in", false}});
    response.headers.emplace_back("Set-Cookie", api.accounts.cookie_header(request, ""));
    co_return response;
}

Task<Response> post_logout(ReviewApi& api, Request request) {
    co_await api.accounts.log_out(*request.actor);
    Response response = json_answer({{"signed_in", false}});
    response.headers.emplace_back("Set-Cookie", api.accounts.cookie_header(request, ""));
    co_return response;
}

Task<Response> get_me(Request request) {
    co_return json_answer(actor_json(*request.actor));
}

Task<Response> get_users(ReviewApi& api) {
    std::function<TextOrRefused(const Connection&)> query = [](const Connection& connection) {
        ordered_json list = ordered_json::array();
        for (const db::Reviewer& reviewer : db::reviewers(connection)) {
            list.push_back({{"name", reviewer.name},
                            {"role", reviewer.role},
                            {"added_at", utc_text(reviewer.added_at)},
                            {"has_password", !reviewer.password.empty()}});
        }
        return dump({{"users", std::move(list)}});
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

Task<Response> get_tokens(ReviewApi& api) {
    std::function<TextOrRefused(const Connection&)> query = [](const Connection& connection) {
        ordered_json list = ordered_json::array();
        for (const db::ApiToken& token : db::api_tokens(connection)) {
            list.push_back({{"name", token.name},
                            {"role", token.role},
                            {"added_at", utc_text(token.added_at)}});
        }
        return dump({{"tokens", std::move(list)}});
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

/// Adds a user (`is_user`) or a token. What is secret of it is in the answer, this once.
Task<Response> post_account(ReviewApi& api, Request request, bool is_user) {
    std::variant<nlohmann::json, Refusal> body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const std::string name = member(std::get<nlohmann::json>(body), "name");
    const std::string role = member(std::get<nlohmann::json>(body), "role");
    if (!is_account_name(name) || !read_role(role)) {
        co_return http::error_response(
            {ErrorCode::bad_value,
             "\"name\" has 1 to 64 letters, digits, and . _ - @; \"role\" is viewer, editor or "
             "admin."});
    }
    const FreshSecret secret = fresh_secret();
    const db::Change change = change_of(request, is_user ? "user.add" : "token.add", name, role);
    std::function<bool(Connection&)> work = [=](Connection& connection) {
        return is_user ? db::add_reviewer(connection, name, role, welcome_with(secret), change)
                       : db::add_api_token(connection, name, role, secret.hash, change);
    };
    const bool added = co_await api.store.change(std::move(work));
    if (!added)
        co_return http::error_response(
            {ErrorCode::already_there, "This name is taken; choose another."});
    ordered_json answer{{"name", name}, {"role", role}};
    if (is_user)
        answer["link"] = welcome_path(secret);
    else
        answer["token"] = secret.text;
    co_return json_answer(answer, 201);
}

Task<Response> post_reset(ReviewApi& api, Request request, PathParts parts) {
    const std::string name = parts[0];
    const FreshSecret secret = fresh_secret();
    const db::Change change = change_of(request, "user.reset", name);
    std::function<bool(Connection&)> work = [=](Connection& connection) {
        return db::reset_reviewer(connection, name, welcome_with(secret), change);
    };
    const bool known = co_await api.store.change(std::move(work));
    if (!known) co_return http::error_response({ErrorCode::not_found, "There is no such account."});
    co_return json_answer({{"name", name}, {"link", welcome_path(secret)}});
}

/// What to answer to a change that was not made.
std::optional<Refusal> refusal_of(db::AccountChange change) {
    switch (change) {
        case db::AccountChange::done:
            return std::nullopt;
        case db::AccountChange::unknown:
            return Refusal{ErrorCode::not_found, "There is no such account."};
        case db::AccountChange::last_admin:
            break;
    }
    return Refusal{ErrorCode::last_admin,
                   "This is the last admin; make another account an admin first."};
}

Task<Response> put_role(ReviewApi& api, Request request, PathParts parts) {
    std::variant<nlohmann::json, Refusal> body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const std::string role = member(std::get<nlohmann::json>(body), "role");
    if (!read_role(role))
        co_return http::error_response(
            {ErrorCode::bad_value, "\"role\" is viewer, editor or admin."});
    const std::string name = parts[0];
    const db::Change change = change_of(request, "user.role", name, role);
    std::function<db::AccountChange(Connection&)> work = [=](Connection& connection) {
        return db::set_role(connection, name, role, change);
    };
    const std::optional<Refusal> refused = refusal_of(co_await api.store.change(std::move(work)));
    if (refused) co_return http::error_response(*refused);
    co_return json_answer({{"name", name}, {"role", role}});
}

Task<Response> delete_user(ReviewApi& api, Request request, PathParts parts) {
    const std::string name = parts[0];
    const db::Change change = change_of(request, "user.remove", name);
    std::function<db::AccountChange(Connection&)> work = [=](Connection& connection) {
        return db::remove_reviewer(connection, name, change);
    };
    const std::optional<Refusal> refused = refusal_of(co_await api.store.change(std::move(work)));
    if (refused) co_return http::error_response(*refused);
    co_return json_answer({{"removed", name}});
}

Task<Response> delete_token(ReviewApi& api, Request request, PathParts parts) {
    const std::string name = parts[0];
    const db::Change change = change_of(request, "token.remove", name);
    std::function<bool(Connection&)> work = [=](Connection& connection) {
        return db::remove_api_token(connection, name, change);
    };
    const bool known = co_await api.store.change(std::move(work));
    if (!known) co_return http::error_response({ErrorCode::not_found, "There is no such name."});
    co_return json_answer({{"removed", name}});
}

Task<Response> get_audit(ReviewApi& api, Request request) {
    const auto place = read_place(request);
    if (const auto* refusal = std::get_if<Refusal>(&place))
        co_return http::error_response(*refusal);
    const auto limit = read_limit(request);
    if (const auto* refusal = std::get_if<Refusal>(&limit))
        co_return http::error_response(*refusal);
    const auto& at = std::get<std::optional<db::Place>>(place);
    std::function<TextOrRefused(const Connection&)> query =
        [before = at ? at->id : 0,
         most = std::get<std::size_t>(limit)](const Connection& connection) {
            ordered_json list = ordered_json::array();
            const std::vector<db::AuditRow> rows = db::audit_rows(connection, before, most);
            for (const db::AuditRow& row : rows) {
                list.push_back({{"at", utc_text(row.change.at)},
                                {"who", row.change.who},
                                {"action", row.change.action},
                                {"subject", row.change.subject},
                                {"detail", row.change.detail}});
            }
            ordered_json answer{{"audit", std::move(list)}, {"next", nullptr}};
            if (rows.size() == most) answer["next"] = place_text({0, rows.back().id});
            return dump(answer);
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

}  // namespace

void add_account_routes(Router& router, ReviewApi& api) {
    router.add({"POST", "/api/v1/review/login", Role::everyone, [&api](Request request, PathParts) {
                    return post_login(api, std::move(request));
                }});
    router.add(
        {"POST", "/api/v1/review/welcome", Role::everyone,
         [&api](Request request, PathParts) { return post_welcome(api, std::move(request)); }});
    router.add({"POST", "/api/v1/review/logout", Role::viewer, [&api](Request request, PathParts) {
                    return post_logout(api, std::move(request));
                }});
    router.add(
        {"POST", "/api/v1/review/password", Role::viewer,
         [&api](Request request, PathParts) { return post_password(api, std::move(request)); }});
    router.add({"GET", "/api/v1/review/me", Role::viewer,
                [](Request request, PathParts) { return get_me(std::move(request)); }});
    router.add({"GET", "/api/v1/review/users", Role::admin,
                [&api](Request, PathParts) { return get_users(api); }});
    router.add({"POST", "/api/v1/review/users", Role::admin, [&api](Request request, PathParts) {
                    return post_account(api, std::move(request), true);
                }});
    router.add({"POST", "/api/v1/review/users/{}/reset", Role::admin,
                [&api](Request request, PathParts parts) {
                    return post_reset(api, std::move(request), std::move(parts));
                }});
    router.add({"PUT", "/api/v1/review/users/{}/role", Role::admin,
                [&api](Request request, PathParts parts) {
                    return put_role(api, std::move(request), std::move(parts));
                }});
    router.add({"DELETE", "/api/v1/review/users/{}", Role::admin,
                [&api](Request request, PathParts parts) {
                    return delete_user(api, std::move(request), std::move(parts));
                }});
    router.add({"GET", "/api/v1/review/tokens", Role::admin,
                [&api](Request, PathParts) { return get_tokens(api); }});
    router.add({"POST", "/api/v1/review/tokens", Role::admin, [&api](Request request, PathParts) {
                    return post_account(api, std::move(request), false);
                }});
    router.add({"DELETE", "/api/v1/review/tokens/{}", Role::admin,
                [&api](Request request, PathParts parts) {
                    return delete_token(api, std::move(request), std::move(parts));
                }});
    router.add({"GET", "/api/v1/review/audit", Role::admin,
                [&api](Request request, PathParts) { return get_audit(api, std::move(request)); }});
}

}  // namespace advisor::server
