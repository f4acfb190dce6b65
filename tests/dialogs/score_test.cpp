#include "dialogs/score.hpp"

#include <gmock/gmock.h>

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* three_yes_no =
    R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true},{"id":"c","label":"C","ask":"?","yes_no":true})";

std::string rule(const std::string& id, const std::string& when, const std::string& points,
                 const std::string& axis = "x") {
    return R"({"id":")" + id + R"(","axis":")" + axis + R"(","when":")" + when + R"(","points":{)" +
           points + R"(},"because":"B.","evidence":["e"]})";
}

Scorecard card_of(const Script& script, const std::vector<std::string>& values) {
    return score(script, answered(script, values).answers);
}

TEST(Score, AddsThePointsOfTheRulesThatHold) {
    const Script script =
        parse_or_fail(small_script(three_yes_no, rule("r1", "a is yes", R"("tea":3,"coffee":-1)") +
                                                     "," + rule("r2", "b is yes", R"("coffee":2)") +
                                                     "," + rule("r3", "always", R"("tea":1)")));
    const Scorecard card = card_of(script, {"true", "false", "true"});
    EXPECT_THAT(card.totals, ElementsAre(4, -1));
    EXPECT_THAT(card.fired, ElementsAre(0, 2));
    EXPECT_EQ(card.best, 0U);
    EXPECT_EQ(card.second, 1U);
    EXPECT_EQ(card.margin, 5);
}

TEST(Score, WithoutAnswersOnlyRulesThatAlwaysHoldCount) {
    const Script script =
        parse_or_fail(small_script(three_yes_no, rule("r1", "not a is yes", R"("tea":3)") + "," +
                                                     rule("r2", "always", R"("coffee":2)")));
    EXPECT_THAT(score(script, fresh_state(script).answers).fired, ElementsAre(1));
}

TEST(Score, UnknownAndSkippedCountForNeitherSide) {
    const Script script = parse_or_fail(
        small_script(three_yes_no, rule("r1", "a is yes", R"("tea":3)") + "," +
                                       rule("r2", "a is no", R"("tea":3)") + "," +
                                       rule("r3", "not a is yes", R"("tea":3)") + "," +
                                       rule("r4", "a is unknown", R"("coffee":3)")));
    EXPECT_THAT(card_of(script, {R"("unknown")", "true", "true"}).fired, ElementsAre(3));
    EXPECT_THAT(card_of(script, {R"("skipped")", "true", "true"}).fired, ElementsAre(3));
}

TEST(Score, TheLeadDecidesOutcomeAndFirmness) {
    // Tie margin 1 between tea and coffee; clear from 4.
    struct Row {
        int lead;
        const char* outcome;
        Firmness firmness;
    };
    for (const Row& row :
         {Row{0, "either", Firmness::too_close}, Row{1, "either", Firmness::too_close},
          Row{2, "coffee", Firmness::leaning}, Row{3, "coffee", Firmness::leaning},
          Row{4, "coffee", Firmness::clear}, Row{9, "coffee", Firmness::clear}}) {
        const Script script = parse_or_fail(small_script(
            three_yes_no, rule("r1", "always", R"("tea":5)") + "," +
                              rule("r2", "always", R"("coffee":)" + std::to_string(5 + row.lead))));
        const Scorecard card = card_of(script, {"true", "true", "true"});
        EXPECT_EQ(script.outcome_id(card.outcome), row.outcome) << row.lead;
        EXPECT_EQ(card.firmness, row.firmness) << row.lead;
        EXPECT_EQ(card.margin, row.lead);
    }
}

TEST(Score, NoPointsAtAllAreATie) {
    const Script script =
        parse_or_fail(small_script(three_yes_no, rule("r1", "a is yes", R"("tea":5)")));
    const Scorecard card = card_of(script, {"false", "true", "true"});
    EXPECT_EQ(card.outcome, script.tie_outcome());
    EXPECT_EQ(card.firmness, Firmness::too_close);
    EXPECT_FALSE(card.either_works);
}

/// A script of three options; only the first two may tie within a point.
Script three_options(const std::string& rules) {
    std::string text = small_script(three_yes_no, rules);
    const std::string tea = R"({"id":"tea",)";
    text.insert(text.find(tea), R"({"id":"water","name":"Water","say":"Drink water."},)");
    return parse_or_fail(text);
}

