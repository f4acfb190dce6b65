#include "dialogs/explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

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

/// Every value of a question that can have an effect of its own.
std::vector<Value> alternatives(const Question& question, const Value& now) {
    std::vector<Value> values;
    switch (question.kind) {
        case QuestionKind::choice:
            for (std::uint32_t i = 0; i < question.choices.size(); ++i)
                values.emplace_back(Choice{i});
            break;
        case QuestionKind::multi: {
            const auto* chosen = std::get_if<Choices>(&now);
            const std::uint32_t mask = chosen ? chosen->mask : 0;
            values.emplace_back(
                Choices{0});  // "none of these" is one answer, however many were chosen
            for (std::uint32_t i = 0; i < question.choices.size(); ++i)
                values.emplace_back(Choices{mask ^ (1U << i)});
            break;
        }
        case QuestionKind::number:
        case QuestionKind::scale: {
            std::int64_t from = question.limits.min;
            const auto add = [&](std::int64_t to) {
                values.emplace_back(Amount{from, question.kind == QuestionKind::scale ? from : to});
            };
            for (const std::int64_t border : question.borders) {
                add(border - 1);
                from = border;
            }
            add(question.limits.max);
            break;
        }
        case QuestionKind::boolean:
            values.emplace_back(true);
            values.emplace_back(false);
            break;
        case QuestionKind::text:
            break;
    }
    return values;
}

/// Scores variations of one answer. Rules that do not depend on it keep what they gave.
class Variations {
public:
    /// `facts` are settle(script, answers), and `fired` says which rules gave `totals` with them.
    Variations(const Script& script, const Answers& answers, const std::vector<Fact>& facts,
               const std::vector<bool>& fired, const std::vector<int>& totals,
               QuestionIndex question)
        : script_(script), varied_(answers), facts_(facts), question_(question), settled_(totals) {
        const std::uint64_t open = leave_open();
        for (std::size_t rule = 0; rule < script.rules.size(); ++rule) {
            if ((script.rules[rule].when.questions & open) == 0) continue;
            if (fired[rule]) add(settled_, rule, -1);
            const Truth truth = evaluate(script.rules[rule].when, facts_);
            if (truth == Truth::maybe) sensitive_.push_back(rule);
            if (truth == Truth::yes) add(settled_, rule, 1);
        }
    }

    /// The outcome if the answer were `value` and everything else stayed.
    std::size_t outcome_with(const Value& value) {
        varied_[question_] = value;
        if (script_.questions[question_].guards_others)
            facts_ = settle(script_, varied_);
        else
            facts_[question_] = Fact{Fact::Status::answered, &*varied_[question_]};
        std::vector<int> totals = settled_;
        for (const std::size_t rule : sensitive_) {
            if (evaluate(script_.rules[rule].when, facts_) == Truth::yes) add(totals, rule, 1);
        }
        return outcome_of(script_, totals);
    }

private:
    /// Leaves the question and everything that may hang on it open; returns them as a set.
    std::uint64_t leave_open() {
        facts_[question_] = Fact{};
        std::uint64_t open = std::uint64_t{1} << question_;
        for (QuestionIndex i = question_ + 1; i < facts_.size(); ++i) {
            if ((script_.questions[i].when.questions & open) == 0) continue;
            facts_[i] = Fact{};
            open |= std::uint64_t{1} << i;
        }
        return open;
    }

    void add(std::vector<int>& totals, std::size_t rule, int sign) const {
        for (OptionIndex option = 0; option < totals.size(); ++option)
            totals[option] += sign * script_.rules[rule].points[option];
    }

    const Script& script_;
    Answers varied_;
    std::vector<Fact> facts_;
    QuestionIndex question_;
    std::vector<int> settled_;            // points that do not depend on the answer
    std::vector<std::size_t> sensitive_;  // rules that do
};

std::vector<Counterfactual> changes_of(const Script& script, const Answers& answers,
                                       const std::vector<Fact>& facts, const Scorecard& card) {
    std::vector<Counterfactual> changes;
    std::vector<bool> fired(script.rules.size(), false);
    for (const std::size_t rule : card.fired) fired[rule] = true;
    for (QuestionIndex question = 0; question < answers.size(); ++question) {
        if (!answers[question] || std::holds_alternative<Text>(*answers[question])) continue;
        Variations variations(script, answers, facts, fired, card.totals, question);
        std::set<std::size_t> seen{card.outcome};
        for (Value& value : alternatives(script.questions[question], *answers[question])) {
            const std::size_t outcome = variations.outcome_with(value);
            if (seen.insert(outcome).second)
                changes.push_back({question, std::move(value), outcome});
        }
    }
    return changes;
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

Recommendation explain(const Script& script, const Answers& answers, Scorecard card) {
    const std::vector<Fact> facts = settle(script, answers);
    Recommendation result;
    result.card = std::move(card);
    const std::size_t outcome = result.card.outcome;
    result.reasons = reasons_of(script, result.card, facts);
    result.tradeoffs = fitting(script.tradeoffs, outcome, facts);
    result.changes = changes_of(script, answers, facts, result.card);
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
