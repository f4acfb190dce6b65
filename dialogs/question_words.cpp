#include "dialogs/question_words.hpp"

#include <algorithm>
#include <cctype>

#include "dialogs/common_words.hpp"
#include "dialogs/intents.hpp"
#include "dialogs/numbers.hpp"
#include "dialogs/polarity.hpp"

namespace advisor::dialogs {
namespace {

void add_exact(QuestionWords& words, const std::string& text, int index) {
    const std::string key = normal(text);
    if (key.empty()) return;
    const auto [found, added] = words.exact.emplace(key, index);
    if (!added && found->second != index) found->second = -1;
}

/// Adds a phrase, or every phrase of the list that it names ("@skilled").
void add_phrase(PhraseBook& book, const std::string& text, std::uint32_t target, double weight,
                bool against, const WordLists& lists) {
    if (!text.starts_with('@')) return book.add({text, target, weight, against}, lists);
    const auto found = lists.find(text.substr(1));
    if (found == lists.end()) return;
    for (const std::string& phrase : found->second)
        book.add({phrase, target, weight, against}, lists);
}

void add_choices(const Question& question, const WordLists& lists, QuestionWords& words) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const ChoiceSpec& choice = question.choices[i];
        const auto target = static_cast<std::uint32_t>(i);
        add_exact(words, choice.id, static_cast<int>(i));
        add_exact(words, choice.say, static_cast<int>(i));
        if (question.kind != QuestionKind::boolean)
            words.phrases.add({choice.say, target, 1, false});
        for (const std::string& phrase : choice.also) {
            if (!phrase.starts_with('@')) add_exact(words, phrase, static_cast<int>(i));
            add_phrase(words.phrases, phrase, target, 1, false, lists);
        }
        for (const Cue& cue : choice.cues)
            add_phrase(words.phrases, cue.say, target, cue.weight, false, lists);
        for (const Cue& cue : choice.against)
            add_phrase(words.phrases, cue.say, target, cue.weight, true, lists);
    }
}

void add_numbers(const Question& question, const WordLists& lists, QuestionWords& words) {
    const auto add = [&](const std::string& text, std::uint32_t target) {
        add_phrase(words.numbers, text, target, 1, false, lists);
    };
    for (const std::string& text : question.counts)
        add(text, static_cast<std::uint32_t>(NumberCue::counts));
    for (const std::string& text : question.counts_not)
        add(text, static_cast<std::uint32_t>(NumberCue::other));
    for (const AmountWords& amount : question.amount_words) {
        const auto target = static_cast<std::uint32_t>(NumberCue::first_amount) +
                            static_cast<std::uint32_t>(words.amounts.size());
        words.amounts.push_back(amount.amount);
        for (const std::string& text : amount.say) add(text, target);
    }
}

void add_unit(const Question& question, QuestionWords& words) {
    const auto counts = static_cast<std::uint32_t>(NumberCue::counts);
    if (!question.unit.empty()) words.numbers.add({question.unit, counts, 1, false});
    const std::vector<Token> ask = tokenize(question.ask + " " + question.unit);
    for (std::size_t i = 0; i < ask.size(); ++i) {
        const bool named = i >= 2 && ask[i - 1].text == "many" && ask[i - 2].text == "how";
        if (named) words.numbers.add({ask[i].text, counts, 1, false});
        static constexpr std::string_view units[] = {"year", "month", "week",  "day",
                                                     "hour", "minut", "second"};
        const bool time =
            std::find(std::begin(units), std::end(units), ask[i].stem) != std::end(units);
        if (time && (named || i + 1 == ask.size())) words.time_unit = ask[i].stem;
    }
}

const SpellingIndex& english() {
    static const SpellingIndex index = [] {
        std::vector<std::string> known = polarity_book().words();
        for (const char* word :
             {"not",      "never",    "without", "nothing",  "nobody",    "none",     "hardly",
              "thousand", "hundred",  "million", "three",    "four",      "five",     "seven",
              "eight",    "nine",     "eleven",  "twelve",   "fifteen",   "twenty",   "thirty",
              "forty",    "fifty",    "sixty",   "hundreds", "thousands", "millions", "between",
              "dozen",    "actually", "sorry",   "maybe",    "couldnt",   "wouldnt",  "shouldnt",
              "doesnt",   "didnt",    "havent",  "cannot"})
            known.emplace_back(word);
        const std::vector<std::string>& wishes = intent_book().words();
        known.insert(known.end(), wishes.begin(), wishes.end());
        std::string_view words = common_words;
        while (!words.empty()) {
            const std::size_t end = std::min(words.find(' '), words.size());
            known.emplace_back(words.substr(0, end));
            words.remove_prefix(std::min(end + 1, words.size()));
        }
        SpellingIndex result;
        result.add(known);
        return result;
    }();
    return index;
}

