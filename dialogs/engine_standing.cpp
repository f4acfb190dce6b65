#include "dialogs/engine_parts.hpp"

#include <algorithm>
#include <utility>

#include "dialogs/early_stop.hpp"
#include "dialogs/order.hpp"

namespace advisor::dialogs::engine {
namespace {

/// Says once that the outcome is certain although questions are left.
void note_early(const Script& script, State& state, const std::vector<Fact>& facts,
                Outputs& outputs, Messages& messages) {
    // In the first half of a talk hardly anything is certain, and looking has its price; unless the
    // order is made for it.
    const bool too_soon =
        !script.order && 2 * outputs.progress.remaining > script.questions.size() + 1;
    if (state.early || state.reopened || !outputs.question || too_soon ||
        *outputs.question < script.decided_from)
        return;
    const std::optional<std::size_t> certain = certain_outcome(script, facts);
    if (!certain) return;
    state.early = static_cast<std::uint8_t>(*certain);
    outputs.early = EarlyResult{*certain, outputs.progress.remaining};
    messages.push_back({MessageKind::note,
                        "I can tell already: whatever you answer from here on, the outcome is " +
                            script.outcome_name(*certain) +
                            ". Say “show me the result” to see it now, or just go on: your "
                            "answers still sharpen the reasons."});
}

/// Keeps the order of the answers, which "back" goes by. What came together counts in file order.
void note_answered(State& state) {
    std::erase_if(state.answered, [&](QuestionIndex i) { return !state.answers[i]; });
    for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
        const bool known = std::count(state.answered.begin(), state.answered.end(), i) > 0;
        if (state.answers[i] && !known) state.answered.push_back(i);
    }
}

/// Says whether a change made a difference, once the new outcome is known.
void note_difference(const Script& script, State& state, const Scorecard& card,
                     Messages& messages) {
    if (!state.earlier_outcome) return;
    const std::string& before = script.outcome_name(*state.earlier_outcome);
    const std::string& after = script.outcome_name(card.outcome);
    if (*state.earlier_outcome == card.outcome)
        messages.push_back(
            {MessageKind::changed, "Your change does not alter the result: still " + after + "."});
    else
        messages.push_back({MessageKind::changed, "Your change alters the result: it was " +
                                                      before + ", now it is " + after + "."});
    state.earlier_outcome.reset();
}

}  // namespace

std::optional<QuestionIndex> first_open(const std::vector<Fact>& facts) {
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::open) return i;
    }
    return std::nullopt;
}

Progress count(const std::vector<Fact>& facts, const State& state) {
    Progress progress;
    for (const Fact& fact : facts) {
        if (fact.status == Fact::Status::answered) ++progress.answered;
        if (fact.status == Fact::Status::open) ++progress.remaining;
    }
    if (state.reopened) ++progress.remaining;
    return progress;
}

std::optional<QuestionIndex> pending_with(const Script& script, const State& state,
                                          const std::vector<Fact>& facts) {
    if (state.reopened) return state.reopened;
    return state.stopped ? std::nullopt : next_question(script, facts);
}

std::vector<Fact> fill_standing(const Script& script, const State& state, Outputs& outputs) {
    std::vector<Fact> facts = settle(script, state.answers);
    outputs.question = pending_with(script, state, facts);
    outputs.progress = count(facts, state);
    outputs.facts = state.facts;
    if (!outputs.question) outputs.result = score(script, state.answers);
    if (state.early && !state.reopened && outputs.progress.remaining > 0)
        outputs.early = EarlyResult{*state.early, outputs.progress.remaining};
    return facts;
}

StepResult reject(Rejection::Code code, std::string message) {
    StepResult result;
    result.rejected = Rejection{code, std::move(message)};
    return result;
}

std::string list_labels(const Script& script, const std::vector<QuestionIndex>& questions) {
    std::string text;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (i > 0) text += i + 1 == questions.size() ? " and " : ", ";
        text += "“" + script.questions[questions[i]].label + "”";
    }
    return text;
}

std::string closing_text(const Script& script, const Scorecard& card) {
    std::string text = script.outcome_say(card.outcome);
    if (!script.closing.empty()) text += "\n" + script.closing;
    return text;
}

StepResult finish(const Script& script, State state, Messages messages) {
    StepResult result;
    if (script.order) note_answered(state);
    const std::vector<Fact> facts = fill_standing(script, state, result.outputs);
    note_early(script, state, facts, result.outputs, messages);
    if (result.outputs.result) {
        note_difference(script, state, *result.outputs.result, messages);
        messages.push_back({MessageKind::result, closing_text(script, *result.outputs.result)});
    }
    result.outputs.messages = std::move(messages);
    result.state = std::move(state);
    return result;
}

StepResult remark(const Script& script, State state, MessageKind kind, std::string text) {
    StepResult result;
    result.outputs.messages.push_back({kind, std::move(text)});
    fill_standing(script, state, result.outputs);
    result.state = std::move(state);
    return result;
}

}  // namespace advisor::dialogs::engine
