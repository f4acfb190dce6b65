#include "dialogs/engine.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Code = Rejection::Code;

/// Every kind of question; "stock" belongs to shops, "players" to games.
const Script& shop_script() {
    static const Script script = parse_or_fail(small_script(
        R"({"id":"kind","label":"Kind","ask":"What is it?","help":"Roughly.","why":"It decides the rest.","choices":[
              {"id":"shop","say":"A shop","react":"Shops need stock."},{"id":"game","say":"A game"},{"id":"blog","say":"A blog"}]},
           {"id":"stock","label":"Stock","ask":"How many articles?","when":"kind is shop","number":{"min":1,"max":10000,"unit":"articles"}},
           {"id":"players","label":"Players","ask":"How many players?","when":"kind is game","number":{"min":1,"max":1000}},
           {"id":"extras","label":"Extras","ask":"Which extras?","many":[{"id":"audit","say":"Audit"},{"id":"export","say":"Export"}]},
           {"id":"live","label":"Live","ask":"Is it live?","required":true,"allow_unknown":false,"yes_no":{"yes":{"react":"Good."}}},
           {"id":"mood","label":"Mood","ask":"How sure are you?","scale":{"min":1,"max":5,"low":"not","high":"very"}},
           {"id":"note","label":"Note","ask":"Anything else?","text":{"max_length":20}})",
        R"({"id":"r1","axis":"a","when":"kind is shop","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"r2","axis":"a","when":"kind is game","points":{"coffee":5},"because":"B.","evidence":["e"]},
           {"id":"r3","axis":"a","when":"mood >= 4","points":{"tea":1},"because":"B.","evidence":["e"]})"));
    return script;
}

State finished_shop() {
    return answered(shop_script(), {R"("shop")", "50", R"(["audit"])", "true", "3", R"("ok")"});
}

/// Expects a rejection and says its code.
Code rejected(const State& state, const Input& input) {
    const StepResult result = step(shop_script(), state, input);
    if (!result.rejected) throw std::runtime_error("not rejected");
    EXPECT_THAT(result.rejected->message, testing::Not(IsEmpty()));
    return result.rejected->code;
}

TEST(Engine, StartsWithTheIntroAndTheFirstQuestion) {
    const StepResult result = take(shop_script(), fresh_state(shop_script()), Start{});
    EXPECT_EQ(said(result, MessageKind::intro), "Hello.");
    EXPECT_EQ(result.outputs.question, 0U);
    EXPECT_EQ(result.outputs.progress.answered, 0U);
    EXPECT_FALSE(result.outputs.result);
    EXPECT_FALSE(result.outputs.confirm);
}

TEST(Engine, TakesAnAnswerOfEveryKindAndAsksOnlyWhatApplies) {
    const Script& script = shop_script();
    State state = fresh_state(script);
    const std::vector<std::pair<std::string, std::string>> talk{{"kind", R"("shop")"},
                                                                {"stock", R"({"min":10,"max":50})"},
                                                                {"extras", R"(["audit","export"])"},
                                                                {"live", "false"},
                                                                {"mood", "5"},
                                                                {"note", R"("no rush")"}};
    for (const auto& [question, value] : talk) {
        EXPECT_EQ(pending(script, state), question);
        state = take(script, state, GiveAnswer{question, value_of(script, question, value)}).state;
    }
    EXPECT_EQ(pending(script, state), "nothing");
    EXPECT_EQ(state.answers[0], Value(Choice{0}));
    EXPECT_EQ(state.answers[1], Value(Amount{10, 50}));
    EXPECT_EQ(state.answers[2], std::nullopt) << "players were never asked";
    EXPECT_EQ(state.answers[3], Value(Choices{3}));
    EXPECT_EQ(state.answers[4], Value(false));
    EXPECT_EQ(state.answers[5], Value(Amount{5, 5}));
    EXPECT_EQ(state.answers[6], Value(std::string("no rush")));
}

TEST(Engine, ReactsToTheChosenAnswer) {
    const StepResult result =
        take(shop_script(), fresh_state(shop_script()), GiveAnswer{"kind", Choice{0}});
    EXPECT_EQ(said(result, MessageKind::react), "Shops need stock.");
    const State before_live = answered(shop_script(), {R"("blog")", "[]"});
    const StepResult live = take(shop_script(), before_live, GiveAnswer{"live", true});
    EXPECT_EQ(said(live, MessageKind::react), "Good.");
}

