#include "server/chat_api.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "server/net/client_frame.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

using http::Request;
using http::Response;

std::string bearer_token(const Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.header("Authorization");
    return http::same_word(header.substr(0, scheme.size()), scheme)
               ? std::string(header.substr(scheme.size()))
               : std::string();
}

/// A JSON body only: a form of another site cannot send that without being asked for permission
/// first.
bool is_json(const Request& request) {
    const std::string_view type = request.header("Content-Type");
    return http::same_word(type.substr(0, type.find_first_of("; ")), "application/json");
}

std::variant<ClientFrame, Refusal> read_body(const Request& request, std::string_view type) {
    if (!is_json(request))
        return Refusal{ErrorCode::unsupported_media_type,
                       "Send JSON with \"Content-Type: application/json\"."};
    auto read = read_frame(request.body, type);
    if (auto* bad = std::get_if<BadFrame>(&read)) return std::move(bad->refusal);
    return std::get<ClientFrame>(std::move(read));
}

Response to_response(int status, TakenOrRefused result) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) return http::error_response(*refusal);
    return http::json_response(status, std::get<Taken>(std::move(result)).reply.text());
}

Task<Response> post_session(ChatApi& api, Request request) {
    std::variant<ClientFrame, Refusal> frame = read_body(request, "start");
    if (auto* refusal = std::get_if<Refusal>(&frame)) co_return http::error_response(*refusal);
    if (std::get<ClientFrame>(frame).type != "start") {
        const Refusal refusal{ErrorCode::unknown_type,
                              "A session begins with a frame of type \"start\"."};
        co_return http::error_response(refusal);
    }
    std::optional<Live> live;
    std::string channel = "http";
    std::string scope = random_text(8);
    TakenOrRefused result = co_await api.conversations.start(
        std::get<ClientFrame>(std::move(frame)), std::move(channel), std::move(scope), live);
    co_return to_response(201, std::move(result));
}

Task<Response> post_turn(ChatApi& api, Request request, PathParts parts) {
    std::variant<ClientFrame, Refusal> frame = read_body(request, {});
    if (auto* refusal = std::get_if<Refusal>(&frame)) co_return http::error_response(*refusal);
    const std::string type = std::get<ClientFrame>(frame).type;
    if (type == "start" || type == "resume") {
        const Refusal refusal{ErrorCode::unknown_type,
                              "A turn is answer, say, change, back, skip or restart."};
        co_return http::error_response(refusal);
    }
    std::optional<Live> live;
    const std::optional<Refusal> refused =
        co_await api.conversations.open(parts[0], bearer_token(request), live);
    if (refused) co_return http::error_response(*refused);
    TakenOrRefused result =
        co_await api.conversations.take_turn(std::get<ClientFrame>(std::move(frame)), *live);
    const auto* taken = std::get_if<Taken>(&result);
    if (taken && taken->is_new) api.hubs.turn_taken(live->row, taken->seq, nullptr);
    co_return to_response(200, std::move(result));
}

Task<Response> get_session(ChatApi& api, Request request, PathParts parts) {
    const std::string text = request.parameter("after");
    std::int64_t after = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), after);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || after < 0)) {
        const Refusal refusal{ErrorCode::bad_request, "\"after\" is the number of a turn."};
        co_return http::error_response(refusal);
    }
    std::optional<Live> live;
    const std::optional<Refusal> refused =
        co_await api.conversations.open(parts[0], bearer_token(request), live);
    if (refused) co_return http::error_response(*refused);
    std::string frame_id = "get";
    TakenOrRefused result = co_await api.conversations.catch_up(std::move(frame_id), after, *live);
    co_return to_response(200, std::move(result));
}

Task<Response> get_report(ChatApi& api, PathParts parts) {
    std::string code = parts[0];
    const bool markdown = code.ends_with(".md");
    if (markdown) code.resize(code.size() - 3);
    std::variant<std::string, Refusal> report =
        co_await api.conversations.report(std::move(code), markdown);
    if (const auto* refusal = std::get_if<Refusal>(&report))
        co_return http::error_response(*refusal);
    Response response = http::json_response(200, std::get<std::string>(std::move(report)));
    if (markdown) {
        response.headers = {{"Content-Type", "text/markdown; charset=utf-8"},
                            {"Cache-Control", "no-store"},
                            {"Content-Disposition", "attachment; filename=\"recommendation.md\""}};
    }
    co_return response;
}

Task<Response> get_scripts(ChatApi& api) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ScriptPtr& pinned : api.scripts.all_offered()) {
        list.push_back({{"id", pinned->script.id},
                        {"title", pinned->script.title},
                        {"language", pinned->script.language}});
    }
    const nlohmann::ordered_json body{{"default", api.scripts.offered("")->script.id},
                                      {"scripts", std::move(list)}};
    co_return http::json_response(200, body.dump());
}

Task<Response> get_health() {
    co_return http::json_response(200, R"({"status":"ok"})");
}

Task<Response> get_readiness(ChatApi& api) {
    if (api.draining)
        co_return http::error_response({ErrorCode::draining, "The server is going down."});
    if (!api.store.healthy())
        co_return http::error_response(
            {ErrorCode::storage_unavailable, "The last turn could not be stored; see the log."});
    std::string body = R"({"status":"ready")";
    const std::string backup = api.backups ? api.backups->status_json() : std::string();
    if (!backup.empty()) body += R"(,"backup":)" + backup;
    co_return http::json_response(200, body + "}");
}

}  // namespace

void add_chat_routes(Router& router, ChatApi& api) {
    router.add({"POST", "/api/v1/sessions", Role::everyone, [&api](Request request, PathParts) {
                    return post_session(api, std::move(request));
                }});
    router.add(
        {"GET", "/api/v1/sessions/{}", Role::everyone, [&api](Request request, PathParts parts) {
             return get_session(api, std::move(request), std::move(parts));
         }});
    router.add({"POST", "/api/v1/sessions/{}/turns", Role::everyone,
                [&api](Request request, PathParts parts) {
                    return post_turn(api, std::move(request), std::move(parts));
                }});
    router.add({"GET", "/api/v1/scripts", Role::everyone,
                [&api](Request, PathParts) { return get_scripts(api); }});
    router.add({"GET", "/api/v1/reports/{}", Role::everyone,
                [&api](Request, PathParts parts) { return get_report(api, std::move(parts)); }});
    router.add(
        {"GET", "/healthz", Role::everyone, [](Request, PathParts) { return get_health(); }});
    router.add({"GET", "/readyz", Role::everyone,
                [&api](Request, PathParts) { return get_readiness(api); }});
}

}  // namespace advisor::server
