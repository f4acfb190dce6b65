// Typed wishes to revise an answer.
#include "dialogs/typed_change.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;

class TypedChanges : public testing::Test {
protected:
    Script script = builtin_script("nodejs-vs-python");
    /// Up to the question about hiring.
    State state = answered(script, {R"("none")", "100", R"("none")", R"("io")", R"("nothing")",
                                    R"("strong")", R"("none")", "4", "true"});
    [[nodiscard]] StepResult say(const std::string& text) const {
        return take(script, state, Say{text});
    }
    [[nodiscard]] std::string value_after(const std::string& text,
                                          const std::string& question) const {
        const StepResult result = say(text);
        const QuestionIndex at = *script.find_question(question);
        const auto& answer = result.state.answers[at];
        return answer ? to_json(script.questions[at], *answer) : "nothing";
    }
};

TEST_F(TypedChanges, NameAQuestionAndAValue) {
    EXPECT_EQ(value_after("change the team size to 6", "team_size"), "6");
    EXPECT_EQ(value_after("Please change number of developers from 4 to six!", "team_size"), "6");
    EXPECT_EQ(value_after("could you set the team size to 5-7", "team_size"),
              R"({"min":5,"max":7})");
    EXPECT_EQ(value_after("change my answer about JavaScript to a little", "team_js"), R"("some")");
    EXPECT_EQ(value_after("change the Python answer to very well", "team_python"), R"("strong")");
    EXPECT_EQ(value_after("change my answer to the live question", "realtime"), R"("none")");
    EXPECT_EQ(pending(script, say("change my answer to the live question").state), "realtime");
}

TEST_F(TypedChanges, WithoutAValueAskAgain) {
    for (const char* text :
         {"go back to the live question", "take me back to live updates", "back to the live part",
          "I want to change my answer about live updates", "change the live question",
          "revisit the live question please"}) {
        const StepResult result = say(text);
        EXPECT_EQ(pending(script, result.state), "realtime") << text;
        EXPECT_EQ(result.state.answers, state.answers) << text;
    }
}

TEST_F(TypedChanges, ShowWhatTheyDoBeforeTheyDoIt) {
    const StepResult result = say("change the live question to core");
    ASSERT_TRUE(result.outputs.confirm);
    EXPECT_EQ(ids(script, result.outputs.confirm->dropped),
              (std::vector<std::string>{"share_frontend"}));
    EXPECT_EQ(ids(script, result.outputs.confirm->asked), (std::vector<std::string>{"limits"}));
    EXPECT_THAT(said(result, MessageKind::confirm), HasSubstr("I forget “One language”"));
    EXPECT_THAT(said(result, MessageKind::confirm), HasSubstr("7 other answers stay"));
    EXPECT_EQ(result.state.answers, state.answers);
    EXPECT_EQ(pending(script, take(script, result.state, Say{"yes"}).state), "limits");
}

TEST_F(TypedChanges, ThatOnlyImplyTheirQuestionAreAlwaysProposed) {
    const StepResult result = say("actually we are 6 people");
    ASSERT_TRUE(result.outputs.confirm);
    EXPECT_TRUE(result.outputs.confirm->dropped.empty());
    EXPECT_EQ(result.state.answers, state.answers);
    const StepResult done = take(script, result.state, Say{"yes"});
    EXPECT_EQ(to_json(script.questions[7], *done.state.answers[7]), "6");
    EXPECT_EQ(take(script, result.state, Say{"no"}).state.answers, state.answers);
}

TEST_F(TypedChanges, SayAfterwardsWhetherTheResultChanged) {
    const State finished =
        take_json(script, state, R"({"type":"answer","question":"hiring","value":"none"})").state;
    EXPECT_EQ(pending(script, finished), "nothing");
    EXPECT_THAT(
        said(take(script, finished, Say{"change the team size to 6"}), MessageKind::changed),
        HasSubstr("does not alter the result"));
    const StepResult other = take(script, finished, Say{"change the data question to core"});
    ASSERT_TRUE(other.outputs.confirm);
}

TEST_F(TypedChanges, ThatAreNotClearAskWhichAnswerIsMeant) {
    const StepResult result = say("I want to change my answer");
    EXPECT_THAT(said(result, MessageKind::unclear), HasSubstr("Which answer"));
    EXPECT_EQ(result.state.answers, state.answers);
    EXPECT_THAT(said(say("change the plans to a test"), MessageKind::note),
                HasSubstr("has no answer yet"));
    EXPECT_THAT(said(say("change the team size to minus two"), MessageKind::unclear),
                testing::AnyOf(HasSubstr("number"), testing::IsEmpty()));
}

TEST_F(TypedChanges, OtherTextsAreNone) {
    const std::optional<QuestionIndex> hiring = script.find_question("hiring");
    for (const char* text : {"go back", "change is good", "we set up a team last year", "no",
                             "within three months", "back in the days we had Perl",
                             "go to the shop", "actually no", "we update the team every week"})
        EXPECT_FALSE(read_typed_change(script, state.answers, hiring, text)) << text;
}

TEST_F(TypedChanges, AFreeTextAnswerMayBeginWithAnyVerb) {
    const Script note = parse_or_fail(small_script(R"(
      { "id": "kind", "label": "Kind", "ask": "Which?", "choices": [
        { "id": "a", "say": "A" }, { "id": "b", "say": "B" } ] },
      { "id": "note", "label": "Note", "ask": "Anything else?", "text": {} })"));
    const State at_note = answered(note, {R"("a")"});
    const StepResult result = take(note, at_note, Say{"change the kind to b"});
    EXPECT_EQ(answers_text(note, result.state), R"({"kind":"a","note":"change the kind to b"})");
}

TEST(PlainYesOrNo, IsNothingElse) {
    for (const char* text : {"yes", "Yes please!", "sure", "yes, all of them", "ok"})
        EXPECT_EQ(is_plain_yes_or_no(text), true) << text;
    for (const char* text : {"no", "No thanks", "nope"})
        EXPECT_EQ(is_plain_yes_or_no(text), false) << text;
    for (const char* text : {"no, we hire next year when the budget is there", "12k", "go back",
                             "yes we know Python very well and have for years"})
        EXPECT_FALSE(is_plain_yes_or_no(text)) << text;
}

}  // namespace
}  // namespace advisor::dialogs
