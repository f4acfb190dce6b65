#include "dialogs/early_stop.hpp"

#include <gmock/gmock.h>

#include <set>

#include "dialogs/early_words.hpp"
#include "dialogs/markdown.hpp"
#include "dialogs/possible.hpp"
#include "every_talk.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;
using testing::Not;

const Script& early_script() {
    static const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},{"id":"b","label":"B","ask":"?","yes_no":true},{"id":"c","label":"C","ask":"?","yes_no":true})",
        R"({"id":"r","axis":"x","when":"a is yes","points":{"tea":9},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"b is yes","points":{"coffee":3},"because":"B.","evidence":["e"]},
           {"id":"t","axis":"x","when":"c is yes","points":{"coffee":3},"because":"B.","evidence":["e"]})"));
    return script;
}

StepResult say(const Script& script, const State& state, const std::string& text) {
    return take(script, state, Say{text});
}

TEST(EarlyStop, IsOfferedOnceAndTheTalkGoesOn) {
    const Script& script = early_script();
    const StepResult first = take(script, fresh_state(script), GiveAnswer{"a", true});
    ASSERT_TRUE(first.outputs.early);
    EXPECT_EQ(script.outcome_id(first.outputs.early->outcome), "tea");
    EXPECT_EQ(first.outputs.early->remaining, 2U);
    EXPECT_THAT(said(first, MessageKind::note), HasSubstr("I can tell already"));
    EXPECT_EQ(pending(script, first.state), "b") << "the person may go on";
    const StepResult second = take(script, first.state, GiveAnswer{"b", true});
    EXPECT_THAT(said(second, MessageKind::note), Not(HasSubstr("I can tell already")));
    EXPECT_TRUE(second.outputs.early) << "the offer stands";
    const StepResult third = take(script, second.state, GiveAnswer{"c", true});
    EXPECT_EQ(outcome(script, third), "tea");
    EXPECT_FALSE(third.outputs.early);
}

TEST(EarlyStop, ShowsTheResultOnRequestAndTakesTheRestLater) {
    const Script& script = early_script();
    const State told = answered(script, {"true"});
    const StepResult stopped = say(script, told, "Show me the result, please!");
    EXPECT_EQ(outcome(script, stopped), "tea");
    EXPECT_EQ(pending(script, stopped.state), "nothing");
    const std::string json = reply_members(script, stopped.state, stopped.outputs, "/r/x");
    EXPECT_THAT(
        json, HasSubstr(R"("early":{"outcome":"tea","name":"Tea","remaining":2,"stopped":true})"));
    const Recommendation recommendation =
        explain(script, stopped.state.answers, *stopped.outputs.result);
    EXPECT_THAT(to_markdown(script, stopped.state.answers, recommendation),
                HasSubstr("Not asked, as no answer could have changed the outcome: B, C."));
    EXPECT_EQ(read_state(script, to_json(script, stopped.state)), stopped.state);
    const StepResult on = say(script, stopped.state, "go on");
    EXPECT_EQ(pending(script, on.state), "b");
    EXPECT_TRUE(on.outputs.early);
    const StepResult changed = take(script, stopped.state, ChangeAnswer{"a", Value(false), true});
    EXPECT_EQ(pending(script, changed.state), "b") << "after a change the talk goes on";
    EXPECT_FALSE(changed.outputs.early);
}

TEST(EarlyStop, IsNotOfferedWhileAnAnswerCanChangeTheOutcome) {
    const Script& script = early_script();
    const StepResult result = take(script, fresh_state(script), GiveAnswer{"a", false});
    EXPECT_FALSE(result.outputs.early);
    const StepResult asked = say(script, result.state, "show me the result");
    EXPECT_FALSE(asked.outputs.result) << "nothing was offered, so nothing is cut short";
}

TEST(EarlyStop, ReadsOnlyWholeWishes) {
    for (const char* text :
         {"show me the result", "OK, show me the result now", "RESULT", "stop here", "finish"})
        EXPECT_EQ(understand_early(text), EarlyWish::stop) << text;
    for (const char* text : {"go on", "continue, please", "Let's go on", "carry on"})
        EXPECT_EQ(understand_early(text), EarlyWish::go_on) << text;
    for (const char* text :
         {"yes", "no", "", "we show results to people", "3", "stop the press", "résultat"})
        EXPECT_EQ(understand_early(text), std::nullopt) << text;
}

