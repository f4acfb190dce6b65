#include "dialogs/json.hpp"
#include "dialogs/wire.hpp"

#include <gmock/gmock.h>

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Script& script() {
    static const Script parsed = parse_or_fail(small_script(
        R"({"id":"kind","label":"Kind","ask":"What?","choices":[{"id":"shop","say":"A \"shop\""},{"id":"blog","say":"Blog"}]},
           {"id":"extras","label":"E","ask":"?","many":[{"id":"audit","say":"A"},{"id":"export","say":"X"}]},
           {"id":"users","label":"U","ask":"?","number":{"min":-10,"max":1000000000000}},
           {"id":"live","label":"L","ask":"?","yes_no":true},
           {"id":"mood","label":"M","ask":"?","scale":{"min":1,"max":5,"low":"l","high":"h"}},
           {"id":"note","label":"N","ask":"?","text":{"max_length":50}})"));
    return parsed;
}
const Question& question(const std::string& id) {
    return script().questions[*script().find_question(id)];
}

TEST(Json, ReadsTheValuesOfEveryKind) {
    const std::vector<std::tuple<std::string, std::string, Value>> table{
        {"kind", R"("shop")", Choice{0}},
        {"kind", R"("unknown")", Unknown{}},
        {"extras", "[]", Choices{0}},
        {"extras", R"(["export","audit"])", Choices{3}},
        {"extras", R"(["audit","audit"])", Choices{1}},
        {"extras", R"("unknown")", Unknown{}},
        {"users", "5", Amount{5, 5}},
        {"users", "-5", Amount{-5, -5}},
        {"users", "4e3", Amount{4000, 4000}},
        {"users", "5.0", Amount{5, 5}},
        {"users", R"({"min":3,"max":5})", Amount{3, 5}},
        {"users", R"({"max":5,"min":5})", Amount{5, 5}},
        {"users", "1000000000000", Amount{1000000000000, 1000000000000}},
        {"live", "true", true},
        {"live", R"("unknown")", Unknown{}},
        {"mood", "3", Amount{3, 3}},
        {"note", R"("words")", std::string("words")},
        {"note", R"("unknown")", Unknown{}},
    };
    for (const auto& [id, text, value] : table)
        EXPECT_EQ(read_value(question(id), json::parse(text)), value) << id << " " << text;
}

TEST(Json, ReadsNothingElse) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> table{
        {"kind", {"1", "null", "true", R"("castle")", R"(["shop"])", "{}", R"("")"}},
        {"extras", {R"("audit")", "[1]", R"(["castle"])", R"(["audit",null])", "{}", "null", "0"}},
        {"users",
         {R"("5")", "1.5", "true", "null", "[3,5]", R"({"min":3})", R"({"min":3,"max":5,"x":1})",
          R"({"min":"3","max":5})", "18446744073709551615", "1e300", "-1e300", "{}"}},
        {"live", {"1", R"("yes")", "null", "[]"}},
        {"mood", {R"("3")", "3.5", "null"}},
        {"note", {"5", "null", "[]", "{}"}},
    };
    for (const auto& [id, texts] : table) {
        for (const std::string& text : texts)
            EXPECT_EQ(read_value(question(id), json::parse(text)), std::nullopt)
                << id << " " << text;
    }
}

TEST(Json, ValuesReadBackAsTheyWereWritten) {
    const std::vector<std::pair<std::string, Value>> table{
        {"kind", Choice{1}},
        {"kind", Unknown{}},
        {"extras", Choices{0}},
        {"extras", Choices{2}},
        {"users", Amount{3, 3}},
        {"users", Amount{-10, 5}},
        {"live", false},
        {"mood", Amount{5, 5}},
        {"note", std::string("a \"b\" \\ \n \x01 \u00e9")},
        {"note", std::string("true")},
        {"note", Unknown{}}};
    for (const auto& [id, value] : table)
        EXPECT_EQ(read_value(question(id), json::parse(to_json(question(id), value))), value)
            << id << " " << to_json(question(id), value);
}

TEST(Json, AnswersAreInTheOrderOfTheScript) {
    State state = answered(script(), {R"("blog")", R"("skipped")", R"({"min":1,"max":9})", "true",
                                      R"("unknown")", R"("x")"});
    EXPECT_EQ(
        answers_text(script(), state),
        R"({"kind":"blog","extras":"skipped","users":{"min":1,"max":9},"live":true,"mood":"unknown","note":"x"})");
    EXPECT_EQ(answers_text(script(), fresh_state(script())), "{}");
}

