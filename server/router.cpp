#include "server/router.hpp"

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
    co_return co_await found->handler(std::move(request), std::move(parts));
}

}  // namespace advisor::server
