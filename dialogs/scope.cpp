#include "dialogs/scope.hpp"

#include <algorithm>
#include <array>

#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::size_t longest_reach = 8;  // tokens

template <std::size_t N>
bool is_any(const Token& token, const std::array<std::string_view, N>& words) {
    return token.kind == Token::Kind::word &&
           std::find(words.begin(), words.end(), token.text) != words.end();
}

constexpr std::array<std::string_view, 32> negators{
    "hesitate", "not",     "no",      "never",  "without",    "nothing",  "nobody",      "none",
    "neither",  "nor",     "hardly",  "barely", "scarcely",   "rarely",   "seldom",      "except",
    "lack",     "lacks",   "lacking", "avoid",  "impossible", "unlikely", "unnecessary", "zero",
    "refuse",   "nowhere", "nah",     "nope",   "excluding",  "minus",    "stopped",     "against"};
constexpr std::array<std::string_view, 16> pronouns{
    "we",   "i",     "it",  "they",     "you", "he",   "she",  "this",
    "that", "there", "our", "everyone", "all", "just", "only", "everything"};
constexpr std::array<std::string_view, 7> losers{"we",  "i",      "they",    "there",
                                                 "our", "nobody", "everyone"};
constexpr std::array<std::string_view, 9> contrasts{"but",         "however", "nevertheless",
                                                    "nonetheless", "whereas", "instead",
                                                    "rather",      "yet",     "except"};
constexpr std::array<std::string_view, 5> concessions{"although", "though", "while", "despite",
                                                      "besides"};

constexpr std::array<std::string_view, 9> refusals{"no",      "nope", "nah",    "never", "not",
                                                   "nothing", "none", "hardly", "please"};

bool is_text(std::span<const Token> tokens, std::size_t at, std::string_view text) {
    return at < tokens.size() && tokens[at].text == text;
}

/// "Three", but not the "one" of "no one".
bool is_counted(const Token& token) {
    return token.kind == Token::Kind::word && token.text != "one" && is_number_word(token.text);
}

bool is_article(const Token& token) {
    static constexpr std::array<std::string_view, 4> words{"the", "my", "their", "your"};
    return is_any(token, words);
}

/// "I would not be surprised by ...", "not unusual": what is said is expected, not denied.
bool affirms_by_denial(std::span<const Token> tokens, std::size_t at) {
    static constexpr std::array<std::string_view, 13> odd{
        "surprised", "surprise",     "surprising",  "shocked", "shock",       "amazed",  "unusual",
        "uncommon",  "unreasonable", "unrealistic", "unheard", "unthinkable", "unlikely"};
    const std::size_t end = std::min(at + 5, tokens.size());
    for (std::size_t i = at + 1; i < end && tokens[i].kind == Token::Kind::word; ++i) {
        if (is_any(tokens[i], odd)) return true;
    }
    return false;
}

/// "If it were not for ...", "if it did not": supposes the opposite of what is so.
bool is_counterfactual(std::span<const Token> tokens, std::size_t at) {
    static constexpr std::array<std::string_view, 4> past{"were", "was", "did", "had"};
    if (at < 2 || !is_any(tokens[at - 1], past)) return false;
    const std::size_t begin = at > 4 ? at - 4 : 0;
    for (std::size_t i = begin; i + 1 < at; ++i) {
        if (tokens[i].text == "if") return true;
    }
    return tokens[at - 1].text == "were" && is_text(tokens, at + 1, "for");
}

/// The number of tokens of the negating expression at `at`; 0 when there is none.
std::size_t negator_at(std::span<const Token> tokens, std::size_t at) {
    const auto next = [&](std::string_view word) { return is_text(tokens, at + 1, word); };
    const Token& token = tokens[at];
    if (token.kind != Token::Kind::word) return 0;
    if ((token.text == "rather" && next("than")) || (token.text == "instead" && next("of")) ||
        (token.text == "far" && next("from")) || (token.text == "free" && next("of")) ||
        (token.text == "anything" && next("but")) || (token.text == "short" && next("of")))
        return 2;
    if (!is_any(token, negators)) return 0;
    if (token.text == "not" && (next("only") || next("just") || next("to") || next("bad")))
        return next("to") && !is_text(tokens, at + 2, "mention") ? 1 : 0;
    if (token.text == "never" && next("mind")) return 0;
    if (at > 0 && token.text == "not" && is_text(tokens, at - 1, "why")) return 0;
    if (token.text == "not" && (affirms_by_denial(tokens, at) || is_counterfactual(tokens, at)))
        return 0;
    // "If not, we stop" and "if not we stop" name a condition.
    if (at > 0 && token.text == "not" && is_text(tokens, at - 1, "if") &&
        (at + 1 >= tokens.size() || tokens[at + 1].kind == Token::Kind::mark ||
         is_any(tokens[at + 1], pronouns)))
        return 0;
    if (token.text == "nothing" &&
        (next("but") || (next("else") && is_text(tokens, at + 2, "but")) || next("else")))
        return 0;
    if (token.text == "no" || token.text == "nah" || token.text == "nope") {
        if (next("doubt") || next("question") || next("problem") || next("wait") || next("matter"))
            return 0;
        // "No, we are ..." answers; it does not negate what follows. Nor does "2. No, 3".
        if (at + 1 >= tokens.size() || tokens[at + 1].kind != Token::Kind::word ||
            is_any(tokens[at + 1], pronouns) || is_article(tokens[at + 1]) ||
            is_counted(tokens[at + 1]) || token.text != "no")
            return 0;
    }
    return 1;
}

