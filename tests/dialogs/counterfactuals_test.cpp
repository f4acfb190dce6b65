#include "dialogs/counterfactuals.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "dialogs/explain.hpp"
#include "dialogs/robustness.hpp"
#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

State finished_at_random(const Script& script, model::Dice& dice) {
    State state = fresh_state(script);
    while (const auto question = pending_question(script, state)) {
        const Question& asked = script.questions[*question];
        state = take(script, state, GiveAnswer{asked.id, model::random_value(dice, asked)}).state;
    }
    return state;
}

/// Values one step away: for a list, one entry more or less, or none at all.
std::vector<Value> neighbours(const Question& question, const Value& now) {
    std::vector<Value> values;
    for (const Value& value : model::all_values(question)) {
        if (!is_known(value) || value == now) continue;
        const auto* chosen = std::get_if<Choices>(&value);
        const auto* before = std::get_if<Choices>(&now);
        const std::uint32_t turned = chosen ? chosen->mask ^ (before ? before->mask : 0U) : 0U;
        if (chosen && chosen->mask != 0 && (turned & (turned - 1)) != 0) continue;
        values.push_back(value);
    }
    return values;
}

using PairKey = std::tuple<QuestionIndex, QuestionIndex, std::size_t>;

/// Every pair that flips although neither half does, by the second reading of the documents.
std::set<PairKey> pairs_by_trying(const model::RandomScript& random, const Script& script,
                                  const Answers& answers, std::size_t now) {
    std::set<PairKey> found;
    const auto outcome_with = [&](QuestionIndex i, const Value& one, QuestionIndex j,
                                  const Value& other) {
        Answers varied = answers;
        varied[i] = one;
        varied[j] = other;
        return model::judge(random, varied).outcome;
    };
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        for (QuestionIndex j = i + 1; j < script.questions.size(); ++j) {
            if (!answers[i] || !answers[j]) continue;
            std::vector<Value> ones, others;
            for (const Value& value : neighbours(script.questions[i], *answers[i])) {
                if (outcome_with(i, value, j, *answers[j]) == now) ones.push_back(value);
            }
            for (const Value& value : neighbours(script.questions[j], *answers[j])) {
                if (outcome_with(i, *answers[i], j, value) == now) others.push_back(value);
            }
            for (const Value& one : ones) {
                for (const Value& other : others) {
                    const std::size_t outcome = outcome_with(i, one, j, other);
                    if (outcome != now) found.insert({i, j, outcome});
                }
            }
        }
    }
    return found;
}

TEST(CounterfactualsProperty, PairsAreExactlyTheSmallestSetsOfTwo) {
    std::size_t pairs = 0;
    for (std::uint32_t seed = 0; seed < 800; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const Answers answers = finished_at_random(script, dice).answers;
        const Scorecard card = score(script, answers);
        std::set<PairKey> listed;
        for (const Counterfactual& change : counterfactuals(script, answers, card, Pairs::always)) {
            if (change.set.size() != 2) continue;
            Answers both = answers;
            for (const Exchange& exchange : change.set) {
                Answers alone = answers;
                alone[exchange.question] = exchange.value;
                ASSERT_EQ(score(script, alone).outcome, card.outcome) << "a half flips alone";
                both[exchange.question] = exchange.value;
            }
            ASSERT_EQ(score(script, both).outcome, change.outcome);
            ASSERT_TRUE(
                listed.insert({change.set[0].question, change.set[1].question, change.outcome})
                    .second);
        }
        pairs += listed.size();
        ASSERT_EQ(listed, pairs_by_trying(random, script, answers, card.outcome))
            << "seed " << seed << "\n"
            << random.text << "\n"
            << answers_json(script, answers);
    }
    EXPECT_GT(pairs, 50U);
}

TEST(Counterfactuals, APairIsShownInATurnOnlyWhenNothingSingleFlips) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true},{"id":"c","label":"C","ask":"?","yes_no":true})",
        R"({"id":"r","axis":"x","when":"a is yes and b is yes","points":{"tea":9},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"c is yes","points":{"coffee":5},"because":"B.","evidence":["e"]},
           {"id":"t","axis":"x","when":"always","points":{"coffee":3},"because":"B.","evidence":["e"]})"));
    const State plain = answered(script, {"false", "false", "true"});
    const Recommendation turn = explain(script, plain.answers, score(script, plain.answers));
    ASSERT_EQ(turn.changes.size(), 1U);
    EXPECT_EQ(turn.changes[0].set, (std::vector<Exchange>{{0, true}, {1, true}}));
    EXPECT_EQ(change_text(script, turn.changes[0]),
              "If “A” were “Yes” and “B” were “Yes”: Either.");
    const std::string json = recommendation_text(script, plain.answers);
    EXPECT_NE(json.find(R"("set":{"a":true,"b":true},"outcome":"either")"), std::string::npos)
        << json;
    const State single = answered(script, {"true", "true", "false"});
    const Scorecard card = score(script, single.answers);
    for (const Counterfactual& change : explain(script, single.answers, card).changes)
        EXPECT_EQ(change.set.size(), 1U);
}

