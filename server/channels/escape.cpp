#include "server/channels/escape.hpp"

#include <algorithm>
#include <cctype>

#include "server/net/http.hpp"

namespace advisor::channels {
namespace {

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) > 0x7f;
}

bool is_word(char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

/// The letters, digits and hyphens that `text` begins with.
std::string_view label_of(std::string_view text) {
    const auto end =
        std::find_if_not(text.begin(), text.end(), [](char c) { return is_word(c) || c == '-'; });
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// True for the dot at `at` when it could be one in a host's name: what precedes it is "www", or
/// what follows it could be the next label.
bool joins_labels(std::string_view text, std::size_t at) {
    if (text[at] != '.' || at == 0 || !is_word(text[at - 1])) return false;
    if (at >= 3 && http::same_word(text.substr(at - 3, 3), "www")) return true;
    const std::string_view label = label_of(text.substr(at + 1));
    if (label.size() < 2 || !is_letter(label.front())) return false;
    if (!http::same_word(label, "js")) return true;
    const std::size_t after = at + 1 + label.size();
    return after + 1 < text.size() && text[after] == '.' && is_word(text[after + 1]);
}

/// True when `text`, at the beginning of a line, would begin a quote, list, heading or command.
bool begins_block(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.empty()) return false;
    if (std::string_view(">#-+=/!").find(text.front()) != std::string_view::npos) return true;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    return digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
}

/// True for the colon at `at` when it could be one of "mailto:me" or "https://".
bool ends_scheme(std::string_view text, std::size_t at) {
    return text[at] == ':' && at > 0 && is_letter(text[at - 1]) && at + 1 < text.size() &&
           (text[at + 1] == '/' || is_word(text[at + 1]));
}

/// True for the colon at `at` when it could be the first one of ":smile:".
bool begins_emoji(std::string_view text, std::size_t at) {
    if (text[at] != ':' || at + 1 == text.size() || (at > 0 && is_word(text[at - 1]))) return false;
    return is_word(text[at + 1]) || text[at + 1] == '+' || text[at + 1] == '-';
}

/// True when the character at `at` and the next one must be apart, so that there is no address.
bool is_in_address(std::string_view text, std::size_t at) {
    const bool slashes = text.substr(at).starts_with("//");
    return slashes || ends_scheme(text, at) || joins_labels(text, at);
}

/// True for the sign of an address such as "me@example.org". Some clients read a zero-width space
/// behind it as a letter of the host, none as one of the name.
bool follows_name(std::string_view text, std::size_t at) {
    return text[at] == '@' && at > 0 && is_word(text[at - 1]);
}

/// A letter that looks like the mark at `at`, or nothing where the mark does no harm.
std::string_view look_alike(std::string_view text, std::size_t at, std::string_view marks) {
    if (marks.find(text[at]) == std::string_view::npos) return {};
    switch (text[at]) {
        case '*':
            return "\xe2\x88\x97";
        case '~':
            return "\xe2\x88\xbc";
        case '`':
            return "\xcb\x8b";
        case '$':
            return "\xef\xbc\x84";
        case '|':
            return "\xe2\x88\xa3";
        case '_': {
            const bool inside =
                at > 0 && at + 1 < text.size() && is_word(text[at - 1]) && is_word(text[at + 1]);
            return inside ? std::string_view() : "\xef\xbc\xbf";
        }
        default:
            return {};
    }
}

/// True when the character at `at` must not touch the next one. What follows the end is unknown.
bool parts_next(std::string_view text, std::size_t at) {
    constexpr std::string_view openers = "@#<[]\\&";
    const bool is_last = at + 1 == text.size();
    if (openers.find(text[at]) != std::string_view::npos) return is_last || !is_space(text[at + 1]);
    if (is_last) return false;
    if (text[at] == ':') return !is_space(text[at + 1]);
    return text[at] == '+' && std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
}

}  // namespace

std::string unlinked(std::string_view plain) {
    std::string out;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        if (follows_name(plain, at)) out += zero_width_space;
        out += plain[at];
        if (plain[at] == '@' || plain[at] == '#' || begins_emoji(plain, at) ||
            is_in_address(plain, at))
            out += zero_width_space;
    }
    return out;
}

std::string unblocked(std::string_view plain) {
    std::string out;
    bool at_line_start = true;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        const bool is_indent = at_line_start && at > 0 && (plain[at] == ' ' || plain[at] == '\t');
        if (is_indent) continue;
        if (at_line_start && begins_block(plain.substr(at))) out += zero_width_space;
        at_line_start = plain[at] == '\n';
        out += plain[at];
    }
    return out;
}

std::string neutral(std::string_view plain) {
    return neutral(plain, "*_~`|$");
}

std::string neutral(std::string_view text, std::string_view marks) {
    const std::string plain = unblocked(text);
    std::string out;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        if (follows_name(plain, at)) out += zero_width_space;
        const std::string_view other = look_alike(plain, at, marks);
        if (other.empty())
            out += plain[at];
        else
            out += other;
        if (parts_next(plain, at) || is_in_address(plain, at)) out += zero_width_space;
    }
    return out;
}

std::string backslashed(std::string_view plain, std::string_view special) {
    std::string out;
    for (const char c : plain) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string entities(std::string_view plain, bool quotes) {
    std::string out;
    for (const char c : plain) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"' && quotes)
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

std::string html_escape(std::string_view plain) {
    std::string out;
    for (const char c : entities(unlinked(plain), true)) {
        if (c == '\n')
            out += "<br>";
        else
            out += c;
    }
    return out;
}

std::string code_escape(std::string_view plain) {
    std::string text = unlinked(plain);
    std::replace(text.begin(), text.end(), '`', '\'');
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string link_target(std::string_view url) {
    constexpr std::string_view kept = "-._~:/?#@!$&=%+,;[]";
    const std::size_t scheme = url.find("://");
    const std::string_view name = url.substr(0, std::min(scheme, url.size()));
    if ((name != "http" && name != "https") || url.size() <= scheme + 3) return {};
    std::string out;
    for (const char c : url) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            kept.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        static constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return out;
}

std::string html_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    if (target.empty()) return html_escape(label);
    return "<a href=\"" + entities(target, true) + "\">" + html_escape(label) + "</a>";
}

std::string marked_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    return target.empty() ? neutral(label) : "[" + neutral(label) + "](" + target + ")";
}

std::string plain_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    return target.empty() ? neutral(label) : neutral(label) + ": " + target;
}

}  // namespace advisor::channels