TEST(Engine, ShowsTheResultAfterTheLastAnswer) {
    const State before = answered(shop_script(), {R"("shop")", "50", "[]", "true", "3"});
    const StepResult result =
        take(shop_script(), before, GiveAnswer{"note", std::string("That is all.")});
    EXPECT_EQ(outcome(shop_script(), result), "tea");
    EXPECT_EQ(said(result, MessageKind::result), "Make tea.");
    EXPECT_FALSE(result.outputs.question);
    EXPECT_EQ(result.outputs.progress.remaining, 0U);
    EXPECT_EQ(result.outputs.progress.answered, 6U);
}

TEST(Engine, TakesUnknownAsAnAnswerWhereItIsAllowed) {
    const StepResult result =
        take(shop_script(), fresh_state(shop_script()), GiveAnswer{"kind", Unknown{}});
    EXPECT_EQ(pending(shop_script(), result.state), "extras") << "neither shop nor game is certain";
    EXPECT_EQ(result.state.answers[0], Value(Unknown{}));
}

TEST(Engine, RejectsWhatIsNoTurn) {
    const State fresh = fresh_state(shop_script());
    EXPECT_EQ(rejected(fresh, GiveAnswer{"nosuch", true}), Code::unknown_question);
    EXPECT_EQ(rejected(fresh, GiveAnswer{"live", true}), Code::question_not_pending);
    EXPECT_EQ(rejected(fresh, ChangeAnswer{"nosuch", std::nullopt, false}), Code::unknown_question);
    EXPECT_EQ(rejected(fresh, ChangeAnswer{"kind", std::nullopt, false}), Code::not_answered);
    EXPECT_EQ(rejected(fresh, ChangeAnswer{"kind", Choice{1}, true}), Code::not_answered);
    EXPECT_EQ(rejected(finished_shop(), GiveAnswer{"kind", Choice{1}}), Code::question_not_pending);
    EXPECT_EQ(rejected(finished_shop(), ChangeAnswer{"players", Amount{1, 1}, false}),
              Code::not_answered)
        << "a question that was not asked";
}

TEST(Engine, RejectsAValueThatDoesNotFit) {
    const Script& script = shop_script();
    const State kind = fresh_state(script);
    const State stock = answered(script, {R"("shop")"});
    const State extras = answered(script, {R"("blog")"});
    const State live = answered(script, {R"("blog")", "[]"});
    const State mood = answered(script, {R"("blog")", "[]", "true"});
    const State note = answered(script, {R"("blog")", "[]", "true", "1"});
    const std::vector<std::tuple<const State*, std::string, Value, Code>> table{
        {&kind, "kind", Choice{3}, Code::bad_value},
        {&kind, "kind", true, Code::bad_value},
        {&kind, "kind", std::string("shop"), Code::bad_value},
        {&stock, "stock", Amount{0, 0}, Code::bad_value},
        {&stock, "stock", Amount{1, 10001}, Code::bad_value},
        {&stock, "stock", Amount{50, 10}, Code::bad_value},
        {&stock, "stock", Choice{0}, Code::bad_value},
        {&extras, "extras", Choices{4}, Code::bad_value},
        {&extras, "extras", Choice{0}, Code::bad_value},
        {&live, "live", Choice{0}, Code::bad_value},
        {&live, "live", Unknown{}, Code::unknown_not_allowed},
        {&live, "live", Skipped{}, Code::unknown_not_allowed},
        {&mood, "mood", Amount{0, 0}, Code::bad_value},
        {&mood, "mood", Amount{6, 6}, Code::bad_value},
        {&mood, "mood", Amount{2, 3}, Code::bad_value},
        {&note, "note", std::string(), Code::bad_value},
        {&note, "note", std::string(21, 'x'), Code::bad_value},
        {&note, "note", Amount{1, 1}, Code::bad_value},
    };
    for (const auto& [state, question, value, code] : table) {
        const auto& asked = script.questions[*script.find_question(question)];
        SCOPED_TRACE(question + " #" + std::to_string(value.index()));
        EXPECT_EQ(pending(script, *state), question);
        EXPECT_EQ(rejected(*state, GiveAnswer{question, value}), code);
        std::string why;
        EXPECT_FALSE(fits(asked, value, why));
        EXPECT_THAT(why, testing::Not(IsEmpty()));
    }
}

TEST(Engine, BackTakesTheLatestAnswerBack) {
    const State before = answered(shop_script(), {R"("shop")", "50", R"(["audit"])"});
    const StepResult once = take(shop_script(), before, Back{});
    EXPECT_EQ(pending(shop_script(), once.state), "extras");
    EXPECT_THAT(said(once, MessageKind::note), HasSubstr("Audit"));
    const StepResult twice = take(shop_script(), once.state, Back{});
    EXPECT_EQ(answers_text(shop_script(), twice.state), R"({"kind":"shop"})");
    const StepResult thrice = take(shop_script(), twice.state, Back{});
    EXPECT_EQ(thrice.state, fresh_state(shop_script()));
}