State round_trip(const State& state) {
    const std::optional<State> read = read_state(script(), to_json(script(), state));
    if (!read) throw std::runtime_error("not read: " + to_json(script(), state));
    return *read;
}

TEST(Json, AStateReadsBackAsItWasWritten) {
    const State done =
        answered(script(), {R"("shop")", R"("skipped")", "5", "true", "3", R"("x")"});
    EXPECT_EQ(round_trip(fresh_state(script())), fresh_state(script()));
    EXPECT_EQ(round_trip(done), done);
    State reopened = done;
    reopened.reopened = 3;
    EXPECT_EQ(round_trip(reopened), reopened);
    for (const Value& value : std::vector<Value>{Choice{1}, Unknown{}, Skipped{}}) {
        State proposed = done;
        proposed.proposed = ProposedChange{0, value};
        EXPECT_EQ(round_trip(proposed), proposed);
    }
    for (std::size_t outcome = 0; outcome <= script().tie_outcome(); ++outcome) {
        State changed = done;
        changed.earlier_outcome = outcome;
        EXPECT_EQ(round_trip(changed), changed);
    }
}

TEST(Json, TypedTextNeverTurnsIntoSomethingElseInTheStore) {
    for (const std::string text : {"skipped", "unknown", "\"unknown\"", "null", "{}",
                                   R"({"text":"x"})", "\xF0\x9F\x98\x80"}) {
        State state = answered(script(), {R"("shop")", "[]", "5", "true", "3"});
        state.answers[5] = text;
        EXPECT_EQ(round_trip(state), state) << text;
    }
}

TEST(Json, WhatIsNoSnapshotOfThisScriptIsNotRead) {
    for (const char* text :
         {"", "null", "[]", "{}", R"({"answers":[]})", R"({"answers":{"nosuch":1}})",
          R"({"answers":{"kind":"castle"}})", R"({"answers":{"users":-11}})",
          R"({"answers":{"mood":9}})", R"({"answers":{},"reopened":"nosuch"})",
          R"({"answers":{},"proposed":{}})", R"({"answers":{},"proposed":{"question":"kind"}})",
          R"({"answers":{},"proposed":{"question":"kind","value":"castle"}})",
          R"({"answers":{}} x)"}) {
        EXPECT_FALSE(read_state(script(), text)) << text;
    }
}

TEST(Json, EveryFrameIsReadAsItsInput) {
    const auto read = [](const char* text) { return read_input(script(), json::parse(text)); };
    const auto is = [&]<typename Wanted>(const char* text, Wanted*) {
        const auto result = read(text);
        const auto* input = std::get_if<Input>(&result);
        return input && std::holds_alternative<Wanted>(*input);
    };
    EXPECT_TRUE(is(R"({"type":"start"})", static_cast<Start*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"answer","question":"kind","value":"shop"})",
                   static_cast<GiveAnswer*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"say","text":"x"})", static_cast<Say*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"change","question":"kind"})", static_cast<ChangeAnswer*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"back"})", static_cast<Back*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"skip"})", static_cast<Skip*>(nullptr)));
    EXPECT_TRUE(is(R"({"type":"restart","more":1})", static_cast<Restart*>(nullptr)));
}

TEST(Json, FaultsAreToldFromRejections) {
    const auto fault = [](const char* text) {
        const auto read = read_input(script(), json::parse(text));
        const auto* found = std::get_if<FrameFault>(&read);
        return found ? (found->unknown_type ? "unknown_type" : "bad_frame")
               : std::holds_alternative<Rejection>(read) ? "rejected"
                                                         : "fine";
    };
    EXPECT_STREQ(fault("{}"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":5})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"dance"})"), "unknown_type");
    EXPECT_STREQ(fault(R"({"type":"answer","question":"kind"})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"answer","question":["kind"],"value":1})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"change"})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"change","question":"kind","confirm":"yes"})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"say","text":""})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"say","text":5})"), "bad_frame");
    EXPECT_STREQ(fault(R"({"type":"answer","question":"nosuch","value":1})"), "rejected");
    EXPECT_STREQ(fault(R"({"type":"answer","question":"kind","value":"castle"})"), "rejected");
    EXPECT_STREQ(fault(R"({"type":"change","question":"nosuch","value":"skipped"})"), "rejected");
}

