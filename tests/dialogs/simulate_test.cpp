#include "dialogs/simulate.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "dialogs/graph.hpp"
#include "dialogs/svg.hpp"
#include "every_talk.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;
using testing::Not;

const Script& coin_script() {
    static const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A <b>","ask":"Is it & so?","yes_no":true},
           {"id":"k","label":"K","ask":"?","when":"a is yes","choices":[{"id":"x","say":"X"},{"id":"y","say":"Y"},{"id":"z","say":"Z"}]},
           {"id":"u","label":"U","ask":"?","yes_no":true})",
        R"({"id":"r","axis":"x","when":"a is no","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"k is x","points":{"coffee":5},"because":"B.","evidence":["e"]},
           {"id":"t","axis":"x","when":"u is known","points":{"coffee":1},"because":"B.","evidence":["e"]})"));
    return script;
}

TEST(Simulate, EqualsTheClosedFormOfASmallScript) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},
           {"id":"k","label":"K","ask":"?","when":"a is yes","choices":[{"id":"x","say":"X"},{"id":"y","say":"Y"},{"id":"z","say":"Z"}]},
           {"id":"u","label":"U","ask":"?","yes_no":true})",
        R"({"id":"r","axis":"x","when":"a is no","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"s","axis":"x","when":"k is x","points":{"coffee":5},"because":"B.","evidence":["e"]})"));
    const Simulation result = simulate(script, {});
    ASSERT_TRUE(result.exact);
    EXPECT_NEAR(result.outcomes[0], 1.0 / 2, 1e-12);
    EXPECT_NEAR(result.outcomes[1], 1.0 / 6, 1e-12);
    EXPECT_NEAR(result.outcomes[2], 1.0 / 3, 1e-12);
    ASSERT_EQ(result.questions.size(), 3U);
    EXPECT_NEAR(result.questions[1].asked, 0.5, 1e-12);
    EXPECT_TRUE(result.questions[0].matters);
    EXPECT_TRUE(result.questions[1].matters);
    EXPECT_FALSE(result.questions[2].matters) << "nothing looks at it";
    const AnswerShares& no = result.questions[0].answers[1];
    EXPECT_NEAR(no.share, 0.5, 1e-12);
    EXPECT_NEAR(no.outcomes[0], 1, 1e-12);
    EXPECT_TRUE(no.dominates);
    EXPECT_FALSE(result.questions[0].answers[0].dominates);
    EXPECT_EQ(result.order_bias, 0);
}

/// Shares by going through all talks, each answer as likely as another.
std::vector<double> shares_by_trying(const Script& script, bool unknown) {
    std::vector<double> shares(script.tie_outcome() + 1, 0);
    Answers answers(script.questions.size());
    const std::function<void(double)> go = [&](double share) {
        const std::vector<Fact> facts = settle(script, answers);
        QuestionIndex next = 0;
        while (next < facts.size() && facts[next].status != Fact::Status::open) ++next;
        if (next == facts.size()) {
            shares[score(script, answers).outcome] += share;
            return;
        }
        std::vector<Value> values;
        for (const Value& value : model::all_values(script.questions[next])) {
            if (unknown || is_known(value)) values.push_back(value);
        }
        for (const Value& value : values) {
            answers[next] = value;
            go(share / static_cast<double>(values.size()));
        }
        answers[next].reset();
    };
    go(1);
    return shares;
}

TEST(SimulateProperty, EqualsTryingEveryTalk) {
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        SimulationOptions options;
        options.numbers_by_value = true;
        options.unknown = seed % 2 == 0;
        const Simulation result = simulate(script, options);
        ASSERT_TRUE(result.exact);
        const std::vector<double> truth = shares_by_trying(script, options.unknown);
        for (std::size_t o = 0; o < truth.size(); ++o)
            ASSERT_NEAR(result.outcomes[o], truth[o], 1e-9) << "seed " << seed;
        ASSERT_EQ(result.order_bias, 0) << "seed " << seed;
        for (const QuestionShares& shares : result.questions) {
            double sum = 0;
            const bool several = script.questions[shares.question].kind == QuestionKind::multi;
            for (const AnswerShares& answer : shares.answers) sum += answer.share;
            if (!several) {
                ASSERT_NEAR(sum, shares.asked, 1e-9);
            }
        }
    }
}

