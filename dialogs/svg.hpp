#pragma once
// Pictures as SVG text: boxes, lines and wrapped words. Everything that comes from a script is
// escaped.

#include <string>
#include <string_view>
#include <vector>

namespace advisor::dialogs {

/// Text for XML: `&`, `<`, `>` and quotes as entities, without characters that XML does not have.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// Words put into lines of at most `width` characters; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A picture; coordinates in pixels from the upper left.
class Svg {
public:
    /// `name` and `about` are for screen readers.
    Svg(std::string name, std::string about) : name_(std::move(name)), about_(std::move(about)) {}

    void box(int x, int y, int width, int height, const char* style);
    void line(const std::vector<std::pair<int, int>>& points, bool arrow);
    /// One line of text; `anchor` is start, middle or end.
    void text(int x, int y, std::string_view words, const char* style,
              const char* anchor = "start");
    [[nodiscard]] std::string finish(int width, int height) const;

private:
    std::string name_, about_, body_;
};

}  // namespace advisor::dialogs
