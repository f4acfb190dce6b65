#include "dialogs/intents.hpp"

#include <algorithm>
#include <array>

#include "dialogs/intent_phrases.hpp"
#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

bool is_any(const Token& token, std::span<const std::string_view> words) {
    return token.kind == Token::Kind::word &&
           std::find(words.begin(), words.end(), token.text) != words.end();
}

constexpr std::array<std::string_view, 17> auxiliaries{
    "is",   "are", "do", "does", "did",  "can", "could", "should", "would",
    "will", "may", "am", "was",  "were", "has", "shall", "might"};
constexpr std::array<std::string_view, 23> openers{
    "ooh",  "ah",  "wow",    "well",  "so",    "and",   "but",  "oh",
    "hey",  "hi",  "please", "okay",  "hello", "sorry", "then", "now",
    "also", "yes", "no",     "right", "wait",  "first", "hmm"};
/// After an auxiliary at the beginning these make no question: "could be five".
constexpr std::array<std::string_view, 32> no_subjects{
    "since",  "be",    "not",      "have",  "need",      "like",      "say",    "love",
    "want",   "guess", "probably", "never", "go",        "take",      "prefer", "also",
    "depend", "fine",  "okay",     "good",  "enough",    "all",       "just",   "very",
    "mostly", "what",  "only",     "our",   "important", "essential", "in",     "on"};
constexpr std::array<std::string_view, 24> after_what{
    "about",     "kind",       "sort", "if",       "counts",  "exactly",   "language",  "stack",
    "framework", "technology", "tech", "database", "library", "libraries", "companies", "company",
    "role",      "do",         "else", "type",     "version", "qualifies", "happens",   "sites"};
constexpr std::array<std::string_view, 22> after_how{
    "much",    "many",   "long",    "hard",   "easy",      "fast",   "slow", "big",
    "often",   "come",   "old",     "good",   "bad",       "secure", "safe", "expensive",
    "popular", "mature", "quickly", "stable", "difficult", "about"};

/// True for "would React Native be a good idea": a verb of its own follows the subject. "Would
/// probably be five" has none.
bool inverts(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    static constexpr std::array<std::string_view, 7> verbs{"be",   "do",  "work",   "suit",
                                                           "help", "fit", "suffice"};
    static constexpr std::array<std::string_view, 5> adverbs{"well", "still", "soon", "maybe",
                                                             "then"};
    constexpr std::size_t longest_subject = 3;  // tokens
    const Token& second = tokens[begin + 1];
    if (second.text.ends_with("ly") || is_any(second, adverbs)) return false;
    const std::size_t last = std::min(end, begin + 2 + longest_subject);
    for (std::size_t i = begin + 2; i < last; ++i) {
        if (tokens[i].kind != Token::Kind::word) return false;
        if (is_any(tokens[i], verbs))
            return i + 1 >= end ||
                   (tokens[i + 1].kind == Token::Kind::word && !is_number_word(tokens[i + 1].text));
    }
    return false;
}

/// True for "should the pilot succeed, we ..." and "had it failed, ...": an "if" without the word.
bool supposes(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    static constexpr std::array<std::string_view, 3> inverted{"should", "had", "were"};
    if (!is_any(tokens[begin], inverted)) return false;
    if (end < tokens.size() && tokens[end].text == "?") return false;
    return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                       tokens.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const Token& token) { return token.text == ","; });
}

