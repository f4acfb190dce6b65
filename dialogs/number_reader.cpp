// Numbers and steps of a scale: which of a text's numbers is meant.

#include <algorithm>
#include <array>

#include "dialogs/numbers.hpp"
#include "dialogs/polarity.hpp"
#include "dialogs/readers.hpp"

namespace advisor::dialogs {
namespace {

struct Weighed {
    Amount amount;
    double score = 0;
    bool confirmed = false;  ///< words beside it say that it is the number asked for
    std::size_t begin = 0;
};

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Months in a unit of time; 0 for what is none.
double months_in(std::string_view stem) {
    if (stem == "year") return 12;
    if (stem == "month") return 1;
    if (stem == "quarter") return 3;
    if (stem == "week") return 12.0 / 52;
    if (stem == "day") return 12.0 / 365;
    return 0;
}

/// How a quantity is converted to the unit of the question; nothing when it measures another thing.
std::optional<double> unit_factor(const Reading& reading, const Quantity& quantity) {
    if (quantity.end >= reading.tokens.size()) return 1;
    const bool bare_time = quantity.end == quantity.begin + 1 &&
                           is_any(reading.tokens[quantity.begin].text,
                                  std::array<std::string_view, 3>{"a", "an", "one"});
    const Token& next = reading.tokens[quantity.end];
    static constexpr std::array<std::string_view, 12> times{"year", "month", "week",   "day",
                                                            "hour", "minut", "second", "quarter",
                                                            "am",   "pm",    "decad",  "yo"};
    if (next.kind == Token::Kind::mark) {
        if (next.text == "%") return std::nullopt;
        return 1;
    }
    if (next.text == "percent" || next.text == "clock") return std::nullopt;
    if (!is_any(next.stem, times)) return 1;
    if (bare_time && reading.words.time_unit.empty()) return std::nullopt;
    const std::string& unit = reading.words.time_unit;
    if (unit.empty()) return std::nullopt;
    const bool and_half = quantity.end + 3 < reading.tokens.size() &&
                          reading.tokens[quantity.end + 1].text == "and" &&
                          reading.tokens[quantity.end + 3].text == "half";
    const double half = and_half && quantity.low > 0 ? (quantity.low + 0.5) / quantity.low : 1;
    if (next.stem == unit) return half;
    const double from = months_in(next.stem);
    const double to = months_in(unit);
    if (from <= 0 || to <= 0) return std::nullopt;
    return half * from / to;
}

/// Fills an open end with the question's limit.
std::optional<Amount> bounded(const Question& question, const Quantity& quantity, double factor) {
    Quantity rounded = quantity;
    if (factor != 1 && factor < 1) {  // weeks as months
        rounded.low = rounded.high = std::max(
            1.0, static_cast<double>(static_cast<std::int64_t>(quantity.low * factor + 0.5)));
        factor = 1;
    }
    std::optional<Amount> amount = whole_amount(rounded, factor);
    if (!amount) return std::nullopt;
    using Bound = Quantity::Bound;
    if (quantity.bound == Bound::at_least) amount->max = std::max(amount->min, question.limits.max);
    if (quantity.bound == Bound::at_most) amount->min = std::min(amount->max, question.limits.min);
    return amount;
}

/// "More than 300" does not include 300.
void make_strict(const Reading& reading, const Quantity& quantity, Amount& amount) {
    if (quantity.bound == Quantity::Bound::none || quantity.begin >= reading.tokens.size()) return;
    const std::string& word = reading.tokens[quantity.begin].text;
    static constexpr std::array<std::string_view, 7> above{"more", "over",    "above", "exceeding",
                                                           ">",    "greater", "beyond"};
    static constexpr std::array<std::string_view, 6> below{"less",  "fewer", "under",
                                                           "below", "<",     "lower"};
    if (quantity.bound == Quantity::Bound::at_least && is_any(word, above) &&
        amount.min < amount.max)
        ++amount.min;
    if (quantity.bound == Quantity::Bound::at_most && is_any(word, below) &&
        amount.min < amount.max)
        --amount.max;
}

void note(const Reading& reading, const Weighed& one) {
    if (!reading.trace) return;
    reading.trace->push_back(
        "number   " + grouped(one.amount.min) +
        (one.amount.max != one.amount.min ? " to " + grouped(one.amount.max) : "") + ": " +
        two_places(one.score) + (one.confirmed ? " (what is counted)" : ""));
}

/// The part of the text whose words belong to a quantity: up to the neighbouring quantities and the
/// ends of its clause.
std::pair<std::size_t, std::size_t> surroundings(const Reading& reading,
                                                 const std::vector<Quantity>& all, std::size_t i) {
    const auto ends = [&](std::size_t at) {
        const Token& token = reading.tokens[at];
        return ends_sentence(token) || token.text == "but" || token.text == ",";
    };
    std::size_t begin = all[i].begin;
    const std::size_t floor = i > 0 ? all[i - 1].end : 0;
    while (begin > floor && !ends(begin - 1)) --begin;
    if (i > 0 &&
        begin == floor) {  // the words between two numbers belong to the first, up to "and"
        begin = all[i].begin;
        while (begin > floor && reading.tokens[begin - 1].text != "and" &&
               reading.tokens[begin - 1].text != "plus" && all[i].begin - begin < 2)
            --begin;
    }
    std::size_t end = all[i].end;
    const std::size_t ceiling = i + 1 < all.size() ? all[i + 1].begin : reading.tokens.size();
    while (end < ceiling && !ends(end)) ++end;
    return {begin, end};
}

/// "Four squads of three each", "two pairs": so many groups of so many are one amount.
std::vector<Quantity> groups_multiplied(const Reading& reading, std::vector<Quantity> all) {
    static constexpr std::array<std::string_view, 14> groups{
        "team", "squad", "group", "crew",  "pod",  "unit", "shift",
        "cell", "offic", "room",  "class", "site", "row",  "batch"};
    const std::span<const Token> tokens = reading.tokens;
    for (std::size_t i = 0; i < all.size(); ++i) {
        Quantity& quantity = all[i];
        const std::size_t at = quantity.end;
        if (at >= tokens.size() || quantity.bound != Quantity::Bound::none) continue;
        if (tokens[at].text == "pairs") {
            quantity.low *= 2;
            quantity.high *= 2;
            ++quantity.end;
            continue;
        }
        const bool joined = i + 1 < all.size() && all[i + 1].begin == at + 2 &&
                            all[i + 1].bound == Quantity::Bound::none &&
                            (tokens[at + 1].text == "of" || tokens[at + 1].text == "with");
        if (!joined || !is_any(tokens[at].stem, groups)) continue;
        quantity.low *= all[i + 1].low;
        quantity.high *= all[i + 1].high;
        quantity.end = all[i + 1].end;
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return all;
}

/// True for a number that only names something: "floor 4", "question one".
bool is_name(const Reading& reading, const Quantity& quantity) {
    static constexpr std::array<std::string_view, 11> named{
        "floor", "room", "question", "version", "page", "chapter",
        "phase", "day",  "street",   "gate",    "line"};
    return quantity.begin > 0 && reading.question.kind == QuestionKind::number &&
           is_any(reading.tokens[quantity.begin - 1].text, named);
}

/// True for the number of a year: "he left in 2014", "since 2019".
bool is_year(const Reading& reading, const Quantity& quantity) {
    static constexpr std::array<std::string_view, 4> leads{"in", "since", "until", "till"};
    const std::span<const Token> tokens = reading.tokens;
    if (quantity.begin == 0 || quantity.end != quantity.begin + 1) return false;
    const bool last =
        quantity.end == tokens.size() || tokens[quantity.end].kind == Token::Kind::mark;
    constexpr double first_year = 1950;
    constexpr double last_year = 2099;
    return last && tokens[quantity.begin].text.size() == 4 && quantity.low >= first_year &&
           quantity.high <= last_year && is_any(tokens[quantity.begin - 1].text, leads);
}

/// True for what is no longer so: "it was 18 until this morning".
bool is_past(const Reading& reading, const Quantity& quantity) {
    static constexpr std::array<std::string_view, 3> before{"was", "were", "had"};
    static constexpr std::array<std::string_view, 6> limits{"until",     "till",       "before",
                                                            "yesterday", "previously", "earlier"};
    const std::span<const Token> tokens = reading.tokens;
    if (quantity.begin == 0 || !is_any(tokens[quantity.begin - 1].text, before)) return false;
    for (std::size_t i = quantity.end; i < tokens.size() && !ends_sentence(tokens[i]); ++i) {
        if (is_any(tokens[i].text, limits)) return true;
    }
    return false;
}

/// True for the "one" of "if one counts": it stands for people, not for a number.
bool is_pronoun(const Reading& reading, const Quantity& quantity) {
    static constexpr std::array<std::string_view, 5> leads{"if", "when", "whether", "as", "how"};
    const std::span<const Token> tokens = reading.tokens;
    return quantity.begin > 0 && quantity.end < tokens.size() &&
           quantity.end == quantity.begin + 1 && tokens[quantity.begin].text == "one" &&
           tokens[quantity.end].kind == Token::Kind::word && tokens[quantity.end].text != "of" &&
           is_any(tokens[quantity.begin - 1].text, leads);
}

/// Words for anybody, which do not say that developers are counted.
bool names_anybody(std::string_view word) {
    static constexpr std::array<std::string_view, 6> words{"people", "person", "persons",
                                                           "folks",  "guys",   "others"};
    return is_any(word, words);
}

std::vector<Weighed> weigh_numbers(const Reading& reading) {
    const std::vector<Quantity> all = groups_multiplied(reading, find_quantities(reading.tokens));
    const std::vector<PhraseMatch> cues = longest(reading.words.numbers.find(reading.tokens));
    std::vector<Weighed> result;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Quantity& quantity = all[i];
        if (quantity.begin < reading.begin || !quantity.readable) continue;
        if (is_name(reading, quantity) || is_year(reading, quantity) ||
            is_pronoun(reading, quantity))
            continue;
        const std::optional<double> factor = unit_factor(reading, quantity);
        if (!factor) continue;
        std::optional<Amount> amount = bounded(reading.question, quantity, *factor);
        if (!amount) continue;
        make_strict(reading, quantity, *amount);
        const PhraseMatch place{0, quantity.begin, quantity.end, false};
        const double weight = weight_of(reading.scope, place);
        if (weight <= 0 || is_negated(reading.tokens, reading.scope, place)) continue;
        Weighed one{*amount, 0.8 * weight, false, quantity.begin};
        if (is_past(reading, quantity)) one.score *= 0.3;
        const bool wish = std::any_of(
            reading.wishes.begin(), reading.wishes.end(),
            [&](const auto& w) { return w.begin <= quantity.begin && quantity.end <= w.end; });
        if (wish) continue;
        // "Me and two friends" is an amount of its own.
        const bool part = std::any_of(cues.begin(), cues.end(), [&](const PhraseMatch& cue) {
            return reading.words.numbers.phrase(cue.phrase).target >=
                       static_cast<std::uint32_t>(NumberCue::first_amount) &&
                   cue.begin <= quantity.begin && quantity.end <= cue.end;
        });
        if (part) continue;
        const auto [begin, end] = surroundings(reading, all, i);
        bool other = false;
        for (const PhraseMatch& cue : cues) {
            if (cue.end <= begin || cue.begin >= end) continue;
            const std::uint32_t target = reading.words.numbers.phrase(cue.phrase).target;
            if (target == static_cast<std::uint32_t>(NumberCue::counts)) one.confirmed = true;
            // A single word must stand beside the number; "in the company" counts anywhere near.
            const bool beside = cue.begin <= quantity.end + 1U && cue.end + 1U >= quantity.begin;
            const bool several = cue.end > cue.begin + 1;
            if (target == static_cast<std::uint32_t>(NumberCue::other))
                other = other || beside || several;
        }
        const bool named = quantity.end < reading.tokens.size() &&
                           !names_anybody(reading.tokens[quantity.end].text) &&
                           std::any_of(cues.begin(), cues.end(), [&](const PhraseMatch& cue) {
                               return cue.begin == quantity.end &&
                                      reading.words.numbers.phrase(cue.phrase).target ==
                                          static_cast<std::uint32_t>(NumberCue::counts);
                           });
        if (other && !named) one.score *= 0.25;
        if (other && !named) one.confirmed = false;
        // "one" is seldom a number: "one of us", "this one", "one day".
        const std::string& word = reading.tokens[quantity.begin].text;
        const bool alone = quantity.end == quantity.begin + 1 && word == "one";
        static constexpr std::array<std::string_view, 8> occasions{
            "time", "moment", "point", "go", "another", "day", "thing", "instant"};
        if (alone && quantity.end < reading.tokens.size() &&
            is_any(reading.tokens[quantity.end].text, occasions))
            continue;
        const bool own_clause =
            (quantity.begin == 0 || reading.tokens[quantity.begin - 1].kind == Token::Kind::mark) &&
            (quantity.end == reading.tokens.size() ||
             reading.tokens[quantity.end].kind == Token::Kind::mark);
        if (alone && !one.confirmed && !own_clause && reading.tokens.size() > 3) one.score *= 0.45;
        if (one.confirmed) one.score = std::min(0.95, one.score * 1.2);
        note(reading, one);
        result.push_back(one);
    }
    return result;
}

/// "Two back-end and three front-end people": numbers of the same thing that are listed add up.
void add_up(const Reading& reading, std::vector<Weighed>& numbers) {
    for (std::size_t i = 0; i + 1 < numbers.size();) {
        bool listed = false;
        for (std::size_t at = numbers[i].begin; at < numbers[i + 1].begin; ++at) {
            const std::string& word = reading.tokens[at].text;
            listed = listed || word == "and" || word == "plus" || word == "+" || word == ",";
        }
        const bool both = numbers[i].confirmed && numbers[i + 1].confirmed &&
                          numbers[i].score > 0.6 && numbers[i + 1].score > 0.6;
        if (!listed || !both) {
            ++i;
            continue;
        }
        numbers[i].amount.min += numbers[i + 1].amount.min;
        numbers[i].amount.max += numbers[i + 1].amount.max;
        numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
}

/// Words that are a number themselves, and the ready-made ranges. A number in digits or words
/// beside them says it more exactly ("2. No, 3, forgot myself").
void add_worded(const Reading& reading, std::vector<Candidate>& candidates) {
    constexpr double surely = 0.6;
    const bool exact = std::any_of(candidates.begin(), candidates.end(),
                                   [](const Candidate& one) { return one.score > surely; });
    for (const PhraseMatch& match : longest(reading.words.numbers.find(reading.tokens))) {
        const std::uint32_t target = reading.words.numbers.phrase(match.phrase).target;
        constexpr auto first = static_cast<std::uint32_t>(NumberCue::first_amount);
        if (target < first || match.begin < reading.begin) continue;
        const double weight = weight_of(reading.scope, match);
        if (weight <= 0 || is_negated(reading.tokens, reading.scope, match)) continue;
        const Amount amount = reading.words.amounts[target - first];
        candidates.push_back({amount, (exact ? 0.35 : 0.85) * weight});
        if (reading.trace)
            reading.trace->push_back("match    \"" + words_of(reading.tokens, match) +
                                     "\": " + grouped(amount.min));
    }
}

/// True when the text says that there is none of what is counted.
bool says_none(const Reading& reading) {
    if (reading.question.limits.min > 0) return false;
    static constexpr std::array<std::string_view, 6> words{"none",  "nobody", "nothing",
                                                           "zilch", "nil",    "no"};
    const std::vector<PhraseMatch> cues = reading.words.numbers.find(reading.tokens);
    std::size_t reached = 0;  // both are in the order of the text
    for (const Negation& negation : reading.scope.negations) {
        if (negation.at < reading.begin || reading.scope.weight[negation.at] < 0.9) continue;
        if (reading.tokens.size() <= 2 && is_any(reading.tokens[negation.at].text, words))
            return true;
        while (reached < cues.size() && cues[reached].begin <= negation.at) ++reached;
        for (std::size_t i = reached; i < cues.size() && cues[i].begin < negation.end; ++i) {
            const bool counted = reading.words.numbers.phrase(cues[i].phrase).target ==
                                 static_cast<std::uint32_t>(NumberCue::counts);
            if (counted && cues[i].end <= negation.end) return true;
        }
    }
    return reading.tokens.size() == 1 && is_any(reading.tokens[0].text, words);
}

/// "A dozen, two dozen if the boss is watching": both ends of a range.
void join_conditional(const Reading& reading, std::vector<Weighed>& numbers) {
    if (numbers.size() != 2) return;
    const Amount low = numbers[0].amount;
    const Amount high = numbers[1].amount;
    std::size_t at = numbers[1].begin;
    const std::size_t end = std::min(at + 4, reading.tokens.size());
    while (at < end && reading.tokens[at].text != "if") ++at;
    if (at == end || low.min > high.max) return;
    numbers[0].amount = {low.min, high.max};
    numbers.pop_back();
}

/// "Fourteen persons, of whom three are programming": when the whole counts anybody and the part
/// those who are asked for, the part is the answer.
void keep_named_part(const Reading& reading, std::vector<Weighed>& numbers) {
    static constexpr std::array<std::string_view, 4> parts{"whom", "which", "them", "these"};
    if (numbers.size() != 2 || numbers[1].begin < 2 || !numbers[1].confirmed) return;
    const std::span<const Token> tokens = reading.tokens;
    const std::size_t at = numbers[1].begin;
    if (!is_any(tokens[at - 1].text, parts) || tokens[at - 2].text != "of") return;
    const std::size_t counted = numbers[0].begin + 1;
    if (counted < tokens.size() && names_anybody(tokens[counted].text))
        numbers.erase(numbers.begin());
    else if (numbers[0].confirmed)
        numbers.pop_back();
}

/// The position of a number that sums up what was said before it, or replaces it: "so twelve", "it
/// was six, now it is eight"; the size of `numbers` when there is none.
std::size_t last_verdict(const Reading& reading, const std::vector<Weighed>& numbers) {
    static constexpr std::array<std::string_view, 7> words{"so",    "now",   "makes",     "equals",
                                                           "means", "total", "altogether"};
    constexpr std::size_t reach = 3;  // tokens: "now it is 8"
    if (numbers.size() < 2) return numbers.size();
    const std::size_t at = numbers.back().begin;
    for (std::size_t i = at > reach ? at - reach : 0; i < at; ++i) {
        if (i > numbers[numbers.size() - 2].begin && is_any(reading.tokens[i].text, words))
            return numbers.size() - 1;
    }
    return numbers.size();
}

void merge_same(std::vector<Candidate>& candidates) {
    std::vector<Candidate> merged;
    for (const Candidate& one : candidates) {
        const auto same = std::find_if(merged.begin(), merged.end(), [&](const Candidate& other) {
            return other.value == one.value;
        });
        if (same == merged.end())
            merged.push_back(one);
        else
            same->score = std::max(same->score, one.score);
    }
    candidates = std::move(merged);
}

}  // namespace

Decision read_number(const Reading& reading) {
    std::vector<Weighed> numbers = weigh_numbers(reading);
    keep_named_part(reading, numbers);
    if (last_verdict(reading, numbers) == numbers.size()) add_up(reading, numbers);
    join_conditional(reading, numbers);
    std::vector<Candidate> candidates;
    const bool any_confirmed = std::any_of(numbers.begin(), numbers.end(), [](const Weighed& one) {
        return one.confirmed && one.score > 0.5;
    });
    const std::size_t verdict = last_verdict(reading, numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const Weighed& one = numbers[i];
        const bool outdone =
            verdict < numbers.size() ? i != verdict : any_confirmed && !one.confirmed;
        candidates.push_back({one.amount, one.score * (outdone ? 0.35 : 1)});
    }
    add_worded(reading, candidates);
    // "Two to three hundred, 300 is a good number": the later number says it more exactly.
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto inner = std::get<Amount>(candidates[i].value);
            const auto outer = std::get<Amount>(candidates[j].value);
            const bool inside = inner != outer && outer.min <= inner.min && inner.max <= outer.max;
            if (inside && candidates[j].score <= candidates[i].score + 0.05)
                candidates[j].score *= 0.3;
        }
    }
    if (candidates.empty() && says_none(reading)) candidates.push_back({Amount{0, 0}, 0.8});
    merge_same(candidates);
    return decide(std::move(candidates));
}

