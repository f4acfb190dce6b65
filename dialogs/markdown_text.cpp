#include "dialogs/markdown_text.hpp"

namespace advisor::dialogs {
namespace {

/// True for the characters by which renderers find bare addresses: "https://", "www.", "name@host".
bool begins_address(std::string_view text, std::size_t at) {
    if (text[at] == ':') return text.substr(at).starts_with("://");
    if (text[at] == '.') return at > 0 && (text[at - 1] == 'w' || text[at - 1] == 'W');
    return text[at] == '@';
}

}  // namespace

std::string plain(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n' || c == '\r') {
            result += ' ';
            continue;
        }
        if (std::string_view("\\`*_{}[]<>#|!~&").find(c) != std::string_view::npos ||
            begins_address(text, at))
            result += '\\';
        result += c;
    }
    return result;
}

std::string verdict_words(Verdict verdict) {
    switch (verdict) {
        case Verdict::hire:
            return "Hire";
        case Verdict::train:
            return "Train";
        case Verdict::contract:
            return "Contract";
        case Verdict::none:
            return "No hire";
    }
    return {};
}

}  // namespace advisor::dialogs
