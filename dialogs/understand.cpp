#include "dialogs/understand.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

/// Lower case, one space between words, no punctuation at the ends of words: what texts are
/// compared by.
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

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> phrases) {
    return std::find(phrases.begin(), phrases.end(), text) != phrases.end();
}

/// True when `phrase` stands in `text` as whole words. Both normal.
bool has_phrase(std::string_view text, std::string_view phrase) {
    if (phrase.empty()) return false;
    for (std::size_t at = text.find(phrase); at != std::string_view::npos;
         at = text.find(phrase, at + 1)) {
        const std::size_t end = at + phrase.size();
        if ((at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' '))
            return true;
    }
    return false;
}

bool is_unsure(std::string_view text) {
    return is_one_of(
        text, {"unknown",       "i don't know",  "i dont know", "don't know",   "dont know",
               "do not know",   "i do not know", "not sure",    "i'm not sure", "im not sure",
               "no idea",       "no clue",       "dunno",       "idk",          "unsure",
               "can't say",     "cannot say",    "hard to say", "who knows",    "we don't know yet",
               "don't know yet"});
}

std::optional<Command> command_of(std::string_view text) {
    if (is_one_of(text, {"back", "go back", "undo", "previous", "wait go back", "one step back",
                         "back please"}))
        return Command::back;
    if (is_one_of(text, {"skip", "skip it", "skip this", "skip that", "skip this one", "next",
                         "next question", "pass", "leave it open"}))
        return Command::skip;
    if (is_one_of(text, {"restart", "start over", "start again", "begin again", "reset",
                         "from the beginning", "start from scratch"}))
        return Command::restart;
    if (is_one_of(text, {"repeat", "repeat please", "again", "say that again",
                         "what was the question", "repeat the question", "come again"}))
        return Command::repeat;
    if (is_one_of(text, {"why", "why do you ask", "why do you ask that", "why do you want to know",
                         "why is that important", "what for"}))
        return Command::why;
    if (is_one_of(text, {"help", "help me", "what do you mean", "what does that mean",
                         "i don't understand", "i do not understand", "explain", "explain please",
                         "huh", "what"}))
        return Command::help;
    return std::nullopt;
}

std::optional<bool> yes_or_no(std::string_view text) {
    if (is_one_of(text, {"yes", "y", "yep", "yeah", "yup", "sure", "ok", "okay", "of course",
                         "definitely", "absolutely", "yes please", "right", "correct", "true",
                         "please do", "do it", "go ahead", "yes definitely"}))
        return true;
    if (is_one_of(text,
                  {"no", "n", "nope", "nah", "not really", "no thanks", "no thank you",
                   "not at all", "never", "false", "don't", "keep it", "no way", "definitely not"}))
        return false;
    return std::nullopt;
}

/// Words that may turn a phrase around; text with one of them is not matched by its phrases.
bool may_negate(std::string_view text) {
    static constexpr std::array<std::string_view, 30> words{
        "not",    "no",     "never", "without", "nothing",  "none",   "neither",     "nor",
        "nobody", "except", "but",   "nah",     "hardly",   "cannot", "rather than", "instead of",
        "dont",   "doesnt", "didnt", "isnt",    "arent",    "wasnt",  "wont",        "cant",
        "aint",   "havent", "hasnt", "wouldnt", "shouldnt", "couldnt"};
    if ((std::string(text) + " ").find("n't ") != std::string::npos) return true;
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return has_phrase(text, word); });
}

/// Words that make a number a bound: "fewer than 200" is every number but 200.
bool is_bound(std::string_view raw, std::string_view text) {
    static constexpr std::array<std::string_view, 16> words{
        "more than", "less than", "fewer than", "over",   "under",   "above",
        "below",     "at least",  "at most",    "up to",  "or more", "or less",
        "or fewer",  "minimum",   "maximum",    "upwards"};
    return raw.find_first_of("<>+") != std::string_view::npos ||
           std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return has_phrase(text, word); });
}

enum class Match { none, inside, exact };

Match match_choice(const ChoiceSpec& choice, std::string_view text) {
    if (text == normal(choice.id) || text == normal(choice.say)) return Match::exact;
    Match best = Match::none;
    for (const std::string& phrase : choice.also) {
        const std::string wanted = normal(phrase);
        if (text == wanted) return Match::exact;
        if (has_phrase(text, wanted)) best = Match::inside;
    }
    return has_phrase(text, normal(choice.say)) ? Match::inside : best;
}

/// The position that a bare number names, counted from 1.
std::optional<std::uint32_t> ordinal(const Question& question, std::string_view text) {
    if (text.empty() || text.size() > 2 ||
        !std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; }))
        return std::nullopt;
    const auto position = static_cast<std::uint32_t>(std::stoul(std::string(text)));
    if (position < 1 || position > question.choices.size()) return std::nullopt;
    return position - 1;
}

/// The one choice whose own words the text is; nothing when there is none, or several.
std::optional<std::uint32_t> exact_choice(const Question& question, std::string_view text) {
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        if (text.empty() || match_choice(question.choices[i], text) != Match::exact) continue;
        if (found) return std::nullopt;
        found = i;
    }
    return found;
}

