// Revising answers: what is kept, dropped and asked, and that nothing happens before the user
// agrees.

#include <gmock/gmock.h>

#include "dialogs/engine.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Script& game_script() {
    static const Script script = parse_or_fail(small_script(
        R"({"id":"kind","label":"Kind","ask":"?","choices":[{"id":"shop","say":"Shop"},{"id":"game","say":"Game"},{"id":"blog","say":"Blog"}]},
           {"id":"stock","label":"Stock","ask":"?","when":"kind is shop","number":{"min":1,"max":99}},
           {"id":"players","label":"Players","ask":"?","when":"kind is game","number":{"min":1,"max":99}},
           {"id":"paid","label":"Paid","ask":"?","when":"kind is not blog","yes_no":true},
           {"id":"mood","label":"Mood","ask":"?","scale":{"min":1,"max":5,"low":"l","high":"h"}})",
        R"({"id":"r1","axis":"a","when":"kind is shop","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"r2","axis":"a","when":"kind is game","points":{"coffee":5},"because":"B.","evidence":["e"]})"));
    return script;
}

State finished() {
    return answered(game_script(), {R"("shop")", "5", "true", "3"});
}
StepResult change(const State& state, const std::string& question, const std::string& value,
                  bool confirmed = false) {
    return take(game_script(), state,
                ChangeAnswer{question, value_of(game_script(), question, value), confirmed});
}

TEST(EngineChange, AChangeThatDropsNothingHappensAtOnce) {
    const StepResult result = change(finished(), "mood", "5");
    EXPECT_FALSE(result.outputs.confirm);
    EXPECT_EQ(answers_text(game_script(), result.state),
              R"({"kind":"shop","stock":5,"paid":true,"mood":5})");
    EXPECT_THAT(said(result, MessageKind::changed), HasSubstr("still Tea"));
    EXPECT_EQ(outcome(game_script(), result), "tea");
}

TEST(EngineChange, NamesWhatItKeepsDropsAndAsks) {
    const StepResult result = change(finished(), "kind", R"("game")");
    ASSERT_TRUE(result.outputs.confirm);
    EXPECT_EQ(result.outputs.confirm->question, 0U);
    EXPECT_EQ(result.outputs.confirm->value, Value(Choice{1}));
    EXPECT_THAT(ids(game_script(), result.outputs.confirm->kept), ElementsAre("paid", "mood"));
    EXPECT_THAT(ids(game_script(), result.outputs.confirm->dropped), ElementsAre("stock"));
    EXPECT_THAT(ids(game_script(), result.outputs.confirm->asked), ElementsAre("players"));
    EXPECT_THAT(said(result, MessageKind::confirm), HasSubstr("Stock"));
    EXPECT_THAT(said(result, MessageKind::confirm), HasSubstr("Players"));
}

TEST(EngineChange, NothingChangesBeforeTheUserConfirms) {
    const StepResult result = change(finished(), "kind", R"("game")");
    EXPECT_EQ(result.state.answers, finished().answers);
    EXPECT_EQ(outcome(game_script(), result), "tea") << "the result stands until then";
}

TEST(EngineChange, ConfirmingAppliesItAndAsksWhatIsNew) {
    const StepResult asked = change(finished(), "kind", R"("game")");
    for (const StepResult& result : {change(asked.state, "kind", R"("game")", true),
                                     take(game_script(), asked.state, Say{"Yes, please."})}) {
        EXPECT_EQ(answers_text(game_script(), result.state),
                  R"({"kind":"game","paid":true,"mood":3})");
        EXPECT_EQ(pending(game_script(), result.state), "players");
        EXPECT_FALSE(result.outputs.confirm);
        EXPECT_FALSE(result.state.proposed);
        const StepResult done =
            take(game_script(), result.state, GiveAnswer{"players", Amount{9, 9}});
        EXPECT_EQ(outcome(game_script(), done), "coffee");
        EXPECT_THAT(said(done, MessageKind::changed), HasSubstr("it was Tea, now it is Coffee"));
    }
}

