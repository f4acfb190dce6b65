#include "dialogs/early_words.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace advisor::dialogs {
namespace {

constexpr std::size_t longest_wish = 80;  // bytes: nobody needs more for it

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || c == '\'';
}

/// The words that carry meaning, in lower case, with one space between them.
std::string core_of(std::string_view text) {
    static constexpr std::array<std::string_view, 22> fillers{
        "please", "ok",  "okay", "just", "the", "me", "my",   "now",   "yes", "then",    "i",
        "d",      "can", "you",  "let",  "s",   "us", "want", "would", "to",  "already", "like"};
    std::string result;
    std::string word;
    const auto flush = [&] {
        if (std::find(fillers.begin(), fillers.end(), word) == fillers.end() && !word.empty())
            result += (result.empty() ? "" : " ") + word;
        word.clear();
    };
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (is_letter(lower) && lower != '\'')
            word += lower;
        else if (static_cast<unsigned char>(lower) >= 0x80 || (lower >= '0' && lower <= '9'))
            return {};  // a number or another alphabet: not one of the wishes
        else
            flush();
    }
    flush();
    return result;
}

}  // namespace

std::optional<EarlyWish> understand_early(std::string_view text) {
    static constexpr std::array<std::string_view, 16> stop{"show result",
                                                           "see result",
                                                           "result",
                                                           "show results",
                                                           "see results",
                                                           "results",
                                                           "give result",
                                                           "stop here",
                                                           "stop asking",
                                                           "show recommendation",
                                                           "recommendation",
                                                           "see recommendation",
                                                           "give recommendation",
                                                           "show it",
                                                           "tell result",
                                                           "finish"};
    static constexpr std::array<std::string_view, 11> go_on{"go on",
                                                            "continue",
                                                            "keep going",
                                                            "carry on",
                                                            "go ahead asking",
                                                            "ask rest",
                                                            "ask questions",
                                                            "more questions",
                                                            "keep asking",
                                                            "ask on",
                                                            "answer remaining questions"};
    if (text.size() > longest_wish) return std::nullopt;
    const std::string core = core_of(text);
    if (std::find(stop.begin(), stop.end(), core) != stop.end()) return EarlyWish::stop;
    if (std::find(go_on.begin(), go_on.end(), core) != go_on.end()) return EarlyWish::go_on;
    return std::nullopt;
}

}  // namespace advisor::dialogs
