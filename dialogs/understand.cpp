#include "dialogs/understand.hpp"

#include <algorithm>
#include <array>

#include "dialogs/intents.hpp"
#include "dialogs/polarity.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/readers.hpp"
#include "dialogs/scope.hpp"

namespace advisor::dialogs {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> phrases) {
    return std::find(phrases.begin(), phrases.end(), text) != phrases.end();
}

/// The position that a bare number names, counted from 1.
std::optional<std::uint32_t> ordinal(const Question& question, std::string_view text) {
    if (text.empty() || text.size() > 2 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const auto position = static_cast<std::uint32_t>(std::stoul(std::string(text)));
    if (position < 1 || position > question.choices.size()) return std::nullopt;
    return position - 1;
}

/// The one choice whose own words the text is; nothing when there is none, or several.
std::optional<std::uint32_t> exact_choice(const QuestionWords& words, const std::string& text) {
    const auto found = words.exact.find(text);
    if (found == words.exact.end() || found->second < 0) return std::nullopt;
    return static_cast<std::uint32_t>(found->second);
}

/// What is an answer letter by letter: a label, an id, a position, digits.
std::optional<UnderstoodValue> literal_value(const Question& question, const QuestionWords& words,
                                             const std::string& text, std::string_view raw) {
    const bool choices =
        question.kind == QuestionKind::choice || question.kind == QuestionKind::multi;
    if (choices) {
        std::optional<std::uint32_t> index = ordinal(question, text);
        const bool position = index.has_value();
        if (!index) index = exact_choice(words, text);
        if (!index) return std::nullopt;
        const bool literal = position || text == normal(question.choices[*index].say);
        if (question.kind == QuestionKind::choice) return UnderstoodValue{Choice{*index}, literal};
        return UnderstoodValue{Choices{1U << *index}, literal};
    }
    if (question.kind == QuestionKind::boolean) {
        if (text == "n") return UnderstoodValue{false};  // inside of a text it is "and"
        if (const auto index = exact_choice(words, text))
            return UnderstoodValue{*index == 0, text == "yes" || text == "no"};
        return std::nullopt;
    }
    for (const RangeSpec& range : question.ranges) {
        if (text == normal(range.say)) return UnderstoodValue{range.amount, true};
    }
    const bool digits = !raw.empty() && std::all_of(raw.begin(), raw.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    });
    return digits ? std::optional<UnderstoodValue>(UnderstoodValue{Amount{-1, -1}, true})
                  : std::nullopt;
}

/// Splits at commas, semicolons, "&" and "and".
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    std::string spaced;
    for (const char c : fold(text)) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (c == ',' || c == ';' || c == '&')
            spaced += '\n';
        else if (!blank)
            spaced += c;
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

bool says_none_of_them(const std::string& text) {
    return is_one_of(text, {"none", "none of these", "none of them", "nothing", "no", "nope",
                            "none of the above", "nothing special", "none of those", "neither",
                            "none of that", "none apply", "none applies", "not really", "no none"});
}

/// A list of the answers' own words; nothing when a part of it is something else.
std::optional<UnderstoodValue> listed_values(const Question& question, const QuestionWords& words,
                                             std::string_view raw, const std::string& text) {
    if (says_none_of_them(text)) return UnderstoodValue{Choices{0}, text == "none of these"};
    Choices choices;
    const std::vector<std::string> parts = parts_of(raw);
    if (parts.empty()) return std::nullopt;
    for (const std::string& part : parts) {
        std::optional<std::uint32_t> index = ordinal(question, part);
        if (!index) index = exact_choice(words, part);
        if (!index) return std::nullopt;
        choices.mask |= 1U << *index;
    }
    return UnderstoodValue{choices, false};
}

std::optional<Command> command_of(Intent intent) {
    switch (intent) {
        case Intent::back:
            return Command::back;
        case Intent::skip:
            return Command::skip;
        case Intent::restart:
            return Command::restart;
        case Intent::repeat:
            return Command::repeat;
        case Intent::why:
            return Command::why;
        case Intent::explain:
            return Command::help;
        case Intent::human:
            return Command::human;
        case Intent::quit:
            return Command::quit;
        case Intent::side_question:
            return Command::side_question;
        default:
            return std::nullopt;
    }
}

Decision read(const Reading& reading) {
    switch (reading.question.kind) {
        case QuestionKind::choice:
            return read_choice(reading);
        case QuestionKind::multi:
            return read_multi(reading);
        case QuestionKind::number:
            return read_number(reading);
        case QuestionKind::boolean:
            return read_boolean(reading);
        case QuestionKind::scale:
            return read_scale(reading);
        case QuestionKind::text:
            break;
    }
    return {};
}

