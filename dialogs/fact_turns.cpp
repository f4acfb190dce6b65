#include "dialogs/fact_turns.hpp"

#include <algorithm>
#include <utility>

namespace advisor::dialogs {
namespace {

FactTurn reject(Rejection::Code code, std::string message) {
    FactTurn turn;
    turn.rejected = Rejection{code, std::move(message)};
    return turn;
}

}  // namespace

FactTurn offer_facts(const Script& script, State state, std::vector<FoundFact> facts,
                     std::vector<Message> messages) {
    std::string text = messages.empty() ? "I understood: " : "I also understood: ";
    text += list_facts(script, facts) + ". Shall I take " + (facts.size() == 1 ? "this" : "these") +
            " over?";
    messages.push_back({MessageKind::confirm, std::move(text)});
    state.facts = std::move(facts);
    return {std::move(state), std::move(messages), std::nullopt};
}

FactTurn take_over(const Script& script, State state, const std::vector<FoundFact>& facts) {
    if (facts.empty())
        return {std::move(state),
                {{MessageKind::note, "All right, then I ask one by one."}},
                std::nullopt};
    for (const FoundFact& fact : facts) {
        state.answers[fact.question] = fact.value;
        state.taken_over.push_back(fact.question);
    }
    state.reopened.reset();
    prune(script, state.answers);
    std::erase_if(state.taken_over,
                  [&](QuestionIndex question) { return !state.answers[question]; });
    std::sort(state.taken_over.begin(), state.taken_over.end());
    return {std::move(state),
            {{MessageKind::understood, "Taken over: " + list_facts(script, facts) + "."}},
            std::nullopt};
}

FactTurn take_facts(const Script& script, State state, const TakeFacts& input) {
    const std::vector<FoundFact> offered = std::exchange(state.facts, {});
    if (offered.empty())
        return {std::move(state),
                {{MessageKind::unclear, "There is nothing to take over just now."}},
                std::nullopt};
    if (input.all) return take_over(script, std::move(state), offered);
    std::vector<FoundFact> chosen;
    for (const std::string& id : input.questions) {
        const std::optional<QuestionIndex> question = script.find_question(id);
        if (!question)
            return reject(Rejection::Code::unknown_question,
                          "This script has no question \"" + id + "\".");
        const auto fact = std::find_if(offered.begin(), offered.end(), [&](const FoundFact& one) {
            return one.question == *question;
        });
        if (fact == offered.end())
            return reject(Rejection::Code::bad_value,
                          "\"" + id + "\" is not among the facts that are offered.");
        chosen.push_back(*fact);
    }
    chosen = fitting_facts(script, state.answers, chosen);
    return take_over(script, std::move(state), chosen);
}

bool gives_way(const State& state, const Consequences& change) {
    return !state.answers[change.question] &&
           std::all_of(change.dropped.begin(), change.dropped.end(), [&](QuestionIndex question) {
               return std::count(state.taken_over.begin(), state.taken_over.end(), question) > 0;
           });
}

}  // namespace advisor::dialogs
