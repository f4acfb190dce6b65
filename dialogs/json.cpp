#include "dialogs/json.hpp"

#include "dialogs/facts_json.hpp"
#include "dialogs/json_text.hpp"
#include "dialogs/overloaded.hpp"
#include "dialogs/parse_json.hpp"
#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

const std::string* text_member(const json& frame, const char* key) {
    const auto found = frame.find(key);
    return found != frame.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                      : nullptr;
}

FrameFault missing(const char* type, const char* key, const char* what) {
    return {false, "\"" + std::string(type) + "\" needs \"" + key + "\", " + what + "."};
}

std::optional<std::uint32_t> find_choice(const Question& question, const json& id) {
    if (!id.is_string()) return std::nullopt;
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        if (question.choices[i].id == id.get_ref<const std::string&>()) return i;
    }
    return std::nullopt;
}

std::optional<std::int64_t> read_whole(const json& value) {
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return std::nullopt;
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return std::nullopt;
    const double number = value.get<double>();
    constexpr double exact =
        9007199254740992.0;  // 2^53: beyond it a double cannot tell whole numbers apart
    if (number < -exact || number > exact ||
        number != static_cast<double>(static_cast<std::int64_t>(number)))
        return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<Value> read_amount_value(const json& value) {
    if (const auto number = read_whole(value)) return Amount{*number, *number};
    if (!value.is_object() || value.size() != 2 || !value.contains("min") || !value.contains("max"))
        return std::nullopt;
    const auto min = read_whole(value["min"]);
    const auto max = read_whole(value["max"]);
    if (!min || !max) return std::nullopt;
    return Amount{*min, *max};
}

std::optional<Value> read_choices_value(const Question& question, const json& value) {
    if (!value.is_array()) return std::nullopt;
    Choices choices;
    for (const json& entry : value) {
        const auto index = find_choice(question, entry);
        if (!index) return std::nullopt;
        choices.mask |= 1U << *index;
    }
    return choices;
}

std::string how_to_send(const Question& question) {
    switch (question.kind) {
        case QuestionKind::choice: {
            std::string ids;
            for (const ChoiceSpec& choice : question.choices)
                ids += (ids.empty() ? "\"" : ", \"") + choice.id + "\"";
            return "one of " + ids;
        }
        case QuestionKind::multi:
            return "a list of option ids";
        case QuestionKind::number:
            return "a whole number or {\"min\",\"max\"}";
        case QuestionKind::boolean:
            return "true or false";
        case QuestionKind::scale:
            return "a whole number";
        case QuestionKind::text:
            return "a text";
    }
    return {};
}

/// The question and value of an `answer` or `change`.
std::variant<std::pair<QuestionIndex, Value>, Rejection> read_pair(const Script& script,
                                                                   const std::string& id,
                                                                   const json& value) {
    const std::optional<QuestionIndex> question = script.find_question(id);
    if (!question)
        return Rejection{Rejection::Code::unknown_question,
                         "This script has no question \"" + id + "\"."};
    std::optional<Value> read = read_value(script.questions[*question], value);
    if (!read)
        return Rejection{Rejection::Code::bad_value, "The value for \"" + id + "\" must be " +
                                                         how_to_send(script.questions[*question]) +
                                                         "."};
    return std::pair(*question, std::move(*read));
}

std::variant<Input, Rejection, FrameFault> read_answer(const Script& script, const json& frame) {
    const std::string* question = text_member(frame, "question");
    if (!question) return missing("answer", "question", "the id of a question");
    if (!frame.contains("value")) return missing("answer", "value", "the answer");
    auto pair = read_pair(script, *question, frame["value"]);
    if (auto* rejection = std::get_if<Rejection>(&pair)) return std::move(*rejection);
    return Input(GiveAnswer{*question, std::move(std::get<0>(pair).second)});
}

std::variant<Input, Rejection, FrameFault> read_change(const Script& script, const json& frame) {
    const std::string* question = text_member(frame, "question");
    if (!question) return missing("change", "question", "the id of a question");
    ChangeAnswer change;
    change.question = *question;
    if (const auto confirm = frame.find("confirm"); confirm != frame.end()) {
        if (!confirm->is_boolean()) return FrameFault{false, "\"confirm\" must be true or false."};
        change.confirmed = confirm->get<bool>();
        change.declined = !change.confirmed;
    }
    const auto value = frame.find("value");
    if (value != frame.end() && *value == "skipped" && script.find_question(*question)) {
        change.value = Skipped{};  // a proposed skip, as `confirm` names it
    } else if (value != frame.end() && !value->is_null()) {
        auto pair = read_pair(script, *question, *value);
        if (auto* rejection = std::get_if<Rejection>(&pair)) return std::move(*rejection);
        change.value = std::move(std::get<0>(pair).second);
    }
    return Input(std::move(change));
}

std::variant<Input, Rejection, FrameFault> read_say(const json& frame) {
    const std::string* text = text_member(frame, "text");
    if (!text || text->empty()) return missing("say", "text", "what was typed");
    if (count_characters(*text) > max_say_characters)
        return FrameFault{false, "\"text\" may have at most 4,000 characters."};
    return Input(Say{*text});
}

const Question& question_of(const Script& script, const std::string& id) {
    return script.questions[*script.find_question(id)];
}

std::string ids_of(const Script& script, const std::vector<QuestionIndex>& questions) {
    std::string text = "[";
    for (const QuestionIndex question : questions)
        text += (text.size() > 1 ? "," : "") + json_quoted(script.questions[question].id);
    return text + "]";
}

void append_choices(std::string& out, const Question& question, const Choices& choices) {
    out += '[';
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        if ((choices.mask >> i & 1U) == 0) continue;
        if (out.back() != '[') out += ',';
        append_quoted(out, question.choices[i].id);
    }
    out += ']';
}