/// Answers some questions at random, in the order of the talk.
Answers begun_at_random(const Script& script, model::Dice& dice) {
    State state = fresh_state(script);
    const std::size_t count = dice.roll(script.questions.size() + 1);
    for (std::size_t i = 0; i < count; ++i) {
        const auto question = pending_question(script, state);
        if (!question) break;
        const Question& asked = script.questions[*question];
        state = take(script, state, GiveAnswer{asked.id, model::random_value(dice, asked)}).state;
        state.early.reset();
    }
    return state.answers;
}

std::set<std::size_t> outcomes_by_trying(const Script& script, const Answers& given, bool& all) {
    std::set<std::size_t> outcomes;
    all = model::every_talk(script, given, 3000, [&](const Answers& answers) {
        outcomes.insert(score(script, answers).outcome);
    });
    return outcomes;
}

TEST(EarlyStopProperty, EveryCompletionOfAStopHasItsWinner) {
    std::size_t stops = 0;
    std::size_t no_stops = 0;
    for (std::uint32_t seed = 0; seed < 4000; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        const Answers answers = begun_at_random(script, dice);
        const std::vector<Fact> facts = settle(script, answers);
        QuestionIndex open = 0;
        while (open < facts.size() && facts[open].status != Fact::Status::open) ++open;
        if (open == facts.size()) continue;
        bool all = false;
        const std::set<std::size_t> outcomes = outcomes_by_trying(script, answers, all);
        if (!all) continue;
        const std::optional<std::size_t> certain = certain_outcome(script, facts);
        if (!certain) {
            no_stops += outcomes.size() > 1 ? 1 : 0;
            continue;
        }
        ++stops;
        ASSERT_EQ(outcomes, std::set<std::size_t>{*certain}) << "seed " << seed;
        ASSERT_GE(open, script.decided_from) << "the engine would not have looked, seed " << seed;
    }
    EXPECT_GT(stops, 150U);
    EXPECT_GT(no_stops, 150U) << "the control: where the outcome is open, nothing is certain";
}

TEST(EarlyStopProperty, IsSoundWhenAChangeOpensAQuestionBeforeAnsweredOnes) {
    std::size_t stops = 0;
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        Answers answers(script.questions.size());
        for (QuestionIndex i = 0; i < answers.size(); ++i) {
            if (dice.chance(60)) answers[i] = model::random_value(dice, script.questions[i]);
        }
        prune(script, answers);
        const std::optional<std::size_t> certain = certain_outcome(script, settle(script, answers));
        if (!certain) continue;
        bool all = false;
        const std::set<std::size_t> outcomes = outcomes_by_trying(script, answers, all);
        if (!all) continue;
        ++stops;
        ASSERT_EQ(outcomes, std::set<std::size_t>{*certain}) << "seed " << seed;
    }
    EXPECT_GT(stops, 150U);
}

// What unknown answers and ranges leave open.

/// Everything that an answer may turn out to be, and itself.
std::vector<Value> ways_on(const Question& question, const Value& now) {
    const auto* amount = std::get_if<Amount>(&now);
    if (is_known(now) && (!amount || amount->min == amount->max)) return {now};
    std::vector<Value> values{now};
    for (const Value& value : model::all_answers(question)) {
        const auto* part = std::get_if<Amount>(&value);
        const bool inside =
            !amount || (part && part->min >= amount->min && part->max <= amount->max);
        if (is_known(value) && inside && value != now) values.push_back(value);
    }
    return values;
}

std::set<std::size_t> possible_by_trying(const Script& script, const Answers& answers, bool& all) {
    std::set<std::size_t> outcomes;
    std::size_t count = 0;
    const std::function<void(Answers&, QuestionIndex)> go = [&](Answers& varied, QuestionIndex at) {
        if (count > 3000) return;
        if (at == varied.size()) {
            ++count;
            outcomes.insert(score(script, varied).outcome);
            return;
        }
        if (settle(script, varied)[at].status == Fact::Status::not_asked) return go(varied, at + 1);
        const std::optional<Value> given = varied[at];
        for (const Value& value : given ? ways_on(script.questions[at], *given)
                                        : model::all_answers(script.questions[at])) {
            varied[at] = value;
            go(varied, at + 1);
        }
        varied[at] = given;
    };
    Answers varied = answers;
    go(varied, 0);
    all = count <= 3000;
    return outcomes;
}