/// True when the tokens from `begin` to `end` ask something.
bool is_question(std::span<const Token> tokens, std::size_t begin, std::size_t end,
                 std::span<const std::string> names) {
    while (begin < end &&
           (tokens[begin].kind == Token::Kind::mark || is_any(tokens[begin], openers)))
        ++begin;
    if (begin < end && tokens[begin].text == "by") begin += begin + 3 < end ? 3 : 0;  // by the way
    if (begin < end && tokens[begin].kind == Token::Kind::mark) ++begin;
    if (begin >= end) return false;
    const std::string_view first = tokens[begin].text;
    if (first == "why" || first == "which") return begin + 1 < end;
    if (begin + 1 >= end) return false;
    static constexpr std::array<std::string_view, 9> prepositions{"for",  "in", "to",   "at", "by",
                                                                  "from", "of", "with", "on"};
    if (is_any(tokens[begin], prepositions) &&
        (tokens[begin + 1].text == "which" || tokens[begin + 1].text == "what"))
        return begin + 3 < end;
    const Token& second = tokens[begin + 1];
    if (supposes(tokens, begin, end)) return false;
    const bool indefinite = second.text == "a" || second.text == "an" || second.text == "some";
    if (indefinite && (first == "did" || first == "do" || first == "does")) return false;
    if (first == "what") return is_any(second, auxiliaries) || is_any(second, after_what);
    if (first == "how") return is_any(second, auxiliaries) || is_any(second, after_how);
    static constexpr std::array<std::string_view, 6> telling{"knows", "know",  "we",
                                                             "i",     "cares", "ever"};
    if (first == "who" && begin + 2 < end) return !is_any(second, telling);
    if (first == "who" || first == "when" || first == "where") return is_any(second, auxiliaries);
    if (!is_any(tokens[begin], auxiliaries)) return false;
    static constexpr std::array<std::string_view, 9> plain{"is",  "are",  "do",  "does", "did",
                                                           "was", "were", "has", "am"};
    static constexpr std::array<std::string_view, 22> subjects{
        "i", "you", "we", "they", "he",   "she", "it",    "this",    "that",     "there",  "the",
        "a", "an",  "my", "our",  "your", "any", "these", "someone", "somebody", "anyone", "one"};
    const bool marked = end < tokens.size() && tokens[end].text == "?";
    if (!marked && !inverts(tokens, begin, end) && !is_any(tokens[begin], plain) &&
        !is_any(second, subjects) &&
        std::find(names.begin(), names.end(), second.stem) == names.end())
        return false;
    // "Isn't TypeScript slower?", "aren't both free?"; but "is not a problem" answers.
    static constexpr std::array<std::string_view, 6> others{"they",  "you",  "there",
                                                            "these", "both", "either"};
    if (second.text == "not" && begin + 3 < end &&
        (is_any(tokens[begin + 2], others) ||
         std::find(names.begin(), names.end(), tokens[begin + 2].stem) != names.end()))
        return true;
    return second.kind != Token::Kind::number && !is_any(second, no_subjects) &&
           second.kind != Token::Kind::mark && begin + 2 < end;
}

/// True when the tokens only lead to a question: "before we go on", "hang on", "quick one".
bool leads_to_question(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    static constexpr std::array<std::string_view, 17> words{
        "before", "hang",   "hold", "wait", "quick", "first",  "by",       "sorry",  "actually",
        "look",   "listen", "just", "dumb", "silly", "stupid", "question", "another"};
    constexpr std::size_t longest_lead = 6;
    return begin < end && end - begin <= longest_lead && is_any(tokens[begin], words);
}

/// Where the question of a sentence begins: at its beginning, or behind what only leads to it.
/// `end` when the sentence asks nothing.
std::size_t question_start(std::span<const Token> tokens, std::size_t begin, std::size_t end,
                           std::span<const std::string> names) {
    if (is_question(tokens, begin, end, names)) return begin;
    for (std::size_t at = begin; at < end; ++at) {
        if (tokens[at].text != "," || !leads_to_question(tokens, begin, at)) continue;
        if (is_question(tokens, at + 1, end, names)) return at + 1;
    }
    return end;
}

template <std::size_t N>
void add_all(PhraseBook& book, const std::array<const char*, N>& phrases, Intent intent,
             double weight) {
    for (const char* text : phrases)
        book.add({text, static_cast<std::uint32_t>(intent), weight, false});
}

bool has_word(std::span<const Token> tokens, std::size_t begin, std::size_t end,
              std::span<const std::string> stems) {
    for (std::size_t i = begin; i < end; ++i) {
        if (std::find(stems.begin(), stems.end(), tokens[i].stem) != stems.end() &&
            tokens[i].kind == Token::Kind::word)
            return true;
    }
    return false;
}