/// The outcome with points that are no whole numbers; nothing for a tie.
std::optional<std::size_t> outcome_of_weights(const Script& script, const Scorecard& card,
                                              const std::vector<double>& factors) {
    std::vector<double> totals(script.options.size(), 0);
    for (std::size_t i = 0; i < card.fired.size(); ++i) {
        for (OptionIndex option = 0; option < totals.size(); ++option)
            totals[option] += factors[i] * script.rules[card.fired[i]].points[option];
    }
    std::vector<OptionIndex> order;
    for (OptionIndex i = 0; i < totals.size(); ++i) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](OptionIndex left, OptionIndex right) {
        return totals[left] > totals[right];
    });
    const OptionIndex best = order[0];
    const bool named = best < 2 && order[1] < 2;  // tie.between of the random scripts
    const double lead = totals[best] - totals[order[1]];
    if (lead <= (named ? script.tie.margin : 0) + 1e-9) return std::nullopt;
    return best;
}

TEST(RobustnessProperty, AgreesWithRandomWeights) {
    std::size_t firm = 0;
    std::size_t exact = 0;
    std::size_t third_between = 0;
    for (std::uint32_t seed = 0; seed < 600; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const Answers answers = finished_at_random(script, dice).answers;
        const Scorecard card = score(script, answers);
        const Robustness robustness = robustness_of(script, card);
        if (card.outcome == script.tie_outcome()) {
            ASSERT_EQ(robustness.percent, 0.0) << "a tie is never a winner";
            ASSERT_EQ(card.firmness, Firmness::too_close);
            continue;
        }
        if (!robustness.percent || *robustness.percent <= 0) continue;
        ++firm;
        const double part = *robustness.percent / 100;
        for (int round = 0; round < 200; ++round) {
            std::vector<double> factors;
            for (std::size_t i = 0; i < card.fired.size(); ++i)
                factors.push_back(1 + 0.999 * part *
                                          (static_cast<double>(dice.roll(2001)) / 1000.0 - 1));
            ASSERT_EQ(outcome_of_weights(script, card, factors), card.outcome) << "seed " << seed;
        }
        // A little beyond it, the worst change of weights takes the lead: the figure is exact.
        std::vector<double> worst;
        for (const std::size_t rule : card.fired) {
            const std::vector<int>& points = script.rules[rule].points;
            const int ahead = points[card.best] - points[*robustness.against];
            worst.push_back(ahead == 0 ? 1 : 1 - (ahead > 0 ? 1.001 : -1.001) * part);
        }
        if (outcome_of_weights(script, card, worst) != card.outcome) {
            ++exact;
            continue;
        }
        // But for one case: a tie by the margin needs the two to be the best, and here a third
        // option is between them.
        ++third_between;
        ASSERT_GT(script.options.size(), 2U) << "seed " << seed;
        ASSERT_GT(script.tie.margin, 0) << "seed " << seed;
        ASSERT_LT(card.best, 2U) << "named in tie.between, seed " << seed;
        ASSERT_LT(*robustness.against, 2U) << "seed " << seed;
    }
    EXPECT_GT(firm, 200U);
    EXPECT_GE(100 * exact, 85 * firm);
    EXPECT_LT(third_between, firm / 8);
}

/// The control: a figure that is a quarter too large is found wrong by weights within it.
TEST(RobustnessProperty, WouldNoticeAFigureThatIsTooLarge) {
    std::size_t firm = 0;
    std::size_t noticed = 0;
    for (std::uint32_t seed = 0; seed < 600; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        const Answers answers = finished_at_random(script, dice).answers;
        const Scorecard card = score(script, answers);
        const Robustness robustness = robustness_of(script, card);
        if (!robustness.percent || *robustness.percent <= 0) continue;
        ++firm;
        const double part = 1.25 * *robustness.percent / 100;
        bool wrong = false;
        for (int round = 0; round < 200 && !wrong; ++round) {
            std::vector<double> factors;
            for (std::size_t i = 0; i < card.fired.size(); ++i)
                factors.push_back(1 + (dice.chance(50) ? part : -part));
            wrong = outcome_of_weights(script, card, factors) != card.outcome;
        }
        noticed += wrong ? 1 : 0;
    }
    EXPECT_GE(2 * noticed, firm);
}

}  // namespace
}  // namespace advisor::dialogs
