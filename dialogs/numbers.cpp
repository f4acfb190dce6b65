#include "dialogs/numbers.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <utility>
#include <vector>

namespace advisor::dialogs {
namespace {

constexpr double largest = 1e12;

/// A piece of text: a number, or a word that may scale or join numbers.
struct Token {
    std::optional<double> number;
    std::string word;
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// True when the comma at `at` groups thousands: exactly three digits follow ("1,5" is no such
/// number).
bool groups_thousands(std::string_view text, std::size_t at) {
    std::size_t digits = 0;
    while (digits < 4 && at + 1 + digits < text.size() && is_digit(text[at + 1 + digits])) ++digits;
    return digits == 3;
}

/// Reads digits with grouping commas ("12,000", "1 000" is two tokens) and a decimal point.
double read_digits(std::string_view text, std::size_t& at) {
    double number = 0;
    double place = 0;
    int group = 0;
    while (at < text.size()) {
        const bool digit_follows = at + 1 < text.size() && is_digit(text[at + 1]);
        if (is_digit(text[at])) {
            ++group;
            if (place > 0) {
                number += (text[at] - '0') * place;
                place /= 10;
            } else {
                number = number * 10 + (text[at] - '0');
            }
        } else if (text[at] == '.' && digit_follows && place == 0) {
            place = 0.1;
        } else if (text[at] == ',' && place == 0 && group <= 3 && groups_thousands(text, at)) {
            group = 0;
        } else {
            break;
        }
        ++at;
    }
    return number;
}

/// The length of the sign that stands at `at` before a digit; 0 when there is none, or a dash that
/// joins.
std::size_t minus_at(std::string_view text, std::size_t at, const std::vector<Token>& tokens) {
    const std::size_t size = text[at] == '-' ? 1 : text.substr(at).starts_with("\u2212") ? 3 : 0;
    const bool before_digit = size > 0 && at + size < text.size() && is_digit(text[at + size]);
    const bool in_word = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
    const bool after_number = !tokens.empty() && tokens.back().number;
    return before_digit && !in_word && !after_number ? size : 0;
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < text.size();) {
        Token token;
        if (is_digit(text[at])) {
            token.number = read_digits(text, at);
        } else if (const std::size_t sign = minus_at(text, at, tokens); sign > 0) {
            at += sign;
            token.number = -read_digits(text, at);
        } else if (is_letter(text[at])) {
            for (; at < text.size() && is_letter(text[at]); ++at)
                token.word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
        } else if (text[at] == '-' || text.substr(at).starts_with("\u2013") ||
                   text.substr(at).starts_with("\u2014")) {
            token.word = "-";
            at += text[at] == '-' ? 1 : 3;
        } else {
            ++at;
            continue;
        }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

std::optional<double> number_word(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, double>, 30> words{
        {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
         {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
         {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
         {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
         {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
         {"seventy", 70}, {"eighty", 80},  {"ninety", 90},    {"dozen", 12},    {"couple", 2}}};
    for (const auto& [name, value] : words) {
        if (name == word) return value;
    }
    return std::nullopt;
}

double magnitude(std::string_view word) {
    if (word == "k" || word == "thousand") return 1e3;
    if (word == "m" || word == "mio" || word == "million" || word == "millions") return 1e6;
    if (word == "bn" || word == "billion" || word == "billions") return 1e9;
    if (word == "hundred" || word == "hundreds") return 1e2;
    return 0;
}

struct Found {
    double number = 0;
    double scale = 1;
    bool joined = false;  ///< "-", "to" or "and" stands between this number and the one before
};

bool joins(std::string_view word, bool between) {
    return word == "-" || word == "to" || word == "maybe" || word == "perhaps" ||
           (word == "and" && between);
}

/// Every number of the text; "twenty" "five" become one.
std::vector<Found> numbers_of(const std::vector<Token>& tokens) {
    std::vector<Found> found;
    bool joined = false;
    bool between = false;
    bool adjacent = false;  // the token before was a number word
    for (const Token& token : tokens) {
        const std::optional<double> word_number =
            token.number ? token.number : number_word(token.word);
        if (word_number) {
            const bool tens = adjacent && !token.number && !found.empty() &&
                              found.back().number >= 20 && *word_number < 10;
            if (tens)
                found.back().number += *word_number;
            else
                found.push_back({*word_number, 1, joined});
            joined = false;
            adjacent = !token.number;
            continue;
        }
        adjacent = adjacent && token.word == "-";
        if (const double scale = magnitude(token.word); scale > 0) {
            if (!found.empty()) found.back().scale *= scale;
        } else if (joins(token.word, between)) {
            joined = true;
        } else {
            between = between || token.word == "between";
            joined = false;
        }
    }
    return found;
}

/// The number as a whole one; nothing for a fraction ("2.5 people") or one that is too large.
std::optional<std::int64_t> whole(const Found& found, double scale) {
    const double number = found.number * scale;
    constexpr double rounding = 1e-3;  // of decimal places, far below a half
    if (!(std::fabs(number) <= largest) || std::fabs(number - std::round(number)) > rounding)
        return std::nullopt;
    return std::llround(number);
}

}  // namespace

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::optional<Amount> read_amount(std::string_view text) {
    const std::vector<Found> found = numbers_of(tokens_of(text));
    if (found.size() == 1) {
        const std::optional<std::int64_t> number = whole(found[0], found[0].scale);
        if (!number) return std::nullopt;
        return Amount{*number, *number};
    }
    if (found.size() != 2 || !found[1].joined) return std::nullopt;
    // "5-8k": the unit of the second number belongs to the first as well, when that makes the
    // smaller one smaller.
    const bool shared =
        found[0].scale == 1 && found[1].scale > 1 && found[0].number < found[1].number;
    const std::optional<std::int64_t> min =
        whole(found[0], shared ? found[1].scale : found[0].scale);
    const std::optional<std::int64_t> max = whole(found[1], found[1].scale);
    if (!min || !max || *min > *max) return std::nullopt;
    return Amount{*min, *max};
}

}  // namespace advisor::dialogs