/// General words of questions about a matter, by stem.
bool asks_about_matter(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    static constexpr std::array<std::string_view, 34> stems{
        "cost",    "salari", "price",     "expens",      "cheap",   "faster", "slower",
        "better",  "wors",   "differ",    "learn",       "popular", "secur",  "licens",
        "compani", "futur",  "framework", "librari",     "compar",  "versus", "pro",
        "pros",    "cons",   "advantag",  "disadvantag", "downsid", "matur",  "earn",
        "role",    "stabl",  "communiti", "benchmark",   "scale",   "develop"};
    for (std::size_t i = begin; i < end; ++i) {
        if (tokens[i].kind == Token::Kind::word &&
            std::find(stems.begin(), stems.end(), tokens[i].stem) != stems.end())
            return true;
    }
    return false;
}

/// "why" asks for the sense of the question when it speaks of the talk, not of a thing.
bool speaks_of_talk(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    static constexpr std::array<std::string_view, 22> words{
        "you",       "your", "this",   "that",  "it",        "matter",    "matters", "relevant",
        "important", "ask",  "asking", "asked", "question",  "we",        "our",     "i",
        "me",        "my",   "need",   "know",  "necessary", "interested"};
    for (std::size_t i = begin; i < end; ++i) {
        if (is_any(tokens[i], words)) return true;
    }
    return false;
}

/// "We start from scratch" tells about the project; "can we start from scratch" is a wish.
bool tells_of_project(std::span<const Token> tokens, std::size_t at) {
    static constexpr std::array<std::string_view, 4> subjects{"we", "they", "project", "are"};
    static constexpr std::array<std::string_view, 8> wishes{"can", "could", "shall", "should",
                                                            "let", "us",    "may",   "if"};
    return at > 0 && is_any(tokens[at - 1], subjects) &&
           (at == 1 || !is_any(tokens[at - 2], wishes));
}

/// "We sell chat for support teams", "users talk to an agent": who is meant is not the one who
/// types.
bool tells_of_others(std::span<const Token> tokens, std::size_t begin, std::size_t at) {
    static constexpr std::array<std::string_view, 18> others{
        "everyone", "everybody", "they",     "users",   "customers", "clients",
        "patients", "people",    "visitors", "players", "members",   "callers",
        "guests",   "buyers",    "drivers",  "agents",  "teams",     "students"};
    static constexpr std::array<std::string_view, 14> business{
        "always", "often",   "regularly", "usually", "sell",    "make", "build",
        "offer",  "provide", "run",       "operate", "develop", "are",  "sells"};
    for (std::size_t i = begin; i < at; ++i) {
        if (is_any(tokens[i], others)) return true;
        const bool ours = tokens[i].text == "we" || tokens[i].text == "it";
        if (ours && i + 1 < tokens.size() && is_any(tokens[i + 1], business)) return true;
    }
    return false;
}

/// "He also resets passwords": what somebody else does is no wish.
bool tells_third_person(std::span<const Token> tokens, const PhraseMatch& match) {
    static constexpr std::array<std::string_view, 6> third{"he",  "she",   "it",
                                                           "who", "which", "also"};
    const std::string& verb = tokens[match.begin].text;
    return match.begin > 0 && verb.ends_with("s") && tokens[match.begin].stem != verb &&
           is_any(tokens[match.begin - 1], third);
}

/// "It is raining. Again.": an adverb that stands alone belongs to the statement before it.
bool trails_statement(std::span<const Token> tokens, std::size_t begin, std::size_t end) {
    constexpr std::size_t shortest_statement = 4;  // tokens
    if (end != begin + 1 || tokens[begin].text != "again" || begin < shortest_statement)
        return false;
    return tokens[begin - 1].text == "." || tokens[begin - 1].text == "!";
}

