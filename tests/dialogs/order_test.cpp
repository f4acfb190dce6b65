#include "dialogs/order.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "dialogs/early_stop.hpp"
#include "dialogs/simulate.hpp"
#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Three questions of which the last decides nearly everything.
std::string weighty_last(const std::string& more = {}, const std::string& first_field = {},
                         const std::string& last_field = {}) {
    return small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true)" + first_field +
            R"(},{"id":"b","label":"B","ask":"?","yes_no":true},{"id":"c","label":"C","ask":"?","yes_no":true)" +
            last_field + "}",
        R"({"id":"r","axis":"x","when":"a is yes","points":{"tea":1},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"b is yes","points":{"coffee":1},"because":"B.","evidence":["e"]},
           {"id":"t","axis":"x","when":"c is yes","points":{"tea":9},"because":"B.","evidence":["e"]},
           {"id":"u","axis":"x","when":"c is no","points":{"coffee":9},"because":"B.","evidence":["e"]})",
        more);
}

std::vector<std::string> codes(const std::string& text) {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : load_script(text, "t.json").diagnostics)
        result.push_back(std::to_string(static_cast<int>(diagnostic.finding)) + " " +
                         diagnostic.pointer);
    return result;
}

const char* const adaptive = R"(,"order":"adaptive")";

TEST(Order, IsThatOfTheFileUnlessTheScriptAsksForMore) {
    const Script fixed = parse_or_fail(weighty_last());
    EXPECT_EQ(pending(fixed, fresh_state(fixed)), "a");
    const Script script = parse_or_fail(weighty_last(adaptive));
    EXPECT_EQ(pending(script, fresh_state(script)), "c");
    const StepResult first = take(script, fresh_state(script), GiveAnswer{"c", true});
    ASSERT_TRUE(first.outputs.early) << "nothing can outweigh it, and that is said at once";
    EXPECT_EQ(pending(script, first.state), "a") << "what is left keeps the order of the file";
}

TEST(Order, KeepsWhatTheAuthorSays) {
    const auto next = [](const std::string& text) {
        const Script script = parse_or_fail(text);
        return pending(script, fresh_state(script));
    };
    EXPECT_EQ(next(weighty_last(adaptive, R"(,"first":true)")), "a");
    EXPECT_EQ(next(weighty_last(adaptive, {}, R"(,"after":["b"])")), "b");
    const std::string grouped = R"({"id":"a","label":"A","ask":"?","yes_no":true,"group":"g"},
        {"id":"b","label":"B","ask":"?","yes_no":true,"group":"g"},
        {"id":"c","label":"C","ask":"?","yes_no":true})";
    const std::string rules =
        R"({"id":"r","axis":"x","when":"b is yes","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"b is no and c is yes","points":{"coffee":4},"because":"B.","evidence":["e"]},
           {"id":"t","axis":"x","when":"a is yes","points":{"coffee":1},"because":"B.","evidence":["e"]})";
    const Script script = parse_or_fail(small_script(grouped, rules, adaptive));
    EXPECT_EQ(pending(script, fresh_state(script)), "b");
    const State begun = take(script, fresh_state(script), GiveAnswer{"b", false}).state;
    EXPECT_EQ(pending(script, begun), "a") << "the topic that was begun goes on";
    EXPECT_EQ(next(small_script(grouped, rules)), "a");
}

TEST(Order, DiagnosesWhatCannotBe) {
    EXPECT_THAT(codes(weighty_last(R"(,"order":"random")")), ElementsAre("29 /order"));
    EXPECT_THAT(codes(weighty_last(adaptive, {}, R"(,"first":true)")),
                ElementsAre("32 /questions/2/first"));
    EXPECT_THAT(codes(weighty_last(adaptive, {}, R"(,"after":["d"])")),
                ElementsAre("14 /questions/2/after/0"));
    EXPECT_THAT(codes(weighty_last(adaptive, R"(,"after":["c"])")),
                ElementsAre("17 /questions/0/after/0"));
    EXPECT_THAT(codes(weighty_last(adaptive, R"(,"group":"g")", R"(,"group":"g")")),
                ElementsAre("32 /questions/2/group"));
    EXPECT_THAT(codes(weighty_last({}, R"(,"first":true)")), ElementsAre("33 /questions/0/first"));
}

