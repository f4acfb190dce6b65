#include "server/team_chat/join_api.hpp"

#include <nlohmann/json.hpp>

#include "server/channels/body.hpp"

namespace advisor::server {
namespace {

using http::Request;
using http::Response;
using nlohmann::ordered_json;

std::string bearer_token(const Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.header("Authorization");
    return http::same_word(header.substr(0, scheme.size()), scheme)
               ? std::string(header.substr(scheme.size()))
               : std::string();
}

Task<Response> post_session_code(Conversations& conversations, JoinCodes& codes, Request request,
                                 PathParts parts) {
    std::optional<Live> live;
    const std::optional<Refusal> refused =
        co_await conversations.open(parts[0], bearer_token(request), live);
    if (refused) co_return http::error_response(*refused);
    const std::string code = co_await codes.make(parts[0]);
    ordered_json body;
    body["code"] = code;
    body["expires_in"] = std::chrono::seconds(JoinCodes::lifetime).count();
    co_return http::json_response(201, body.dump());
}

Response refuse_code(JoinCodes::Outcome outcome) {
    if (outcome == JoinCodes::Outcome::unknown) {
        return http::error_response({ErrorCode::session_not_found,
                                     "There is no such code, or it has been used or is older than "
                                     "10 minutes; ask for a new one where the talk is."});
    }
    Response response = http::error_response(
        {ErrorCode::busy, "That was one attempt too many; wait a minute, then try again."});
    response.status = 429;
    return response;
}

Task<Response> post_code(Conversations& conversations, JoinCodes& codes, Request request) {
    const bool is_json = channels::has_type(request, "application/json");
    const auto body = is_json ? channels::read_json(request.body) : std::nullopt;
    const std::string code = body ? channels::text_at(*body, "code") : std::string();
    if (code.empty() || code.size() > 40) {
        const Refusal refusal{is_json ? ErrorCode::bad_frame : ErrorCode::unsupported_media_type,
                              "Send {\"code\":\"...\"} with \"Content-Type: application/json\"."};
        co_return http::error_response(refusal);
    }
    std::string who = "http";
    const JoinCodes::Result found = co_await codes.take(code, std::move(who));
    if (found.outcome != JoinCodes::Outcome::found) co_return refuse_code(found.outcome);
    const std::optional<Live> live = co_await conversations.attach(found.session);
    if (!live) co_return refuse_code(JoinCodes::Outcome::unknown);
    ordered_json answer;
    answer["session"] = found.session;
    answer["token"] = conversations.token(found.session);
    co_return http::json_response(200, answer.dump());
}

}  // namespace

void add_join_routes(Router& router, Conversations& conversations, JoinCodes& codes) {
    router.add(
        {"POST", "/api/v1/sessions/{}/code", Role::everyone, [&](Request request, PathParts parts) {
             return post_session_code(conversations, codes, std::move(request), std::move(parts));
         }});
    router.add({"POST", "/api/v1/codes", Role::everyone, [&](Request request, PathParts) {
                    return post_code(conversations, codes, std::move(request));
                }});
}

}  // namespace advisor::server
