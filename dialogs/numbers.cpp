#include "dialogs/numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace advisor::dialogs {
namespace {

constexpr double largest = 1e12;

std::optional<double> number_word(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, double>, 30> words{
        {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
         {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
         {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
         {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
         {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fourty", 40},   {"fifty", 50},
         {"sixty", 60},   {"seventy", 70}, {"eighty", 80},    {"ninety", 90},   {"fiveteen", 15}}};
    for (const auto& [name, value] : words) {
        if (name == word) return value;
    }
    return std::nullopt;
}

double magnitude(std::string_view word) {
    if (word == "k" || word == "thousand" || word == "thousands" || word == "grand") return 1e3;
    if (word == "m" || word == "mio" || word == "million" || word == "millions" || word == "mil")
        return 1e6;
    if (word == "lakh" || word == "lakhs" || word == "lac" || word == "lacs") return 1e5;
    if (word == "crore" || word == "crores") return 1e7;
    if (word == "bn" || word == "billion" || word == "billions") return 1e9;
    if (word == "hundred" || word == "hundreds") return 1e2;
    if (word == "dozen" || word == "dozens") return 12;
    return 0;
}

/// The size of an unnumbered plural: "hundreds" begins at two of them and ends below ten.
double plural_magnitude(std::string_view word) {
    return word == "dozens" || word == "hundreds" || word == "thousands" || word == "millions" ||
                   word == "billions"
               ? magnitude(word)
               : 0;
}

/// A number as it was read, before ranges and bounds.
struct Atom {
    double low = 0;
    double high = 0;
    double scale = 1;  ///< what `low` was multiplied with
    bool readable = true;
    std::size_t end = 0;
};

/// Digits with grouping marks and a decimal point; nothing for what could mean two things.
std::optional<double> read_digits(std::string_view text, bool scaled) {
    double number = 0;
    double place = 0;
    std::size_t group = 0;
    bool grouped_by_comma = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            ++group;
            if (place > 0) {
                number += (c - '0') * place;
                place /= 10;
            } else {
                number = number * 10 + (c - '0');
            }
            continue;
        }
        std::size_t digits = 0;
        while (at + 1 + digits < text.size() && text[at + 1 + digits] >= '0' &&
               text[at + 1 + digits] <= '9')
            ++digits;
        const bool thousands = digits == 3 && group <= 3 && group > 0 && place == 0;
        if (c == '.' && place == 0 && !(thousands && !scaled && number > 0)) {
            place = 0.1;
        } else if (thousands && (c != '.' || !grouped_by_comma)) {
            grouped_by_comma = grouped_by_comma || c == ',';
            group = 0;
        } else {
            return std::nullopt;
        }
    }
    return number;
}

class Reader {
public:
    explicit Reader(std::span<const Token> tokens) : tokens_(tokens) {}

    std::vector<Quantity> run() {
        std::vector<Quantity> found;
        for (std::size_t at = 0; at < tokens_.size();) {
            const std::optional<Atom> atom = read(at);
            if (!atom) {
                ++at;
                continue;
            }
            Quantity quantity = with_range(at, *atom);
            add_bound(quantity);
            at = quantity.end;
            found.push_back(quantity);
        }
        return found;
    }

private:
    [[nodiscard]] bool is_word(std::size_t at, std::string_view word) const {
        return at < tokens_.size() && tokens_[at].kind == Token::Kind::word &&
               tokens_[at].text == word;
    }
    [[nodiscard]] bool is_mark(std::size_t at, std::string_view mark) const {
        return at < tokens_.size() && tokens_[at].kind == Token::Kind::mark &&
               tokens_[at].text == mark;
    }
    [[nodiscard]] bool is_any(std::size_t at, std::initializer_list<std::string_view> words) const {
        return at < tokens_.size() && tokens_[at].kind != Token::Kind::number &&
               std::find(words.begin(), words.end(), tokens_[at].text) != words.end();
    }
    [[nodiscard]] double magnitude_at(std::size_t at) const {
        return at < tokens_.size() && tokens_[at].kind == Token::Kind::word
                   ? magnitude(tokens_[at].text)
                   : 0;
    }
    [[nodiscard]] std::optional<double> word_at(std::size_t at) const {
        if (at >= tokens_.size() || tokens_[at].kind != Token::Kind::word) return std::nullopt;
        return number_word(tokens_[at].text);
    }

    [[nodiscard]] std::optional<Atom> read(std::size_t at) const {
        if (at >= tokens_.size()) return std::nullopt;
        if (is_mark(at, "minus")) {
            std::optional<Atom> atom = digits(at + 1);
            if (atom) atom->low = atom->high = -atom->low;
            return atom;
        }
        if (tokens_[at].kind == Token::Kind::number) return digits(at);
        if (tokens_[at].kind == Token::Kind::mark) return std::nullopt;
        if (std::optional<Atom> vague = some_of(at)) return vague;
        return words(at);
    }

    /// "5", "5k", "20 000", "1.5 million". Not "3rd" or "24/7".
    [[nodiscard]] std::optional<Atom> digits(std::size_t at) const {
        if (at >= tokens_.size() || tokens_[at].kind != Token::Kind::number) return std::nullopt;
        if (is_any(at + 1, {"st", "nd", "rd", "th"})) return std::nullopt;
        if (is_mark(at + 1, "/") || (at > 0 && is_mark(at - 1, "/"))) return std::nullopt;
        std::string text = tokens_[at].text;
        std::size_t end = at + 1;
        const bool plain = text.find_first_of(".,'") == std::string::npos;
        if (plain && text.size() <= 3) {
            while (end < tokens_.size() && tokens_[end].kind == Token::Kind::number &&
                   tokens_[end].text.size() == 3 && text != "0")
                text += tokens_[end++].text;
        }
        Atom atom;
        const std::optional<double> number = read_digits(text, magnitude_at(end) > 0);
        atom.readable = number.has_value();
        atom.low = atom.high = number.value_or(0);
        return scaled(atom, end);
    }

    /// Multiplies with "hundred", "k", "million" ... that follow; "and a half" adds to it.
    [[nodiscard]] Atom scaled(Atom atom, std::size_t end) const {
        while (magnitude_at(end) > 0) {
            atom.scale *= magnitude_at(end);
            ++end;
            if (is_word(end, "of") && magnitude_at(end + 1) > 0) ++end;
        }
        if (is_word(end, "and") && is_any(end + 1, {"a"}) && is_word(end + 2, "half")) {
            atom.low += 0.5;
            atom.high += 0.5;
            end += 3;
            while (magnitude_at(end) > 0) atom.scale *= magnitude_at(end++);
        }
        atom.low *= atom.scale;
        atom.high *= atom.scale;
        atom.end = end;
        return atom;
    }

    /// Amounts that are no plain numbers: "half a dozen", "a couple of hundred", "a few thousand",
    /// "tens of thousands", "a handful".
    [[nodiscard]] std::optional<Atom> some_of(std::size_t at) const {
        const std::size_t begin = at;
        if (is_any(at, {"a", "an", "one", "the"})) ++at;
        Atom atom;
        if (is_word(at, "half") || is_word(at, "quarter")) {
            std::size_t unit = at + 1;
            while (is_any(unit, {"a", "an", "of", "one"})) ++unit;
            const bool time = is_any(unit, {"year", "month", "week", "day", "hour"});
            if (magnitude_at(unit) == 0 && !(time && is_word(at, "half"))) return std::nullopt;
            atom.low = atom.high = is_word(at, "half") ? 0.5 : 0.25;
            return scaled(atom, unit);
        }
        if (is_word(at, "couple") || is_word(at, "pair") || is_word(at, "trio")) {
            atom.low = atom.high = is_word(at, "trio") ? 3 : 2;
            return scaled(atom, is_word(at + 1, "of") ? at + 2 : at + 1);
        }
        if (is_word(at, "handful") && begin != at) {
            atom.low = 4;
            atom.high = 6;
            return scaled(atom, is_word(at + 1, "of") ? at + 2 : at + 1);
        }
        if (is_any(at, {"few", "several", "some", "many"}) && magnitude_at(at + 1) > 0) {
            atom.low = is_word(at, "few") || is_word(at, "some") ? 2 : 3;
            atom.high = is_word(at, "few") ? 5 : 9;
            return scaled(atom, at + 1);
        }
        if (is_word(at, "tens") && is_word(at + 1, "of") && magnitude_at(at + 2) > 0) {
            atom.low = 20;
            atom.high = 99;
            return scaled(atom, at + 2);
        }
        if (at == begin && plural_magnitude(tokens_[at].text) > 0) {
            atom.low = 2;
            atom.high = 9.99;
            return scaled(atom, at);
        }
        if (begin != at &&
            is_any(at, {"year", "month", "week"})) {  // "a year", "a year and a half"
            atom.low = atom.high = 1;
            atom.end = at;
            return is_any(begin, {"the"}) ? std::nullopt : std::optional<Atom>(atom);
        }
        if (begin != at && magnitude_at(at) > 0 && tokens_[at].text != "k" &&
            tokens_[at].text != "m" && !is_word(begin, "the") && !is_word(begin, "one")) {
            if (tokens_[at].text != "dozen" && tokens_[at].text != "grand") return words(at);
            atom.low = atom.high = 1;
            return scaled(atom, at);
        }
        return std::nullopt;
    }

    /// "two hundred and fifty thousand", "twenty-five", "dozen".
    [[nodiscard]] std::optional<Atom> words(std::size_t at) const {
        double total = 0;
        double current = -1;
        double last = 0;
        double smallest = largest;  // a number's parts come in falling order
        std::size_t end = at;
        for (;;) {
            std::size_t next = end;
            if (is_word(next, "and") && last >= 100) ++next;
            if (const std::optional<double> number = word_at(next)) {
                const bool unit_after_tens =
                    current >= 20 && *number < 10 && *number > 0 && last >= 20 && last < 100;
                const bool after_hundred = last >= 100 && *number < 100 && *number > 0;
                if (current >= 0 && !unit_after_tens && !after_hundred) break;
                if (current < 0 && end != at && *number >= last) break;
                current = std::max(current, 0.0) + *number;
                last = *number;
            } else if (const double scale = magnitude_at(next); scale > 0 && next == end) {
                if (end == at && scale != 12 && tokens_[at].text != "hundred" &&
                    tokens_[at].text != "thousand" && tokens_[at].text != "million")
                    return std::nullopt;
                if (scale <= 100) {
                    current = (current < 0 ? 1 : current) * scale;
                } else {
                    if (scale >= smallest) {
                        total = (total + std::max(current, 0.0)) * scale;
                    } else {
                        total += (current < 0 ? 1 : current) * scale;
                    }
                    smallest = scale;
                    current = -1;
                }
                last = scale;
            } else {
                break;
            }
            end = next + 1;
            if (end > at + 24) break;
        }
        if (end == at) return std::nullopt;
        Atom atom;
        atom.low = atom.high = total + std::max(current, 0.0);
        atom.scale = last >= 100 ? last : 1;
        const double scale = atom.scale;
        if (is_word(end, "and") && is_word(end + 1, "a") && is_word(end + 2, "half")) {
            atom.low += 0.5 * scale;
            end += 3;
            double more = 1;
            while (magnitude_at(end) > 0) more *= magnitude_at(end++);
            atom.low *= more;
            atom.high = atom.low;
        }
        atom.end = end;
        return atom;
    }

    /// "5-8k", "two to four", "between 3 and 5", "5k, maybe 8k", "three or four".
    [[nodiscard]] Quantity with_range(std::size_t at, const Atom& first) const {
        Quantity quantity{first.low,
                          first.high,
                          Quantity::Bound::none,
                          first.readable,
                          static_cast<std::uint32_t>(at),
                          static_cast<std::uint32_t>(first.end)};
        std::size_t joint = first.end;
        const bool between = at > 0 && (is_word(at - 1, "between") || is_word(at - 1, "from"));
        if (is_mark(joint, ",") && is_any(joint + 1, {"maybe", "perhaps", "possibly"})) ++joint;
        const bool joins = is_mark(joint, "-") ||
                           is_any(joint, {"to", "or", "maybe", "perhaps", "possibly", "till"}) ||
                           (between && is_word(joint, "and"));
        if (!joins) return quantity;
        ++joint;
        if (is_any(joint, {"maybe", "even", "about", "at", "perhaps"})) ++joint;
        const std::optional<Atom> second = read(joint);
        if (!second) return quantity;
        // "5-8k": the unit of the second number belongs to the first as well, when that makes the
        // smaller one smaller.
        const bool shared =
            first.scale == 1 && second->scale > 1 && first.low < second->high / second->scale;
        const double low = shared ? first.low * second->scale : first.low;
        if (low > second->high) return quantity;
        quantity.low = low;
        quantity.high = second->high;
        quantity.readable = first.readable && second->readable;
        quantity.end = static_cast<std::uint32_t>(second->end);
        return quantity;
    }

    void add_bound(Quantity& quantity) const {
        const std::size_t begin = quantity.begin;
        const auto before = [&](std::size_t back, std::initializer_list<std::string_view> words) {
            return begin >= back && is_any(begin - back, words);
        };
        using Bound = Quantity::Bound;
        std::size_t used = 0;
        if (before(2, {"more", "greater", "higher", "larger"}) && before(1, {"than"})) {
            quantity.bound = Bound::at_least;
            used = 2;
            if (before(3, {"no", "not", "never", "nothing"})) {
                quantity.bound = Bound::at_most;
                used = 3;
            }
        } else if (before(2, {"less", "fewer", "lower", "smaller"}) && before(1, {"than"})) {
            quantity.bound = Bound::at_most;
            used = 2;
            if (before(3, {"no", "not", "never"})) {
                quantity.bound = Bound::at_least;
                used = 3;
            }
        } else if ((before(2, {"at"}) && before(1, {"least"})) ||
                   (before(2, {"upwards", "north"}) && before(1, {"of"}))) {
            quantity.bound = Bound::at_least;
            used = 2;
        } else if (before(1, {"over", "above", "beyond", "exceeding", ">", "minimum"})) {
            quantity.bound = Bound::at_least;
            used = 1;
            if (before(2, {"not", "never"})) {
                quantity.bound = Bound::at_most;
                used = 2;
            }
        } else if ((before(2, {"at"}) && before(1, {"most"})) ||
                   (before(2, {"up", "south"}) && before(1, {"to", "of"}))) {
            quantity.bound = Bound::at_most;
            used = 2;
        } else if (before(1, {"under", "below", "<", "maximum"})) {
            quantity.bound = Bound::at_most;
            used = 1;
        }
        quantity.begin = static_cast<std::uint32_t>(begin - used);
        const std::size_t end = quantity.end;
        if (is_mark(end, "+") || is_word(end, "plus") ||
            (is_any(end, {"or", "and"}) &&
             is_any(end + 1, {"more", "up", "above", "upwards", "counting"}))) {
            const bool sum = read(end + 1).has_value() || is_word(end + 1, "a");
            if (!sum) {
                quantity.bound = Bound::at_least;
                quantity.end = static_cast<std::uint32_t>(
                    end + (is_mark(end, "+") || is_word(end, "plus") ? 1 : 2));
            }
        } else if (is_word(end, "or") && is_any(end + 1, {"less", "fewer", "below"})) {
            quantity.bound = Bound::at_most;
            quantity.end = static_cast<std::uint32_t>(end + 2);
        } else if (is_any(end, {"minimum"})) {
            quantity.bound = Bound::at_least;
        } else if (is_any(end, {"maximum"}) && quantity.low == quantity.high) {
            quantity.bound = Bound::at_most;
        }
    }

    std::span<const Token> tokens_;
};

/// The number as a whole one; nothing for a fraction or one that is too large.
std::optional<std::int64_t> whole(double number) {
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

bool is_number_word(std::string_view word) {
    return number_word(word).has_value() || (word.size() > 1 && magnitude(word) > 0);
}

std::vector<Quantity> find_quantities(std::span<const Token> tokens) {
    return Reader(tokens).run();
}

std::optional<Amount> whole_amount(const Quantity& quantity, double factor) {
    if (!quantity.readable) return std::nullopt;
    const double high = quantity.low == quantity.high ? quantity.high : std::floor(quantity.high);
    const std::optional<std::int64_t> min = whole(quantity.low * factor);
    const std::optional<std::int64_t> max = whole(high * factor);
    if (!min || !max || *min > *max) return std::nullopt;
    return Amount{*min, *max};
}

std::optional<Amount> read_amount(std::string_view text) {
    const std::vector<Quantity> found = find_quantities(tokenize(text));
    if (found.size() != 1 || found[0].bound != Quantity::Bound::none) return std::nullopt;
    return whole_amount(found[0]);
}

}  // namespace advisor::dialogs