void trace_tokens(const std::vector<Token>& tokens, const Scope& scope,
                  std::vector<std::string>& trace) {
    std::string line = "words   ";
    for (const Token& token : tokens) {
        line += " " + token.text;
        if (token.kind == Token::Kind::word && token.stem != token.text)
            line += "(" + token.stem + ")";
        if (token.corrected) line += "*";
    }
    trace.push_back(line);
    for (const Negation& negation : scope.negations) {
        line = "negation \"" + tokens[negation.at].text + "\" reaches:";
        for (std::uint32_t i = negation.at + 1; i < negation.end; ++i) line += " " + tokens[i].text;
        trace.push_back(line);
    }
    if (scope.begin > 0) {
        line = "taken back:";
        for (std::uint32_t i = 0; i < scope.begin; ++i) line += " " + tokens[i].text;
        trace.push_back(line);
    }
    line.clear();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (scope.weight[i] < 1 && scope.weight[i] > 0) line += " " + tokens[i].text;
    }
    if (!line.empty()) trace.push_back("outweighed:" + line);
}

/// True for a text that leaves both sides open: "live or not", "maybe, maybe not", "whether we
/// will". "3 or 4, depending on whether Dave stays" is an answer.
bool is_undecided(std::span<const Token> tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool aside = i > 0 && (tokens[i - 1].text == "on" || tokens[i - 1].text == "of");
        if (tokens[i].text == "whether" && !aside) return true;
        if (i == 0 || tokens[i].text != "not") continue;
        const bool last = i + 1 == tokens.size() || ends_sentence(tokens[i + 1]);
        if (last && (tokens[i - 1].text == "or" || tokens[i - 1].text == "maybe")) return true;
    }
    return false;
}

/// Free text: the wishes in it, then the best answer of what is left.
class FreeText {
public:
    FreeText(const Question& question, const QuestionWords& words, std::string_view raw,
             std::vector<std::string>* trace)
        : question_(question), words_(words), trace_(trace), tokens_(tokenize(raw)) {
        correct_spelling(tokens_, words);
        scope_ = find_scope(tokens_);
        if (trace_) trace_tokens(tokens_, scope_, *trace_);
        intents_ = find_intents(tokens_, words.about, words.subjects);
        wishes_ = wishes_in(tokens_);
        std::erase_if(intents_, [&](const FoundIntent& one) { return is_rhetorical(one); });
        // Nothing that a question names is an answer.
        for (const FoundIntent& one : intents_) {
            if (trace_)
                trace_->push_back("wish     " + std::string(to_text(one.intent)) +
                                  (one.question ? " (a question)" : ""));
            for (std::uint32_t i = one.begin; one.question && i < one.end; ++i)
                scope_.weight[i] = 0;
        }
    }

    Understood run() {
        if (tokens_.empty()) return NotUnderstood{};
        Decision answer = best_reading();
        if (answer.kind == Decision::Kind::accept && is_undecided(tokens_))
            answer.kind = Decision::Kind::ask;
        if (trace_) {
            for (const Candidate& one : answer.candidates)
                trace_->push_back("score    " + value_text_of(one.value) + " " +
                                  two_places(one.score));
        }
        const FoundIntent* wish = strongest_wish();
        const bool accepted = answer.kind == Decision::Kind::accept;
        if (wish && overrules(*wish, answer)) {
            if (wish->intent == Intent::dont_know) return UnderstoodValue{Unknown{}, true};
            if (const auto command = command_of(wish->intent)) return UnderstoodCommand{*command};
            return NotUnderstood{};
        }
        if (accepted) {
            UnderstoodValue value{answer.candidates[0].value, false, answer.confidence(), {}};
            if (wish && wish->intent != Intent::dont_know &&
                (wish->weight > 0.65 || wish->question))
                value.also = command_of(wish->intent);
            const bool asked = wish && wish->intent == Intent::question && wish->question;
            if (asked) value.also = Command::side_question;
            return value;
        }
        NotUnderstood asked;
        for (const Candidate& one : answer.candidates) asked.candidates.push_back(one.value);
        return asked;
    }

private:
    static std::vector<PhraseMatch> wishes_in(const std::vector<Token>& tokens) {
        std::vector<PhraseMatch> matches = longest(intent_book().find(tokens));
        return matches;
    }

    /// "How could we not?" answers a question for a yes or a no.
    bool is_rhetorical(const FoundIntent& one) const {
        if (!one.question || question_.kind != QuestionKind::boolean) return false;
        constexpr std::uint32_t shortest_idiom = 3;  // tokens
        const std::vector<PhraseMatch> idioms = polarity_book().find(tokens_);
        return std::any_of(idioms.begin(), idioms.end(), [&](const PhraseMatch& idiom) {
            return idiom.begin == one.begin && idiom.end - idiom.begin >= shortest_idiom;
        });
    }

