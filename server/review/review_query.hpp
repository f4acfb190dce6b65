#pragma once
// How the review API reads requests and writes sessions: filters, places in lists, JSON bodies.
// Documented in docs/review-api.md.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "db/review.hpp"
#include "server/net/http.hpp"

namespace advisor::server {

using nlohmann::ordered_json;

/// A query parameter, with "+" as a space, as forms send it; empty when it is missing or broken.
[[nodiscard]] std::string query_parameter(const http::Request& request, std::string_view name);

/// The filter that the query says. Errors: a refusal names the parameter.
[[nodiscard]] std::variant<db::SessionFilter, Refusal> read_filter(const http::Request& request);

/// "AT-ID", as the list gave it. Errors: a refusal.
[[nodiscard]] std::variant<std::optional<db::Place>, Refusal> read_place(
    const http::Request& request);
[[nodiscard]] std::string place_text(const db::Place& place);

/// `limit`, 1 to 200; 50 when it is missing. Errors: a refusal.
[[nodiscard]] std::variant<std::size_t, Refusal> read_limit(const http::Request& request);

/// A JSON object of at most 32 levels. Errors: a refusal.
[[nodiscard]] std::variant<nlohmann::json, Refusal> read_json_body(const http::Request& request);

/// UTF-8 that is broken is replaced.
[[nodiscard]] std::string dump(const ordered_json& value);
[[nodiscard]] http::Response json_answer(const ordered_json& value, int status = 200);

/// A text, or null for an empty one; the same for times that never were.
[[nodiscard]] ordered_json text_or_null(const std::string& text);
[[nodiscard]] ordered_json time_or_null(db::TimePoint time);

/// A session as lists show it.
[[nodiscard]] ordered_json session_json(const db::ListedSession& session);

}  // namespace advisor::server
