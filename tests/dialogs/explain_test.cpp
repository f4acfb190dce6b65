#include "dialogs/explain.hpp"

#include <gmock/gmock.h>

#include <set>

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Recommendation recommend(const Script& script, const State& state) {
    return explain(script, state.answers, score(script, state.answers));
}

/// The text of a script with three more sources.
std::string with_more_evidence(std::string text) {
    const std::string end = R"("review_by":"2027-01"}])";
    for (const char* id : {"e2", "e3", "e4"}) {
        text.insert(
            text.rfind(end) + end.size() - 1,
            R"(,{"id":")" + std::string(id) +
                R"(","claim":"C","stance":"qualifies","source":"S","as_of":"2026-01","review_by":"2027-01"})");
    }
    return text;
}

const Script& tea_script() {
    static const Script script = parse_or_fail(with_more_evidence(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true},{"id":"n","label":"N","ask":"?","number":{"min":0,"max":100}})",
        R"({"id":"weak","axis":"x","when":"b is yes","points":{"tea":1},"because":"B.","evidence":["e"]},
           {"id":"strong","axis":"x","when":"a is yes and n > 10","points":{"tea":5},"because":"B.","evidence":["e2"]},
           {"id":"other","axis":"x","when":"always","points":{"coffee":3},"because":"B.","evidence":["e"]})",
        R"(,"tradeoffs":[{"outcomes":["tea"],"say":"T1","evidence":["e3"]},{"outcomes":["coffee"],"say":"T2"},{"when":"b is yes","say":"T3"},{"outcomes":["either"],"say":"T4"}],
            "hiring":{"summary":[{"outcomes":["coffee"],"say":"S0"},{"when":"b is unknown","say":"S1"},{"say":"S2"}],
              "roles":[{"id":"brewer","outcomes":["tea"],"title":"Brewer","seniority":"mid","verdicts":[{"when":"b is no","verdict":"hire","because":"V0"},{"when":"n >= 50","verdict":"train","because":"V1"},{"verdict":"none","because":"V2"}],"evidence":["e4"]},
                       {"id":"waiter","when":"n < 5","title":"Waiter","seniority":"mid","verdicts":[{"verdict":"none","because":"V"}]}],
              "notes":[{"outcomes":["tea"],"say":"N0"},{"outcomes":["coffee"],"say":"N1"},{"say":"N2"}]})")));
    return script;
}

TEST(Explain, ShowsTheWeightiestReasonFirstWithItsQuestions) {
    const Script& script = tea_script();
    const Recommendation result = recommend(script, answered(script, {"true", "true", "60"}));
    std::vector<std::string> rules;
    for (const Reason& reason : result.reasons) rules.push_back(script.rules[reason.rule].id);
    EXPECT_THAT(rules, ElementsAre("strong", "other", "weak"));
    EXPECT_THAT(ids(script, result.reasons[0].questions), ElementsAre("a", "n"));
    EXPECT_THAT(result.reasons[1].questions, IsEmpty()) << "a rule that always holds";
}

TEST(Explain, ShowsWhatFitsOutcomeAndAnswers) {
    const Script& script = tea_script();
    const Recommendation tea = recommend(script, answered(script, {"true", "true", "60"}));
    EXPECT_EQ(script.outcome_id(tea.card.outcome), "tea");
    EXPECT_THAT(tea.tradeoffs, ElementsAre(0, 2));
    EXPECT_EQ(tea.summary, 2U);
    ASSERT_EQ(tea.roles.size(), 1U);
    EXPECT_EQ(tea.roles[0].verdict, 1U) << "the first that holds";
    EXPECT_THAT(tea.notes, ElementsAre(0, 2));
    const Recommendation unknown =
        recommend(script, answered(script, {"true", R"("unknown")", "60"}));
    EXPECT_EQ(unknown.summary, 1U);
    EXPECT_THAT(unknown.tradeoffs, ElementsAre(0)) << "an unknown is no clear yes";
    EXPECT_THAT(ids(script, unknown.open), ElementsAre("b"));
    const Recommendation coffee = recommend(script, answered(script, {"false", "false", "0"}));
    EXPECT_THAT(coffee.tradeoffs, ElementsAre(1));
    EXPECT_EQ(coffee.summary, 0U);
    ASSERT_EQ(coffee.roles.size(), 1U);
    EXPECT_EQ(script.hiring.roles[coffee.roles[0].role].id, "waiter");
}

TEST(Explain, ListsEverySourceThatIsCitedOnceInTheOrderOfTheScript) {
    const Script& script = tea_script();
    const auto cited = [&](const std::vector<std::string>& values) {
        std::vector<std::string> names;
        for (const EvidenceIndex index : recommend(script, answered(script, values)).evidence)
            names.push_back(script.evidence[index].id);
        return names;
    };
    EXPECT_THAT(cited({"true", "true", "60"}), ElementsAre("e", "e2", "e3", "e4"));
    EXPECT_THAT(cited({"false", "false", "0"}), ElementsAre("e"));
}

