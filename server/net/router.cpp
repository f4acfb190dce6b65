#include "server/net/router.hpp"

#include <algorithm>

namespace advisor::server {
namespace {

std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

}  // namespace

bool match_path(std::string_view pattern, std::string_view path, PathParts& parts) {
    parts.clear();
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = next_segment(pattern);
        const std::string_view given = next_segment(path);
        if (wanted == "{}" && !given.empty())
            parts.emplace_back(given);
        else if (wanted != given)
            return false;
    }
    return pattern.empty() && path.empty();
}

/// Nothing when the sender has the role that the route needs; `request.actor` is then set.
Task<std::optional<Refusal>> Router::admit(const Route& route, http::Request& request) const {
    if (route.role == Role::everyone) co_return std::nullopt;
    if (!authenticate_) co_return Refusal{ErrorCode::not_signed_in, "There are no accounts here."};
    std::variant<Actor, Refusal> who = co_await authenticate_(request);
    if (auto* refusal = std::get_if<Refusal>(&who)) co_return std::move(*refusal);
    auto& actor = std::get<Actor>(who);
    if (actor.role < route.role)
        co_return Refusal{ErrorCode::forbidden,
                          "This needs the role " + std::string(to_text(route.role)) +
                              "; you have " + std::string(to_text(actor.role)) + "."};
    request.actor = std::move(actor);
    co_return std::nullopt;
}

Task<http::Response> Router::handle(http::Request request) const {
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::string allowed;
    const Route* found = nullptr;
    PathParts parts;
    for (const Route& route : routes_) {
        PathParts candidate;
        if (!match_path(route.pattern, request.path, candidate)) continue;
        if (route.method == method) {
            found = &route;
            parts = std::move(candidate);
            break;
        }
        allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    }
    if (!found && allowed.empty())
        co_return http::error_response({ErrorCode::not_found, "There is nothing at this address."});
    if (!found) {
        http::Response response = http::error_response(
            {ErrorCode::method_not_allowed, "This address takes " + allowed + "."});
        response.headers.emplace_back("Allow", allowed);
        co_return response;
    }
    const std::optional<Refusal> refused = co_await admit(*found, request);
    if (refused) co_return http::error_response(*refused);
    co_return co_await found->handler(std::move(request), std::move(parts));
}

}  // namespace advisor::server
