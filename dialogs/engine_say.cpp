#include "dialogs/engine_parts.hpp"

#include <algorithm>
#include <utility>

#include "dialogs/fact_turns.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/typed_change.hpp"

namespace advisor::dialogs::engine {
namespace {

StepResult complete(const Script& script, FactTurn turn) {
    if (turn.rejected) return reject(turn.rejected->code, std::move(turn.rejected->message));
    return finish(script, std::move(turn.state), std::move(turn.messages));
}

/// What is said to a question that came with an answer.
Message aside(const Script& script, std::string_view text) {
    const std::optional<SideAnswer> found =
        script.knowledge ? answer_side_question(*script.knowledge, text) : std::nullopt;
    if (found)
        return {MessageKind::info, text_with_source(script.knowledge->answers()[found->answer])};
    return {MessageKind::note, "You asked something, too. " + std::string(side_question_text)};
}

/// `text` is what was typed: a question in it is answered beside.
StepResult take_typed_value(const Script& script, State state, QuestionIndex pending,
                            const UnderstoodValue& understood, std::string_view text) {
    const Question& question = script.questions[pending];
    std::string why;
    if (!fits(question, understood.value, why))
        return remark(script, std::move(state), MessageKind::unclear, why);
    Messages messages;
    if (!understood.literal)
        messages.push_back({MessageKind::understood,
                            "I take that as “" + value_text(question, understood.value) + "”."});
    if (understood.also == Command::why && !question.why.empty())
        messages.push_back({MessageKind::why, question.why});
    if (understood.also == Command::help && !question.help.empty())
        messages.push_back({MessageKind::help, question.help});
    if (understood.also == Command::human)
        messages.push_back({MessageKind::note, contact_text(script)});
    if (understood.also == Command::side_question) messages.push_back(aside(script, text));
    state.proposed.reset();
    return set_answer(script, std::move(state), pending, understood.value, false,
                      std::move(messages));
}

StepResult confirm_or_drop(const Script& script, State state, bool yes) {
    const ProposedChange proposed = *state.proposed;
    state.proposed.reset();
    if (!yes) return remark(script, std::move(state), MessageKind::note, "Nothing changed.");
    return set_answer(script, std::move(state), proposed.question, proposed.value, true, {});
}

/// Answers a question beside the talk. What was pending stays pending, also a change that waits for
/// a yes.
StepResult tell(const Script& script, State state, Messages messages) {
    StepResult result;
    if (state.proposed) {
        Consequences change = consequences(script, state, *state.proposed);
        result = propose(script, std::move(state), std::move(change));
    } else {
        fill_standing(script, state, result.outputs);
        result.state = std::move(state);
    }
    Messages& all = result.outputs.messages;
    all.insert(all.begin(), std::make_move_iterator(messages.begin()),
               std::make_move_iterator(messages.end()));
    return result;
}

/// The answer to a side question, or nothing when the text is to be read as an answer: `understood`
/// is what it would be taken as.
std::optional<Messages> side_messages(const Script& script, std::optional<QuestionIndex> pending,
                                      std::string_view text, const Understood& understood) {
    if (!script.knowledge) return std::nullopt;
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const auto* wish = std::get_if<UnderstoodCommand>(&understood);
    const bool wants_help = wish && wish->command == Command::help;
    const bool free_text = pending && script.questions[*pending].kind == QuestionKind::text;
    if (value && value->literal && !free_text) return std::nullopt;
    const std::optional<SideAnswer> found = answer_side_question(*script.knowledge, text);
    if (!found && !value && !wants_help && is_clear_question(text) &&
        !script.knowledge->unknown().empty())
        return Messages{{MessageKind::info, script.knowledge->unknown()}};
    if (!found || ((value || wants_help) && !found->sure)) return std::nullopt;
    const KnowledgeAnswer& answer = script.knowledge->answers()[found->answer];
    Messages messages{{MessageKind::info, text_with_source(answer)}};
    if (answer.explains_question && pending && !script.questions[*pending].why.empty())
        messages.push_back({MessageKind::why, script.questions[*pending].why});
    return messages;
}

/// Asks which of several answers was meant, or asks again when there is none to offer.
StepResult ask_back(const Script& script, State state, QuestionIndex pending,
                    const NotUnderstood& heard) {
    const Question& question = script.questions[pending];
    OfferedAnswers offered{pending, {}};
    std::string names;
    for (const Value& value : heard.candidates) {
        std::string why;
        if (!fits(question, value, why)) continue;
        if (!names.empty()) names += " or ";
        names += "“" + value_text(question, value) + "”";
        offered.values.push_back(value);
    }
    if (offered.values.empty())
        return remark(script, std::move(state), MessageKind::unclear,
                      "Sorry, I did not get that. " + how_to_answer(question));
    state.offered = std::move(offered);
    return remark(script, std::move(state), MessageKind::unclear,
                  "I am not sure that I got that. Did you mean " + names + "?");
}

/// The offered answer that the text picks: "yes" when there is one, "the second" when there are
/// several.
std::optional<Value> picked(const Question& question, const OfferedAnswers& offered,
                            const std::string& text, const Understood& command) {
    const auto* wish = std::get_if<UnderstoodCommand>(&command);
    if (offered.values.size() == 1 && wish && wish->command == Command::yes)
        return offered.values.front();
    const bool digits = text.find_first_of("0123456789") != std::string::npos;
    const bool numeric =
        question.kind == QuestionKind::number || question.kind == QuestionKind::scale;
    if (digits && numeric) return std::nullopt;  // then it is a number, not a position
    const auto position = understand_position(text, offered.values.size());
    if (!position) return std::nullopt;
    return offered.values[*position];
}

/// Offers what a text states besides the answer that was taken from it.
StepResult offer_rest(const Script& script, StepResult taken, std::string_view text) {
    if (taken.rejected || taken.state.proposed || taken.outputs.result) return taken;
    std::vector<FoundFact> facts =
        fitting_facts(script, taken.state.answers, read_description(script, text));
    if (facts.empty()) return taken;
    return complete(script, offer_facts(script, std::move(taken.state), std::move(facts),
                                        std::move(taken.outputs.messages)));
}

StepResult change_typed(const Script& script, State state, TypedChange wanted) {
    if (!wanted.question) {
        std::vector<QuestionIndex> answered;
        for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
            if (state.answers[i]) answered.push_back(i);
        }
        return remark(
            script, std::move(state), MessageKind::unclear,
            answered.empty()
                ? "There is no answer to change yet."
                : "Which answer would you like to change: " + list_labels(script, answered) + "?");
    }
    const QuestionIndex at = *wanted.question;
    const Question& question = script.questions[at];
    std::string why;
    if (wanted.value && !fits(question, *wanted.value, why))
        return remark(script, std::move(state), MessageKind::unclear, why);
    if (state.answers[at] && wanted.value && wanted.guessed)
        return propose(script, std::move(state), consequences(script, state, {at, *wanted.value}));
    if (state.answers[at])
        return change(script, std::move(state), ChangeAnswer{question.id, wanted.value});
    if (pending_question(script, state) == at) {
        if (wanted.value) return set_answer(script, std::move(state), at, *wanted.value, false, {});
        return remark(script, std::move(state), MessageKind::note, "That is my question just now:");
    }
    if (wanted.value) {
        std::vector<FoundFact> facts = fitting_facts(script, state.answers, {{at, *wanted.value}});
        if (!facts.empty())
            return complete(script, offer_facts(script, std::move(state), std::move(facts), {}));
    }
    return remark(script, std::move(state), MessageKind::note,
                  "“" + question.label + "” has no answer yet, so there is nothing to change.");
}

/// What a text can be before it is read as an answer: a word on what is offered or proposed, a wish
/// to revise, a description. Nothing when it is none of these; `state` is then without what is off
/// the table.
std::optional<StepResult> say_beside(const Script& script, State& state,
                                     std::optional<QuestionIndex> pending, const std::string& text,
                                     const Understood& command) {
    if (state.proposed) {
        const auto* agreed = std::get_if<UnderstoodCommand>(&command);
        if (agreed && (agreed->command == Command::yes || agreed->command == Command::no))
            return confirm_or_drop(script, std::move(state), agreed->command == Command::yes);
    }
    const std::vector<FoundFact> facts = std::exchange(state.facts, {});
    if (!facts.empty()) {
        if (const auto taken = is_plain_yes_or_no(text))
            return complete(script, take_over(script, std::move(state),
                                              *taken ? facts : std::vector<FoundFact>()));
    }
    if (auto wanted = read_typed_change(script, state.answers, pending, text)) {
        state.offered.reset();
        return change_typed(script, std::move(state), std::move(*wanted));
    }
    // Said once more, a text that was not taken over is read as an answer after all.
    if (!facts.empty() || !is_description(text)) return std::nullopt;
    std::vector<FoundFact> found =
        fitting_facts(script, state.answers, read_description(script, text));
    if (found.size() < 2) return std::nullopt;
    state.proposed.reset();
    state.offered.reset();
    return complete(script, offer_facts(script, std::move(state), std::move(found), {}));
}

/// The answer that the text picks from "did you mean A or B?", or what is said when it is neither.
std::optional<StepResult> say_to_offered(const Script& script, State& state,
                                         std::optional<QuestionIndex> pending,
                                         const std::string& text, const Understood& command) {
    if (!state.offered) return std::nullopt;
    const OfferedAnswers offered = *std::exchange(state.offered, std::nullopt);
    if (pending != offered.question) return std::nullopt;
    const Question& question = script.questions[*pending];
    if (std::optional<Value> value = picked(question, offered, text, command))
        return take_typed_value(script, std::move(state), *pending,
                                UnderstoodValue{std::move(*value), true}, text);
    const auto* wish = std::get_if<UnderstoodCommand>(&command);
    if (wish && wish->command == Command::no && question.kind != QuestionKind::boolean)
        return remark(script, std::move(state), MessageKind::unclear,
                      "I see, neither. " + how_to_answer(question));
    return std::nullopt;
}

/// In a text of several sentences most words are about something else, so only what is very likely
/// an answer is taken as one; the rest is asked back.
Understood understand_answer(const Question& question, const std::string& text) {
    constexpr double very_likely = 0.85;
    Understood understood = understand(question, text);
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const bool doubtful = value && !value->literal && value->confidence < very_likely &&
                          question.kind != QuestionKind::text && is_description(text);
    if (doubtful) return NotUnderstood{{value->value}};
    return understood;
}

}  // namespace

