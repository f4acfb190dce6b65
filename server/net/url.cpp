#include "server/net/url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "server/net/http.hpp"

namespace advisor::http {
namespace {

constexpr std::size_t max_url_bytes = 2048;
constexpr std::size_t max_host_bytes = 253;

bool is_name_byte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
}

bool is_address_byte(char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
}

bool is_target_byte(char c) {
    return c > ' ' && c < 0x7F && c != '\\' && c != '"' && c != '<' && c != '>' && c != '^' &&
           c != '`' && c != '{' && c != '|' && c != '}';
}

/// Takes the host off the front of `rest`: a name, or an IPv6 address in brackets.
std::optional<std::string> take_host(std::string_view& rest) {
    const bool bracket = rest.starts_with('[');
    const std::size_t end = bracket ? rest.find(']') : std::min(rest.find(':'), rest.size());
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view host = bracket ? rest.substr(1, end - 1) : rest.substr(0, end);
    rest.remove_prefix(bracket ? end + 1 : end);
    const bool plain = std::ranges::all_of(host, bracket ? is_address_byte : is_name_byte);
    if (host.empty() || host.size() > max_host_bytes || !plain) return std::nullopt;
    if (!bracket && (host.front() == '.' || host.find("..") != std::string_view::npos))
        return std::nullopt;
    std::string lower;
    for (const char c : host)
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

bool read_port(std::string_view text, std::uint16_t& port) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::string Url::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return default_port ? text : text + ":" + std::to_string(port);
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > max_url_bytes) return std::nullopt;
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    Url url;
    url.tls = same_word(text.substr(0, colon), "https");
    if (!url.tls && !same_word(text.substr(0, colon), "http")) return std::nullopt;
    text.remove_prefix(colon + 3);
    text = text.substr(0, text.find('#'));
    const std::size_t path = std::min(text.find_first_of("/?"), text.size());
    std::string_view authority = text.substr(0, path);
    const std::string_view target = text.substr(path);
    if (!std::ranges::all_of(target, is_target_byte)) return std::nullopt;
    url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
    std::optional<std::string> host = take_host(authority);
    if (!host) return std::nullopt;
    url.host = std::move(*host);
    const std::uint16_t usual = url.tls ? 443 : 80;
    url.port = usual;
    if (!authority.empty() &&
        (authority.front() != ':' || !read_port(authority.substr(1), url.port)))
        return std::nullopt;
    url.default_port = url.port == usual;
    return url;
}

}  // namespace advisor::http
