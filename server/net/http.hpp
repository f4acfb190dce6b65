#pragma once
// HTTP as plain values: what route handlers see and make. The sockets are in http_server.cpp alone.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/net/error_code.hpp"
#include "server/net/role.hpp"

namespace advisor::http {

class BodySource;  // body_source.hpp

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request that has passed the gate. Names of headers are as sent; find_header ignores their
/// case.
struct Request {
    std::string method;
    std::string path;   ///< percent-decoded, begins with "/"
    std::string query;  ///< without "?", as sent
    Headers headers;
    std::string body;
    std::string peer;                    ///< the address of the client, behind trusted proxies too
    std::optional<server::Actor> actor;  ///< set by the router where the route needs a role

    /// The value of the first header of that name, or an empty text.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// The value of a query parameter, percent-decoded, or an empty text.
    [[nodiscard]] std::string parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::string_view fixed_body;  ///< read-only program data, sent instead of `body` when not empty
    std::shared_ptr<BodySource> source;  ///< makes the body while it is sent, instead of `body`
};

[[nodiscard]] Response json_response(int status, std::string body);
/// `{"error":{"code","message"}}` with the status of the code.
[[nodiscard]] Response error_response(const server::Refusal& refusal);

/// Compares without regard to the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view left, std::string_view right);

/// `%41` -> `A`; nothing for a broken escape or one of NUL.
[[nodiscard]] bool percent_decode(std::string_view text, std::string& out);

}  // namespace advisor::http