StepResult say(const Script& script, State state, const Say& input) {
    if (state.early && !state.reopened && first_open(settle(script, state.answers))) {
        if (const std::optional<EarlyWish> wish = understand_early(input.text))
            return end_or_go_on(script, std::move(state), *wish);
    }
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    const Understood command = understand_command(input.text);
    const std::vector<FoundFact> facts = state.facts;
    if (auto result = say_beside(script, state, pending, input.text, command)) return *result;
    if (auto result = say_to_offered(script, state, pending, input.text, command)) return *result;
    const Understood understood =
        pending ? understand_answer(script.questions[*pending], input.text) : command;
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const auto* wish = std::get_if<UnderstoodCommand>(&understood);
    // "What is V8?" is about the matter, "what do you mean?" about the pending question: the
    // knowledge file tells which. "Why?" is about the pending question as long as there is one.
    const bool may_ask = wish ? wish->command == Command::side_question ||
                                    wish->command == Command::help ||
                                    (wish->command == Command::why && !pending)
                              : !value || !value->also;
    if (may_ask) {
        if (auto messages = side_messages(script, pending, input.text, understood)) {
            state.facts = facts;  // a question beside the talk leaves everything on the table
            return tell(script, std::move(state), std::move(*messages));
        }
    }
    state.proposed.reset();
    if (wish) return obey(script, std::move(state), wish->command);
    if (value) {
        StepResult taken = take_typed_value(script, std::move(state), *pending, *value, input.text);
        return value->literal ? taken : offer_rest(script, std::move(taken), input.text);
    }
    if (!pending) return explain(script, std::move(state), Command::help);
    if (std::vector<FoundFact> found =
            fitting_facts(script, state.answers, read_description(script, input.text));
        !found.empty())
        return complete(script, offer_facts(script, std::move(state), std::move(found), {}));
    return ask_back(script, std::move(state), *pending, std::get<NotUnderstood>(understood));
}

}  // namespace advisor::dialogs::engine
