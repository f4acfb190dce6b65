// Pages and assets of the browser client, from the table inside the binary.

#include <algorithm>

#include "server/chat_api.hpp"
#include "server/net/assets.hpp"

namespace advisor::server {
namespace {

using http::Request;
using http::Response;

/// "q=0", "q=0.0" and the like: not wanted at all.
bool weighs_nothing(std::string_view parameters) {
    const std::size_t weight = parameters.find("q=");
    return weight != std::string_view::npos &&
           parameters.substr(weight + 2).find_first_not_of("0. ") == std::string_view::npos;
}

/// True when the client takes this coding: named in Accept-Encoding with a weight.
bool accepts(std::string_view header, std::string_view coding) {
    while (!header.empty()) {
        std::string_view entry = header.substr(0, header.find(','));
        header.remove_prefix(std::min(entry.size() + 1, header.size()));
        entry.remove_prefix(std::min(entry.find_first_not_of(' '), entry.size()));
        const std::string_view name = entry.substr(0, entry.find_first_of("; "));
        if (http::same_word(name, coding)) return !weighs_nothing(entry.substr(name.size()));
    }
    return false;
}

const Asset* find_asset(std::string_view path) {
    for (const Asset& asset : embedded_assets()) {
        if (asset.path == path) return &asset;
    }
    return nullptr;
}

Response serve(const Asset& asset, const Request& request) {
    Response response;
    response.headers = {
        {"Content-Type", std::string(asset.mime)},
        {"ETag", std::string(asset.etag)},
        {"Vary", "Accept-Encoding"},
        {"Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
    if (request.header("If-None-Match") == asset.etag) {
        response.status = 304;
        return response;
    }
    const std::string_view codings = request.header("Accept-Encoding");
    if (!asset.brotli.empty() && accepts(codings, "br")) {
        response.fixed_body = asset.brotli;
        response.headers.emplace_back("Content-Encoding", "br");
    } else if (!asset.gzip.empty() && accepts(codings, "gzip")) {
        response.fixed_body = asset.gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        response.fixed_body = asset.identity;
    }
    return response;
}

Task<Response> get_asset(Request request, std::string path) {
    const Asset* asset = find_asset(path);
    if (!asset)
        co_return http::error_response({ErrorCode::not_found, "There is nothing at this address."});
    co_return serve(*asset, request);
}

/// As the chat's, and no page may put the console into a frame: it has buttons that delete.
constexpr std::string_view review_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

/// The page holds nothing to keep secret: what it shows it asks the review API for, which asks who
/// it is.
Task<Response> get_review(Request request) {
    Response response = co_await get_asset(std::move(request), "/review.html");
    response.headers.emplace_back("Content-Security-Policy", std::string(review_policy));
    co_return response;
}

}  // namespace

void add_page_routes(Router& router) {
    const auto chat = [](Request request, PathParts) {
        return get_asset(std::move(request), "/chat.html");
    };
    router.add({"GET", "/", Role::everyone, chat});
    router.add({"GET", "/r/{}", Role::everyone, chat});
    const auto review = [](Request request, PathParts) { return get_review(std::move(request)); };
    router.add({"GET", "/review", Role::everyone, review});
    router.add({"GET", "/review/{}", Role::everyone, review});
    router.add({"GET", "/review/{}/{}", Role::everyone, review});
    for (const Asset& asset : embedded_assets()) {
        if (asset.path == "/review.html") {
            router.add({"GET", asset.path, Role::everyone, review});
            continue;
        }
        const auto handler = [](Request request, PathParts) {
            std::string path = request.path;
            return get_asset(std::move(request), std::move(path));
        };
        router.add({"GET", asset.path, Role::everyone, handler});
    }
}

}  // namespace advisor::server
