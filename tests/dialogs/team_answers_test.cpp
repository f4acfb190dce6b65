#include "dialogs/team_answers.hpp"

#include <gmock/gmock.h>

#include <set>

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

/// A finished talk in which other people say something else about some of the questions.
struct RandomTeam {
    model::RandomScript random;
    Script script;
    Answers counted;
    std::vector<Disputed> disputed;
};

RandomTeam random_team(std::uint32_t seed) {
    model::Dice dice(seed);
    model::RandomScript random = model::random_script(dice);
    RandomTeam team{random, parse_or_fail(random.text), {}, {}};
    State state = fresh_state(team.script);
    while (const auto question = pending_question(team.script, state)) {
        const Question& asked = team.script.questions[*question];
        state =
            take(team.script, state, GiveAnswer{asked.id, model::random_value(dice, asked)}).state;
    }
    team.counted = state.answers;
    for (QuestionIndex i = 0; i < team.counted.size(); ++i) {
        if (!team.counted[i] || dice.chance(40)) continue;
        Disputed one{i, {*team.counted[i]}};
        for (std::size_t person = 0; person < 2; ++person) {
            const Value other = model::random_value(dice, team.script.questions[i]);
            if (std::ranges::find(one.values, other) == one.values.end())
                one.values.push_back(other);
        }
        if (one.values.size() > 1) team.disputed.push_back(std::move(one));
    }
    return team;
}

/// All winners that are possible while the question is answered with each of its values, by the
/// second reading of the documents: one list of winners for each way to answer the others.
std::vector<std::set<std::size_t>> winners_by_trying(const RandomTeam& team, std::size_t at) {
    std::vector<Answers> others{team.counted};
    for (std::size_t i = 0; i < team.disputed.size(); ++i) {
        if (i == at) continue;
        std::vector<Answers> longer;
        for (const Answers& answers : others) {
            for (const Value& value : team.disputed[i].values) {
                longer.push_back(answers);
                longer.back()[team.disputed[i].question] = value;
            }
        }
        others = std::move(longer);
    }
    std::vector<std::set<std::size_t>> found;
    for (Answers& answers : others) {
        std::set<std::size_t>& winners = found.emplace_back();
        for (const Value& value : team.disputed[at].values) {
            answers[team.disputed[at].question] = value;
            winners.insert(model::judge(team.random, answers).outcome);
        }
    }
    return found;
}

TEST(TeamAnswersProperty, ADifferenceMattersExactlyWhenTwoWinnersArePossible) {
    std::array<std::size_t, 4> seen{};
    for (std::uint32_t seed = 0; seed < 1500; ++seed) {
        const RandomTeam team = random_team(seed);
        const std::vector<Difference> weighed =
            weigh_differences(team.script, team.counted, team.disputed);
        ASSERT_EQ(weighed.size(), team.disputed.size());
        for (std::size_t i = 0; i < weighed.size(); ++i) {
            const auto by_trying = winners_by_trying(team, i);
            const bool matters = std::ranges::any_of(
                by_trying, [](const auto& winners) { return winners.size() > 1; });
            // The first way to answer the others is the one that counts.
            const Weight wanted = by_trying.front().size() > 1 ? Weight::alone
                                  : matters                    ? Weight::in_company
                                                               : Weight::none;
            ASSERT_EQ(weighed[i].weight, wanted) << "seed " << seed << "\n" << team.random.text;
            ++seen[static_cast<std::size_t>(wanted)];
        }
    }
    // Each is there often enough to be found wrong. The second is the negative control: who tries
    // one difference at a time calls the third harmless.
    EXPECT_GT(seen[static_cast<std::size_t>(Weight::none)], 100U);
    EXPECT_GT(seen[static_cast<std::size_t>(Weight::alone)], 100U);
    EXPECT_GT(seen[static_cast<std::size_t>(Weight::in_company)], 20U);
}

TEST(TeamAnswers, NamesTheWinnerOfEachValue) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true})",
        R"({"id":"r","axis":"x","when":"a is yes","points":{"tea":9},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"always","points":{"coffee":4},"because":"B.","evidence":["e"]})"));
    const Answers counted{Value(true), Value(false)};
    const std::vector<Disputed> disputed{{0, {true, false}}, {1, {false, true}}};
    const std::vector<Difference> weighed = weigh_differences(script, counted, disputed);
    ASSERT_EQ(weighed.size(), 2U);
    EXPECT_EQ(weighed[0].weight, Weight::alone);
    EXPECT_EQ(script.outcome_id(weighed[0].outcomes[0]), "tea");
    EXPECT_EQ(script.outcome_id(weighed[0].outcomes[1]), "coffee");
    EXPECT_EQ(weighed[1].weight, Weight::none);
    EXPECT_FALSE(weighed[1].opens_more);
}

TEST(TeamAnswers, TellsThatAnAnswerOpensAQuestion) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true,"when":"a is yes"})"));
    const Answers counted{Value(false), std::nullopt};
    const std::vector<Disputed> disputed{{0, {false, true}}};
    EXPECT_TRUE(weigh_differences(script, counted, disputed).at(0).opens_more);
}

TEST(TeamAnswers, SaysWhenThereAreTooManyWaysToTry) {
    std::string questions;
    for (int i = 0; i < 13; ++i) {
        const std::string id = "q" + std::to_string(i);
        questions +=
            (i > 0 ? "," : "") + (R"({"id":")" + id + R"(","label":"L","ask":"?","yes_no":true})");
    }
    const Script script = parse_or_fail(small_script(questions));
    const Answers counted(13, Value(true));
    std::vector<Disputed> disputed;
    for (QuestionIndex i = 0; i < 13; ++i) disputed.push_back({i, {true, false}});
    EXPECT_EQ(weigh_differences(script, counted, disputed).at(0).weight, Weight::not_counted);
    disputed.pop_back();
    EXPECT_EQ(weigh_differences(script, counted, disputed).at(0).weight, Weight::none);
}

}  // namespace
}  // namespace advisor::dialogs
