#include "dialogs/engine_parts.hpp"

#include <algorithm>
#include <utility>

#include "dialogs/fact_turns.hpp"

namespace advisor::dialogs::engine {
namespace {

/// After a change nothing is certain any more, and the talk goes on.
void reopen_end(State& state) {
    state.early.reset();
    state.stopped = false;
}

std::string kept_text(const Script& script, const std::vector<QuestionIndex>& kept) {
    constexpr std::size_t few = 3;
    if (kept.empty()) return {};
    if (kept.size() <= few) return " I keep " + list_labels(script, kept) + ".";
    return " The " + std::to_string(kept.size()) + " other answers stay.";
}

std::string reaction(const Question& question, const Value& value) {
    if (const auto* choice = std::get_if<Choice>(&value))
        return question.choices[choice->index].react;
    if (const auto* flag = std::get_if<bool>(&value)) return question.choices[*flag ? 0 : 1].react;
    return {};
}

/// Puts a checked value in place, together with what it drops.
StepResult apply(const Script& script, State state, const Consequences& change, Messages messages) {
    const Question& question = script.questions[change.question];
    const bool was_answered = state.answers[change.question].has_value();
    if (was_answered && (state.stopped || !first_open(settle(script, state.answers))))
        state.earlier_outcome = score(script, state.answers).outcome;
    if (was_answered && state.answers[change.question] != change.value) reopen_end(state);
    state.answers[change.question] = change.value;
    if (!change.dropped.empty()) prune(script, state.answers);
    state.reopened.reset();
    state.proposed.reset();
    std::erase_if(state.taken_over, [&](QuestionIndex question_index) {
        return question_index == change.question || !state.answers[question_index];
    });
    if (was_answered) {
        std::string text =
            "Changed “" + question.label + "” to “" + value_text(question, change.value) + "”.";
        if (!change.dropped.empty())
            text += " Forgotten: " + list_labels(script, change.dropped) + ".";
        messages.push_back({MessageKind::note, std::move(text)});
    } else {
        if (std::string text = reaction(question, change.value); !text.empty())
            messages.push_back({MessageKind::react, std::move(text)});
        if (!change.dropped.empty())
            messages.push_back({MessageKind::note, "With that I no longer need " +
                                                       list_labels(script, change.dropped) + "."});
    }
    return finish(script, std::move(state), std::move(messages));
}

/// The answer that "back" takes back: the last one before the pending question.
std::optional<QuestionIndex> answered_last(const Script& script, const State& state,
                                           std::optional<QuestionIndex> pending) {
    if (script.order)
        return state.answered.empty() ? std::nullopt : std::optional(state.answered.back());
    for (QuestionIndex at = pending.value_or(script.questions.size()); at > 0; --at) {
        if (state.answers[at - 1]) return at - 1;
    }
    return std::nullopt;
}

std::optional<Rejection> check_value(const Question& question, const Value& value) {
    std::string why;
    if (fits(question, value, why)) return std::nullopt;
    const bool open = !is_known(value);
    return Rejection{open ? Rejection::Code::unknown_not_allowed : Rejection::Code::bad_value,
                     std::move(why)};
}

StepResult unknown_question(const std::string& id) {
    return reject(Rejection::Code::unknown_question, "This script has no question \"" + id + "\".");
}

}  // namespace

StepResult propose(const Script& script, State state, Consequences consequences) {
    const Question& question = script.questions[consequences.question];
    std::string text =
        "Changing “" + question.label + "” to “" + value_text(question, consequences.value) + "”";
    text += consequences.dropped.empty()
                ? " drops nothing."
                : " means that I forget " + list_labels(script, consequences.dropped) + ".";
    if (!consequences.asked.empty())
        text += " I would ask " + list_labels(script, consequences.asked) + " instead.";
    text += kept_text(script, consequences.kept) + " Shall I?";
    state.proposed = ProposedChange{consequences.question, consequences.value};
    StepResult result = remark(script, std::move(state), MessageKind::confirm, std::move(text));
    result.outputs.confirm = std::move(consequences);
    return result;
}

StepResult set_answer(const Script& script, State state, QuestionIndex question, const Value& value,
                      bool confirmed, Messages messages) {
    const bool anything_later =
        std::any_of(state.answers.begin() + static_cast<std::ptrdiff_t>(question) + 1,
                    state.answers.end(), [](const auto& answer) { return answer.has_value(); });
    Consequences change;
    change.question = question;
    change.value = value;
    if (anything_later) change = consequences(script, state, {question, value});
    if (!change.dropped.empty() && !confirmed && !gives_way(state, change))
        return propose(script, std::move(state), std::move(change));
    return apply(script, std::move(state), change, std::move(messages));
}

StepResult answer(const Script& script, State state, const GiveAnswer& input) {
    const std::optional<QuestionIndex> question = script.find_question(input.question);
    if (!question) return unknown_question(input.question);
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (pending != question) {
        const std::string now =
            pending ? "The question now is \"" + script.questions[*pending].id + "\""
                    : "All questions are answered";
        return reject(Rejection::Code::question_not_pending,
                      now + "; to revise \"" + input.question + "\" send a change.");
    }
    if (std::optional<Rejection> rejection = check_value(script.questions[*question], input.value))
        return reject(rejection->code, rejection->message);
    state.proposed.reset();
    return set_answer(script, std::move(state), *question, input.value, false, {});
}

StepResult change(const Script& script, State state, const ChangeAnswer& input) {
    const std::optional<QuestionIndex> question = script.find_question(input.question);
    if (!question) return unknown_question(input.question);
    // An answer after "back" may have been proposed as well: then there is something to agree to,
    // and nothing to change.
    const bool agreed =
        input.confirmed && input.value && state.proposed == ProposedChange{*question, *input.value};
    if (!state.answers[*question] && !agreed) {
        return reject(
            Rejection::Code::not_answered,
            "\"" + input.question + "\" has no answer yet, so there is nothing to change.");
    }
    state.proposed.reset();
    if (input.declined)
        return remark(script, std::move(state), MessageKind::note, "Nothing changed.");
    if (!input.value) {
        state.reopened = *question;
        const Question& asked = script.questions[*question];
        return remark(script, std::move(state), MessageKind::note,
                      "Let's look at “" + asked.label + "” again. So far: “" +
                          value_text(asked, *state.answers[*question]) + "”.");
    }
    if (std::optional<Rejection> rejection = check_value(script.questions[*question], *input.value))
        return reject(rejection->code, rejection->message);
    return set_answer(script, std::move(state), *question, *input.value, input.confirmed, {});
}

StepResult back(const Script& script, State state) {
    state.proposed.reset();
    if (state.reopened) {
        state.reopened.reset();
        return remark(script, std::move(state), MessageKind::note,
                      "All right, that answer stays as it was.");
    }
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    const std::optional<QuestionIndex> last = answered_last(script, state, pending);
    if (!last)
        return remark(script, std::move(state), MessageKind::note,
                      "This is the first question; there is nothing before it.");
    const Question& question = script.questions[*last];
    std::string text =
        "One step back. You had answered “" + value_text(question, *state.answers[*last]) + "”.";
    if (!pending) state.earlier_outcome = score(script, state.answers).outcome;
    state.answers[*last].reset();
    reopen_end(state);
    return finish(script, std::move(state), {{MessageKind::note, std::move(text)}});
}

StepResult skip(const Script& script, State state) {
    state.proposed.reset();
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (!pending)
        return remark(script, std::move(state), MessageKind::note,
                      "There is nothing left to skip: the result is above.");
    const Question& question = script.questions[*pending];
    if (question.required)
        return remark(script, std::move(state), MessageKind::note,
                      "I cannot do without this one, sorry." +
                          (question.why.empty() ? "" : " " + question.why));
    return set_answer(script, std::move(state), *pending, Skipped{}, false,
                      {{MessageKind::note, "Skipped. You can come back to it at any time."}});
}

StepResult restart(const Script& script) {
    return finish(script, fresh_state(script),
                  {{MessageKind::note, "Let's begin again."}, {MessageKind::intro, script.intro}});
}

}  // namespace advisor::dialogs::engine