/// "2, never mind, 3": the number is taken back, not the talk.
bool takes_number_back(std::span<const Token> tokens, const PhraseMatch& match) {
    if (match.begin == 0 || tokens[match.begin].text != "never") return false;
    std::size_t at = match.end;
    while (at < tokens.size() && tokens[at].kind == Token::Kind::mark) ++at;
    return at < tokens.size() &&
           (tokens[at].kind == Token::Kind::number || is_number_word(tokens[at].text));
}

/// "Does Netflix do that?" is about something that neither the talk nor the question names.
bool asks_about_other(std::span<const Token> tokens, std::size_t at, std::size_t end,
                      std::span<const std::string> about) {
    static constexpr std::array<std::string_view, 3> does{"does", "do", "did"};
    static constexpr std::array<std::string_view, 24> near{
        "i",    "you",   "we",    "they",   "he",     "she", "it",  "this",
        "that", "there", "the",   "a",      "an",     "my",  "our", "your",
        "any",  "these", "those", "people", "anyone", "one", "all", "some"};
    return at + 2 < end && is_any(tokens[at], does) && tokens[at + 1].kind == Token::Kind::word &&
           !is_any(tokens[at + 1], near) && !has_word(tokens, at + 1, at + 2, about);
}

/// What a question without any phrase of a wish is about.
Intent kind_of_question(std::span<const Token> tokens, std::size_t begin, std::size_t end,
                        std::span<const std::string> about, std::span<const std::string> subjects) {
    std::size_t at = begin;
    while (at < end && (tokens[at].kind == Token::Kind::mark || is_any(tokens[at], openers))) ++at;
    const bool what_is = at + 1 < end && tokens[at].text == "what" &&
                         (tokens[at + 1].text == "is" || tokens[at + 1].text == "are");
    const bool named = has_word(tokens, begin, end, subjects);
    if (what_is && !asks_about_matter(tokens, begin, end)) {
        const bool own_words = has_word(tokens, at + 2, end, about);
        const bool second_person = std::any_of(
            tokens.begin() + static_cast<std::ptrdiff_t>(begin),
            tokens.begin() + static_cast<std::ptrdiff_t>(end),
            [](const Token& token) { return token.text == "your" || token.text == "you"; });
        if (second_person && !own_words) return named ? Intent::side_question : Intent::question;
        return named && !own_words ? Intent::side_question : Intent::explain;
    }
    if (named || asks_about_matter(tokens, begin, end)) return Intent::side_question;
    if (asks_about_other(tokens, at, end, about)) return Intent::side_question;
    // "Is jQuery dead now?" is about something else than "is that many?".
    static constexpr std::array<std::string_view, 13> of_the_talk{
        "you", "your", "i", "we", "me", "my", "our", "it", "that", "this", "those", "us", "what"};
    bool of_talk = has_word(tokens, at, end, about);
    std::size_t words = 0;
    for (std::size_t i = at; i < end; ++i) {
        of_talk = of_talk || is_any(tokens[i], of_the_talk);
        words += tokens[i].kind == Token::Kind::word ? 1 : 0;
    }
    return of_talk || words < 3 ? Intent::question : Intent::side_question;
}

}  // namespace

std::string_view to_text(Intent intent) {
    static constexpr std::array<std::string_view, 12> names{
        "back",      "skip",  "restart", "repeat",        "why",   "explain",
        "dont_know", "human", "quit",    "side_question", "vague", "question"};
    return names[static_cast<std::size_t>(intent)];
}

