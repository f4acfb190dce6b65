// What is read out of a text that nobody asked for, and what becomes of it in the talk.
#include "dialogs/description.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;

/// The facts of a text as `question=value`, in the script's order.
std::string facts_of(const Script& script, const std::string& text) {
    std::string result;
    for (const FoundFact& fact : read_description(script, text)) {
        const Question& question = script.questions[fact.question];
        result += (result.empty() ? "" : " ") + question.id + "=" + to_json(question, fact.value);
    }
    return result;
}

class Description : public testing::Test {
protected:
    Script script = builtin_script("nodejs-vs-python");
    [[nodiscard]] std::string facts(const std::string& text) const {
        return facts_of(script, text);
    }
};

TEST_F(Description, FindsPeopleAndTheirLanguages) {
    EXPECT_EQ(facts("Six TypeScript and four Python engineers."),
              R"(team_js="strong" team_python="strong" team_size=10)");
    EXPECT_EQ(facts("We are five developers, all Django."), R"(team_python="strong" team_size=5)");
    EXPECT_EQ(facts("I know a bit of JavaScript."), R"(team_js="some")");
    EXPECT_EQ(facts("None of us has ever touched Python."), R"(team_python="none")");
    EXPECT_EQ(facts("The two of us write Node."), R"(team_js="strong" team_size=2)");
}

TEST_F(Description, FindsLoadsAndKeepsThemApartFromOtherNumbers) {
    EXPECT_EQ(facts("About 12k people are online at once."), "concurrency=12000");
    EXPECT_EQ(facts("We ship fifty parcels a day."), "");
    EXPECT_EQ(facts("The shop exists for twelve years and has three offices."), "");
}

TEST_F(Description, IsNotTakenInByWordsAlone) {
    // The word, without the thing.
    EXPECT_THAT(facts("We live in Graz and train for the marathon."), testing::IsEmpty());
    EXPECT_THAT(facts("The consultant said that websockets mean Node."), testing::IsEmpty());
    // A bought widget is no live product, a hosted model is no own one, a dream is no need.
    EXPECT_THAT(facts("We bought a chat widget from a vendor."),
                testing::Not(HasSubstr(R"(realtime="core")")));
    EXPECT_EQ(facts("A vendor's hosted model writes the texts, we call its API."),
              R"(data_ml="api")");
    EXPECT_THAT(facts("Maybe some day we train our own model."),
                testing::Not(HasSubstr(R"(data_ml="core")")));
    EXPECT_THAT(facts("No machine learning is required."), HasSubstr(R"(data_ml="none")"));
    EXPECT_THAT(facts("We train our own model every week."), HasSubstr(R"(data_ml="core")"));
}

TEST_F(Description, SaysNothingWhereATextSaysTwoThings) {
    EXPECT_THAT(facts("There are 300 people online. There are 20,000 people online."),
                testing::Not(HasSubstr("concurrency")));
}

TEST_F(Description, IsTheSameInAnyCaseAndSpacing) {
    const std::string text = "Live auctions, 15,000 bidders online. Five TypeScript developers.";
    const std::string expected = facts(text);
    EXPECT_THAT(expected, HasSubstr("team_size=5"));
    EXPECT_EQ(facts("LIVE AUCTIONS,   15,000 BIDDERS ONLINE.\n\nFIVE TYPESCRIPT DEVELOPERS!!"),
              expected);
}

TEST_F(Description, NothingOfAScriptWithoutToldIsFound) {
    EXPECT_EQ(facts_of(builtin_script("sql-or-document"), "Six developers, 12k people online."),
              "");
}

TEST_F(Description, AnyTextIsReadAndLongOnesStayWithinTheirCost) {
    // Bytes that are no text, and the dearest text of a size: every word begins many phrases.
    std::string bytes;
    for (int i = 0; i < 4000; ++i) bytes += static_cast<char>((i * 131 + i / 7) % 256);
    (void)facts(bytes);
    const auto cost = [&](std::size_t copies) {
        std::string text;
        for (std::size_t i = 0; i < copies; ++i) text += "we our people know no model live 3 node ";
        std::vector<std::string> trace;
        (void)read_description(script, text, &trace);
        return trace.size();
    };
    EXPECT_LE(cost(100), 12 * cost(10)) << "grows with the text, not faster";
}

TEST_F(Description, ALongTextIsADescriptionAndAnAnswerIsNot) {
    EXPECT_FALSE(is_description("Six of us, and all of them know Python."));
    EXPECT_TRUE(is_description(
        "We sell live auctions for old guitars to people all over the world, every weekend. The "
        "team is five TypeScript developers, and none of them has ever touched Python."));
}