TEST(Engine, BackAtTheFirstQuestionChangesNothing) {
    const State fresh = fresh_state(shop_script());
    const StepResult result = take(shop_script(), fresh, Back{});
    EXPECT_EQ(result.state, fresh);
    EXPECT_THAT(said(result, MessageKind::note), HasSubstr("first question"));
    EXPECT_EQ(result.outputs.question, 0U);
}

TEST(Engine, BackFromTheResultAsksTheLastQuestionAndTellsWhatTheNewAnswerChanges) {
    const StepResult back = take(shop_script(), finished_shop(), Back{});
    EXPECT_EQ(pending(shop_script(), back.state), "note");
    EXPECT_FALSE(back.outputs.result);
    const StepResult again = take(shop_script(), back.state, GiveAnswer{"note", std::string("x")});
    EXPECT_THAT(said(again, MessageKind::changed), HasSubstr("still Tea"));
    EXPECT_FALSE(again.state.earlier_outcome);
}

TEST(Engine, SkipLeavesAQuestionOpen) {
    const StepResult result = take(shop_script(), fresh_state(shop_script()), Skip{});
    EXPECT_EQ(result.state.answers[0], Value(Skipped{}));
    EXPECT_EQ(pending(shop_script(), result.state), "extras");
    EXPECT_EQ(result.outputs.progress.answered, 1U);
}

TEST(Engine, SkipDoesNotPassARequiredQuestion) {
    const State live = answered(shop_script(), {R"("blog")", "[]"});
    const StepResult result = take(shop_script(), live, Skip{});
    EXPECT_EQ(result.state, live);
    EXPECT_EQ(pending(shop_script(), result.state), "live");
}

TEST(Engine, SkipAfterTheResultChangesNothing) {
    const StepResult result = take(shop_script(), finished_shop(), Skip{});
    EXPECT_EQ(result.state, finished_shop());
    EXPECT_EQ(outcome(shop_script(), result), "tea");
}

TEST(Engine, RestartForgetsEverything) {
    const StepResult result = take(shop_script(), finished_shop(), Restart{});
    EXPECT_EQ(result.state, fresh_state(shop_script()));
    EXPECT_EQ(said(result, MessageKind::intro), "Hello.");
    EXPECT_EQ(result.outputs.question, 0U);
}

TEST(Engine, TypedWishesDoWhatTheirFramesDo) {
    const State before = answered(shop_script(), {R"("shop")", "50"});
    const std::vector<std::pair<std::string, Input>> wishes{
        {"back", Back{}}, {"Go back!", Back{}}, {"skip", Skip{}}, {"start over", Restart{}}};
    for (const auto& [text, input] : wishes) {
        EXPECT_EQ(take(shop_script(), before, Say{text}).state,
                  take(shop_script(), before, input).state)
            << text;
    }
}

TEST(Engine, HelpWhyAndRepeatChangeNothing) {
    const State before = answered(shop_script(), {});
    const StepResult help = take(shop_script(), before, Say{"help"});
    EXPECT_THAT(said(help, MessageKind::help), HasSubstr("Roughly."));
    EXPECT_THAT(said(help, MessageKind::help), HasSubstr("I don't know"));
    const StepResult why = take(shop_script(), before, Say{"why do you ask?"});
    EXPECT_EQ(said(why, MessageKind::why), "It decides the rest.");
    const StepResult repeat = take(shop_script(), before, Say{"repeat"});
    for (const StepResult* result : {&help, &why, &repeat}) {
        EXPECT_EQ(result->state, before);
        EXPECT_EQ(result->outputs.question, 0U);
    }
}

TEST(Engine, HelpDoesNotOfferWhatTheQuestionDoesNotTake) {
    const State live = answered(shop_script(), {R"("blog")", "[]"});
    const StepResult help = take(shop_script(), live, Say{"help"});
    EXPECT_THAT(said(help, MessageKind::help), testing::Not(HasSubstr("I don't know")));
}

TEST(Engine, WhyNeverLeavesTheUserWithoutAnAnswer) {
    State state = fresh_state(shop_script());
    for (const std::string value : {R"("shop")", "1", "[]", "true", "1", R"("x")"}) {
        const StepResult why = take(shop_script(), state, Say{"why?"});
        EXPECT_THAT(said(why, MessageKind::why), testing::Not(IsEmpty()));
        const std::string question = pending(shop_script(), state);
        state = take(shop_script(), state,
                     GiveAnswer{question, value_of(shop_script(), question, value)})
                    .state;
    }
}