TEST(Order, BackTakesBackTheLastAnswerNotTheLastInTheFile) {
    const Script script = parse_or_fail(weighty_last(adaptive));
    State state = take(script, fresh_state(script), GiveAnswer{"c", true}).state;
    state = take(script, state, GiveAnswer{"a", true}).state;
    EXPECT_EQ(read_state(script, to_json(script, state)), state);
    state = take(script, state, Back{}).state;
    EXPECT_EQ(pending(script, state), "a");
    EXPECT_EQ(answers_text(script, state), R"({"c":true})");
    state = take(script, state, Back{}).state;
    EXPECT_EQ(pending(script, state), "c");
    EXPECT_THAT(said(take(script, state, Back{}), MessageKind::note), HasSubstr("first question"));
    EXPECT_EQ(read_state(script, R"({"answers":{},"answered":["nobody"]})"), std::nullopt);
}

TEST(Order, IsReportedByTheSimulator) {
    const Script script = parse_or_fail(weighty_last());
    const Simulation simulation = simulate(script, {});
    ASSERT_TRUE(simulation.mean_questions);
    EXPECT_DOUBLE_EQ(simulation.mean_questions->file_order, 3);
    EXPECT_DOUBLE_EQ(simulation.mean_questions->adaptive, 1);
    EXPECT_THAT(to_table(script, simulation),
                HasSubstr("Questions until the outcome is certain: 3.0 on average in the order of "
                          "the file, 1.0 in adaptive order."));
    EXPECT_THAT(to_json(script, simulation), HasSubstr(R"("order": "file")"));
}

/// Values that stand for all known answers, each as likely as the others.
std::vector<Value> known_answers(const Question& question) {
    if (question.kind != QuestionKind::number && question.kind != QuestionKind::scale) {
        std::vector<Value> values = model::all_values(question);
        std::erase_if(values, [](const Value& value) { return !is_known(value); });
        return values;
    }
    std::vector<Value> values{Amount{question.limits.min, question.limits.min}};
    for (const std::int64_t border : question.borders) values.emplace_back(Amount{border, border});
    return values;
}

using Pick = std::function<std::optional<QuestionIndex>(const std::vector<Fact>&)>;

/// The mean number of questions until the outcome is certain, talk by talk.
double mean_by_trying(const Script& script, Answers& answers, const Pick& pick) {
    const std::vector<Fact> facts = settle(script, answers);
    const std::optional<QuestionIndex> next = pick(facts);
    if (!next || certain_outcome(script, facts)) return 0;
    const std::vector<Value> values = known_answers(script.questions[*next]);
    double sum = 0;
    for (const Value& value : values) {
        answers[*next] = value;
        sum += mean_by_trying(script, answers, pick);
    }
    answers[*next].reset();
    return 1 + sum / static_cast<double>(values.size());
}

/// The least mean that any order has.
double best_by_trying(const Script& script, Answers& answers) {
    const std::vector<Fact> facts = settle(script, answers);
    const std::vector<QuestionIndex> askable = askable_questions(script, facts);
    if (askable.empty() || certain_outcome(script, facts)) return 0;
    double best = std::numeric_limits<double>::infinity();
    for (const QuestionIndex question : askable) {
        const std::vector<Value> values = known_answers(script.questions[question]);
        double sum = 0;
        for (const Value& value : values) {
            answers[question] = value;
            sum += best_by_trying(script, answers);
        }
        answers[question].reset();
        best = std::min(best, 1 + sum / static_cast<double>(values.size()));
    }
    return best;
}

Script random_adaptive(std::uint32_t seed) {
    model::Dice dice(seed);
    std::string text = model::random_script(dice).text;
    text.insert(1, R"("order":"adaptive",)");
    return parse_or_fail(text);
}

