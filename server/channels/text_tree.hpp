#pragma once
// Text as a neutral tree, and how a platform writes it: one escaper each. User text enters only as
// the text of a span and is always escaped.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::channels {

enum class Style { plain, bold, italic, code };

struct Span {
    std::string text;  ///< plain
    Style style = Style::plain;
    std::string url;  ///< not empty: a link
};

enum class BlockKind {
    paragraph,
    heading,
    bullet,
    numbered,  ///< `number` stands before it
};

struct Block {
    BlockKind kind = BlockKind::paragraph;
    std::vector<Span> spans;
    std::size_t number = 0;
};

/// In the order to show it.
using Text = std::vector<Block>;

[[nodiscard]] Block paragraph(std::string text);
[[nodiscard]] Block heading(std::string text);
[[nodiscard]] Block bullet(std::string text);
[[nodiscard]] Block numbered(std::size_t number, std::string text);
[[nodiscard]] Block link(std::string label, std::string url);

/// What a limit counts.
enum class LengthUnit { bytes, code_points, utf16 };

struct Limit {
    std::size_t size = 0;
    LengthUnit unit = LengthUnit::code_points;
};

/// How a platform writes the tree.
struct Markup {
    /// Makes plain text harmless there: markup, links and mentions. Never lengthens at a rate above
    /// 16 times.
    std::string (*escape)(std::string_view plain);
    /// The same inside of code marks.
    std::string (*escape_code)(std::string_view plain);
    std::string_view bold_open, bold_close;
    std::string_view italic_open, italic_close;
    std::string_view code_open, code_close;
    /// Escapes both itself.
    std::string (*link)(std::string_view label, std::string_view url);
    std::string_view bullet = "- ";
    std::string_view after_number = ". ";
    std::string_view line_break = "\n";         ///< between items of a list
    std::string_view paragraph_break = "\n\n";  ///< between everything else
};

/// Writes the tree; what would go beyond the limit is cut at a code point's border, with an
/// ellipsis, never inside an escape or a mark.
[[nodiscard]] std::string write(const Text& text, const Markup& markup, Limit limit);

/// The size of UTF-8 text.
[[nodiscard]] std::size_t length_of(std::string_view text, LengthUnit unit);

/// Valid UTF-8 without control characters (line feed and tab stay) and without marks that turn the
/// direction of what follows; invalid bytes become U+FFFD.
[[nodiscard]] std::string clean(std::string_view plain);

/// Plain text of at most `limit`, cut at a code point's border with an ellipsis.
[[nodiscard]] std::string cut(std::string_view plain, Limit limit);

}  // namespace advisor::channels