std::string confirm_json(const Script& script, const Consequences& change) {
    const Question& question = script.questions[change.question];
    return R"({"question":)" + json_quoted(question.id) + R"(,"value":)" +
           to_json(question, change.value) + R"(,"kept":)" + ids_of(script, change.kept) +
           R"(,"dropped":)" + ids_of(script, change.dropped) + R"(,"asked":)" +
           ids_of(script, change.asked) + "}";
}

}  // namespace

std::variant<Input, Rejection, FrameFault> read_input(const Script& script, const json& frame) {
    const std::string* type = text_member(frame, "type");
    if (!type) return FrameFault{false, "A frame needs \"type\"."};
    if (*type == "answer") return read_answer(script, frame);
    if (*type == "say") return read_say(frame);
    if (*type == "change") return read_change(script, frame);
    if (*type == "back") return Input(Back{});
    if (*type == "skip") return Input(Skip{});
    if (*type == "restart") return Input(Restart{});
    if (*type == "start") return Input(Start{});
    if (*type == "facts") return read_take_facts(frame);
    return FrameFault{true, "There is no frame type \"" + type->substr(0, 40) +
                                "\"; docs/protocol.md lists them."};
}

std::string to_json(const Script& script, const Input& input) {
    return std::visit(
        overloaded{
            [&](const Start&) { return std::string(R"({"type":"start"})"); },
            [&](const GiveAnswer& answer) {
                return R"({"type":"answer","question":)" + json_quoted(answer.question) +
                       R"(,"value":)" +
                       to_json(question_of(script, answer.question), answer.value) + "}";
            },
            [&](const Say& say) {
                return R"({"type":"say","text":)" + json_quoted(say.text) + "}";
            },
            [&](const ChangeAnswer& change) {
                std::string text = R"({"type":"change","question":)" + json_quoted(change.question);
                if (change.value)
                    text += R"(,"value":)" +
                            to_json(question_of(script, change.question), *change.value);
                if (change.confirmed || change.declined)
                    text += change.confirmed ? R"(,"confirm":true)" : R"(,"confirm":false)";
                return text + "}";
            },
            [&](const Back&) { return std::string(R"({"type":"back"})"); },
            [&](const Skip&) { return std::string(R"({"type":"skip"})"); },
            [&](const Restart&) { return std::string(R"({"type":"restart"})"); },
            [&](const TakeFacts& facts) { return take_facts_json(facts); },
        },
        input);
}

std::string spoken(const Script& script, const Input& input) {
    return std::visit(overloaded{
                          [&](const Start&) { return std::string(); },
                          [&](const GiveAnswer& answer) {
                              return value_text(question_of(script, answer.question), answer.value);
                          },
                          [&](const Say& say) { return say.text; },
                          [&](const ChangeAnswer& change) {
                              const Question& question = question_of(script, change.question);
                              if (change.declined) return std::string("Keep it as it is");
                              if (!change.value) return "Change “" + question.label + "”";
                              return question.label + ": " + value_text(question, *change.value);
                          },
                          [&](const Back&) { return std::string("Back"); },
                          [&](const Skip&) { return std::string("Skip"); },
                          [&](const Restart&) { return std::string("Restart"); },
                          [&](const TakeFacts& facts) { return spoken_facts(script, facts); },
                      },
                      input);
}

