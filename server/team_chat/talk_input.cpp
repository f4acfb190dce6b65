#include "server/team_chat/talk_input.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "dialogs/json.hpp"
#include "dialogs/understand.hpp"
#include "server/channels/body.hpp"
#include "server/team_chat/talk_view.hpp"

namespace advisor::server {
namespace {

using dialogs::Question;
using dialogs::QuestionKind;
using nlohmann::json;

constexpr std::size_t shortest_prefix = 3;

std::string folded(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// "1 3", "1,3", "1 and 3" -> numbers; nothing when anything else is in it.
std::vector<std::size_t> read_numbers(std::string_view text) {
    std::string spaced = folded(text);
    for (char& c : spaced) {
        if (c == ',' || c == ';' || c == '&' || c == '+' || c == '\t' || c == '\n') c = ' ';
    }
    std::vector<std::size_t> numbers;
    for (std::size_t at = 0; at < spaced.size();) {
        const std::size_t begin = spaced.find_first_not_of(' ', at);
        if (begin == std::string::npos) break;
        at = std::min(spaced.find(' ', begin), spaced.size());
        std::string word = spaced.substr(begin, at - begin);
        if (word == "and" && !numbers.empty()) continue;
        while (word.size() > 1 && (word.back() == '.' || word.back() == ')')) word.pop_back();
        const bool digits = word.size() <= 3 && std::all_of(word.begin(), word.end(), [](char c) {
                                return c >= '0' && c <= '9';
                            });
        if (!digits) return {};
        numbers.push_back(static_cast<std::size_t>(std::stoul(word)));
    }
    return numbers;
}

json answer_frame(const Question& question, json value) {
    return {{"type", "answer"}, {"question", question.id}, {"value", std::move(value)}};
}

/// The value of option `index`, as the protocol sends it.
json option_value(const Question& question, std::size_t index) {
    switch (question.kind) {
        case QuestionKind::choice:
        case QuestionKind::multi:
            return question.choices[index].id;
        case QuestionKind::boolean:
            return index == 0;
        case QuestionKind::number: {
            const dialogs::Amount amount = question.ranges[index].amount;
            return {{"min", amount.min}, {"max", amount.max}};
        }
        case QuestionKind::scale:
            return question.limits.min + static_cast<std::int64_t>(index);
        case QuestionKind::text:
            break;
    }
    return nullptr;
}

std::optional<json> numbered_answer(const Question& question, const std::string& text) {
    const std::vector<std::size_t> numbers = read_numbers(text);
    const std::size_t count = question.choices.size();
    const bool in_range =
        !numbers.empty() && std::all_of(numbers.begin(), numbers.end(), [&](std::size_t number) {
            return number >= 1 && number <= count;
        });
    if (!in_range) return std::nullopt;
    if (question.kind == QuestionKind::multi) {
        json ids = json::array();
        for (const std::size_t number : numbers) ids.push_back(option_value(question, number - 1));
        return answer_frame(question, std::move(ids));
    }
    const bool one =
        question.kind == QuestionKind::choice || question.kind == QuestionKind::boolean;
    if (!one || numbers.size() != 1) return std::nullopt;
    return answer_frame(question, option_value(question, numbers.front() - 1));
}

/// Where nothing else is understood, the beginning of exactly one label.
std::optional<json> prefix_answer(const Question& question, const std::string& text) {
    if (question.kind != QuestionKind::choice && question.kind != QuestionKind::multi)
        return std::nullopt;
    const std::string begin = folded(channels::trimmed(text));
    if (begin.size() < shortest_prefix) return std::nullopt;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        if (!folded(question.choices[i].say).starts_with(begin)) continue;
        if (found) return std::nullopt;
        found = i;
    }
    if (!found ||
        !std::holds_alternative<dialogs::NotUnderstood>(dialogs::understand(question, text)))
        return std::nullopt;
    json value = option_value(question, *found);
    if (question.kind == QuestionKind::multi) value = json::array({value});
    return answer_frame(question, std::move(value));
}

std::optional<std::size_t> find_option(const std::vector<channels::OptionView>& options,
                                       std::string_view key) {
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i].key == key) return i;
    }
    return std::nullopt;
}