Decision read_scale(const Reading& reading) {
    std::vector<Candidate> candidates;
    const std::vector<Weighed> numbers = weigh_numbers(reading);
    for (const Weighed& one : numbers) {
        if (one.amount.min == one.amount.max || (one.amount.min >= reading.question.limits.min &&
                                                 one.amount.max <= reading.question.limits.max))
            candidates.push_back({one.amount, one.score});
    }
    // "4/5", "four out of five": the second number is only the length of the scale.
    const std::span<const Token> tokens = reading.tokens;
    for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
        if (tokens[i].text != "/" || tokens[i - 1].kind != Token::Kind::number) continue;
        const auto amount = read_amount(tokens[i - 1].text);
        const auto whole = read_amount(tokens[i + 1].text);
        if (amount && whole && whole->max == reading.question.limits.max)
            candidates.push_back({*amount, 0.9});
    }
    if (candidates.size() == 2 &&
        std::get<Amount>(candidates[1].value).min == reading.question.limits.max) {
        const bool out_of = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
            return token.text == "of" || token.text == "from";
        });
        if (out_of) candidates.pop_back();
    }
    // "Four out of five, but not at any price": without another number the first one stands.
    const bool set_back = std::all_of(numbers.begin(), numbers.end(), [&](const Weighed& one) {
        return reading.scope.weight[one.begin] < 1;
    });
    if (set_back && candidates.size() == 1 && candidates[0].score > 0.3) candidates[0].score = 0.7;
    const std::size_t stars = static_cast<std::size_t>(std::count_if(
        tokens.begin(), tokens.end(), [](const Token& token) { return token.text == "star"; }));
    if (candidates.empty() && stars > 1)
        candidates.push_back(
            {Amount{static_cast<std::int64_t>(stars), static_cast<std::int64_t>(stars)}, 0.9});
    if (candidates.empty()) {
        const Amount& limits = reading.question.limits;
        for (const PhraseMatch& match : longest(degree_book().find(tokens))) {
            if (match.begin < reading.begin) continue;
            const double weight = weight_of(reading.scope, match);
            const std::int64_t percent = degree_book().phrase(match.phrase).target;
            if (weight <= 0) continue;
            std::int64_t step = limits.min + ((limits.max - limits.min) * percent + 50) / 100;
            if (is_negated(tokens, reading.scope, match)) {
                if (percent > 50 && percent < 100)
                    step = limits.min;
                else if (percent == 100)
                    step = limits.min + (limits.max - limits.min) / 4;
                else
                    continue;
            }
            candidates.push_back(
                {Amount{step, step}, (match.end - match.begin > 1 ? 0.8 : 0.7) * weight});
        }
    }
    merge_same(candidates);
    // Of several numbers or degrees the last one counts a little more: "a 4, well, maybe a 3".
    return decide(std::move(candidates));
}

}  // namespace advisor::dialogs