TEST(Engine, UnclearTextAsksAgain) {
    const State before = answered(shop_script(), {R"("shop")"});
    for (const std::string text :
         {"lorem ipsum", "", "   ", "!!! ...", "100000000000000000000", "12 34"}) {
        const StepResult result = take(shop_script(), before, Say{text});
        EXPECT_EQ(result.state.answers, before.answers) << text;
        EXPECT_EQ(result.outputs.question, 1U) << text;
        EXPECT_FALSE(result.outputs.messages.empty()) << text;
    }
}

TEST(Engine, TextThatMayMeanTwoThingsOffersBoth) {
    const State before = answered(shop_script(), {R"("shop")"});
    const StepResult asked = take(shop_script(), before, Say{"12 34"});
    EXPECT_THAT(said(asked, MessageKind::unclear), testing::HasSubstr("Did you mean"));
    ASSERT_TRUE(asked.state.offered);
    const State picked = take(shop_script(), asked.state, Say{"the second one"}).state;
    EXPECT_EQ(picked.answers[1], Value(Amount{34, 34}));
    EXPECT_FALSE(picked.offered);
    EXPECT_FALSE(take(shop_script(), asked.state, Say{"neither"}).state.answers[1]);
    EXPECT_FALSE(take(shop_script(), asked.state, Skip{}).state.offered);
    EXPECT_EQ(read_state(shop_script(), to_json(shop_script(), asked.state)), asked.state);
}

TEST(Engine, AskingForAHumanOrLeavingGetsAKindWordAndChangesNothing) {
    const State before = answered(shop_script(), {R"("shop")"});
    for (const char* text : {"Can I talk to a human?", "quit", "bye", "is this hard to learn?"}) {
        const StepResult result = take(shop_script(), before, Say{text});
        EXPECT_EQ(result.state, before) << text;
        EXPECT_THAT(said(result, MessageKind::note), testing::Not(IsEmpty())) << text;
        EXPECT_EQ(result.outputs.question, 1U) << text;
    }
}

TEST(Engine, TypedAnswersAreEchoedUnlessTheyAreTheLabel) {
    const State fresh = fresh_state(shop_script());
    EXPECT_EQ(said(take(shop_script(), fresh, Say{"a shop"}), MessageKind::understood), "");
    const State stock = answered(shop_script(), {R"("shop")"});
    const StepResult result = take(shop_script(), stock, Say{"about 2k"});
    EXPECT_THAT(said(result, MessageKind::understood), HasSubstr("2,000 articles"));
    EXPECT_EQ(result.state.answers[1], Value(Amount{2000, 2000}));
}

TEST(Engine, ATypedValueOutsideOfTheLimitsIsExplainedAndNotTaken) {
    const State stock = answered(shop_script(), {R"("shop")"});
    const StepResult result = take(shop_script(), stock, Say{"20000"});
    EXPECT_THAT(said(result, MessageKind::unclear), HasSubstr("10,000"));
    EXPECT_EQ(result.state, stock);
}

TEST(Engine, AfterTheResultTextIsAWishOrGetsHelp) {
    const StepResult unclear = take(shop_script(), finished_shop(), Say{"thank you"});
    EXPECT_THAT(said(unclear, MessageKind::help), testing::Not(IsEmpty()));
    EXPECT_EQ(unclear.state, finished_shop());
    const StepResult repeat = take(shop_script(), finished_shop(), Say{"repeat"});
    EXPECT_EQ(said(repeat, MessageKind::result), "Make tea.");
    const StepResult agree = take(shop_script(), finished_shop(), Say{"yes"});
    EXPECT_EQ(agree.state, finished_shop());
    EXPECT_EQ(outcome(shop_script(), agree), "tea");
}

TEST(Engine, ValuesReadAsTheScriptNamesThem) {
    const Script& script = shop_script();
    const auto text = [&](const std::string& question, const std::string& json) {
        return value_text(script.questions[*script.find_question(question)],
                          value_of(script, question, json));
    };
    EXPECT_EQ(text("kind", R"("game")"), "A game");
    EXPECT_EQ(text("stock", "1234"), "1,234 articles");
    EXPECT_EQ(text("stock", R"({"min":5,"max":1000})"), "5 to 1,000 articles");
    EXPECT_EQ(text("stock", R"({"min":5,"max":10000})"), "5 or more articles");
    EXPECT_EQ(text("extras", R"(["export","audit"])"), "Audit; Export");
    EXPECT_EQ(text("extras", "[]"), "None of these");
    EXPECT_EQ(text("live", "false"), "No");
    EXPECT_EQ(text("note", R"("x")"), "x");
    EXPECT_EQ(text("note", R"("unknown")"), "I don't know");
    EXPECT_EQ(text("kind", R"("skipped")"), "Skipped");
}

}  // namespace
}  // namespace advisor::dialogs