    std::string value_text_of(const Value& value) const {
        if (const auto* choice = std::get_if<Choice>(&value))
            return question_.choices[choice->index].id;
        if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
        if (const auto* amount = std::get_if<Amount>(&value))
            return std::to_string(amount->min) +
                   (amount->min == amount->max ? "" : "-" + std::to_string(amount->max));
        return "several";
    }

    /// What stands behind a self-correction counts; when nothing is understood there, all of it.
    Decision best_reading() {
        Reading reading{question_, words_, tokens_, scope_, wishes_, scope_.begin, trace_};
        Decision answer = read(reading);
        if (answer.kind == Decision::Kind::accept || scope_.begin == 0) return answer;
        reading.begin = 0;
        Decision whole = read(reading);
        // What was said first may be just what was taken back.
        if (whole.kind == Decision::Kind::accept && whole.confidence() < 0.95)
            whole.kind = Decision::Kind::ask;
        return whole.kind == Decision::Kind::accept || answer.candidates.empty() ? whole : answer;
    }

    const FoundIntent* strongest_wish() const {
        const FoundIntent* best = nullptr;
        for (const FoundIntent& one : intents_) {
            const bool plain = one.intent == Intent::question;
            if (!best || (one.weight > best->weight && !plain) ||
                (best->intent == Intent::question && !plain))
                best = &one;
        }
        return best;
    }

    /// True when the wish counts and the answer does not.
    bool overrules(const FoundIntent& wish, const Decision& answer) const {
        const bool accepted = answer.kind == Decision::Kind::accept;
        constexpr double weak = 0.65;
        if (wish.weight < weak && wish.intent != Intent::vague) {
            // A weak sign needs a short text, or a question, with nothing of an answer in it.
            const double best = answer.candidates.empty() ? 0 : answer.candidates[0].score;
            return !accepted && best < 0.45 && (wish.question || tokens_.size() <= 9);
        }
        switch (wish.intent) {
            case Intent::vague:
            case Intent::question:
                return !accepted || answer.confidence() < (wish.question ? 0.5 : 0.7);
            case Intent::dont_know:
                return !accepted || answer.confidence() < 0.62 || settles(wish);
            case Intent::restart:
                return true;
            case Intent::why:
            case Intent::explain:
            case Intent::side_question:
                return !accepted || answer.confidence() < 0.6 ||
                       (!wish.question && covers(wish, answer));
            default:
                return !accepted || covers(wish, answer) || answer.confidence() < 0.8;
        }
    }

    /// True for "I don't know it yet, the board decides": it opens the text, and nothing behind it
    /// offers an answer after all ("no idea, maybe five").
    bool settles(const FoundIntent& wish) const {
        static constexpr std::array<std::string_view, 20> resuming{
            "but",    "maybe",   "perhaps", "probably", "guess", "about",     "around",
            "say",    "though",  "roughly", "however",  "like",  "somewhere", "between",
            "assume", "suppose", "think",   "at",       "yes",   "no"};
        constexpr std::uint32_t latest_opening = 3;  // tokens: "honestly i do"
        const auto opening = std::find_if(wishes_.begin(), wishes_.end(), [&](const auto& match) {
            const Phrase& phrase = intent_book().phrase(match.phrase);
            return phrase.target == static_cast<std::uint32_t>(Intent::dont_know) &&
                   phrase.weight > 0.65 && match.begin <= latest_opening;
        });
        if (wish.begin > 0 || opening == wishes_.end()) return false;
        std::size_t at = opening->end;
        while (at < tokens_.size() && is_one_of(tokens_[at].text, {"it", "that", "this", "yet"}))
            ++at;
        if (at < tokens_.size() && tokens_[at].kind != Token::Kind::mark) return false;
        return std::none_of(tokens_.begin() + static_cast<std::ptrdiff_t>(at), tokens_.end(),
                            [](const Token& token) {
                                return token.kind == Token::Kind::number ||
                                       std::find(resuming.begin(), resuming.end(), token.text) !=
                                           resuming.end();
                            });
    }

    /// True when the text has little besides the sentence of the wish.
    bool covers(const FoundIntent& wish, const Decision&) const {
        std::size_t inside = 0;
        for (const PhraseMatch& match : wishes_) {
            if (match.begin >= wish.begin && match.end <= wish.end)
                inside = std::max<std::size_t>(inside, match.end - match.begin);
        }
        const std::size_t rest = tokens_.size() - std::min(tokens_.size(), inside);
        return rest <= 4;
    }

    const Question& question_;
    const QuestionWords& words_;
    std::vector<std::string>* trace_;
    std::vector<Token> tokens_;
    Scope scope_;
    std::vector<FoundIntent> intents_;
    std::vector<PhraseMatch> wishes_;
};