TEST(Score, ATieWithinTheMarginNeedsBothInBetween) {
    const Script near = three_options(rule("r1", "always", R"("water":5,"tea":4,"coffee":1)"));
    const Scorecard card = card_of(near, {"true", "true", "true"});
    EXPECT_EQ(near.outcome_id(card.outcome), "water");
    EXPECT_EQ(card.firmness, Firmness::too_close) << "a lead of at most the margin";
    const Script draw = three_options(rule("r1", "always", R"("water":5,"tea":5,"coffee":1)"));
    EXPECT_EQ(draw.outcome_id(card_of(draw, {"true", "true", "true"}).outcome), "either")
        << "an exact draw of any two";
}

TEST(Score, EitherWorksWhenOnlyTheTieBreakersTipTheScale) {
    const Script script = parse_or_fail(
        small_script(three_yes_no, rule("r1", "always", R"("tea":5,"coffee":5)") + "," +
                                       rule("r2", "a is yes", R"("tea":6)", "team") + "," +
                                       rule("r3", "b is yes", R"("tea":3)")));
    const Scorecard team = card_of(script, {"true", "false", "true"});
    EXPECT_EQ(team.margin, 6);
    EXPECT_EQ(team.firmness, Firmness::leaning) << "a preference, however many points it gives";
    EXPECT_EQ(script.outcome_id(team.outcome), "tea");
    EXPECT_TRUE(team.either_works);
    EXPECT_FALSE(card_of(script, {"true", "true", "true"}).either_works)
        << "something else speaks for it as well";
    EXPECT_FALSE(card_of(script, {"false", "false", "true"}).either_works) << "a tie is a tie";
}

TEST(Score, PruneRemovesWhatNoLongerAppliesInAChain) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","when":"a is yes","yes_no":true},{"id":"c","label":"C","ask":"?","when":"b is yes","yes_no":true})"));
    Answers answers{Value(false), Value(true), Value(true)};
    EXPECT_THAT(prune(script, answers), ElementsAre(1, 2));
    EXPECT_EQ(answers, (Answers{Value(false), std::nullopt, std::nullopt}));
    Answers open{std::nullopt, Value(true), Value(true)};
    EXPECT_THAT(prune(script, open), IsEmpty()) << "they may apply again";
}

TEST(ScoreProperty, AgreesWithTheIndependentReading) {
    for (std::uint32_t seed = 0; seed < 600; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        for (int round = 0; round < 20; ++round) {
            Answers answers(script.questions.size());
            for (QuestionIndex i = 0; i < answers.size(); ++i) {
                if (!dice.chance(20)) answers[i] = model::random_value(dice, script.questions[i]);
            }
            SCOPED_TRACE("seed " + std::to_string(seed) + " round " + std::to_string(round) + "\n" +
                         random.text);
            const Scorecard card = score(script, answers);
            const model::Verdict expected = model::judge(random, answers);
            ASSERT_EQ(card.totals, expected.totals);
            ASSERT_EQ(card.fired, expected.fired);
            ASSERT_EQ(card.outcome, expected.outcome);
            ASSERT_EQ(card.firmness, expected.firmness);
            ASSERT_EQ(card.either_works, expected.either_works);
            const std::vector<Fact> facts = settle(script, answers);
            const std::vector<model::Known> known = random.settle(answers);
            for (QuestionIndex i = 0; i < facts.size(); ++i) {
                ASSERT_EQ(static_cast<int>(facts[i].status), static_cast<int>(known[i].status))
                    << i;
            }
        }
    }
}

TEST(ScoreProperty, TheLedgerAddsUp) {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        Answers answers(script.questions.size());
        for (QuestionIndex i = 0; i < answers.size(); ++i)
            answers[i] = model::random_value(dice, script.questions[i]);
        const nlohmann::json sent = nlohmann::json::parse(recommendation_text(script, answers));
        std::map<std::string, int> sums;
        for (const Option& option : script.options) sums[option.id] = 0;
        for (const auto& reason : sent["reasons"]) {
            for (const auto& [option, points] : reason["points"].items())
                sums[option] += points.get<int>();
        }
        ASSERT_EQ(sent["scores"], nlohmann::json(sums)) << seed;
    }
}

}  // namespace
}  // namespace advisor::dialogs
