#include "server/channels/secret_lines.hpp"

#include <algorithm>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/signature.hpp"

namespace advisor::channels {
namespace {

struct Line {
    std::string name;  ///< empty: the line is the secret
    std::string value;
};

/// A name is letters and `_` before a colon and a space; a token has neither a space nor a name.
Line read_line(const std::string& line) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || colon == 0) return {{}, trimmed(line)};
    const std::string name = line.substr(0, colon);
    for (const char c : name) {
        if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '_')
            return {{}, trimmed(line)};
    }
    std::string value = trimmed(line.substr(colon + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    return {name, value};
}

}  // namespace

std::string named_secret(const Hook& hook, std::string_view name) {
    for (const std::string& secret : hook.secrets) {
        Line line = read_line(secret);
        if (line.name == name) return std::move(line.value);
    }
    return {};
}

std::vector<std::string> secrets_of(const Hook& hook, std::string_view name) {
    std::vector<std::string> found;
    for (const std::string& secret : hook.secrets) {
        Line line = read_line(secret);
        if ((line.name.empty() || line.name == name) && !line.value.empty())
            found.push_back(std::move(line.value));
    }
    return found;
}

std::string host_of(std::string_view url) {
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    if (scheme == 0) return {};
    std::string_view authority = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
    const std::size_t close = authority.starts_with('[') ? authority.find(']') : 0;
    const std::size_t colon = authority.find(':', close == authority.npos ? 0 : close);
    authority = authority.substr(0, colon);
    if (close != 0 && authority.size() > 2) authority = authority.substr(1, authority.size() - 2);
    const bool is_plain =
        std::all_of(authority.begin(), authority.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!is_plain || authority.find('@') != authority.npos) return {};
    std::string host(authority);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return host;
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '.' ||
                                           c == '_' || c == '~');
        if (plain)
            out += c;
        else
            out += "%" + to_hex({&c, 1});
    }
    return out;
}

}  // namespace advisor::channels