bool is_blank(std::string_view raw) {
    return raw.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Free text takes everything but a plain wish.
Understood understand_note(std::string_view raw) {
    const std::vector<Token> tokens = tokenize(raw);
    if (is_blank(raw)) return NotUnderstood{};
    const std::vector<FoundIntent> intents = find_intents(tokens, {}, {});
    for (const PhraseMatch& match : longest(intent_book().find(tokens))) {
        const std::size_t rest = tokens.size() - (match.end - match.begin);
        if (rest > 2 || tokens.size() > 7 || intents.empty()) continue;
        if (intents[0].intent == Intent::dont_know) return UnderstoodValue{Unknown{}, true};
        if (const auto command = command_of(intents[0].intent)) return UnderstoodCommand{*command};
    }
    return UnderstoodValue{std::string(raw), true};
}

}  // namespace

std::string_view to_text(Command command) {
    static constexpr std::array<std::string_view, 11> names{
        "back", "skip", "restart", "repeat", "why",          "explain",
        "yes",  "no",   "human",   "quit",   "side_question"};
    return names[static_cast<std::size_t>(command)];
}

Understood understand(const Question& question, std::string_view raw,
                      std::vector<std::string>* trace) {
    std::shared_ptr<const QuestionWords> made;
    if (!question.words) made = compile_words(question, {}, {});
    const QuestionWords& words = question.words ? *question.words : *made;
    const std::string text = normal(raw);
    if (text == "unknown" || (text.empty() && raw.find('?') != std::string_view::npos))
        return UnderstoodValue{Unknown{}, true};
    if (question.kind == QuestionKind::text) return understand_note(raw);
    // A choice's own words come first: a script may well offer "Skip" or "None".
    if (std::optional<UnderstoodValue> value = literal_value(question, words, text, raw)) {
        const auto* amount = std::get_if<Amount>(&value->value);
        if (!amount || amount->min >= 0) {
            if (trace) trace->push_back("literal  the answer's own words");
            return *value;
        }
        // Digits alone: the number itself, when it is one.
        Understood number = FreeText(question, words, raw, trace).run();
        if (auto* understood = std::get_if<UnderstoodValue>(&number)) understood->literal = true;
        return number;
    }
    if (question.kind == QuestionKind::multi) {
        if (std::optional<UnderstoodValue> value = listed_values(question, words, raw, text))
            return *value;
        // "Audit, purple": the part that says nothing must not be lost in silence.
        const std::vector<std::string> parts = parts_of(raw);
        for (const std::string& part : parts) {
            if (parts.size() < 2 || exact_choice(words, part) || part.find(' ') != part.rfind(' '))
                continue;
            const Understood one = FreeText(question, words, part, nullptr).run();
            if (!std::holds_alternative<UnderstoodValue>(one)) return NotUnderstood{};
        }
    }
    return FreeText(question, words, raw, trace).run();
}

Understood understand_command(std::string_view raw) {
    const std::vector<Token> tokens = tokenize(raw);
    const std::vector<FoundIntent> intents = find_intents(tokens, {}, {});
    for (const FoundIntent& one : intents) {
        if (const auto command = command_of(one.intent)) return UnderstoodCommand{*command};
    }
    Question plain;
    plain.kind = QuestionKind::boolean;
    plain.choices.resize(2);
    plain.choices[0].id = "yes";
    plain.choices[1].id = "no";
    static const QuestionWords no_words;
    const Scope scope = find_scope(tokens);
    const Decision answer =
        read_boolean({plain, no_words, tokens, scope, {}, scope.begin, nullptr});
    if (answer.kind != Decision::Kind::accept || answer.confidence() < 0.6) return NotUnderstood{};
    return UnderstoodCommand{std::get<bool>(answer.candidates[0].value) ? Command::yes
                                                                        : Command::no};
}

std::optional<std::size_t> understand_position(std::string_view raw, std::size_t size) {
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 12> words{{{"1", 0},
                                                                                     {"first", 0},
                                                                                     {"former", 0},
                                                                                     {"1st", 0},
                                                                                     {"2", 1},
                                                                                     {"second", 1},
                                                                                     {"2nd", 1},
                                                                                     {"latter", 1},
                                                                                     {"3", 2},
                                                                                     {"third", 2},
                                                                                     {"a", 0},
                                                                                     {"b", 1}}};
    std::vector<Token> tokens = tokenize(raw);
    std::erase_if(tokens, [](const Token& token) {
        return token.kind == Token::Kind::mark ||
               is_one_of(token.text, {"the", "one", "please", "option", "number", "answer", "yes",
                                      "is", "it", "i", "mean"});
    });
    if (tokens.size() != 1) return std::nullopt;
    if (tokens[0].text == "last" && size > 0) return size - 1;
    for (const auto& [word, position] : words) {
        if (tokens[0].text == word && position < size) return position;
    }
    return std::nullopt;
}

}  // namespace advisor::dialogs
