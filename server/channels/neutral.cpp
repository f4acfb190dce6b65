#include "server/channels/neutral.hpp"

#include <algorithm>
#include <cctype>

namespace advisor::channels {
namespace {

constexpr std::string_view zero_width_space = "\xe2\x80\x8b";

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

/// True for the dot at `at` when what follows could be a host's next label.
bool joins_labels(std::string_view text, std::size_t at) {
    if (at == 0 || !is_word(text[at - 1])) return false;
    const std::string_view label = label_of(text.substr(at + 1));
    if (label.size() < 2 || !is_letter(label.front())) return false;
    if (label != "js" && label != "JS") return true;
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

/// The address that `text` begins with, without the punctuation of the sentence around it.
std::string_view address_of(std::string_view text) {
    std::string_view url = text.substr(0, text.find_first_of(" \t\n<>|\"'()[]"));
    while (!url.empty() && std::string_view(".,;:!").find(url.back()) != std::string_view::npos)
        url.remove_suffix(1);
    return url;
}

/// Splits a plain span at the addresses below `base`.
void split_at_links(const Span& span, std::string_view base, std::vector<Span>& out) {
    std::string_view rest = span.text;
    for (;;) {
        const std::size_t at = rest.find(base);
        if (at == std::string_view::npos) break;
        const std::string_view url = address_of(rest.substr(at));
        // "https://advisor.example.org.evil.com" is somewhere else.
        const bool is_below = url.size() == base.size() ||
                              (url.size() > base.size() &&
                               std::string_view("/?#").find(url[base.size()]) != url.npos);
        const std::size_t end = at + std::max(url.size(), base.size());
        const std::size_t plain = is_below ? at : end;
        if (plain > 0) out.push_back({std::string(rest.substr(0, plain)), span.style, {}});
        if (is_below) out.push_back({std::string(url), Style::plain, std::string(url)});
        rest.remove_prefix(end);
    }
    if (!rest.empty()) out.push_back({std::string(rest), span.style, {}});
}

/// A letter that looks like the mark at `at`, or nothing where the mark does no harm.
std::string_view look_alike(std::string_view text, std::size_t at) {
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
        out += plain[at];
        const bool scheme = plain[at] == ':' && at > 0 && is_letter(plain[at - 1]) &&
                            at + 1 < plain.size() &&
                            (plain[at + 1] == '/' || is_word(plain[at + 1]));
        if (scheme || (plain[at] == '@' && at > 0 && is_word(plain[at - 1])) ||
            (plain[at] == '.' && joins_labels(plain, at)))
            out += zero_width_space;
    }
    return out;
}

std::string neutral(std::string_view plain) {
    std::string out;
    bool at_line_start = true;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        if (at_line_start && begins_block(plain.substr(at))) out += zero_width_space;
        at_line_start = plain[at] == '\n';
        const std::string_view other = look_alike(plain, at);
        if (other.empty())
            out += plain[at];
        else
            out += other;
        if (parts_next(plain, at) || (plain[at] == '.' && joins_labels(plain, at)))
            out += zero_width_space;
    }
    return out;
}

Text with_own_links(Text text, std::string_view base) {
    if (base.empty()) return text;
    for (Block& block : text) {
        std::vector<Span> spans;
        for (const Span& span : block.spans) {
            if (span.url.empty())
                split_at_links(span, base, spans);
            else
                spans.push_back(span);
        }
        block.spans = std::move(spans);
    }
    return text;
}

bool is_linkable(std::string_view url) {
    return (url.starts_with("https://") || url.starts_with("http://")) &&
           std::all_of(url.begin(), url.end(), [](char c) {
               return c > ' ' && c < '\x7f' &&
                      std::string_view("<>|\"'()[]`\\").find(c) == std::string_view::npos;
           });
}

}  // namespace advisor::channels
