#include "dialogs/engine.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "dialogs/engine_parts.hpp"
#include "dialogs/fact_turns.hpp"
#include "dialogs/overloaded.hpp"

namespace advisor::dialogs {
namespace {

std::vector<QuestionIndex> still_open(const Script& script, const Answers& answers) {
    std::vector<QuestionIndex> open;
    const std::vector<Fact> facts = settle(script, answers);
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::open &&
            evaluate(script.questions[i].when, facts) == Truth::yes)
            open.push_back(i);
    }
    return open;
}

StepResult complete(const Script& script, FactTurn turn) {
    if (turn.rejected)
        return engine::reject(turn.rejected->code, std::move(turn.rejected->message));
    return engine::finish(script, std::move(turn.state), std::move(turn.messages));
}

}  // namespace

Consequences consequences(const Script& script, const State& state, const ProposedChange& change) {
    Consequences result;
    result.question = change.question;
    result.value = change.value;
    Answers after = state.answers;
    after[change.question] = change.value;
    result.dropped = prune(script, after);
    for (QuestionIndex i = 0; i < after.size(); ++i) {
        if (after[i] && i != change.question) result.kept.push_back(i);
    }
    const std::vector<QuestionIndex> before_open = still_open(script, state.answers);
    for (const QuestionIndex open : still_open(script, after)) {
        if (open != change.question &&
            std::find(before_open.begin(), before_open.end(), open) == before_open.end())
            result.asked.push_back(open);
    }
    return result;
}

StepResult step(const Script& script, State state, const Input& input) {
    assert(state.answers.size() == script.questions.size());
    if (!std::holds_alternative<Say>(input)) state.offered.reset();
    if (!std::holds_alternative<Say>(input) && !std::holds_alternative<TakeFacts>(input))
        state.facts.clear();
    return std::visit(
        overloaded{
            [&](const Start&) {
                return engine::finish(script, fresh_state(script),
                                      {{MessageKind::intro, script.intro}});
            },
            [&](const GiveAnswer& given) {
                return engine::answer(script, std::move(state), given);
            },
            [&](const Say& text) { return engine::say(script, std::move(state), text); },
            [&](const ChangeAnswer& wanted) {
                return engine::change(script, std::move(state), wanted);
            },
            [&](const Back&) { return engine::back(script, std::move(state)); },
            [&](const Skip&) { return engine::skip(script, std::move(state)); },
            [&](const Restart&) { return engine::restart(script); },
            [&](const TakeFacts& facts) {
                return complete(script, take_facts(script, std::move(state), facts));
            },
        },
        input);
}

State fresh_state(const Script& script) {
    State state;
    state.answers.resize(script.questions.size());
    return state;
}

std::optional<QuestionIndex> pending_question(const Script& script, const State& state) {
    return engine::pending_with(script, state, settle(script, state.answers));
}

Progress progress_of(const Script& script, const State& state) {
    return engine::count(settle(script, state.answers), state);
}

std::string_view to_text(MessageKind kind) {
    static constexpr std::array<std::string_view, 11> names{
        "intro",   "react",   "understood", "note",   "help", "why",
        "unclear", "confirm", "changed",    "result", "info"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace advisor::dialogs