TEST(SimulateProperty, AQuestionThatNeverMattersNeverFlips) {
    std::size_t silent = 0;
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
        model::Dice dice(seed);
        const Script script = parse_or_fail(model::random_script(dice).text);
        SimulationOptions options;
        options.unknown = true;
        for (const QuestionShares& shares : simulate(script, options).questions) {
            if (shares.matters) continue;
            ++silent;
            bool flips = false;
            (void)model::every_talk(
                script, Answers(script.questions.size()), 500,
                [&](const Answers& answers) {
                    if (!answers[shares.question]) return;
                    const std::size_t now = score(script, answers).outcome;
                    Answers varied = answers;
                    for (const Value& value :
                         model::all_values(script.questions[shares.question])) {
                        varied[shares.question] = value;
                        const std::vector<Fact> facts = settle(script, varied);
                        const bool open = std::any_of(
                            facts.begin(), facts.end(),
                            [](const Fact& f) { return f.status == Fact::Status::open; });
                        flips = flips || (!open && score(script, varied).outcome != now);
                    }
                },
                false);
            ASSERT_FALSE(flips) << "seed " << seed;
        }
    }
    EXPECT_GT(silent, 5U);
}

TEST(Simulate, SamplesComeNearTheExactSharesAndAreTheSameForASeed) {
    const Script& script = coin_script();
    SimulationOptions options;
    options.samples = 20'000;
    options.seed = 5;
    const Simulation sampled = simulate(script, options);
    const Simulation exact = simulate(script, {});
    ASSERT_FALSE(sampled.exact);
    for (std::size_t o = 0; o < exact.outcomes.size(); ++o)
        EXPECT_NEAR(sampled.outcomes[o], exact.outcomes[o], 5 * sampled.errors[o] + 1e-9);
    EXPECT_EQ(to_json(script, sampled), to_json(script, simulate(script, options)));
    options.seed = 6;
    EXPECT_NE(to_json(script, sampled), to_json(script, simulate(script, options)));
    EXPECT_THAT(to_table(script, sampled), HasSubstr("20,000 random talks"));
}

TEST(Simulate, ADrawingEscapesWhatTheScriptSays) {
    const Script& script = coin_script();
    const std::string svg = to_svg(script, simulate(script, {}));
    EXPECT_THAT(svg, HasSubstr("<title id=\"name\">Outcomes of “Tea or coffee?”</title>"));
    EXPECT_THAT(svg, HasSubstr("<desc "));
    EXPECT_THAT(svg, Not(HasSubstr("A <b>")));
}

TEST(Graph, ShowsQuestionsConditionsInWordsAndOutcomes) {
    const Script& script = coin_script();
    const std::string svg = graph_svg(script);
    EXPECT_THAT(svg, HasSubstr("1. A &lt;b&gt;"));
    EXPECT_THAT(svg, HasSubstr("Is it &amp; so?"));
    EXPECT_THAT(svg, HasSubstr("Only asked if “A &lt;b&gt;” is answered"));
    EXPECT_THAT(svg, HasSubstr("Coffee"));
    EXPECT_THAT(svg, Not(HasSubstr("<b>")));
    const std::string mermaid = graph_mermaid(script);
    EXPECT_THAT(mermaid, HasSubstr("flowchart TD"));
    EXPECT_THAT(mermaid, HasSubstr("A #60;b#62;"));
    EXPECT_THAT(mermaid, HasSubstr("c2 -- no --> q3"));
    EXPECT_THAT(mermaid, HasSubstr("points --> o3"));
}

TEST(Svg, HasNoCharacterThatXmlLacks) {
    EXPECT_EQ(xml_escaped("a\x01"
                          "b\xEF\xBF\xBE<&>\"'"),
              "a b&lt;&amp;&gt;&quot;&#39;");
    EXPECT_EQ(wrapped("one two  three", 7), (std::vector<std::string>{"one two", "three"}));
}

}  // namespace
}  // namespace advisor::dialogs
