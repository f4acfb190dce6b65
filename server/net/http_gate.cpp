#include "server/net/http_gate.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace advisor::http {
namespace {

using server::ErrorCode;
using server::Refusal;

bool is_token_char(unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return is_token_char(c); });
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

Refusal bad(const char* message) {
    return {ErrorCode::bad_request, message};
}

/// Cuts the next line off `rest`; nothing when it does not end in CR LF or holds a lone CR.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
    const std::string_view line = rest.substr(0, end - 1);
    rest.remove_prefix(end + 1);
    if (line.find('\r') != std::string_view::npos) return std::nullopt;
    return line;
}

/// What the framing headers say, gathered over all lines.
struct Framing {
    int hosts = 0;
    int lengths = 0;
    int encodings = 0;
};

std::optional<Refusal> check_request_line(std::string_view line, bool& http_1_1) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return bad("The request line is not \"METHOD target HTTP/1.1\".");
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(line.substr(0, first))) return bad("The request method is malformed.");
    const bool visible = std::all_of(target.begin(), target.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7f && c != '#';
    });
    if (target.empty() || target.front() != '/' || !visible)
        return bad("The request target must begin with \"/\" and hold visible ASCII only.");
    http_1_1 = version == "HTTP/1.1";
    if (!http_1_1 && version != "HTTP/1.0")
        return Refusal{ErrorCode::http_version, "Use HTTP/1.1."};
    return std::nullopt;
}

std::optional<Refusal> check_header(std::string_view line, bool http_1_1, Framing& framing) {
    if (line.front() == ' ' || line.front() == '\t')
        return bad("Folded header lines are not accepted.");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return bad("A header line is not \"name: value\".");
    const std::string_view value = trim(line.substr(colon + 1));
    if (std::any_of(value.begin(), value.end(),
                    [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
        return bad("A header holds a control character.");
    const std::string name = lower(line.substr(0, colon));
    if (name == "host") {
        if (value.empty() || ++framing.hosts > 1) return bad("Exactly one Host header is needed.");
    } else if (name == "content-length") {
        const bool digits = !value.empty() && value.size() <= 18 &&
                            std::all_of(value.begin(), value.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
        if (!digits || ++framing.lengths > 1) return bad("Content-Length must be one number.");
    } else if (name == "transfer-encoding") {
        if (!http_1_1 || lower(value) != "chunked" || ++framing.encodings > 1)
            return bad("The only Transfer-Encoding is \"chunked\", with HTTP/1.1.");
    }
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_head(std::string_view head) {
    std::string_view rest = head;
    std::optional<std::string_view> line = next_line(rest);
    bool http_1_1 = false;
    if (!line) return bad("Lines must end in CR LF.");
    if (auto refusal = check_request_line(*line, http_1_1)) return refusal;
    Framing framing;
    for (std::size_t count = 0;; ++count) {
        line = next_line(rest);
        if (!line) return bad("Lines must end in CR LF.");
        if (line->empty()) break;
        if (count == max_header_lines)
            return Refusal{ErrorCode::headers_too_large, "At most 64 header lines are accepted."};
        if (auto refusal = check_header(*line, http_1_1, framing)) return refusal;
    }
    if (framing.lengths > 0 && framing.encodings > 0)
        return bad("Content-Length and Transfer-Encoding exclude each other.");
    if (http_1_1 && framing.hosts == 0) return bad("Exactly one Host header is needed.");
    return std::nullopt;
}

}  // namespace advisor::http