TEST(EngineChange, ConfirmedFromTheStartNeedsNoQuestionBefore) {
    const StepResult result = change(finished(), "kind", R"("blog")", true);
    EXPECT_EQ(answers_text(game_script(), result.state), R"({"kind":"blog","mood":3})");
    EXPECT_EQ(outcome(game_script(), result), "either");
}

TEST(EngineChange, SayingNoLeavesEverythingAsItWas) {
    const StepResult asked = change(finished(), "kind", R"("game")");
    const StepResult result = take(game_script(), asked.state, Say{"no"});
    EXPECT_EQ(result.state, finished());
    EXPECT_THAT(said(result, MessageKind::note), HasSubstr("Nothing changed"));
}

TEST(EngineChange, AnyOtherInputDropsTheProposalAndKeepsTheAnswers) {
    const State asked = change(finished(), "kind", R"("game")").state;
    for (const std::string text : {"help", "why?", "repeat", "lorem ipsum", "skip"}) {
        const StepResult result = take(game_script(), asked, Say{text});
        EXPECT_EQ(result.state.answers, finished().answers) << text;
        EXPECT_FALSE(result.state.proposed) << text;
        const StepResult late = take(game_script(), result.state, Say{"yes"});
        EXPECT_EQ(late.state.answers, finished().answers) << "a late yes after " << text;
    }
}

TEST(EngineChange, ARejectedInputKeepsTheProposal) {
    // The caller keeps the state of before, so a typed yes still works.
    const State asked = change(finished(), "kind", R"("game")").state;
    const StepResult rejected = step(game_script(), asked, GiveAnswer{"kind", Choice{2}});
    EXPECT_TRUE(rejected.rejected);
    EXPECT_EQ(pending(game_script(), take(game_script(), asked, Say{"yes"}).state), "players");
}

TEST(EngineChange, WithoutAValueAsksTheQuestionAgain) {
    const StepResult again =
        take(game_script(), finished(), ChangeAnswer{"paid", std::nullopt, false});
    EXPECT_EQ(pending(game_script(), again.state), "paid");
    EXPECT_EQ(again.state.answers, finished().answers)
        << "the answer stands until there is a new one";
    EXPECT_FALSE(again.outputs.result);
    const StepResult done = take(game_script(), again.state, GiveAnswer{"paid", false});
    EXPECT_EQ(answers_text(game_script(), done.state),
              R"({"kind":"shop","stock":5,"paid":false,"mood":3})");
    EXPECT_EQ(outcome(game_script(), done), "tea");
}

TEST(EngineChange, BackFromAQuestionAskedAgainKeepsItsAnswer) {
    const StepResult again =
        take(game_script(), finished(), ChangeAnswer{"kind", std::nullopt, false});
    const StepResult back = take(game_script(), again.state, Back{});
    EXPECT_EQ(back.state, finished());
    EXPECT_EQ(outcome(game_script(), back), "tea");
}

TEST(EngineChange, AnAnswerToAQuestionAskedAgainIsConfirmedTooWhenItDrops) {
    const StepResult again =
        take(game_script(), finished(), ChangeAnswer{"kind", std::nullopt, false});
    const StepResult asked = take(game_script(), again.state, GiveAnswer{"kind", Choice{1}});
    ASSERT_TRUE(asked.outputs.confirm);
    EXPECT_EQ(asked.state.answers, finished().answers);
    const StepResult done = take(game_script(), asked.state, ChangeAnswer{"kind", Choice{1}, true});
    EXPECT_EQ(pending(game_script(), done.state), "players");
}

