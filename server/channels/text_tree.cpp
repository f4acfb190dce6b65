#include "server/channels/text_tree.hpp"

#include <algorithm>

namespace advisor::channels {
namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6";
constexpr std::string_view replacement = "\xef\xbf\xbd";

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;
    bool valid = false;
};

/// The code point at the beginning of `text`, which is not empty.
CodePoint first_of(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
    char32_t value = lead & (0xffU >> (size + 1));
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xc0U) != 0x80) return {};
        value = value << 6U | (byte(at) & 0x3fU);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return {};
    return {value, size, true};
}

bool is_harmful(char32_t c) {
    if (c < 0x20) return c != '\n' && c != '\t';
    return c == 0x7f || (c >= 0x80 && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

/// The longest beginning of `plain` for which `fits(beginning)` holds, cut between code points.
template <class Fits>
std::string_view longest(std::string_view plain, const Fits& fits) {
    std::vector<std::size_t> borders{0};
    for (std::size_t at = 0; at < plain.size(); at += first_of(plain.substr(at)).bytes)
        if (at > 0) borders.push_back(at);
    borders.push_back(plain.size());
    const auto end =
        std::partition_point(borders.begin() + 1, borders.end(),
                             [&](std::size_t border) { return fits(plain.substr(0, border)); });
    return plain.substr(0, *(end - 1));
}

/// No mark and no link holds beyond the end of a paragraph: within them all is one line.
std::string on_one_line(std::string_view plain) {
    std::string text(plain);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string written(const Span& span, std::string_view plain, const Markup& markup, bool bold) {
    const bool is_plain = span.style == Style::plain && span.url.empty() && !bold;
    const std::string text = is_plain ? std::string(plain) : on_one_line(plain);
    if (text.empty()) return {};
    if (!span.url.empty()) return markup.link(text, span.url);
    if (span.style == Style::code)
        return std::string(markup.code_open) + markup.escape_code(text) +
               std::string(markup.code_close);
    const bool is_bold = bold || span.style == Style::bold;
    const bool is_italic = !is_bold && span.style == Style::italic;
    if (!is_bold && !is_italic) return markup.escape(text);
    // A mark beside a blank on its inner side is none: blanks stay outside.
    const std::size_t begin = text.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) return text;
    const std::size_t end = text.find_last_not_of(" \t\n") + 1;
    const std::string inner = markup.escape(text.substr(begin, end - begin));
    return text.substr(0, begin) + std::string(is_bold ? markup.bold_open : markup.italic_open) +
           inner + std::string(is_bold ? markup.bold_close : markup.italic_close) +
           text.substr(end);
}

bool is_item(const Block& block) {
    return block.kind == BlockKind::bullet || block.kind == BlockKind::numbered;
}

/// What stands before the text of block `at`.
std::string lead(const Text& text, std::size_t at, const Markup& markup) {
    std::string out;
    const Block& block = text[at];
    const bool tight = at > 0 && is_item(block) &&
                       (is_item(text[at - 1]) || markup.paragraph_break == markup.line_break);
    if (at > 0) out = tight ? markup.line_break : markup.paragraph_break;
    if (block.kind == BlockKind::bullet) out += markup.bullet;
    if (block.kind == BlockKind::numbered)
        out += std::to_string(block.number) + std::string(markup.after_number);
    return out;
}

}  // namespace

Block paragraph(std::string text) {
    return {BlockKind::paragraph, {{std::move(text), Style::plain, {}}}, 0};
}

Block heading(std::string text) {
    return {BlockKind::heading, {{std::move(text), Style::plain, {}}}, 0};
}

Block bullet(std::string text) {
    return {BlockKind::bullet, {{std::move(text), Style::plain, {}}}, 0};
}

Block numbered(std::size_t number, std::string text) {
    return {BlockKind::numbered, {{std::move(text), Style::plain, {}}}, number};
}

Block link(std::string label, std::string url) {
    return {BlockKind::paragraph, {{std::move(label), Style::plain, std::move(url)}}, 0};
}

std::string write(const Text& text, const Markup& markup, Limit limit) {
    std::string out;
    std::size_t used = 0;
    const std::size_t reserve = length_of(ellipsis, limit.unit);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string before = lead(text, at, markup);
        for (std::size_t i = 0; i < text[at].spans.size(); ++i) {
            const Span& span = text[at].spans[i];
            const std::string plain = clean(span.text);
            const bool bold = text[at].kind == BlockKind::heading;
            const bool is_last = at + 1 == text.size() && i + 1 == text[at].spans.size();
            const std::string piece = std::move(before) + written(span, plain, markup, bold);
            before.clear();
            const std::size_t size = length_of(piece, limit.unit);
            if (used + size + (is_last ? 0 : reserve) <= limit.size) {
                out += piece;
                used += size;
                continue;
            }
            if (used + reserve > limit.size) return out;
            const std::string head = i == 0 ? lead(text, at, markup) : std::string();
            const std::string_view kept = longest(plain, [&](std::string_view some) {
                const std::string cut_piece = head + written(span, some, markup, bold);
                return used + length_of(cut_piece, limit.unit) + reserve <= limit.size;
            });
            // A link is whole or not there: half a label would still lead to all of the page.
            if (!kept.empty() && span.url.empty()) out += head + written(span, kept, markup, bold);
            return out + std::string(ellipsis);
        }
    }
    return out;
}

std::size_t length_of(std::string_view text, LengthUnit unit) {
    if (unit == LengthUnit::bytes) return text.size();
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = first_of(text.substr(at));
        length += unit == LengthUnit::utf16 && point.value > 0xffff ? 2 : 1;
        at += point.bytes;
    }
    return length;
}

std::string clean(std::string_view plain) {
    std::string out;
    for (std::size_t at = 0; at < plain.size();) {
        const CodePoint point = first_of(plain.substr(at));
        if (!point.valid)
            out += replacement;
        else if (!is_harmful(point.value))
            out += plain.substr(at, point.bytes);
        at += point.bytes;
    }
    return out;
}

std::string cut(std::string_view plain, Limit limit) {
    const std::string text = clean(plain);
    if (length_of(text, limit.unit) <= limit.size) return text;
    const std::size_t reserve = length_of(ellipsis, limit.unit);
    if (reserve > limit.size) return {};
    return std::string(longest(text,
                               [&](std::string_view some) {
                                   return length_of(some, limit.unit) + reserve <= limit.size;
                               })) +
           std::string(ellipsis);
}

}  // namespace advisor::channels