void add_stems(std::string_view text, std::vector<std::string>& stems) {
    static constexpr std::string_view common[] = {
        "how",   "what", "do",    "you",   "your", "will",  "is",   "the",  "a",    "an",
        "to",    "of",   "and",   "in",    "on",   "it",    "they", "that", "for",  "or",
        "be",    "are",  "this",  "with",  "any",  "much",  "mani", "well", "same", "at",
        "there", "by",   "as",    "would", "can",  "thing", "who",  "them", "have", "has",
        "not",   "use",  "peopl", "one",   "most", "into",  "know"};
    for (const Token& token : tokenize(text)) {
        const bool dull =
            std::find(std::begin(common), std::end(common), token.stem) != std::end(common);
        if (token.kind == Token::Kind::word && !dull) stems.push_back(token.stem);
    }
}

}  // namespace

std::string normal(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (text.substr(at).starts_with("\u2019")) {  // the curly apostrophe
            result += '\'';
            at += 2;
        } else if (c >= 0x80 || std::isalnum(c) != 0 || c == '\'' || c == '+' || c == '#' ||
                   c == '/') {
            result += static_cast<char>(std::tolower(c));
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

std::shared_ptr<const QuestionWords> compile_words(const Question& question, const WordLists& lists,
                                                   const std::vector<std::string>& subjects) {
    auto words = std::make_shared<QuestionWords>();
    WordLists all = lists;
    for (auto& [name, list] : polarity_lists()) all.emplace(name, list);
    add_choices(question, all, *words);
    if (question.kind == QuestionKind::number || question.kind == QuestionKind::scale) {
        add_numbers(question, all, *words);
        add_unit(question, *words);
    }
    words->spelling.add(words->phrases.take_words());
    words->spelling.add(words->numbers.take_words());
    for (const std::string* text : {&question.ask, &question.label, &question.help})
        add_stems(*text, words->about);
    for (const ChoiceSpec& choice : question.choices) {
        add_stems(choice.say, words->about);
        add_stems(choice.help, words->about);
    }
    for (const std::string& word : subjects) words->subjects.push_back(stem(fold(word)));
    return words;
}

std::shared_ptr<const QuestionWords> compile_told_words(const Question& question,
                                                        const WordLists& lists) {
    auto words = std::make_shared<QuestionWords>();
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const auto target = static_cast<std::uint32_t>(i);
        for (const Cue& cue : question.choices[i].told)
            add_phrase(words->phrases, cue.say, target, cue.weight, false, lists);
        for (const Cue& cue : question.choices[i].told_against)
            add_phrase(words->phrases, cue.say, target, cue.weight, true, lists);
    }
    Question numbers;
    numbers.counts = question.told_counts;
    numbers.amount_words = question.told_words;
    if (!numbers.counts.empty()) {
        numbers.counts_not = question.counts_not;
        numbers.counts_not.insert(numbers.counts_not.end(), question.told_counts_not.begin(),
                                  question.told_counts_not.end());
    }
    add_numbers(numbers, lists, *words);
    return words;
}

void correct_spelling(std::vector<Token>& tokens, const QuestionWords& words) {
    constexpr std::size_t most = 12;  // slips in one text; more is no English
    std::size_t corrected = 0;
    std::vector<Token> result;
    result.reserve(tokens.size());
    for (Token& token : tokens) {
        result.push_back(token);
        if (token.kind != Token::Kind::word || token.text.size() < 3 || corrected == most) continue;
        if (words.phrases.knows(token) || words.numbers.knows(token) ||
            is_common_word(token.text) || english().knows(token.text) ||
            intent_book().knows(token) || polarity_book().knows(token) ||
            is_number_word(token.text))
            continue;
        std::optional<std::string> known = words.spelling.correct(token.text);
        if (!known) known = english().correct(token.text);
        ++corrected;
        if (!known) continue;
        // "Coudlnt" is two words once it is put right.
        result.pop_back();
        const std::size_t first = result.size();
        append_word(result, *known);
        for (std::size_t i = first; i < result.size(); ++i) result[i].corrected = true;
    }
    tokens = std::move(result);
}

}  // namespace advisor::dialogs