TEST(EngineChange, ATypedAnswerToAQuestionAskedAgainIsConfirmedTooWhenItDrops) {
    const StepResult again =
        take(game_script(), finished(), ChangeAnswer{"kind", std::nullopt, false});
    const StepResult asked = take(game_script(), again.state, Say{"blog"});
    ASSERT_TRUE(asked.outputs.confirm);
    EXPECT_EQ(asked.state.answers, finished().answers);
    const StepResult done = take(game_script(), asked.state, Say{"yes"});
    EXPECT_EQ(answers_text(game_script(), done.state), R"({"kind":"blog","mood":3})");
}

/// What a client sends to agree: the question and value of `confirm`, as it got them.
std::string agreement(const Script& script, const Consequences& change) {
    const Question& question = script.questions[change.question];
    return R"({"type":"change","question":")" + question.id + R"(","value":)" +
           to_json(question, change.value) + R"(,"confirm":true})";
}

TEST(EngineChange, ASkipThatDropsAnswersCanBeConfirmedByAFrame) {
    const StepResult again =
        take(game_script(), finished(), ChangeAnswer{"kind", std::nullopt, false});
    const StepResult asked = take(game_script(), again.state, Skip{});
    ASSERT_TRUE(asked.outputs.confirm);
    EXPECT_THAT(ids(game_script(), asked.outputs.confirm->dropped), ElementsAre("stock", "paid"));
    const StepResult typed = take(game_script(), asked.state, Say{"yes"});
    const StepResult sent =
        take_json(game_script(), asked.state, agreement(game_script(), *asked.outputs.confirm));
    EXPECT_EQ(answers_text(game_script(), typed.state), R"({"kind":"skipped","mood":3})");
    EXPECT_EQ(sent.state, typed.state);
}

TEST(EngineChange, AnAnswerAfterBackThatDropsLaterOnesCanBeConfirmedByAFrame) {
    // A change asks "players" anew; back then takes "kind" back while the later answers stay.
    const State asked_new = change(finished(), "kind", R"("game")", true).state;
    const State back = take(game_script(), asked_new, Back{}).state;
    ASSERT_EQ(answers_text(game_script(), back), R"({"paid":true,"mood":3})");
    const StepResult asked = take(game_script(), back, GiveAnswer{"kind", Choice{2}});
    ASSERT_TRUE(asked.outputs.confirm);
    EXPECT_EQ(asked.state.answers, back.answers);
    const StepResult typed = take(game_script(), asked.state, Say{"yes"});
    EXPECT_EQ(answers_text(game_script(), typed.state), R"({"kind":"blog","mood":3})");
    const StepResult sent =
        take_json(game_script(), asked.state, agreement(game_script(), *asked.outputs.confirm));
    EXPECT_EQ(sent.state, typed.state);
}

TEST(EngineChange, TheSameValueAgainChangesNothing) {
    const StepResult result = change(finished(), "kind", R"("shop")");
    EXPECT_FALSE(result.outputs.confirm);
    EXPECT_EQ(result.state, finished());
}

TEST(EngineChange, TheRemarkOnTheResultComparesWithTheLastResultSeen) {
    // shop -> game leaves "players" open; going on to another change must still compare with Tea.
    const State open = change(finished(), "kind", R"("game")", true).state;
    const StepResult back_to_shop = change(open, "kind", R"("shop")", true);
    EXPECT_EQ(pending(game_script(), back_to_shop.state), "stock");
    const StepResult done =
        take(game_script(), back_to_shop.state, GiveAnswer{"stock", Amount{5, 5}});
    EXPECT_THAT(said(done, MessageKind::changed), HasSubstr("still Tea"));
}

TEST(EngineChange, RestartForgetsAProposalAndAQuestionAskedAgain) {
    const State asked = change(finished(), "kind", R"("game")").state;
    EXPECT_EQ(take(game_script(), asked, Restart{}).state, fresh_state(game_script()));
    const State again =
        take(game_script(), finished(), ChangeAnswer{"paid", std::nullopt, false}).state;
    EXPECT_EQ(take(game_script(), again, Restart{}).state, fresh_state(game_script()));
}

}  // namespace
}  // namespace advisor::dialogs