bool ends_reach(std::span<const Token> tokens, std::size_t at) {
    static constexpr std::array<std::string_view, 13> ends{
        "but", "however", "though", "although", "because", "just", "only",
        "yet", "whereas", "since",  "so",       "while",   "then"};
    const Token& token = tokens[at];
    if (token.kind == Token::Kind::mark) return token.text == "," || ends_sentence(token);
    if (is_any(token, ends)) return true;
    // "We can not do that, not one of us": says it again.
    if (token.text == "not" && is_text(tokens, at + 1, "one") && is_text(tokens, at + 2, "of"))
        return true;
    return token.text == "and" && at + 1 < tokens.size() && is_any(tokens[at + 1], pronouns);
}

/// True for the "no" of "if that fails we have no auction", and for the "nothing" of "if it were
/// not for the map there would be nothing": it names what would be lost.
bool names_loss(std::span<const Token> tokens, std::size_t at) {
    constexpr std::size_t shortest_condition = 4;  // tokens: "if that fails we"
    static constexpr std::array<std::string_view, 4> losses{"no", "nothing", "nobody", "none"};
    if (!is_any(tokens[at], losses)) return false;
    std::size_t begin = at;
    while (begin > 0 && !ends_sentence(tokens[begin - 1])) --begin;
    if (at - begin <= shortest_condition) return false;
    const bool ours = at >= 2 && is_any(tokens[at - 2], pronouns);
    if (tokens[begin].text == "if" && tokens[at].text == "no" && ours) return true;
    if (tokens[begin].text == "take" || tokens[begin].text == "remove") return true;
    for (std::size_t i = begin; i < at; ++i) {
        if (tokens[i].text == "not" && is_counterfactual(tokens, i)) return true;
    }
    return false;
}

/// "I could not in good conscience claim that ...": all that would be said is denied.
bool denies_saying(std::span<const Token> tokens, std::size_t at) {
    static constexpr std::array<std::string_view, 7> saying{
        "claim", "say", "maintain", "assert", "contend", "argue", "pretend"};
    const std::size_t end = std::min(at + longest_reach, tokens.size());
    for (std::size_t i = at + 1; i + 1 < end && tokens[i].kind == Token::Kind::word; ++i) {
        if (is_any(tokens[i], saying) && tokens[i + 1].text == "that") return true;
    }
    return false;
}

std::vector<Negation> negations_of(std::span<const Token> tokens) {
    std::vector<Negation> found;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const std::size_t size = negator_at(tokens, at);
        if (size == 0 || names_loss(tokens, at)) continue;
        std::size_t end = at + size;
        const std::size_t reach = denies_saying(tokens, at) ? 2 * longest_reach : longest_reach;
        // "Without live prices we lose money": what is lost is not denied.
        const bool lacking = tokens[at].text == "without";
        while (end < tokens.size() && end < at + size + reach && !ends_reach(tokens, end) &&
               !(lacking && end > at + size && is_any(tokens[end], losers)))
            ++end;
        found.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    }
    return found;
}

