#pragma once
// Every error that a client can meet: its name on the wire, its HTTP status. docs/protocol.md
// explains each.

#include <array>
#include <string>
#include <string_view>

namespace advisor::server {

enum class ErrorCode {
    bad_json,
    bad_frame,
    unknown_type,
    text_only,
    message_too_large,
    no_session,
    session_not_found,
    wrong_token,
    unknown_script,
    unknown_question,
    question_not_pending,
    not_answered,
    bad_value,
    unknown_not_allowed,
    busy,
    storage_unavailable,
    draining,
    bad_request,
    headers_too_large,
    not_found,
    method_not_allowed,
    unsupported_media_type,
    origin_not_allowed,
    too_many_connections,
    http_version,
    internal,
    not_signed_in,
    forbidden,
    too_many_tries,
    already_there,
    too_many_requests,
    wrong_host,
    last_admin,
};

struct ErrorEntry {
    ErrorCode code;
    std::string_view name;
    int status;
};

inline constexpr std::array<ErrorEntry, 33> error_table{{
    {ErrorCode::bad_json, "bad_json", 400},
    {ErrorCode::bad_frame, "bad_frame", 400},
    {ErrorCode::unknown_type, "unknown_type", 400},
    {ErrorCode::text_only, "text_only", 400},
    {ErrorCode::message_too_large, "message_too_large", 413},
    {ErrorCode::no_session, "no_session", 409},
    {ErrorCode::session_not_found, "session_not_found", 404},
    {ErrorCode::wrong_token, "wrong_token", 401},
    {ErrorCode::unknown_script, "unknown_script", 404},
    {ErrorCode::unknown_question, "unknown_question", 422},
    {ErrorCode::question_not_pending, "question_not_pending", 409},
    {ErrorCode::not_answered, "not_answered", 409},
    {ErrorCode::bad_value, "bad_value", 422},
    {ErrorCode::unknown_not_allowed, "unknown_not_allowed", 422},
    {ErrorCode::busy, "busy", 503},
    {ErrorCode::storage_unavailable, "storage_unavailable", 503},
    {ErrorCode::draining, "draining", 503},
    {ErrorCode::bad_request, "bad_request", 400},
    {ErrorCode::headers_too_large, "headers_too_large", 431},
    {ErrorCode::not_found, "not_found", 404},
    {ErrorCode::method_not_allowed, "method_not_allowed", 405},
    {ErrorCode::unsupported_media_type, "unsupported_media_type", 415},
    {ErrorCode::origin_not_allowed, "origin_not_allowed", 403},
    {ErrorCode::too_many_connections, "too_many_connections", 503},
    {ErrorCode::http_version, "http_version", 505},
    {ErrorCode::internal, "internal", 500},
    {ErrorCode::not_signed_in, "not_signed_in", 401},
    {ErrorCode::forbidden, "forbidden", 403},
    {ErrorCode::too_many_tries, "too_many_tries", 429},
    {ErrorCode::already_there, "already_there", 409},
    {ErrorCode::too_many_requests, "too_many_requests", 429},
    {ErrorCode::wrong_host, "wrong_host", 421},
    {ErrorCode::last_admin, "last_admin", 409},
}};

[[nodiscard]] constexpr const ErrorEntry& entry_of(ErrorCode code) {
    return error_table[static_cast<std::size_t>(code)];
}

static_assert(
    [] {
        for (std::size_t i = 0; i < error_table.size(); ++i) {
            if (static_cast<std::size_t>(error_table[i].code) != i) return false;
        }
        return true;
    }(),
    "the table is in the order of the enumeration");

/// Why a request was not carried out, with a sentence that says what to do.
struct Refusal {
    ErrorCode code = ErrorCode::internal;
    std::string message;
};

}  // namespace advisor::server
