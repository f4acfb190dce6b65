#include "dialogs/counterfactuals.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace advisor::dialogs {
namespace {

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
            settle_again(script_, varied_, question_, facts_);
        else
            facts_[question_] = Fact{Fact::Status::answered, &*varied_[question_]};
        totals_ = settled_;
        for (const std::size_t rule : sensitive_) {
            if (evaluate(script_.rules[rule].when, facts_) == Truth::yes) add(totals_, rule, 1);
        }
        return outcome_of(script_, totals_);
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
    std::vector<int> totals_;             // of the value at hand
};

std::vector<Counterfactual> singles(const Script& script, const Answers& answers,
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
                changes.push_back({{{question, std::move(value)}}, outcome});
        }
    }
    return changes;
}

/// The set of rules, bit by bit.
using RuleSet = std::vector<bool>;

/// Tries pairs of answers. What one exchange does to the points is worked out once; two that no
/// rule and no guard sees together add up, and only the rules that see both are read again.
class PairSearch {
public:
    PairSearch(const Script& script, const Answers& answers, const std::vector<Fact>& facts,
               const Scorecard& card)
        : script_(script), varied_(answers), facts_(facts), card_(card) {
        fired_.assign(script.rules.size(), false);
        for (const std::size_t rule : card.fired) fired_[rule] = true;
        for (QuestionIndex question = 0; question < answers.size(); ++question) {
            if (!answers[question] || std::holds_alternative<Text>(*answers[question])) continue;
            sides_.push_back(side_of(question));
        }
    }

    void add_to(std::vector<Counterfactual>& changes) {
        for (std::size_t left = 0; left < sides_.size(); ++left) {
            for (std::size_t right = left + 1; right < sides_.size(); ++right)
                try_pair(sides_[left], sides_[right], changes);
        }
    }

private:
    struct Variant {
        Value value;
        std::vector<int> totals;
        RuleSet fired;
    };
    /// One question with those of its other answers that change nothing alone.
    struct Side {
        QuestionIndex question = 0;
        std::uint64_t reach = 0;         ///< the question and all that hang on it by their guards
        std::vector<std::size_t> rules;  ///< look at one of them
        std::vector<Variant> variants;
    };

    Side side_of(QuestionIndex question) {
        Side side;
        side.question = question;
        side.reach = std::uint64_t{1} << question;
        for (QuestionIndex i = question + 1; i < script_.questions.size(); ++i) {
            if ((script_.questions[i].when.questions & side.reach) != 0)
                side.reach |= std::uint64_t{1} << i;
        }
        for (std::size_t rule = 0; rule < script_.rules.size(); ++rule) {
            if ((script_.rules[rule].when.questions & side.reach) != 0) side.rules.push_back(rule);
        }
        const std::optional<Value> now = varied_[question];
        for (Value& value : alternatives(script_.questions[question], *now)) {
            if (value == *now) continue;
            Variant variant = variant_with(side, std::move(value));
            if (outcome_of(script_, variant.totals) == card_.outcome)
                side.variants.push_back(std::move(variant));
        }
        varied_[question] = now;
        return side;
    }

    Variant variant_with(const Side& side, Value value) {
        Variant variant{value, card_.totals, fired_};
        varied_[side.question] = std::move(value);
        settled_ = facts_;
        settle_again(script_, varied_, side.question, settled_);
        for (const std::size_t rule : side.rules) {
            const bool fires = evaluate(script_.rules[rule].when, settled_) == Truth::yes;
            if (fires != fired_[rule]) add(variant.totals, rule, fires ? 1 : -1);
            variant.fired[rule] = fires;
        }
        return variant;
    }

    void try_pair(const Side& left, const Side& right, std::vector<Counterfactual>& changes) {
        std::vector<std::size_t> shared;
        std::set_intersection(left.rules.begin(), left.rules.end(), right.rules.begin(),
                              right.rules.end(), std::back_inserter(shared));
        const bool guarded = script_.questions[left.question].guards_others ||
                             script_.questions[right.question].guards_others;
        std::uint64_t seen = std::uint64_t{1} << card_.outcome;
        const std::optional<Value> before_left = varied_[left.question];
        const std::optional<Value> before_right = varied_[right.question];
        for (const Variant& one : left.variants) {
            varied_[left.question] = one.value;
            for (const Variant& other : right.variants) {
                std::vector<int>& totals = totals_;
                totals = one.totals;
                for (OptionIndex i = 0; i < totals.size(); ++i)
                    totals[i] += other.totals[i] - card_.totals[i];
                if (!shared.empty()) {
                    varied_[right.question] = other.value;
                    correct(totals, shared, one, other, guarded, {left.question, right.question});
                }
                const std::size_t outcome = outcome_of(script_, totals);
                if ((seen >> outcome & 1U) != 0) continue;
                seen |= std::uint64_t{1} << outcome;
                changes.push_back(
                    {{{left.question, one.value}, {right.question, other.value}}, outcome});
            }
        }
        restore(left.question, before_left);
        restore(right.question, before_right);
    }

    void restore(QuestionIndex question, const std::optional<Value>& value) {
        varied_[question] = value;
        if (value && facts_[question].status == Fact::Status::answered)
            facts_[question].value = &*varied_[question];
    }

    /// Reads the rules that both exchanges touch with both in place.
    void correct(std::vector<int>& totals, const std::vector<std::size_t>& shared,
                 const Variant& one, const Variant& other, bool guarded,
                 std::pair<QuestionIndex, QuestionIndex> exchanged) {
        if (guarded) {
            settled_ = facts_;
            settle_again(script_, varied_, std::min(exchanged.first, exchanged.second), settled_);
        } else {
            facts_[exchanged.first] = {Fact::Status::answered, &*varied_[exchanged.first]};
            facts_[exchanged.second] = {Fact::Status::answered, &*varied_[exchanged.second]};
        }
        const std::vector<Fact>& facts = guarded ? settled_ : facts_;
        for (const std::size_t rule : shared) {
            const int fires = evaluate(script_.rules[rule].when, facts) == Truth::yes ? 1 : 0;
            const int counted =
                (one.fired[rule] ? 1 : 0) + (other.fired[rule] ? 1 : 0) - (fired_[rule] ? 1 : 0);
            if (fires != counted) add(totals, rule, fires - counted);
        }
    }

    void add(std::vector<int>& totals, std::size_t rule, int times) const {
        for (OptionIndex option = 0; option < totals.size(); ++option)
            totals[option] += times * script_.rules[rule].points[option];
    }

    const Script& script_;
    Answers varied_;
    std::vector<Fact> facts_;
    const Scorecard& card_;
    RuleSet fired_;
    std::vector<Side> sides_;
    std::vector<int> totals_;    // of the pair at hand
    std::vector<Fact> settled_;  // with the exchange at hand, where it decides what is asked
};

}  // namespace

std::vector<Counterfactual> counterfactuals(const Script& script, const Answers& answers,
                                            const Scorecard& card, Pairs pairs) {
    const std::vector<Fact> facts = settle(script, answers);
    std::vector<Counterfactual> changes = singles(script, answers, facts, card);
    const bool wanted =
        pairs == Pairs::always || (pairs == Pairs::when_nothing_single && changes.empty());
    if (wanted) PairSearch(script, answers, facts, card).add_to(changes);
    return changes;
}

}  // namespace advisor::dialogs
