#include "dialogs/svg.hpp"

#include "dialogs/engine.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::string_view style_sheet =
    "text{font:14px system-ui,sans-serif;fill:#1b2430}"
    ".title{font-size:20px;font-weight:600}.head{font-weight:600}.small{font-size:12px;fill:#"
    "4a5563}"
    ".question{fill:#eef4ff;stroke:#3461a8}.guard{fill:#fff6e0;stroke:#b07a10}"
    ".outcome{fill:#e8f6ec;stroke:#2c7a46}.start{fill:#f3f4f6;stroke:#6b7280}"
    ".bar{fill:#3461a8;stroke:none}.track{fill:#e5e9f0;stroke:none}"
    ".line{fill:none;stroke:#6b7280;stroke-width:1.5}";

}  // namespace

std::string xml_escaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const std::string_view rest = text.substr(i, 3);
        if (rest == "\xEF\xBF\xBE" || rest == "\xEF\xBF\xBF") {
            i += 2;  // U+FFFE and U+FFFF
            continue;
        }
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else if (c == '\'')
            result += "&#39;";
        else
            result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {
        const std::size_t begin = text.find_first_not_of(" \n\t\r");
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin);
        const std::string_view word = text.substr(0, text.find_first_of(" \n\t\r"));
        text.remove_prefix(word.size());
        if (!line.empty() && count_characters(line) + 1 + count_characters(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

void Svg::box(int x, int y, int width, int height, const char* style) {
    body_ += "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
             std::to_string(width) + "\" height=\"" + std::to_string(height) +
             "\" rx=\"6\" class=\"" + style + "\"/>\n";
}

void Svg::line(const std::vector<std::pair<int, int>>& points, bool arrow) {
    body_ += "<polyline points=\"";
    for (const auto& [x, y] : points) body_ += std::to_string(x) + "," + std::to_string(y) + " ";
    body_.back() = '"';
    body_ += arrow ? " class=\"line\" marker-end=\"url(#arrow)\"/>\n" : " class=\"line\"/>\n";
}

void Svg::text(int x, int y, std::string_view words, const char* style, const char* anchor) {
    body_ += "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" class=\"" +
             style + "\" text-anchor=\"" + anchor + "\">" + xml_escaped(words) + "</text>\n";
}

std::string Svg::finish(int width, int height) const {
    const std::string size = std::to_string(width) + " " + std::to_string(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + "\" width=\"" +
           std::to_string(width) + "\" height=\"" + std::to_string(height) +
           "\" role=\"img\" aria-labelledby=\"name about\">\n<title id=\"name\">" +
           xml_escaped(name_) + "</title>\n<desc id=\"about\">" + xml_escaped(about_) +
           "</desc>\n<style>" + std::string(style_sheet) +
           "</style>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
           "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
           "fill=\"#6b7280\"/></marker></defs>\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"#fff\"/>\n" +
           body_ + "</svg>\n";
}

}  // namespace advisor::dialogs