TEST(Json, FourThousandCharactersMayBeTyped) {
    for (const std::string character : {"x", "\u00e9", "\U0001F600"}) {
        std::string text;
        for (int i = 0; i < 4000; ++i) text += character;
        EXPECT_TRUE(
            std::holds_alternative<Input>(read_input(script(), {{"type", "say"}, {"text", text}})))
            << character;
        EXPECT_TRUE(std::holds_alternative<FrameFault>(
            read_input(script(), {{"type", "say"}, {"text", text + character}})))
            << character;
    }
}

TEST(Json, AnInputReadsBackAsItWasStored) {
    for (const char* text :
         {R"({"type":"answer","question":"users","value":{"min":3,"max":5}})",
          R"({"type":"say","text":"a \"b\""})", R"({"type":"change","question":"kind"})",
          R"({"type":"change","question":"kind","value":"blog","confirm":true})",
          R"({"type":"back"})", R"({"type":"skip"})", R"({"type":"restart"})",
          R"({"type":"start"})"}) {
        const auto read = read_input(script(), json::parse(text));
        EXPECT_EQ(json::parse(to_json(script(), std::get<Input>(read))), json::parse(text));
    }
}

TEST(Json, AReplyHasWhatTheProtocolNames) {
    const StepResult start = take(script(), fresh_state(script()), Start{});
    const json reply = json::parse(
        "{" + expand(script().fragments, reply_members(script(), start.state, start.outputs, "")) +
        "}");
    EXPECT_EQ(reply["messages"], json::parse(R"([{"text":"Hello.","kind":"intro"}])"));
    EXPECT_EQ(reply["question"]["id"], "kind");
    EXPECT_EQ(reply["question"]["options"][0],
              json::parse(R"({"id":"shop","label":"A \"shop\""})"));
    for (const char* key : {"id", "topic", "label", "text", "help", "why", "kind", "options",
                            "allow_unknown", "may_skip"})
        EXPECT_TRUE(reply["question"].contains(key)) << key;
    EXPECT_EQ(reply["progress"], json::parse(R"({"answered":0,"remaining":6})"));
    EXPECT_TRUE(reply["recommendation"].is_null());
    EXPECT_FALSE(reply.contains("confirm"));
}

TEST(Json, TypedTextCannotBreakAReply) {
    const State before = answered(script(), {R"("shop")", "[]", "5", "true", "3"});
    for (const std::string text : {"\"}],\"x\":[{\"", "\\", "\n\r\t\x01", "\xFF\xFE", "\u2028"}) {
        const StepResult next = take(script(), before, GiveAnswer{"note", text});
        const std::string reply =
            "{" +
            expand(script().fragments, reply_members(script(), next.state, next.outputs, "/r/x")) +
            "}";
        EXPECT_TRUE(json::accept(reply)) << reply;
        EXPECT_THAT(reply, testing::Not(HasSubstr("\n")));
    }
}

TEST(Json, TypedTextCannotNameAPartOfTheScript) {
    const State before = answered(script(), {R"("shop")", "[]", "5", "true", "3"});
    for (char mark = 1; mark < 32; ++mark) {
        const std::string text = std::string(1, mark) + "q:kind" + mark;
        const StepResult next = take(script(), before, GiveAnswer{"note", text});
        const std::string reply = reply_members(script(), next.state, next.outputs, "/r/x");
        const json sent = json::parse("{" + expand(script().fragments, reply) + "}");
        EXPECT_THAT(sent.dump(), testing::Not(HasSubstr("What?"))) << static_cast<int>(mark);
    }
}

TEST(JsonProperty, EveryValueAndStateSurvivesTheStore) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        model::Dice dice(seed);
        const Script random = parse_or_fail(model::random_script(dice).text);
        State state = fresh_state(random);
        for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
            if (!dice.chance(20)) state.answers[i] = model::random_value(dice, random.questions[i]);
        }
        if (dice.chance(30)) state.reopened = dice.roll(random.questions.size());
        if (dice.chance(30)) {
            const QuestionIndex question = dice.roll(random.questions.size());
            state.proposed =
                ProposedChange{question, model::random_value(dice, random.questions[question])};
        }
        if (dice.chance(30)) state.earlier_outcome = dice.roll(random.options.size() + 1);
        ASSERT_EQ(read_state(random, to_json(random, state)), state) << to_json(random, state);
    }
}

}  // namespace
}  // namespace advisor::dialogs