const PhraseBook& correction_book() {
    static const PhraseBook book = [] {
        PhraseBook result;
        for (const char* text : {"no wait",
                                 "wait no",
                                 "oh wait",
                                 "wait actually",
                                 "^ wait $",
                                 "hang on",
                                 "hold on",
                                 "sorry i mean",
                                 "sorry i meant",
                                 "i mean",
                                 "i meant",
                                 "scrap that",
                                 "scratch that",
                                 "strike that",
                                 "make that",
                                 "make it",
                                 "or rather",
                                 "or better",
                                 "well rather",
                                 "correction",
                                 "on second thought",
                                 "on second thoughts",
                                 "let me rephrase",
                                 "let me correct that",
                                 "let me correct myself",
                                 "actually no",
                                 "no actually",
                                 "no sorry",
                                 "sorry no",
                                 "forget that",
                                 "my mistake",
                                 "my bad",
                                 "come to think of it",
                                 "now that i think",
                                 "now that i think of it",
                                 "now that i think about it",
                                 "thinking about it",
                                 "take that back",
                                 "take it back",
                                 "to be fair",
                                 "well no",
                                 "no hold on",
                                 "or actually",
                                 "no make that",
                                 "no make it",
                                 "oops",
                                 "never mind",
                                 "i misspoke",
                                 "i stand corrected",
                                 "rather say",
                                 "i should say",
                                 "i should rather say",
                                 "pardon i meant",
                                 "delete that",
                                 "what i meant is",
                                 "no no",
                                 "nope wait",
                                 "oh no",
                                 "or let us say",
                                 "let us say",
                                 "let us make that",
                                 "let us make it",
                                 "changed my mind",
                                 "that is wrong",
                                 "that was wrong",
                                 "that is not right",
                                 "not quite right",
                                 "typed wrong",
                                 "typed it wrong",
                                 "mistyped",
                                 "typo",
                                 "sorry typo",
                                 "i forgot"})
            result.add({text, 0, 1, false});
        return result;
    }();
    return book;
}

/// "Four, no, five, I forgot the new one": tells why the number before it was corrected.
bool explains_correction(std::span<const Token> tokens, const PhraseMatch& match) {
    static constexpr std::array<std::string_view, 5> signs{"no", "sorry", "actually", "rather",
                                                           "wait"};
    std::size_t at = match.begin;
    const auto skip_marks = [&] {
        while (at > 0 && tokens[at - 1].kind == Token::Kind::mark) --at;
    };
    skip_marks();
    if (at < 2) return false;
    const Token& number = tokens[at - 1];
    if (number.kind != Token::Kind::number && !is_counted(number)) return false;
    --at;
    skip_marks();
    return at > 1 && is_any(tokens[at - 1], signs);
}

/// Where the part begins that counts: behind the last self-correction that has something on both
/// sides.
std::uint32_t behind_corrections(std::span<const Token> tokens) {
    std::size_t begin = 0;
    for (const PhraseMatch& match : correction_book().find(tokens)) {
        // "It waits. And waits." takes nothing back.
        const bool other_form = std::any_of(
            tokens.begin() + static_cast<std::ptrdiff_t>(match.begin),
            tokens.begin() + static_cast<std::ptrdiff_t>(match.end), [](const Token& token) {
                return token.text == "waits" || token.text == "waiting" || token.text == "waited";
            });
        if (other_form) continue;
        if (explains_correction(tokens, match)) continue;
        const bool follows =
            std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(match.end), tokens.end(),
                        [](const Token& token) { return token.kind != Token::Kind::mark; });
        if (match.begin > 0 && follows) begin = std::max<std::size_t>(begin, match.end);
    }
    for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
        const Token& token = tokens[at];
        const bool aside = tokens[at - 1].kind == Token::Kind::mark &&
                           tokens[at + 1].kind == Token::Kind::mark && tokens[at + 1].text == ",";
        const bool numbers = tokens[at + 1].kind == Token::Kind::number ||
                             (token.text == "no" && is_counted(tokens[at + 1]));
        if ((token.text == "no" && (aside || (numbers && tokens[at - 1].text != "with"))) ||
            (token.text == "sorry" && (aside || numbers)) || (token.text == "wait" && aside) ||
            (token.text == "actually" && tokens[at - 1].kind == Token::Kind::mark) ||
            (token.text == "rather" && aside))
            begin = std::max(begin, at + 1);
    }
    // "Yes. Well, he left, so no": the verdict at the end counts.
    static constexpr std::array<std::string_view, 6> verdicts{"yes",  "no",  "yeah",
                                                              "nope", "yep", "nah"};
    const std::size_t last = tokens.size();
    if (last > 3 && tokens[last - 2].text == "so" && is_any(tokens[last - 1], verdicts))
        begin = std::max(begin, last - 2);
    while (begin < tokens.size() && tokens[begin].kind == Token::Kind::mark) ++begin;
    return static_cast<std::uint32_t>(begin < tokens.size() ? begin : 0);
}

