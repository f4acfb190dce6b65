#include "server/channels/multipart.hpp"

#include <algorithm>

#include "server/channels/body.hpp"

namespace advisor::channels {
namespace {

constexpr std::size_t max_parts = 16;
constexpr std::size_t max_boundary = 70;  // RFC 2046

/// The parameter `name` of a header value such as `form-data; name="event"`.
std::string parameter_of(std::string_view value, std::string_view name) {
    std::size_t at = value.find(';');
    while (at != std::string_view::npos) {
        std::string_view rest = value.substr(at + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) return {};
        const bool is_it = http::same_word(rest.substr(0, equals), name);
        rest.remove_prefix(equals + 1);
        std::string_view text;
        if (rest.starts_with('"')) {
            const std::size_t close = rest.find('"', 1);
            if (close == std::string_view::npos) return {};
            text = rest.substr(1, close - 1);
            rest.remove_prefix(close + 1);
        } else {
            text = rest.substr(0, rest.find(';'));
            rest.remove_prefix(text.size());
        }
        if (is_it) return trimmed(text);
        at = rest.find(';');
        value = rest;
    }
    return {};
}

/// The name of a part by its header lines.
std::string name_of(std::string_view head) {
    constexpr std::string_view wanted = "content-disposition:";
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        if (http::same_word(line.substr(0, wanted.size()), wanted))
            return parameter_of(line.substr(wanted.size()), "name");
        head.remove_prefix(std::min(line.size() + 2, head.size()));
    }
    return {};
}

}  // namespace

std::optional<std::string> form_part(const http::Request& request, std::string_view name) {
    if (!has_type(request, "multipart/form-data")) return std::nullopt;
    const std::string boundary = parameter_of(request.header("Content-Type"), "boundary");
    if (boundary.empty() || boundary.size() > max_boundary) return std::nullopt;
    const std::string delimiter = "\r\n--" + boundary;
    // The first delimiter may stand at the very beginning.
    const std::string body = "\r\n" + request.body;
    std::size_t at = body.find(delimiter);
    for (std::size_t part = 0; part < max_parts && at != std::string::npos; ++part) {
        const std::size_t begin = at + delimiter.size();
        if (body.compare(begin, 2, "\r\n") != 0) return std::nullopt;
        const std::size_t end = body.find(delimiter, begin);
        if (end == std::string::npos) return std::nullopt;
        const std::string_view whole = std::string_view(body).substr(begin + 2, end - begin - 2);
        const std::size_t blank = whole.find("\r\n\r\n");
        if (begin + 2 <= end && blank != std::string_view::npos &&
            name_of(whole.substr(0, blank)) == name)
            return std::string(whole.substr(blank + 4));
        at = end;
    }
    return std::nullopt;
}

}  // namespace advisor::channels