const PhraseBook& intent_book() {
    static const PhraseBook book = [] {
        PhraseBook result;
        add_all(result, intent_phrases::restart, Intent::restart, 1);
        add_all(result, intent_phrases::back, Intent::back, 1);
        add_all(result, intent_phrases::human, Intent::human, 1);
        add_all(result, intent_phrases::repeat, Intent::repeat, 1);
        add_all(result, intent_phrases::why, Intent::why, 1);
        add_all(result, intent_phrases::explain, Intent::explain, 1);
        add_all(result, intent_phrases::skip, Intent::skip, 1);
        add_all(result, intent_phrases::quit, Intent::quit, 0.9);
        add_all(result, intent_phrases::dont_know, Intent::dont_know, 0.7);
        add_all(result, intent_phrases::vague, Intent::vague, 0.5);
        constexpr double weak = 0.6;
        add_all(result, intent_phrases::weak_restart, Intent::restart, weak);
        add_all(result, intent_phrases::weak_back, Intent::back, weak);
        add_all(result, intent_phrases::weak_human, Intent::human, weak);
        add_all(result, intent_phrases::weak_repeat, Intent::repeat, weak);
        add_all(result, intent_phrases::weak_why, Intent::why, weak);
        add_all(result, intent_phrases::weak_explain, Intent::explain, weak);
        add_all(result, intent_phrases::weak_skip, Intent::skip, weak);
        add_all(result, intent_phrases::weak_quit, Intent::quit, weak);
        add_all(result, intent_phrases::weak_dont_know, Intent::dont_know, 0.55);
        return result;
    }();
    return book;
}

std::vector<FoundIntent> find_intents(std::span<const Token> tokens,
                                      std::span<const std::string> about,
                                      std::span<const std::string> subjects) {
    const std::vector<PhraseMatch> matches = longest(intent_book().find(tokens));
    std::vector<FoundIntent> found;
    std::size_t next_match = 0;
    for (std::size_t begin = 0; begin < tokens.size();) {
        std::size_t end = begin;
        while (end < tokens.size() && !ends_sentence(tokens[end])) ++end;
        const std::size_t asked = question_start(tokens, begin, end, subjects);
        const bool question = asked < end;
        const PhraseMatch* best = nullptr;
        for (; next_match < matches.size() && matches[next_match].begin < end; ++next_match) {
            const PhraseMatch& match = matches[next_match];
            const Phrase& phrase = intent_book().phrase(match.phrase);
            const auto wish = static_cast<Intent>(phrase.target);
            if (wish == Intent::restart && tells_of_project(tokens, match.begin)) continue;
            if (tells_third_person(tokens, match) || takes_number_back(tokens, match)) continue;
            if (wish == Intent::repeat && trails_statement(tokens, begin, end)) continue;
            if (wish == Intent::human && tells_of_others(tokens, begin, match.begin)) continue;
            const double weight = best ? intent_book().phrase(best->phrase).weight : 0;
            const std::uint32_t length = best ? best->end - best->begin : 0;
            if (phrase.weight > weight ||
                (phrase.weight == weight && match.end - match.begin > length))
                best = &match;
        }
        FoundIntent one{Intent::question, static_cast<std::uint32_t>(question ? asked : begin),
                        static_cast<std::uint32_t>(end), question, 1};
        if (best) {
            const Phrase& phrase = intent_book().phrase(best->phrase);
            one.intent = static_cast<Intent>(phrase.target);
            one.weight = phrase.weight;
            const bool matter = question && one.intent == Intent::why &&
                                has_word(tokens, begin, end, subjects) &&
                                !speaks_of_talk(tokens, begin, end);
            if (matter) one.intent = Intent::side_question;
            // "Before we go on: which is faster, Node or Python?"
            const bool weak = phrase.weight < 0.65 && one.intent != Intent::why &&
                              one.intent != Intent::explain && one.intent != Intent::human;
            if (weak && asked > begin &&
                kind_of_question(tokens, asked, end, about, subjects) == Intent::side_question)
                one.intent = Intent::side_question;
            const bool term = question && one.intent == Intent::explain &&
                              has_word(tokens, begin, end, subjects) &&
                              !has_word(tokens, begin, end, about);
            if (term) one.intent = Intent::side_question;
            // "What would that mean for our firewall?" asks about the firewall.
            const bool elsewhere =
                question && one.intent == Intent::explain && best->end + 2 < end + 1 &&
                tokens[best->end].text == "for" &&
                (tokens[best->end + 1].text == "our" || tokens[best->end + 1].text == "the");
            if (elsewhere) one.intent = Intent::side_question;
        } else if (question) {
            one.intent = kind_of_question(tokens, asked, end, about, subjects);
        }
        if (best || question) found.push_back(one);
        begin = end + 1;
    }
    return found;
}

}  // namespace advisor::dialogs