void append_json(std::string& out, const Question& question, const Value& value) {
    std::visit(
        overloaded{
            [&](const Unknown&) { out += R"("unknown")"; },
            [&](const Skipped&) { out += R"("skipped")"; },
            [&](const Choice& choice) { append_quoted(out, question.choices[choice.index].id); },
            [&](const Choices& choices) { append_choices(out, question, choices); },
            [&](const Amount& amount) {
                if (amount.min == amount.max)
                    out += std::to_string(amount.min);
                else
                    out += R"({"min":)" + std::to_string(amount.min) + R"(,"max":)" +
                           std::to_string(amount.max) + "}";
            },
            [&](bool flag) { out += flag ? "true" : "false"; },
            [&](const Text& typed) {
                const std::string& text = typed.str();
                // A text that is spelled like one of the words for "no answer" must not be read as
                // one.
                const bool ambiguous = text == "unknown" || text == "skipped";
                if (ambiguous) out += R"({"text":)";
                append_quoted(out, text);
                if (ambiguous) out += '}';
            },
        },
        value);
}

std::string to_json(const Question& question, const Value& value) {
    std::string text;
    append_json(text, question, value);
    return text;
}

std::optional<Value> read_value(const Question& question, const json& value) {
    if (value.is_string() && value.get_ref<const std::string&>() == "unknown") return Unknown{};
    switch (question.kind) {
        case QuestionKind::choice: {
            const auto index = find_choice(question, value);
            if (!index) return std::nullopt;
            return Choice{*index};
        }
        case QuestionKind::multi:
            return read_choices_value(question, value);
        case QuestionKind::number:
        case QuestionKind::scale:
            return read_amount_value(value);
        case QuestionKind::boolean:
            if (!value.is_boolean()) return std::nullopt;
            return value.get<bool>();
        case QuestionKind::text:
            if (value.is_string()) return value.get<std::string>();
            if (const std::string* text = value.is_object() ? text_member(value, "text") : nullptr)
                return *text;
            return std::nullopt;
    }
    return std::nullopt;
}

std::string answers_json(const Script& script, const Answers& answers) {
    std::string text = "{";
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        if (!answers[i]) continue;
        if (text.size() > 1) text += ',';
        append_quoted(text, script.questions[i].id);
        text += ':';
        append_json(text, script.questions[i], *answers[i]);
    }
    return text + "}";
}

std::string to_json(const Script& script, const State& state) {
    std::string text = R"({"answers":)" + answers_json(script, state.answers);
    if (state.reopened)
        text += R"(,"reopened":)" + json_quoted(script.questions[*state.reopened].id);
    if (state.proposed) {
        const Question& question = script.questions[state.proposed->question];
        text += R"(,"proposed":{"question":)" + json_quoted(question.id) + R"(,"value":)" +
                to_json(question, state.proposed->value) + "}";
    }
    if (state.offered) {
        const Question& question = script.questions[state.offered->question];
        text += R"(,"offered":{"question":)" + json_quoted(question.id) + R"(,"values":[)";
        for (std::size_t i = 0; i < state.offered->values.size(); ++i) {
            if (i > 0) text += ',';
            append_json(text, question, state.offered->values[i]);
        }
        text += "]}";
    }
    append_state_facts(text, script, state);
    if (state.earlier_outcome)
        text += R"(,"earlier_outcome":)" + json_quoted(script.outcome_id(*state.earlier_outcome));
    if (state.early) text += R"(,"early":)" + json_quoted(script.outcome_id(*state.early));
    if (state.stopped) text += R"(,"stopped":true)";
    return text + "}";
}

