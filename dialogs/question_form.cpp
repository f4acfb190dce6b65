#include "dialogs/question_form.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

namespace advisor::dialogs {
namespace {

using Words = std::span<const std::string>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What people say before they come to the point.
bool is_opening(std::string_view word) {
    return is_one_of(
        word,
        {"ok",      "okay",     "oh",       "ah",    "hm",     "hmm",      "um",        "uh",
         "er",      "erm",      "well",     "so",    "wait",   "hey",      "hi",        "hello",
         "yo",      "sorry",    "please",   "pls",   "btw",    "actually", "just",      "and",
         "but",     "also",     "then",     "now",   "excuse", "pardon",   "me",        "first",
         "curious", "honestly", "question", "quick", "dumb",   "stupid",   "silly",     "one",
         "another", "more",     "by",       "the",   "way",    "out",      "of",        "curiosity",
         "umm",     "hang",     "hold",     "on",    "before", "that",     "right",     "good",
         "morning", "evening",  "lol",      "omg",   "dude",   "bro",      "man",       "mate",
         "thing",   "like",     "yes",      "yeah",  "say",    "tell",     "sir",       "again",
         "cool",    "great",    "i",        "ask",   "may",    "if",       "basically", "really",
         "anyway",  "next",     "newbie",   "here",  "noob"});
}

bool is_asking_word(std::string_view word) {
    return is_one_of(word, {"what",  "whats",  "wat",  "wats", "wut",  "wuts", "who",   "whos",
                            "whose", "why",    "whys", "how",  "hows", "howd", "wot",   "wots",
                            "wht",   "whatre", "y",    "waht", "hwat", "wtf",  "whatis"});
}

bool is_helping_verb(std::string_view word) {
    return is_one_of(word, {"is",      "are",  "isnt",  "arent",   "can",    "cant",     "could",
                            "couldnt", "does", "do",    "dose",    "doesnt", "dont",     "did",
                            "will",    "wont", "would", "wouldnt", "should", "shouldnt", "shall",
                            "was",     "were", "aint",  "am",      "r",      "must",     "might"});
}

/// What follows a helping verb in an answer: "should be fine", "do not know", "would like".
bool continues_statement(std::string_view word) {
    return is_one_of(
        word,
        {"be",     "not",       "do",      "been",    "fine",     "no",     "nothing", "some",
         "never",  "have",      "need",    "like",    "love",     "want",   "say",     "work",
         "know",   "care",      "matter",  "get",     "probably", "likely", "maybe",   "only",
         "mostly", "about",     "around",  "ok",      "okay",     "also",   "hire",    "nice",
         "great",  "good",      "more",    "less",    "mind",     "use",    "go",      "run",
         "runs",   "handle",    "grow",    "take",    "takes",    "cost",   "scale",   "help",
         "happen", "change",    "start",   "wait",    "live",     "stay",   "serve",   "connect",
         "store",  "calculate", "prefer",  "choose",  "build",    "add",    "keep",    "send",
         "show",   "talk",      "see",     "come",    "become",   "make",   "give",    "let",
         "try",    "depend",    "happily", "already", "just",     "soon",   "easily"});
}

bool is_subject(std::string_view word) {
    return is_one_of(word,
                     {"i",      "you",     "it",     "they",    "this",   "that", "these", "those",
                      "there",  "the",     "a",      "an",      "my",     "your", "we",    "our",
                      "anyone", "anybody", "people", "someone", "u",      "ya",   "one",   "big",
                      "large",  "most",    "many",   "both",    "either", "all",  "any"});
}

bool is_first_person(std::string_view word) {
    return is_one_of(word, {"we", "our", "ours", "us", "weve", "were", "well", "my", "im", "ive",
                            "i", "ourselves", "id", "weare", "wewill"});
}

bool has(Words words, std::initializer_list<std::string_view> phrase) {
    return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

bool has_asking_word(Words words) {
    return std::any_of(words.begin(), words.end(),
                       [](const std::string& word) { return word != "y" && is_asking_word(word); });
}

/// Asks for an explanation without a question.
bool requests(Words words) {
    return has(words, {"explain"}) || has(words, {"elucidate"}) || has(words, {"clarify"}) ||
           (has(words, {"to", "know"}) && has_asking_word(words)) || has(words, {"define"}) ||
           has(words, {"tell", "me"}) || has(words, {"tell", "us"}) ||
           has(words, {"teach", "me"}) || has(words, {"difference", "between"}) ||
           has(words, {"meaning", "of"}) || has(words, {"definition", "of"}) ||
           has(words, {"enlighten"}) || has(words, {"remind", "me"}) ||
           has(words, {"help", "me", "understand"}) || has(words, {"want", "to", "know"}) ||
           has(words, {"like", "to", "know"}) || has(words, {"need", "to", "know"}) ||
           has(words, {"love", "to", "know"}) || has(words, {"wanna", "know"}) ||
           has(words, {"write", "me"}) || has(words, {"could", "you"}) ||
           has(words, {"can", "you"}) || has(words, {"would", "you"}) ||
           has(words, {"any", "idea"}) || has(words, {"eli5"}) || has(words, {"i", "wonder"}) ||
           has(words, {"im", "wondering"});
}

/// Shows that the user lacks a notion; may be an answer as well ("no idea what Python is").
bool lacks(Words words) {
    return has(words, {"idea", "what"}) || has(words, {"know", "what"}) ||
           has(words, {"sure", "what"}) || has(words, {"heard", "of"}) ||
           has(words, {"know", "how"}) || has(words, {"know", "if"}) ||
           has(words, {"sure", "if"}) || has(words, {"understand", "what"}) ||
           has(words, {"understand", "why"}) || has(words, {"get", "why"}) ||
           has(words, {"wondering"}) || has(words, {"wonder"}) || has(words, {"curious"}) ||
           has(words, {"familiar", "with"}) || has(words, {"keep", "hearing"}) ||
           has(words, {"people", "say"}) || has(words, {"i", "heard"}) || has(words, {"wdym"}) ||
           has(words, {"what", "about"});
}

bool compares(Words words) {
    return has(words, {"vs"}) || has(words, {"versus"}) || has(words, {"compared", "to"}) ||
           has(words, {"v", "s"});
}

/// An asking word in the middle, followed by a helping verb: "in your view, what is better".
bool asks_inside(Words words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const bool asking = is_asking_word(words[i]) || words[i] == "which" || words[i] == "when" ||
                            words[i] == "where";
        if (asking && (is_helping_verb(words[i + 1]) || words[i].ends_with("s"))) return true;
    }
    return false;
}

/// "Flask or Django", but not "five or so".
bool offers_choice(Words words) {
    if (words.size() < 3 || words.size() > 8) return false;
    const auto found = std::find(words.begin(), words.end(), "or");
    if (found == words.end() || found == words.begin() || found + 1 == words.end()) return false;
    return !is_one_of(found[1], {"so", "more", "less", "fewer", "something", "two", "three",
                                 "maybe", "even", "rather", "similar", "later", "not", "whatever"});
}

/// "is it", "are they", "can you", anywhere in the sentence.
bool inverts_inside(Words words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (is_helping_verb(words[i]) && !words[i].ends_with("nt") &&
            is_one_of(words[i + 1], {"it", "that", "this", "there", "they", "you", "i", "we"}))
            return true;
    }
    return false;
}

/// "name some companies".
bool begins_request(std::string_view first) {
    return is_one_of(first, {"name", "list", "show", "compare", "describe", "give"});
}

/// "best database for Node".
bool begins_with_superlative(std::string_view first) {
    return is_one_of(first, {"best", "better", "fastest", "easiest", "cheapest", "simplest",
                             "quickest", "safest", "biggest", "recommended", "typical"});
}

QuestionForm form_after_opening(const Sentence& sentence, Words words) {
    using enum QuestionForm;
    const std::string_view first = words[0];
    const std::string_view second = words.size() > 1 ? std::string_view(words[1]) : "";
    const bool asks = sentence.asks;
    if (is_asking_word(first) && first != "y") {
        // "what we have is Django", "who knows", "how we do it is ..."
        if (!asks && (is_first_person(second) || second == "knows" || second.empty()))
            return asks_inside(words.subspan(1)) ? likely : none;
        return clear;
    }
    if (is_one_of(first, {"which", "wich", "when", "where", "wheres", "whens"})) {
        if (asks || is_helping_verb(second) || first == "which" || first == "wich") return clear;
        return none;
    }
    if (is_helping_verb(first)) {
        if (second == "not" && !asks) return none;
        if (asks && !continues_statement(second)) return clear;
        if (is_subject(second) && words.size() > 2) return clear;
        if (!asks && !second.empty() && !continues_statement(second) && words.size() > 2) {
            const bool short_one = words.size() == 3 && !is_one_of(first, {"does", "did", "dose"});
            return short_one ? likely : clear;
        }
        return asks ? likely : none;
    }
    if (is_one_of(first, {"has", "have", "had", "hasnt", "havent"})) {
        if (asks) return clear;
        if (first == "has" && words.size() > 3) return likely;
    }
    return none;
}

/// "..., is that ok", "..., does it work": asks for a verdict on what was told, not about a matter.
bool asks_for_verdict(Words part) {
    if (part.size() > 5 || !is_helping_verb(part[0])) return false;
    if (!is_one_of(part[1], {"that", "it", "this", "they", "those"})) return false;
    return std::all_of(part.begin() + 2, part.end(), [](const std::string& word) {
        return is_one_of(word, {"ok",    "okay",     "fine",       "right",    "enough", "good",
                                "bad",   "possible", "alright",    "work",     "matter", "count",
                                "help",  "a",        "an",         "the",      "too",    "problem",
                                "issue", "allowed",  "acceptable", "sensible", "with",   "you",
                                "for",   "us",       "so",         "all",      "not"});
    });
}

/// "My son says everything is new, is Python on the way out": a part that asks by itself.
bool asks_behind_comma(const Sentence& sentence) {
    const Words all(sentence.words);
    return std::any_of(
        sentence.clauses.begin(), sentence.clauses.end(), [&](const std::size_t begin) {
            if (begin + 2 >= all.size()) return false;
            const Words part = all.subspan(begin);
            // ", which is why ..." and ", when we grow" go on with what was said.
            const bool relative = is_one_of(part[0], {"which", "when", "where", "who", "whose"});
            if ((relative && !sentence.asks) || asks_for_verdict(part)) return false;
            return form_after_opening(sentence, part) == QuestionForm::clear;
        });
}

}  // namespace