/// "size" and "shape" are told; "shade" applies only while the shape is round.
Script told_script() {
    return parse_or_fail(small_script(R"(
      { "id": "shape", "label": "Shape", "ask": "Round?", "choices": [
        { "id": "round", "say": "Round", "told": ["round one"] },
        { "id": "square", "say": "Square", "told": ["square one"] } ] },
      { "id": "size", "label": "Size", "ask": "How big?",
        "number": { "min": 1, "max": 99, "unit": "inches", "told": ["inches"] } },
      { "id": "shade", "label": "Shade", "ask": "How dark?", "when": "shape is round", "choices": [
        { "id": "dark", "say": "Dark", "told": ["dark one"] },
        { "id": "light", "say": "Light", "told": ["light one"] } ] })"));
}

class Facts : public testing::Test {
protected:
    Script script = told_script();
    State start = take(script, fresh_state(script), Start{}).state;
    [[nodiscard]] StepResult say(const State& state, const std::string& text) const {
        return take(script, state, Say{text});
    }
    [[nodiscard]] std::string answers(const StepResult& result) const {
        return answers_text(script, result.state);
    }
};

TEST_F(Facts, BesideAnAnswerAreOfferedAndNotTaken) {
    const StepResult result = say(start, "Round, 12 inches");
    EXPECT_EQ(answers(result), R"({"shape":"round"})");
    EXPECT_THAT(said(result, MessageKind::confirm),
                HasSubstr("I also understood: Size: “12 inches”. Shall I take this over?"));
    EXPECT_EQ(result.outputs.facts, (std::vector<FoundFact>{{1, Amount{12, 12}}}));
    EXPECT_EQ(pending(script, result.state), "size");
}

TEST_F(Facts, AreTakenOverByAYesAndDroppedByANo) {
    const StepResult offered = say(start, "Round, 12 inches");
    const StepResult yes = say(offered.state, "Yes, please!");
    EXPECT_EQ(answers(yes), R"({"shape":"round","size":12})");
    EXPECT_EQ(pending(script, yes.state), "shade");
    const StepResult no = say(offered.state, "no");
    EXPECT_EQ(answers(no), R"({"shape":"round"})");
    EXPECT_TRUE(no.state.facts.empty());
    EXPECT_EQ(pending(script, no.state), "size");
}

TEST_F(Facts, GoAwayWithAnyOtherAnswer) {
    const StepResult offered = say(start, "Round, 12 inches");
    const StepResult other =
        take_json(script, offered.state, R"({"type":"answer","question":"size","value":7})");
    EXPECT_EQ(answers(other), R"({"shape":"round","size":7})");
    EXPECT_TRUE(other.state.facts.empty());
    EXPECT_EQ(answers(say(say(offered.state, "8").state, "yes")), R"({"shape":"round","size":8})");
}

TEST_F(Facts, CanBePicked) {
    const StepResult offered = say(start, "the dark one has 12 inches");
    ASSERT_EQ(offered.outputs.facts.size(), 2U);
    EXPECT_EQ(answers(take_json(script, offered.state, R"({"type":"facts","accept":["size"]})")),
              R"({"size":12})");
    EXPECT_EQ(answers(take_json(script, offered.state, R"({"type":"facts","accept":true})")),
              R"({"size":12,"shade":"dark"})");
    EXPECT_EQ(answers(take_json(script, offered.state, R"({"type":"facts","accept":false})")),
              "{}");
}

TEST_F(Facts, ThatAreNotOfferedAreRefused) {
    const StepResult offered = say(start, "Round, 12 inches");
    const TakeFacts other{{"shade"}, false};
    const TakeFacts nothing{{"colour"}, false};
    EXPECT_EQ(step(script, offered.state, other).rejected->code, Rejection::Code::bad_value);
    EXPECT_EQ(step(script, offered.state, nothing).rejected->code,
              Rejection::Code::unknown_question);
    EXPECT_EQ(said(take(script, start, TakeFacts{{}, true}), MessageKind::unclear),
              "There is nothing to take over just now.");
}

TEST_F(Facts, GiveWayToAnAnswerThatRulesThemOut) {
    const StepResult taken = say(say(start, "the dark one has 12 inches").state, "yes");
    const StepResult square = say(taken.state, "square");
    EXPECT_FALSE(square.outputs.confirm);
    EXPECT_EQ(answers(square), R"({"shape":"square","size":12})");
    // What was answered in the talk still asks first.
    const State talked = answered(script, {R"("round")", "12", R"("dark")"});
    const StepResult changed =
        take_json(script, talked, R"({"type":"change","question":"shape","value":"square"})");
    EXPECT_TRUE(changed.outputs.confirm);
}

TEST_F(Facts, SurviveTheSnapshot) {
    const StepResult offered = say(start, "the dark one has 12 inches");
    const StepResult taken = say(offered.state, "yes");
    for (const State* state : {&offered.state, &taken.state}) {
        const std::string text = to_json(script, *state);
        const std::optional<State> read = read_state(script, text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(*read, *state);
    }
    EXPECT_TRUE(read_state(script, R"({"answers":{}})")) << "a snapshot of an earlier version";
    EXPECT_FALSE(read_state(script, R"({"answers":{},"facts":[{"question":"size"}]})"));
    EXPECT_FALSE(read_state(script, R"({"answers":{},"taken_over":["colour"]})"));
}

TEST_F(Facts, StayOnTheTableDuringASideQuestion) {
    Script with = told_script();
    with.knowledge = builtin_script("nodejs-vs-python").knowledge;
    const StepResult offered = take(with, start, Say{"Round, 12 inches"});
    const StepResult told = take(with, offered.state, Say{"what is an event loop?"});
    EXPECT_FALSE(said(told, MessageKind::info).empty());
    EXPECT_EQ(told.outputs.facts, offered.outputs.facts);
    EXPECT_EQ(answers_text(with, take(with, told.state, Say{"yes"}).state),
              R"({"shape":"round","size":12})");
}

TEST_F(Facts, InputsAreStoredAsTheyCame) {
    for (const char* frame :
         {R"({"type":"facts","accept":true})", R"({"type":"facts","accept":false})",
          R"({"type":"facts","accept":["size","shade"]})"}) {
        const auto read = read_input(script, nlohmann::json::parse(frame));
        ASSERT_TRUE(std::holds_alternative<Input>(read)) << frame;
        EXPECT_EQ(to_json(script, std::get<Input>(read)), frame);
    }
    for (const char* frame : {R"({"type":"facts"})", R"({"type":"facts","accept":"all"})",
                              R"({"type":"facts","accept":[1]})"}) {
        const auto read = read_input(script, nlohmann::json::parse(frame));
        EXPECT_TRUE(std::holds_alternative<FrameFault>(read)) << frame;
    }
}

}  // namespace
}  // namespace advisor::dialogs