namespace {

/// A stored value: like one from the wire, and "skipped" besides.
std::optional<Value> read_stored(const Question& question, const json& value) {
    if (value.is_string() && value.get_ref<const std::string&>() == "skipped") return Skipped{};
    std::optional<Value> read = read_value(question, value);
    std::string why;
    if (read && !fits(question, *read, why)) return std::nullopt;
    return read;
}

bool read_answers(const Script& script, const json& answers, State& state) {
    if (!answers.is_object()) return false;
    for (const auto& [id, value] : answers.items()) {
        const auto question = script.find_question(id);
        if (!question) return false;
        state.answers[*question] = read_stored(script.questions[*question], value);
        if (!state.answers[*question]) return false;
    }
    return true;
}

bool read_proposed(const Script& script, const json& proposed, State& state) {
    const std::string* id = proposed.is_object() ? text_member(proposed, "question") : nullptr;
    const auto question = id ? script.find_question(*id) : std::nullopt;
    if (!question || !proposed.contains("value")) return false;
    std::optional<Value> value = read_stored(script.questions[*question], proposed["value"]);
    if (!value) return false;
    state.proposed = ProposedChange{*question, std::move(*value)};
    return true;
}

bool read_offered(const Script& script, const json& offered, State& state) {
    const std::string* id = offered.is_object() ? text_member(offered, "question") : nullptr;
    const auto question = id ? script.find_question(*id) : std::nullopt;
    if (!question || !offered.contains("values") || !offered["values"].is_array()) return false;
    OfferedAnswers answers{*question, {}};
    for (const json& entry : offered["values"]) {
        std::optional<Value> value = read_stored(script.questions[*question], entry);
        if (!value) return false;
        answers.values.push_back(std::move(*value));
    }
    if (answers.values.empty()) return false;
    state.offered = std::move(answers);
    return true;
}

}  // namespace

std::optional<State> read_state(const Script& script, std::string_view text) {
    const json document = parse_json(text);
    if (!document.is_object() || !document.contains("answers")) return std::nullopt;
    State state = fresh_state(script);
    if (!read_answers(script, document["answers"], state)) return std::nullopt;
    if (const std::string* id = text_member(document, "reopened")) {
        state.reopened = script.find_question(*id);
        if (!state.reopened) return std::nullopt;
    }
    if (document.contains("proposed") && !read_proposed(script, document["proposed"], state))
        return std::nullopt;
    if (document.contains("offered") && !read_offered(script, document["offered"], state))
        return std::nullopt;
    if (!read_state_facts(script, document, state)) return std::nullopt;
    for (std::size_t outcome = 0; outcome <= script.tie_outcome(); ++outcome) {
        const std::string& id = script.outcome_id(outcome);
        const std::string* earlier = text_member(document, "earlier_outcome");
        if (earlier && *earlier == id) state.earlier_outcome = outcome;
        const std::string* early = text_member(document, "early");
        if (early && *early == id) state.early = static_cast<std::uint8_t>(outcome);
    }
    state.stopped = document.value("stopped", json()) == json(true);
    return state;
}

std::string reply_members(const Script& script, const State& state, const Outputs& outputs,
                          std::string_view report) {
    std::size_t room = outputs.result ? 6000 : 250;
    for (const Message& message : outputs.messages) room += message.text.size() + 50;
    std::string text;
    text.reserve(room);
    text += R"("messages":[)";
    for (const Message& message : outputs.messages) {
        if (text.back() != '[') text += ',';
        text += R"({"text":)";
        append_quoted(text, message.text);
        text += R"(,"kind":")";
        text += to_text(message.kind);
        text += R"("})";
    }
    text += "]";
    if (outputs.confirm) text += R"(,"confirm":)" + confirm_json(script, *outputs.confirm);
    append_offered_facts(text, script, outputs.facts);
    text += R"(,"question":)";
    if (outputs.question)
        append_fragment(text, 'q', script.questions[*outputs.question].id);
    else
        text += "null";
    text += R"(,"progress":{"answered":)" + std::to_string(outputs.progress.answered) +
            R"(,"remaining":)" + std::to_string(outputs.progress.remaining) + "}";
    if (outputs.early) {
        text += R"(,"early":{"outcome":)" + json_quoted(script.outcome_id(outputs.early->outcome)) +
                R"(,"name":)" + json_quoted(script.outcome_name(outputs.early->outcome)) +
                R"(,"remaining":)" + std::to_string(outputs.early->remaining) + R"(,"stopped":)" +
                (state.stopped ? "true" : "false") + "}";
    }
    text += R"(,"recommendation":)";
    if (outputs.result)
        append_json(text, script, state.answers, explain(script, state.answers, *outputs.result),
                    report);
    else
        text += "null";
    return text;
}

}  // namespace advisor::dialogs