Pressed make_frame(json frame, std::string said = {}) {
    Pressed pressed;
    pressed.kind = Pressed::Kind::frame;
    pressed.frame = std::move(frame);
    pressed.said = std::move(said);
    return pressed;
}

Pressed confirm_press(const dialogs::Script& script, const dialogs::State& state, bool yes) {
    if (!state.proposed) return {};
    const Question& question = script.questions[state.proposed->question];
    json frame{{"type", "change"}, {"question", question.id}, {"confirm", yes}};
    frame["value"] = json::parse(dialogs::to_json(question, state.proposed->value));
    return make_frame(std::move(frame), yes ? "yes" : "no");
}

/// The chosen keys of a submitted multiple choice, as its answer.
Pressed multi_press(const Question& question, const std::vector<std::size_t>& chosen) {
    json ids = json::array();
    std::string said;
    for (const std::size_t index : chosen) {
        ids.push_back(question.choices[index].id);
        said += (said.empty() ? "" : ", ") + question.choices[index].say;
    }
    return make_frame(answer_frame(question, std::move(ids)),
                      said.empty() ? "none of these" : said);
}

/// The positions of the submitted values, which are keys or whole tokens of the same question.
std::optional<std::vector<std::size_t>> submitted(const std::vector<channels::OptionView>& options,
                                                  const channels::Event& event,
                                                  const channels::AnswerToken& token) {
    std::vector<std::size_t> chosen;
    for (const std::string& value : event.values) {
        std::string key = value;
        if (const auto inner = channels::read_token(value)) {
            if (inner->question != token.question || inner->session != token.session)
                return std::nullopt;
            key = inner->option;
        }
        const std::optional<std::size_t> index = find_option(options, key);
        if (!index) return std::nullopt;
        chosen.push_back(*index);
    }
    return chosen;
}

Pressed option_press(const Question& question, const channels::Event& event,
                     const channels::AnswerToken& token, std::uint32_t ticked) {
    const std::vector<channels::OptionView> options = options_of(question);
    const bool multi = question.kind == QuestionKind::multi;
    std::optional<std::vector<std::size_t>> chosen = submitted(options, event, token);
    if (!chosen) return {};
    if (multi &&
        (token.option == channels::submit_option || event.kind == channels::EventKind::submit)) {
        if (event.kind != channels::EventKind::submit) {
            chosen->clear();
            for (std::size_t i = 0; i < options.size(); ++i) {
                if ((ticked >> i & 1U) != 0) chosen->push_back(i);
            }
        }
        return multi_press(question, *chosen);
    }
    std::optional<std::size_t> index = find_option(options, token.option);
    if (!index && chosen->size() == 1) index = chosen->front();
    if (!index) return {};
    if (multi) {
        Pressed pressed;
        pressed.kind = Pressed::Kind::toggle;
        pressed.toggled = *index;
        return pressed;
    }
    return make_frame(answer_frame(question, option_value(question, *index)),
                      options[*index].label);
}

}  // namespace

TypedWord read_talk_word(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, TalkWord>, 10> words{{
        {"start", TalkWord::start},
        {"back", TalkWord::back},
        {"skip", TalkWord::skip},
        {"change", TalkWord::change},
        {"status", TalkWord::status},
        {"restart", TalkWord::restart},
        {"cancel", TalkWord::cancel},
        {"help", TalkWord::help},
        {"code", TalkWord::code},
        {"join", TalkWord::join},
    }};
    const std::string whole = channels::trimmed(text);
    for (const auto& [word, meaning] : words) {
        const std::optional<std::string> rest = channels::after_word(whole, word);
        if (!rest) continue;
        const bool takes_rest =
            meaning == TalkWord::start || meaning == TalkWord::join || meaning == TalkWord::change;
        const bool one_word = rest->find(' ') == std::string::npos;
        if (rest->empty() && meaning != TalkWord::join) return {meaning, {}};
        if (takes_rest && !rest->empty() && (one_word || meaning != TalkWord::join))
            return {meaning, *rest};
    }
    return {};
}