Understood understand_choice(const Question& question, std::string_view text) {
    if (const auto index = ordinal(question, text)) return UnderstoodValue{Choice{*index}, true};
    if (const auto index = exact_choice(question, text))
        return UnderstoodValue{Choice{*index}, text == normal(question.choices[*index].say)};
    std::vector<std::uint32_t> inside;
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        if (match_choice(question.choices[i], text) != Match::none) inside.push_back(i);
    }
    if (text.empty() || inside.size() != 1 || may_negate(text)) return NotUnderstood{};
    return UnderstoodValue{Choice{inside.front()}, false};
}

/// Splits at commas, semicolons, "&" and "and".
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    std::string spaced;
    for (const char c : text) {
        if (c == ',' || c == ';' || c == '&')
            spaced += '\n';
        else if (std::isspace(static_cast<unsigned char>(c)) == 0)
            spaced += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!spaced.empty() && spaced.back() != ' ')
            spaced += ' ';
    }
    for (std::size_t at = 0; (at = spaced.find(" and ", at)) != std::string::npos;)
        spaced.replace(at, 5, "\n");
    for (std::size_t at = 0; at <= spaced.size();) {
        const std::size_t end = std::min(spaced.find('\n', at), spaced.size());
        std::string part = normal(std::string_view(spaced).substr(at, end - at));
        if (!part.empty()) parts.push_back(std::move(part));
        at = end + 1;
    }
    return parts;
}

Understood understand_multi(const Question& question, std::string_view raw) {
    const std::string text = normal(raw);
    if (is_one_of(text, {"none", "none of these", "none of them", "nothing", "no", "nope",
                         "none of the above", "nothing special"}))
        return UnderstoodValue{Choices{0}, text == "none of these"};
    // A label may hold a comma or an "and" itself.
    if (const auto index = exact_choice(question, text))
        return UnderstoodValue{Choices{1U << *index}, text == normal(question.choices[*index].say)};
    Choices choices;
    std::vector<std::string> parts = parts_of(raw);
    if (parts.empty()) return NotUnderstood{};
    for (const std::string& part : parts) {
        const Understood one = understand_choice(question, part);
        const auto* value = std::get_if<UnderstoodValue>(&one);
        if (!value) return NotUnderstood{};
        choices.mask |= 1U << std::get<Choice>(value->value).index;
    }
    return UnderstoodValue{choices, false};
}

Understood understand_number(const Question& question, std::string_view raw) {
    const std::string text = normal(raw);
    for (const RangeSpec& range : question.ranges) {
        if (text == normal(range.say)) return UnderstoodValue{range.amount, true};
    }
    const std::optional<Amount> amount = read_amount(raw);
    if (!amount || may_negate(text) || is_bound(raw, text)) return NotUnderstood{};
    const bool digits_only = std::all_of(raw.begin(), raw.end(), [](unsigned char c) {
        return std::isdigit(c) != 0 || std::isspace(c) != 0;
    });
    return UnderstoodValue{*amount, digits_only};
}

Understood understand_boolean(const Question& question, std::string_view text) {
    if (const auto flag = yes_or_no(text))
        return UnderstoodValue{*flag, text == "yes" || text == "no"};
    const Understood choice = understand_choice(question, text);
    if (const auto* value = std::get_if<UnderstoodValue>(&choice)) {
        const bool yes = std::get<Choice>(value->value).index == 0;
        return UnderstoodValue{yes, value->literal};
    }
    return NotUnderstood{};
}

}  // namespace

Understood understand(const Question& question, std::string_view raw) {
    const std::string text = normal(raw);
    const bool unsure =
        is_unsure(text) || (text.empty() && raw.find('?') != std::string_view::npos);
    if (question.kind == QuestionKind::text) {
        if (const auto command = command_of(text)) return UnderstoodCommand{*command};
        if (unsure) return UnderstoodValue{Unknown{}, true};
        if (raw.find_first_not_of(" \t\r\n") == std::string_view::npos) return NotUnderstood{};
        return UnderstoodValue{std::string(raw), true};
    }
    // A choice's own words come first: a script may well offer "Skip" or "None".
    if (question.kind == QuestionKind::choice) {
        const Understood choice = understand_choice(question, text);
        if (std::holds_alternative<UnderstoodValue>(choice)) return choice;
    }
    if (const auto command = command_of(text)) return UnderstoodCommand{*command};
    if (unsure) return UnderstoodValue{Unknown{}, true};
    switch (question.kind) {
        case QuestionKind::multi:
            return understand_multi(question, raw);
        case QuestionKind::number:
        case QuestionKind::scale:
            return understand_number(question, raw);
        case QuestionKind::boolean:
            return understand_boolean(question, text);
        default:
            return NotUnderstood{};
    }
}

Understood understand_command(std::string_view raw) {
    const std::string text = normal(raw);
    if (const auto command = command_of(text)) return UnderstoodCommand{*command};
    if (const auto flag = yes_or_no(text))
        return UnderstoodCommand{*flag ? Command::yes : Command::no};
    return NotUnderstood{};
}

}  // namespace advisor::dialogs
