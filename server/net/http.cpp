#include "server/net/http.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace advisor::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_word(key, name)) return value;
    }
    return {};
}

std::string Request::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) != name || equals == std::string_view::npos) continue;
        std::string value;
        return percent_decode(pair.substr(equals + 1), value) ? value : std::string();
    }
    return {};
}

Response json_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    response.body = std::move(body);
    return response;
}

Response error_response(const server::Refusal& refusal) {
    const server::ErrorEntry& entry = server::entry_of(refusal.code);
    const nlohmann::ordered_json body{
        {"error", {{"code", entry.name}, {"message", refusal.message}}}};
    Response response = json_response(
        entry.status, body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    if (entry.status == 503) response.headers.emplace_back("Retry-After", "2");
    if (refusal.code == server::ErrorCode::too_many_requests)
        response.headers.emplace_back("Retry-After", "1");
    if (entry.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

bool same_word(std::string_view left, std::string_view right) {
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

bool percent_decode(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return false;
        const int high = hex_digit(text[at + 1]);
        const int low = hex_digit(text[at + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
        out += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return true;
}

}  // namespace advisor::http