std::optional<dialogs::QuestionIndex> find_answered(const dialogs::Script& script,
                                                    const dialogs::State& state,
                                                    const std::string& which) {
    const std::vector<std::size_t> numbers = read_numbers(which);
    const std::string begin = folded(channels::trimmed(which));
    std::optional<dialogs::QuestionIndex> found;
    std::size_t number = 0;
    for (dialogs::QuestionIndex i = 0; i < state.answers.size(); ++i) {
        if (!state.answers[i]) continue;
        ++number;
        const Question& question = script.questions[i];
        if ((numbers.size() == 1 && numbers.front() == number) || question.id == begin) return i;
        if (begin.size() < shortest_prefix || !folded(question.label).starts_with(begin)) continue;
        if (found) return std::nullopt;
        found = i;
    }
    return found;
}

std::optional<json> typed_value(const Question& question, const std::string& text) {
    if (std::optional<json> frame = numbered_answer(question, text)) return (*frame)["value"];
    if (std::optional<json> frame = prefix_answer(question, text)) return (*frame)["value"];
    const dialogs::Understood understood = dialogs::understand(question, text);
    const auto* value = std::get_if<dialogs::UnderstoodValue>(&understood);
    if (!value) return std::nullopt;
    return json::parse(dialogs::to_json(question, value->value));
}

std::optional<json> pressed_value(const Question& question, const channels::Event& event,
                                  const channels::AnswerToken& token) {
    if (token.option == channels::unknown_option) return "unknown";
    if (token.option == channels::text_option)
        return event.text.empty() ? std::nullopt : typed_value(question, event.text);
    const bool ticked_here =
        question.kind == QuestionKind::multi && event.kind != channels::EventKind::submit;
    if (ticked_here) return std::nullopt;
    Pressed pressed = option_press(question, event, token, 0);
    if (pressed.kind != Pressed::Kind::frame) return std::nullopt;
    return std::move(pressed.frame["value"]);
}

json typed_frame(const dialogs::Script& script, const dialogs::State& state,
                 const std::string& text) {
    const json say{{"type", "say"}, {"text", text}};
    const std::optional<dialogs::QuestionIndex> pending = dialogs::pending_question(script, state);
    if (!pending || state.proposed) return say;
    const Question& question = script.questions[*pending];
    if (std::optional<json> frame = numbered_answer(question, text)) return *frame;
    if (std::optional<json> frame = prefix_answer(question, text)) return *frame;
    return say;
}

Pressed read_press(const dialogs::Script& script, const dialogs::State& state,
                   const channels::Event& event, const channels::AnswerToken& token,
                   std::uint32_t ticked) {
    const std::optional<dialogs::QuestionIndex> pending = dialogs::pending_question(script, state);
    const bool confirms =
        token.option == channels::yes_option || token.option == channels::no_option;
    if (confirms) {
        if (!state.proposed || token.question != token_number(state.proposed->question)) return {};
        return confirm_press(script, state, token.option == channels::yes_option);
    }
    if (!pending || token.question != token_number(*pending)) return {};
    const Question& question = script.questions[*pending];
    if (token.option == channels::back_option) return make_frame({{"type", "back"}}, "back");
    if (token.option == channels::skip_option) return make_frame({{"type", "skip"}}, "skip");
    if (token.option == channels::restart_option)
        return make_frame({{"type", "restart"}}, "restart");
    if (token.option == channels::unknown_option)
        return make_frame(answer_frame(question, "unknown"), "I don't know");
    if (token.option == channels::cancel_option) {
        Pressed pressed;
        pressed.kind = Pressed::Kind::cancel;
        return pressed;
    }
    if (token.option == channels::text_option) {
        if (event.text.empty()) return {};
        return make_frame(typed_frame(script, state, event.text), event.text);
    }
    return option_press(question, event, token, ticked);
}

}  // namespace advisor::server