Answers finished_at_random(const Script& script, model::Dice& dice) {
    Answers answers(script.questions.size());
    while (true) {
        const std::vector<Fact> facts = settle(script, answers);
        QuestionIndex open = 0;
        while (open < facts.size() && facts[open].status != Fact::Status::open) ++open;
        if (open == facts.size()) return answers;
        const Question& question = script.questions[open];
        answers[open] = question.allow_unknown && dice.chance(40)
                            ? Value(Unknown{})
                            : model::random_value(dice, question);
    }
}

std::set<std::size_t> as_set(const Possible& possible) {
    return {possible.outcomes.begin(), possible.outcomes.end()};
}

TEST(PossibleProperty, EqualsTryingEverything) {
    std::size_t several = 0;
    std::size_t bounded = 0;
    for (std::uint32_t seed = 0; seed < 1500; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        const Answers answers = finished_at_random(script, dice);
        bool all = false;
        const std::set<std::size_t> truth = possible_by_trying(script, answers, all);
        if (!all) continue;
        const Possible exact = possible_outcomes(script, answers, 100'000);
        ASSERT_TRUE(exact.exact);
        ASSERT_EQ(as_set(exact), truth) << "seed " << seed;
        ASSERT_TRUE(truth.contains(score(script, answers).outcome));
        several += truth.size() > 1 ? 1 : 0;
        if (exact.find_out) {
            ASSERT_FALSE(truth.size() < 2) << "nothing to find out";
        }
        const Possible rough = possible_outcomes(script, answers, 0);
        const std::set<std::size_t> wide = as_set(rough);
        ASSERT_TRUE(std::includes(wide.begin(), wide.end(), truth.begin(), truth.end()))
            << "the bound is too narrow, seed " << seed;
        bounded += rough.exact ? 0 : 1;
    }
    EXPECT_GT(several, 200U);
    EXPECT_GT(bounded, 200U);
}

TEST(PossibleProperty, MoreInformationNeverWidensIt) {
    std::size_t narrowed = 0;
    for (std::uint32_t seed = 0; seed < 1500; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        Answers answers = finished_at_random(script, dice);
        for (const std::size_t limit : {std::size_t{0}, max_tried_ways}) {
            const std::set<std::size_t> before = as_set(possible_outcomes(script, answers, limit));
            for (QuestionIndex i = 0; i < answers.size(); ++i) {
                if (!answers[i]) continue;
                const std::vector<Value> ways = ways_on(script.questions[i], *answers[i]);
                if (ways.size() < 2) continue;
                Answers learned = answers;
                learned[i] = ways[dice.roll(ways.size())];
                prune(script, learned);
                const std::set<std::size_t> after =
                    as_set(possible_outcomes(script, learned, limit));
                bool all = true;
                for (QuestionIndex q = 0; q < learned.size(); ++q)
                    all = all && settle(script, learned)[q].status != Fact::Status::open;
                if (!all) continue;  // a question came new and is to be answered first
                ASSERT_TRUE(std::includes(before.begin(), before.end(), after.begin(), after.end()))
                    << "seed " << seed;
                narrowed += after.size() < before.size() ? 1 : 0;
            }
        }
    }
    EXPECT_GT(narrowed, 100U);
}

TEST(Possible, NamesTheOneQuestionWorthFindingOut) {
    const Script& script = early_script();
    const State state = answered(script, {R"("unknown")", "true", R"("unknown")"});
    const Possible possible = possible_outcomes(script, state.answers);
    EXPECT_EQ(script.questions[possible.find_out.value()].id, "a");
    EXPECT_EQ(possible.outcomes, (std::vector<std::size_t>{0, 1}));
    const std::string json = recommendation_text(script, state.answers);
    EXPECT_THAT(
        json,
        HasSubstr(
            R"("possible":{"outcomes":["tea","coffee"],"exact":true,"find_out":{"question":"a","label":"A"}})"));
}

}  // namespace
}  // namespace advisor::dialogs