TEST(Explain, NamesASingleAnswerThatWouldChangeTheOutcome) {
    const Script& script = tea_script();
    const Recommendation result = recommend(script, answered(script, {"true", "false", "60"}));
    std::vector<std::string> changes;
    for (const Counterfactual& change : result.changes) {
        changes.push_back(script.questions[change.set[0].question].id + "=" +
                          to_json(script.questions[change.set[0].question], change.set[0].value) +
                          ":" + script.outcome_id(change.outcome));
    }
    EXPECT_THAT(changes, ElementsAre("a=false:coffee", R"(n={"min":0,"max":10}:coffee)"));
}

TEST(Explain, FromAnUnknownListNoneOfTheseIsAChangeToo) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"m","label":"M","ask":"?","many":[{"id":"x","say":"X"},{"id":"y","say":"Y"}]})",
        R"({"id":"r","axis":"x","when":"m is empty","points":{"tea":5},"because":"B.","evidence":["e"]})"));
    const Recommendation result = recommend(script, answered(script, {R"("unknown")"}));
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].set[0].value, Value(Choices{0}));
    const Recommendation both = recommend(script, answered(script, {R"(["x","y"])"}));
    ASSERT_EQ(both.changes.size(), 1U) << "taking everything back is one answer, too";
    EXPECT_EQ(both.changes[0].set[0].value, Value(Choices{0}));
}

/// Answers everything that is pending with a skip, or "I don't know", or the first value where
/// neither is taken.
State finish_with_nothing(const Script& script, State state) {
    while (const auto question = pending_question(script, state)) {
        const Question& asked = script.questions[*question];
        Value value = model::all_values(asked).front();
        if (asked.allow_unknown) value = Unknown{};
        if (!asked.required) value = Skipped{};
        state = take(script, state, GiveAnswer{asked.id, value}).state;
    }
    return state;
}

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
        if (!is_known(value)) continue;
        const auto* chosen = std::get_if<Choices>(&value);
        const auto* before = std::get_if<Choices>(&now);
        const std::uint32_t turned = chosen ? chosen->mask ^ (before ? before->mask : 0U) : 0U;
        if (chosen && chosen->mask != 0 && (turned & (turned - 1)) != 0) continue;
        values.push_back(value);
    }
    return values;
}

TEST(ExplainProperty, EveryListedChangeReallyFlipsTheOutcome) {
    std::size_t finished_at_once = 0;
    for (std::uint32_t seed = 0; seed < 1500; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const State state = finished_at_random(script, dice);
        const Recommendation result = recommend(script, state);
        for (const Counterfactual& change : result.changes) {
            if (change.set.size() > 1) continue;
            const auto& [question, value] = change.set.front();
            SCOPED_TRACE("seed " + std::to_string(seed) + " " + script.questions[question].id +
                         "\n" + random.text);
            ASSERT_NE(change.outcome, result.card.outcome);
            const State after =
                take(script, state, ChangeAnswer{script.questions[question].id, value, true}).state;
            ASSERT_EQ(score(script, after.answers).outcome, change.outcome);
            if (pending_question(script, after)) continue;
            ++finished_at_once;
            ASSERT_EQ(score(script, finish_with_nothing(script, after).answers).outcome,
                      change.outcome);
        }
    }
    EXPECT_GT(finished_at_once, 500U);
}

TEST(ExplainProperty, NoSingleAnswerThatChangesTheOutcomeIsMissed) {
    for (std::uint32_t seed = 0; seed < 800; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const State state = finished_at_random(script, dice);
        const Recommendation result = recommend(script, state);
        std::set<std::pair<QuestionIndex, std::size_t>> listed;
        for (const Counterfactual& change : result.changes) {
            if (change.set.size() > 1) continue;
            ASSERT_TRUE(listed.insert({change.set.front().question, change.outcome}).second)
                << "at most one per question and outcome";
        }
        std::set<std::pair<QuestionIndex, std::size_t>> possible;
        for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
            if (!state.answers[i]) continue;
            for (const Value& value : neighbours(script.questions[i], *state.answers[i])) {
                Answers varied = state.answers;
                varied[i] = value;
                const std::size_t outcome = model::judge(random, varied).outcome;
                if (outcome != result.card.outcome) possible.insert({i, outcome});
            }
        }
        ASSERT_EQ(listed, possible) << "seed " << seed << "\n"
                                    << random.text << "\n"
                                    << answers_text(script, state);
    }
}

TEST(ShownChanges, AreAllSingleAnswersAndTheFewBestPairs) {
    const auto change = [](std::size_t outcome, std::vector<QuestionIndex> questions) {
        Counterfactual result{{}, outcome};
        for (const QuestionIndex question : questions) result.set.push_back({question, true});
        return result;
    };
    const std::vector<Counterfactual> changes{change(0, {0}),    change(0, {1}),
                                              change(0, {2, 3}), change(0, {2, 4}),
                                              change(0, {2, 5}), change(1, {3, 4})};
    const ShownChanges some = shown_changes(changes);
    EXPECT_THAT(some.shown,
                ElementsAre(&changes[0], &changes[1], &changes[2], &changes[3], &changes[5]))
        << "the pair that leads elsewhere is one of them";
    EXPECT_EQ(some.more_pairs, 1U);
    EXPECT_EQ(more_pairs_text(1), "And 1 more pair of answers.");
    EXPECT_EQ(more_pairs_text(2), "And 2 more pairs of answers.");
    EXPECT_EQ(shown_changes({}).more_pairs, 0U);
}

}  // namespace
}  // namespace advisor::dialogs
