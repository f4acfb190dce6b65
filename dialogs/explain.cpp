#include "dialogs/explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "dialogs/engine.hpp"

namespace advisor::dialogs {
namespace {

bool addresses(const Audience& audience, std::size_t outcome, const std::vector<Fact>& facts) {
    const bool meant = audience.outcomes.empty() ||
                       std::find(audience.outcomes.begin(), audience.outcomes.end(), outcome) !=
                           audience.outcomes.end();
    return meant && evaluate(audience.when, facts) == Truth::yes;
}

/// How much a rule moves the winner against the runner-up.
int weight(const Rule& rule, const Scorecard& card) {
    return std::abs(rule.points[card.best] - rule.points[card.second]);
}

std::vector<Reason> reasons_of(const Script& script, const Scorecard& card,
                               const std::vector<Fact>& facts) {
    std::vector<Reason> reasons;
    for (const std::size_t rule : card.fired) {
        Reason reason;
        reason.rule = rule;
        for (const QuestionIndex question : script.rules[rule].questions) {
            if (facts[question].status == Fact::Status::answered)
                reason.questions.push_back(question);
        }
        reasons.push_back(std::move(reason));
    }
    std::stable_sort(reasons.begin(), reasons.end(), [&](const Reason& left, const Reason& right) {
        return weight(script.rules[left.rule], card) > weight(script.rules[right.rule], card);
    });
    return reasons;
}

std::vector<Role> roles_of(const Script& script, std::size_t outcome,
                           const std::vector<Fact>& facts) {
    std::vector<Role> roles;
    for (std::size_t i = 0; i < script.hiring.roles.size(); ++i) {
        const RoleSpec& spec = script.hiring.roles[i];
        if (!addresses(spec.audience, outcome, facts)) continue;
        std::size_t verdict = 0;
        while (evaluate(spec.verdicts[verdict].when, facts) != Truth::yes)
            ++verdict;  // the last one always holds
        roles.push_back({i, verdict});
    }
    return roles;
}

std::vector<std::size_t> fitting(const std::vector<ConditionalText>& texts, std::size_t outcome,
                                 const std::vector<Fact>& facts) {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (addresses(texts[i].audience, outcome, facts)) result.push_back(i);
    }
    return result;
}

std::vector<EvidenceIndex> evidence_of(const Script& script, const Recommendation& recommendation) {
    std::set<EvidenceIndex> cited;
    const auto cite = [&](const std::vector<EvidenceIndex>& list) {
        cited.insert(list.begin(), list.end());
    };
    for (const Reason& reason : recommendation.reasons) cite(script.rules[reason.rule].evidence);
    for (const std::size_t text : recommendation.tradeoffs) cite(script.tradeoffs[text].evidence);
    for (const Role& role : recommendation.roles) cite(script.hiring.roles[role.role].evidence);
    for (const std::size_t note : recommendation.notes) cite(script.hiring.notes[note].evidence);
    if (recommendation.summary) cite(script.hiring.summary[*recommendation.summary].evidence);
    return {cited.begin(), cited.end()};
}

}  // namespace

std::string change_text(const Script& script, const Counterfactual& change) {
    std::string text;
    for (const Exchange& exchange : change.set) {
        const Question& question = script.questions[exchange.question];
        text += (text.empty() ? "If “" : " and “") + question.label + "” were “" +
                value_text(question, exchange.value) + "”";
    }
    return text + ": " + script.outcome_name(change.outcome) + ".";
}

std::string more_pairs_text(std::size_t count) {
    return "And " + std::to_string(count) + " more " + (count == 1 ? "pair" : "pairs") +
           " of answers.";
}

ShownChanges shown_changes(const std::vector<Counterfactual>& changes) {
    std::set<std::size_t> reached;
    std::vector<const Counterfactual*> fresh, others;
    for (const Counterfactual& change : changes) {
        if (change.set.size() == 1) reached.insert(change.outcome);
    }
    for (const Counterfactual& change : changes) {
        if (change.set.size() == 1) continue;
        (reached.insert(change.outcome).second ? fresh : others).push_back(&change);
    }
    const std::size_t pairs = fresh.size() + others.size();
    fresh.insert(fresh.end(), others.begin(), others.end());
    fresh.resize(std::min(pairs, max_shown_pairs));
    ShownChanges result;
    result.more_pairs = pairs - fresh.size();
    for (const Counterfactual& change : changes) {
        const bool shown =
            change.set.size() == 1 || std::find(fresh.begin(), fresh.end(), &change) != fresh.end();
        if (shown) result.shown.push_back(&change);
    }
    return result;
}

Recommendation explain(const Script& script, const Answers& answers, Scorecard card, Depth depth) {
    const std::vector<Fact> facts = settle(script, answers);
    Recommendation result;
    result.card = std::move(card);
    const std::size_t outcome = result.card.outcome;
    result.reasons = reasons_of(script, result.card, facts);
    result.tradeoffs = fitting(script.tradeoffs, outcome, facts);
    result.changes =
        counterfactuals(script, answers, result.card,
                        depth == Depth::full ? Pairs::always : Pairs::when_nothing_single);
    result.robustness = robustness_of(script, result.card);
    result.possible = possible_outcomes(
        script, answers, depth == Depth::full ? max_tried_ways_in_full : max_tried_ways);
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::answered && !is_known(*facts[i].value))
            result.open.push_back(i);
    }
    const std::vector<std::size_t> summaries = fitting(script.hiring.summary, outcome, facts);
    if (!summaries.empty()) result.summary = summaries.front();
    result.roles = roles_of(script, outcome, facts);
    result.notes = fitting(script.hiring.notes, outcome, facts);
    result.evidence = evidence_of(script, result);
    return result;
}

}  // namespace advisor::dialogs
