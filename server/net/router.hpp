#pragma once
// One table of routes: method, path pattern, the role it needs, handler.

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/net/http.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// The parts of the path that stood where the pattern has `{}`.
using PathParts = std::vector<std::string>;

struct Route {
    std::string_view method;
    std::string_view
        pattern;  ///< "/api/v1/sessions/{}/turns"; `{}` matches one segment that is not empty
    Role role;    ///< no default: a route that does not say who may use it does not compile
    /// Parameters are by value: they live in the coroutine.
    std::function<Task<http::Response>(http::Request, PathParts)> handler;
};

/// Proves who sent a request. Errors: a refusal says why nobody is proved.
using Authenticate = std::function<Task<std::variant<Actor, Refusal>>(const http::Request&)>;

class Router {
public:
    /// Without one, every route that needs a role refuses.
    void authenticate_by(Authenticate authenticate) { authenticate_ = std::move(authenticate); }
    void add(Route route) { routes_.push_back(std::move(route)); }
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

    /// Finds the route and runs it. A HEAD is answered like its GET, without the body being dropped
    /// here. Errors: whatever the handler throws.
    [[nodiscard]] Task<http::Response> handle(http::Request request) const;

private:
    [[nodiscard]] Task<std::optional<Refusal>> admit(const Route& route,
                                                     http::Request& request) const;

    std::vector<Route> routes_;
    Authenticate authenticate_;
};

/// The parts of `path` when it fits `pattern`.
[[nodiscard]] bool match_path(std::string_view pattern, std::string_view path, PathParts& parts);

}  // namespace advisor::server