bool tells_facts(const Sentence& sentence) {
    return std::any_of(sentence.words.begin(), sentence.words.end(), [](const std::string& word) {
        return is_one_of(word, {"we", "our", "us", "weve", "weare", "my", "ours"}) ||
               (word.front() >= '0' && word.front() <= '9');
    });
}

QuestionForm question_form(const Sentence& sentence) {
    using enum QuestionForm;
    const Words all(sentence.words);
    if (all.empty()) return none;
    std::size_t at = 0;
    while (at < all.size() && (at == 0 || !is_asking_word(all[at])) && is_opening(all[at])) ++at;
    const Words words = at < all.size() ? all.subspan(at) : all;
    const QuestionForm form = form_after_opening(sentence, words);
    if (form == clear || begins_request(words[0])) return clear;
    if (asks_behind_comma(sentence)) return clear;
    if (requests(all)) return clear;
    const bool inside = asks_inside(words);
    if (sentence.asks && (inside || has_asking_word(words))) return clear;
    if (form == likely || lacks(all) || (inside && !is_first_person(all[0]))) return likely;
    const bool of_own = std::any_of(all.begin(), all.end(),
                                    [](const std::string& word) { return is_first_person(word); });
    const bool settled =
        is_one_of(all[0], {"yes",      "no",   "maybe",   "about", "around",  "roughly", "mostly",
                           "probably", "nope", "yeah",    "nah",   "perhaps", "when",    "where",
                           "while",    "if",   "because", "only",  "none",    "both"}) ||
        (all[0].front() >= '0' && all[0].front() <= '9');
    if (of_own || settled) return none;
    if (sentence.asks || compares(all) || begins_with_superlative(words[0]) || offers_choice(all) ||
        inverts_inside(all))
        return likely;
    const bool states = std::any_of(all.begin(), all.end(), [](const std::string& word) {
        return is_helping_verb(word) || is_one_of(word, {"has", "have", "it", "its", "be", "not"});
    });
    const bool noun = is_one_of(all[0], {"a", "an", "the", "some", "more", "less", "many"});
    return !states && !noun && all.size() <= 7 ? terse : none;
}

}  // namespace advisor::dialogs
