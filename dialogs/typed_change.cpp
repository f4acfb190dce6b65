#include "dialogs/typed_change.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "dialogs/description.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/phrases.hpp"
#include "dialogs/text.hpp"
#include "dialogs/understand.hpp"

namespace advisor::dialogs {
namespace {

/// A word and where it stands in the folded text.
struct Word {
    std::string_view text;  ///< without marks at its ends
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Word> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    constexpr std::string_view marks = ".,;:!?\"'()-";
    std::vector<Word> words;
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        std::string_view word = text.substr(at, end - at);
        const std::size_t first = std::min(word.find_first_not_of(marks), word.size());
        word.remove_prefix(first);
        word = word.substr(0, word.find_last_not_of(marks) + 1);
        if (!word.empty()) words.push_back({word, at + first, at + first + word.size()});
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 36> politeness{
    "please", "can",  "could", "may",  "might", "would", "i",   "we",    "you",
    "i'd",    "we'd", "like",  "want", "to",    "need",  "let", "let's", "lets",
    "me",     "us",   "wait",  "oh",   "sorry", "hold",  "on",  "hmm",   "ok",
    "okay",   "well", "just",  "have", "must",  "now",   "hey", "a",     "second"};
constexpr std::array<std::string_view, 12> change_verbs{"change", "alter",   "modify", "edit",
                                                        "revise", "correct", "update", "adjust",
                                                        "set",    "switch",  "redo",   "fix"};
constexpr std::array<std::string_view, 6> reopen_verbs{"revisit", "reconsider", "reopen",
                                                       "return",  "back",       "rethink"};
constexpr std::array<std::string_view, 6> motions{"go", "get", "come", "jump", "take", "bring"};
constexpr std::array<std::string_view, 7> corrections{"actually", "correction", "sorry", "wait",
                                                      "oops",     "mistake",    "wrong"};

/// What a wish begins with: where the name of the question begins, and whether a value may follow.
struct Verb {
    std::size_t next = 0;
    bool takes_value = false;
    bool certain = false;  ///< also without a name it is a wish to revise: "change my answer"
};

std::optional<Verb> find_verb(std::span<const Word> words) {
    std::size_t at = 0;
    while (at < words.size() &&
           (is_any(words[at].text, politeness) || words[at].text == "actually"))
        ++at;
    if (at >= words.size()) return std::nullopt;
    const std::string_view word = words[at].text;
    // "We update the team" tells something; "can we update" and "I want to update" are wishes.
    static constexpr std::array<std::string_view, 3> tellers{"we", "i", "you"};
    static constexpr std::array<std::string_view, 5> askers{"can", "could", "may", "might",
                                                            "would"};
    const bool asked = std::any_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at),
                                   [](const Word& one) { return is_any(one.text, askers); });
    if (at > 0 && is_any(words[at - 1].text, tellers) && !asked) return std::nullopt;
    if (is_any(word, change_verbs)) {
        const bool certain =
            word == "change" || word == "correct" || word == "edit" || word == "revise";
        return Verb{at + 1, true, certain};
    }
    if (is_any(word, reopen_verbs)) return Verb{at + 1, false, false};
    if (!is_any(word, motions)) return std::nullopt;
    for (++at; at < words.size() && at < 8; ++at) {
        if (words[at].text == "back" || words[at].text == "to") return Verb{at + 1, false, false};
    }
    return std::nullopt;
}

std::string with_spaces(std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

/// The questions that `name` speaks of: those with the longest match; those that have an answer
/// before those that have none.
std::vector<QuestionIndex> named(const Script& script, const Answers& answers,
                                 std::string_view name) {
    PhraseBook book;
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        const Question& question = script.questions[i];
        const auto add = [&](std::string text) {
            book.add({std::move(text), static_cast<std::uint32_t>(i), 1, false});
        };
        add(question.label);
        add(with_spaces(question.id));
        add(with_spaces(question.topic));
        for (const std::string& other : question.called) add(other);
    }
    const std::vector<Token> tokens = tokenize(name);
    std::vector<std::pair<std::size_t, QuestionIndex>> found;
    std::size_t longest_match = 0;
    for (const PhraseMatch& match : book.find(tokens)) {
        found.emplace_back(match.end - match.begin, book.phrase(match.phrase).target);
        longest_match = std::max<std::size_t>(longest_match, match.end - match.begin);
    }
    std::vector<QuestionIndex> best;
    std::vector<QuestionIndex> answered;
    for (const auto& [length, question] : found) {
        if (length != longest_match || std::find(best.begin(), best.end(), question) != best.end())
            continue;
        best.push_back(question);
        if (answers[question]) answered.push_back(question);
    }
    return answered.empty() ? best : answered;
}

std::optional<Value> value_in(const Question& question, std::string_view text) {
    const Understood understood = understand(question, text);
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    if (!value) return std::nullopt;
    return value->value;
}

/// "change the team size from 4 to 6": the name ends at "from" or "to", the value follows "to".
std::optional<TypedChange> named_change(const Script& script, const Answers& answers,
                                        std::string_view text, std::span<const Word> words,
                                        const Verb& verb) {
    static constexpr std::array<std::string_view, 5> joints{"to", "from", "into", "as", "="};
    const auto end_of_name = [&](std::size_t at) {
        return at >= words.size() || is_any(words[at].text, joints);
    };
    std::size_t begin = verb.next;
    while (begin < words.size() && words[begin].text == "to") ++begin;
    std::size_t at = begin;
    while (verb.takes_value && !end_of_name(at)) ++at;
    if (!verb.takes_value) at = words.size();
    const auto piece = [&](std::size_t from, std::size_t to) {
        if (from >= to || from >= words.size()) return std::string_view();
        return text.substr(words[from].begin, words[to - 1].end - words[from].begin);
    };
    // "Change my answer to the live question": what follows "to" is the name.
    std::size_t after_answer = begin;
    while (after_answer < words.size() && words[after_answer].text != "answer") ++after_answer;
    const bool named_before =
        after_answer < words.size() && !named(script, answers, piece(begin, after_answer)).empty();
    if (!named_before && after_answer + 1 == at && at < words.size() && words[at].text == "to") {
        begin = at + 1;
        for (at = begin; !end_of_name(at);) ++at;
    }
    const std::vector<QuestionIndex> questions = named(script, answers, piece(begin, at));
    if (questions.empty()) {
        const bool speaks_of_answer = after_answer < words.size() ||
                                      std::any_of(words.begin(), words.end(), [](const Word& word) {
                                          return word.text == "question";
                                      });
        if (!verb.certain || !speaks_of_answer) return std::nullopt;
        return TypedChange{};
    }
    if (questions.size() > 1) return TypedChange{};
    while (at < words.size() && words[at].text == "from") {
        ++at;
        while (at < words.size() && words[at].text != "to" && words[at].text != "into") ++at;
    }
    TypedChange change{questions.front(), std::nullopt, false};
    if (at + 1 < words.size())
        change.value = value_in(script.questions[questions.front()], piece(at + 1, words.size()));
    return change;
}

/// "Actually we are six people": a fact that contradicts one answer, and does not answer what is
/// pending.
std::optional<TypedChange> corrected(const Script& script, const Answers& answers,
                                     std::optional<QuestionIndex> pending, std::string_view text,
                                     std::span<const Word> words) {
    const std::size_t opening = std::min<std::size_t>(words.size(), 4);
    const bool corrects =
        std::any_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(opening),
                    [](const Word& word) { return is_any(word.text, corrections); });
    if (!corrects) return std::nullopt;
    if (pending && value_in(script.questions[*pending], text)) return std::nullopt;
    std::optional<TypedChange> found;
    for (FoundFact& fact : read_description(script, text)) {
        const std::optional<Value>& answer = answers[fact.question];
        if (!answer || *answer == fact.value) continue;
        if (found) return std::nullopt;
        found = TypedChange{fact.question, std::move(fact.value), true};
    }
    return found;
}

}  // namespace