void weigh(std::span<const Token> tokens, std::vector<double>& weight) {
    std::size_t sentence = 0;
    std::size_t previous = 0;
    constexpr double outweighed = 0.4;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        if (ends_sentence(tokens[at])) {
            // "Chat? God no." names a thing before it says yes or no to it.
            const bool named =
                tokens[at].text == "?" && at - sentence <= 3 && at + 1 < tokens.size();
            const bool refused =
                named && std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(at + 1),
                                     tokens.begin() + static_cast<std::ptrdiff_t>(
                                                          std::min(at + 4, tokens.size())),
                                     [](const Token& token) { return is_any(token, refusals); });
            const bool agreed =
                named && (is_text(tokens, at + 1, "yes") || is_text(tokens, at + 1, "yeah"));
            for (std::size_t i = sentence; named && !agreed && i < at; ++i)
                weight[i] = refused ? 0 : outweighed;
            previous = sentence;
            sentence = at + 1;
            continue;
        }
        const bool clause_start = at == sentence || tokens[at - 1].kind == Token::Kind::mark;
        const bool last = at + 1 >= tokens.size() || tokens[at + 1].kind == Token::Kind::mark;
        const bool soft = tokens[at].text == "rather" || tokens[at].text == "instead" ||
                          tokens[at].text == "yet" || tokens[at].text == "except";
        if (is_any(tokens[at], contrasts) && !last && (!soft || clause_start)) {
            const bool negator =
                is_text(tokens, at + 1, "than") || is_text(tokens, at + 1, "of") ||
                tokens[at].text == "except" ||
                (at > 0 && (tokens[at - 1].text == "anything" || tokens[at - 1].text == "nothing" ||
                            tokens[at - 1].text == "else"));
            if (negator) continue;
            const std::size_t from = at == sentence ? previous : sentence;
            for (std::size_t i = from; i < at; ++i) weight[i] = std::min(weight[i], outweighed);
        } else if (is_any(tokens[at], concessions) && clause_start && !last) {
            for (std::size_t i = at;
                 i < tokens.size() && !ends_sentence(tokens[i]) && tokens[i].text != ","; ++i)
                weight[i] = std::min(weight[i], outweighed);
        }
    }
}

}  // namespace

Scope find_scope(std::span<const Token> tokens) {
    Scope scope;
    scope.negations = negations_of(tokens);
    scope.weight.assign(tokens.size(), 1.0);
    weigh(tokens, scope.weight);
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        if (names_loss(tokens, at)) scope.weight[at] = 0;
    }
    scope.begin = behind_corrections(tokens);
    return scope;
}

bool is_negated(std::span<const Token> tokens, const Scope& scope, const PhraseMatch& match) {
    bool negated = false;
    auto at_match = std::lower_bound(
        scope.negations.begin(), scope.negations.end(), match.begin,
        [](const Negation& negation, std::uint32_t begin) { return negation.at < begin; });
    while (at_match != scope.negations.begin()) {
        --at_match;
        if (at_match->at + 2 * longest_reach + 2 < match.begin)
            break;  // none before reaches so far
        if (at_match->end > match.begin) negated = !negated;
    }
    // "It is not that we don't do any modelling": what begins with a negator is lifted by another
    // one in its middle.
    const bool leads =
        is_text(tokens, match.begin, "not") && is_text(tokens, match.begin + 1, "that");
    for (const Negation& negation : scope.negations) {
        if (leads && tokens[negation.at].text == "not" && negation.at > match.begin &&
            negation.at + 1 < match.end)
            negated = !negated;
    }
    // "chat is not needed"
    static constexpr std::array<std::string_view, 14> auxiliaries{
        "is",    "are", "was", "were", "do",     "does", "will",
        "would", "can", "has", "have", "should", "am",   "did"};
    static constexpr std::array<std::string_view, 19> verdicts{
        "need",   "requir", "necessari", "import", "plan",    "happen", "relev",
        "involv", "part",   "matter",    "our",    "on",      "for",    "want",
        "appli",  "exist",  "us",        "go",     "interest"};
    const std::size_t at = match.end;
    if (at + 2 < tokens.size() && is_any(tokens[at], auxiliaries) &&
        (tokens[at + 1].text == "not" || tokens[at + 1].text == "never")) {
        std::size_t after = at + 2;
        if (after + 1 < tokens.size() &&
            (tokens[after].text == "really" || tokens[after].text == "that" ||
             tokens[after].text == "be"))
            ++after;
        if (std::find(verdicts.begin(), verdicts.end(), tokens[after].stem) != verdicts.end())
            negated = !negated;
    }
    return negated;
}

double weight_of(const Scope& scope, const PhraseMatch& match) {
    double weight = 0;
    for (std::uint32_t i = match.begin; i < match.end; ++i)
        weight = std::max(weight, scope.weight[i]);
    return weight;
}

}  // namespace advisor::dialogs