TEST(OrderProperty, NeverAsksMoreOnAverageThanTheFile) {
    constexpr double rounding = 1e-9;
    std::size_t better = 0;
    std::size_t worse_by_the_control = 0;
    std::size_t compared = 0;
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        const Script script = random_adaptive(seed);
        Answers none(script.questions.size());
        const Pick file = [](const std::vector<Fact>& facts) -> std::optional<QuestionIndex> {
            for (QuestionIndex i = 0; i < facts.size(); ++i) {
                if (facts[i].status == Fact::Status::open) return i;
            }
            return std::nullopt;
        };
        // The control: any order is allowed, but not every one is good.
        const Pick backwards = [&](const std::vector<Fact>& facts) -> std::optional<QuestionIndex> {
            const std::vector<QuestionIndex> askable = askable_questions(script, facts);
            return askable.empty() ? std::nullopt : std::optional(askable.back());
        };
        const double by_file = mean_by_trying(script, none, file);
        const double by_order = mean_by_trying(
            script, none, [&](const auto& facts) { return next_question(script, facts); });
        ASSERT_LE(by_order, by_file + rounding) << "seed " << seed;
        ASSERT_TRUE(script.order->mean()) << "seed " << seed;
        ASSERT_NEAR(script.order->mean()->file_order, by_file, rounding) << "seed " << seed;
        ASSERT_NEAR(script.order->mean()->adaptive, by_order, rounding) << "seed " << seed;
        better += by_order < by_file - rounding ? 1 : 0;
        worse_by_the_control +=
            mean_by_trying(script, none, backwards) > by_file + rounding ? 1 : 0;
        if (script.questions.size() > 3) continue;
        ++compared;
        ASSERT_NEAR(best_by_trying(script, none), by_order, rounding) << "seed " << seed;
    }
    EXPECT_GT(better, 300U);
    EXPECT_GT(compared, 300U);
    EXPECT_GT(worse_by_the_control, 100U) << "an order that is not worked out can be worse";
}

TEST(OrderProperty, IsNeverWorseWhenOnlyTheEndIsWorkedOut) {
    constexpr double rounding = 1e-9;
    std::size_t partly = 0;
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
        Script script = random_adaptive(seed);
        const std::size_t enough = 20 + 10 * (seed % 10);
        script.order = std::make_shared<const AdaptiveOrder>(script, enough);
        Answers none(script.questions.size());
        const double mean = mean_by_trying(
            script, none, [&](const auto& facts) { return next_question(script, facts); });
        if (!script.order->mean()) {
            ASSERT_EQ(script.order->adaptive_from(), script.questions.size());
            continue;
        }
        ASSERT_NEAR(script.order->mean()->adaptive, mean, rounding) << "seed " << seed;
        ASSERT_LE(mean, script.order->mean()->file_order + rounding) << "seed " << seed;
        const QuestionIndex from = script.order->adaptive_from();
        partly += from > 0 && from < script.questions.size() ? 1 : 0;
    }
    EXPECT_GT(partly, 50U);
}

TEST(OrderProperty, TalksEndWithTheResultOfTheirAnswersAndGoBackStepByStep) {
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
        const Script script = random_adaptive(seed);
        model::Dice dice(seed + 1);
        std::vector<State> states{fresh_state(script)};
        while (const auto question = pending_question(script, states.back())) {
            const Question& asked = script.questions[*question];
            const Value value = model::random_value(dice, asked);
            State next = take(script, states.back(), GiveAnswer{asked.id, value}).state;
            ASSERT_EQ(next.answered.back(), *question) << "seed " << seed;
            ASSERT_EQ(read_state(script, to_json(script, next)), next) << "seed " << seed;
            states.push_back(std::move(next));
            ASSERT_LE(states.size(), script.questions.size() + 1) << "seed " << seed;
        }
        State state = states.back();
        Answers kept = state.answers;
        EXPECT_TRUE(prune(script, kept).empty()) << "only what applies was asked, seed " << seed;
        for (std::size_t i = states.size() - 1; i-- > 0;) {
            state = take(script, state, Back{}).state;
            ASSERT_EQ(state.answers, states[i].answers) << "seed " << seed;
            ASSERT_EQ(pending_question(script, state), pending_question(script, states[i]));
        }
    }
}

}  // namespace
}  // namespace advisor::dialogs