std::optional<TypedChange> read_typed_change(const Script& script, const Answers& answers,
                                             std::optional<QuestionIndex> pending,
                                             std::string_view raw) {
    constexpr std::size_t longest = 40;  // words; a longer text is no wish
    const std::string text = fold(raw);
    const std::vector<Word> words = words_of(text);
    if (words.size() < 2 || words.size() > longest) return std::nullopt;
    if (const std::optional<Verb> verb = find_verb(words)) {
        // A free-text answer may begin with any verb.
        const bool note = pending && script.questions[*pending].kind == QuestionKind::text;
        auto change = note ? std::nullopt : named_change(script, answers, text, words, *verb);
        if (change) return change;
    }
    return corrected(script, answers, pending, text, words);
}

std::optional<bool> is_plain_yes_or_no(std::string_view text) {
    static constexpr std::array<std::string_view, 24> fillers{
        "please", "all",    "them",  "these",   "those", "take", "over",       "thanks",
        "of",     "course", "right", "correct", "that",  "is",   "it",         "both",
        "you",    "can",    "thank", "go",      "ahead", "do",   "everything", "the"};
    const Understood understood = understand_command(text);
    const auto* wish = std::get_if<UnderstoodCommand>(&understood);
    if (!wish || (wish->command != Command::yes && wish->command != Command::no))
        return std::nullopt;
    std::size_t others = 0;
    for (const Token& token : tokenize(text)) {
        if (token.kind != Token::Kind::mark && !is_any(token.text, fillers)) ++others;
    }
    if (others > 2) return std::nullopt;
    return wish->command == Command::yes;
}

}  // namespace advisor::dialogs
