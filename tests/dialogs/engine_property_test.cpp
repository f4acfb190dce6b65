// What holds for every script and every conversation, on random small scripts.

#include <algorithm>

#include "dialogs/engine.hpp"
#include "dialogs/explain.hpp"
#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using model::Dice;

constexpr std::uint32_t scripts = 400;

/// Answers whatever is pending until nothing is.
State finish(const Script& script, State state, Dice& dice) {
    while (const auto question = pending_question(script, state)) {
        const GiveAnswer answer{script.questions[*question].id,
                                model::random_value(dice, script.questions[*question])};
        StepResult result = step(script, state, answer);
        if (!result.rejected && result.outputs.confirm)
            result = step(script, result.state, Say{"yes"});
        if (result.rejected && std::holds_alternative<Skipped>(answer.value)) continue;
        EXPECT_FALSE(result.rejected) << result.rejected->message;
        if (result.rejected) break;
        state = std::move(result.state);
    }
    return state;
}

/// A random input that may or may not make sense now.
Input random_input(const Script& script, const State& state, Dice& dice) {
    const Question& any = script.questions[dice.roll(script.questions.size())];
    const auto question = pending_question(script, state);
    switch (dice.roll(12)) {
        case 0:
            return Back{};
        case 1:
            return Skip{};
        case 2:
            return ChangeAnswer{any.id, model::random_value(dice, any), false};
        case 3:
            return ChangeAnswer{any.id, model::random_value(dice, any), true};
        case 4:
            return ChangeAnswer{any.id, std::nullopt, false};
        case 5:
            return Say{"yes"};
        case 6:
            return Say{"no"};
        case 7:
            return Say{std::vector<std::string>{"help", "why", "5", "a, b", "3-7", "repeat",
                                                "x"}[dice.roll(7)]};
        case 8:
            return GiveAnswer{any.id, model::random_value(dice, any)};
        default:
            break;
    }
    if (!question) return Say{"repeat"};
    const Question& asked = script.questions[*question];
    return GiveAnswer{asked.id, model::random_value(dice, asked)};
}

/// Answers that are left once those of questions that do not apply are gone.
Answers effective(const model::RandomScript& random, const Answers& answers) {
    const std::vector<model::Known> known = random.settle(answers);
    Answers result = answers;
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (known[i].status != model::Known::Status::answered) result[i].reset();
    }
    return result;
}

TEST(EngineProperty, EveryConversationKeepsItsInvariants) {
    for (std::uint32_t seed = 0; seed < scripts; ++seed) {
        Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        State state = fresh_state(script);
        for (int turn = 0; turn < 40; ++turn) {
            const StepResult result = step(script, state, random_input(script, state, dice));
            if (result.rejected) continue;
            SCOPED_TRACE("seed " + std::to_string(seed) + " turn " + std::to_string(turn) + "\n" +
                         random.text);
            ASSERT_EQ(effective(random, result.state.answers), result.state.answers)
                << "no answer stays to a question that does not apply";
            ASSERT_EQ(result.outputs.question, pending_question(script, result.state));
            ASSERT_NE(result.outputs.question.has_value(), result.outputs.result.has_value());
            ASSERT_EQ(result.outputs.confirm.has_value(), result.state.proposed.has_value());
            if (result.outputs.confirm) {
                ASSERT_EQ(result.state.answers, state.answers);
            }
            if (result.outputs.question && !result.state.reopened) {
                ASSERT_FALSE(result.state.answers[*result.outputs.question]);
                const auto known = random.settle(result.state.answers);
                for (std::size_t i = 0; i < *result.outputs.question; ++i) {
                    ASSERT_NE(known[i].status, model::Known::Status::open) << "asks in file order";
                }
            }
            const auto read = read_state(script, to_json(script, result.state));
            ASSERT_TRUE(read);
            ASSERT_EQ(*read, result.state);
            state = result.state;
        }
    }
}

TEST(EngineProperty, ProgressNeverPromisesTooLittle) {
    for (std::uint32_t seed = 0; seed < scripts; ++seed) {
        Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        State state = fresh_state(script);
        std::size_t before = progress_of(script, state).remaining;
        while (const auto question = pending_question(script, state)) {
            const Question& asked = script.questions[*question];
            state =
                take(script, state, GiveAnswer{asked.id, model::random_value(dice, asked)}).state;
            const Progress now = progress_of(script, state);
            ASSERT_LT(now.remaining, before) << "seed " << seed;
            ASSERT_LE(now.answered + now.remaining, script.questions.size());
            before = now.remaining;
        }
        ASSERT_EQ(before, 0U);
    }
}

/// The same answers given plainly, from the start.
State fresh_session(const Script& script, const Answers& answers) {
    State state = fresh_state(script);
    while (const auto question = pending_question(script, state)) {
        if (!answers[*question]) throw std::runtime_error("a fresh session asks more");
        state = take(script, state, GiveAnswer{script.questions[*question].id, *answers[*question]})
                    .state;
    }
    return state;
}

TEST(EngineProperty, AnEditedConversationEndsLikeAFreshOneWithTheSameAnswers) {
    for (std::uint32_t seed = 0; seed < scripts; ++seed) {
        Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        State state = finish(script, fresh_state(script), dice);
        for (int edit = 0; edit < 15; ++edit) {
            const StepResult result = step(script, state, random_input(script, state, dice));
            if (!result.rejected) state = result.state;
        }
        state = finish(script, state, dice);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + random.text);
        const State fresh = fresh_session(script, state.answers);
        ASSERT_EQ(fresh.answers, state.answers)
            << "no answer is left that a fresh session does not ask for";
        ASSERT_EQ(recommendation_text(script, state.answers),
                  recommendation_text(script, fresh.answers));
    }
}

TEST(EngineProperty, AConfirmedChangeDoesWhatItAnnounced) {
    for (std::uint32_t seed = 0; seed < scripts; ++seed) {
        Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const State state = finish(script, fresh_state(script), dice);
        for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
            if (!state.answers[i]) continue;
            const ProposedChange change{i, model::random_value(dice, script.questions[i])};
            SCOPED_TRACE("seed " + std::to_string(seed) + " question " + std::to_string(i) + "\n" +
                         random.text);
            const Consequences said = consequences(script, state, change);
            const StepResult plain =
                take(script, state, ChangeAnswer{script.questions[i].id, change.value, false});
            ASSERT_EQ(plain.outputs.confirm.has_value(), !said.dropped.empty());
            const State after =
                take(script, state, ChangeAnswer{script.questions[i].id, change.value, true}).state;
            for (QuestionIndex q = 0; q < script.questions.size(); ++q) {
                const auto in = [&](const std::vector<QuestionIndex>& list) {
                    return std::count(list.begin(), list.end(), q) > 0;
                };
                if (q == i) continue;
                ASSERT_EQ(in(said.kept), after.answers[q].has_value());
                ASSERT_EQ(in(said.dropped), state.answers[q].has_value() && !after.answers[q]);
                if (in(said.kept)) {
                    ASSERT_EQ(after.answers[q], state.answers[q]);
                }
            }
            const auto asked = pending_question(script, after);
            ASSERT_EQ(asked, said.asked.empty() ? std::nullopt : std::optional(said.asked.front()));
        }
    }
}

}  // namespace
}  // namespace advisor::dialogs
