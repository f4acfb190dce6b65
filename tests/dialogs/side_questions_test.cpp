// Side questions in a talk with the shipped knowledge, and how many of a labelled file are
// understood.

#include <gmock/gmock.h>

#include <sstream>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Script& script() {
    static const Script loaded = builtin_script("nodejs-vs-python");
    return loaded;
}

/// A state in the middle of each question, and the finished one.
std::vector<State> states() {
    std::vector<State> result;
    State state = fresh_state(script());
    while (const auto question = pending_question(script(), state)) {
        result.push_back(state);
        const std::string& id = script().questions[*question].id;
        state = take(script(), state, GiveAnswer{id, Unknown{}}).state;
    }
    result.push_back(state);
    return result;
}

TEST(SideQuestionsInATalk, LeaveTheStateAloneAndAskAgain) {
    for (const State& state : states()) {
        for (const char* text :
             {"what's non-blocking IO?", "can python do websockets?", "is node free?",
              "who uses django?", "what is Django?", "is python easier than javascript",
              "what is the weather like?", "zorbl frumpkin what is?"}) {
            const StepResult result = take(script(), state, Say{text});
            EXPECT_EQ(result.state, state) << text;
            EXPECT_EQ(result.outputs.question, pending_question(script(), state)) << text;
            EXPECT_THAT(said(result, MessageKind::info), Not(IsEmpty())) << text;
            EXPECT_EQ(result.outputs.result.has_value(), !result.outputs.question) << text;
        }
    }
}

TEST(SideQuestionsInATalk, ShowTheirSource) {
    const StepResult result = take(script(), fresh_state(script()), Say{"what is V8?"});
    EXPECT_THAT(said(result, MessageKind::info), HasSubstr("\nSource: V8 project, https://v8.dev"));
    EXPECT_THAT(said(result, MessageKind::info), HasSubstr("(as of 2026-"));
}

TEST(SideQuestionsInATalk, WhatIsNotKnownIsSaid) {
    const StepResult result =
        take(script(), fresh_state(script()), Say{"how tall is the Eiffel tower?"});
    EXPECT_EQ(said(result, MessageKind::info), script().knowledge->unknown());
}

TEST(SideQuestionsInATalk, AskedWhyItTellsWhatThePendingQuestionDecides) {
    const StepResult result =
        take(script(), fresh_state(script()), Say{"why do you ask me all this?"});
    EXPECT_EQ(said(result, MessageKind::why), script().questions[0].why);
}

TEST(SideQuestionsInATalk, AskedWhyAfterTheResultItTellsWhatTheQuestionsWereFor) {
    const StepResult result = take(script(), states().back(), Say{"why do you ask me all this?"});
    EXPECT_THAT(said(result, MessageKind::info), HasSubstr("decides"));
    EXPECT_EQ(said(result, MessageKind::why), "");
}

TEST(SideQuestionsInATalk, AnswersThatNameASubjectStayAnswers) {
    State state = fresh_state(script());
    for (const char* value : {"\"some\"", "200", "\"none\"", "\"io\""}) {
        const auto question = pending_question(script(), state);
        const std::string& id = script().questions[*question].id;
        state = take(script(), state, GiveAnswer{id, value_of(script(), id, value)}).state;
    }
    ASSERT_EQ(pending(script(), state), "existing");
    for (const char* text : {"Django", "a Flask app", "Node", "our Node app", "Python scripts"}) {
        const StepResult result = take(script(), state, Say{text});
        EXPECT_NE(pending(script(), result.state), "existing") << text;
    }
    const StepResult asked = take(script(), state, Say{"what is Flask?"});
    EXPECT_EQ(asked.state, state);
    EXPECT_THAT(said(asked, MessageKind::info), HasSubstr("Flask is a small web framework"));
}

TEST(SideQuestionsInATalk, AChangeThatWaitsForAYesGoesOnWaiting) {
    const Script shop = [] {
        Script loaded = parse_or_fail(small_script(
            R"({"id":"kind","label":"Kind","ask":"Which?","choices":[{"id":"a","say":"A"},{"id":"b","say":"B"}]},
               {"id":"more","label":"More","ask":"More?","when":"kind is a","yes_no":true},
               {"id":"last","label":"Last","ask":"Last?","yes_no":true})"));
        loaded.knowledge = script().knowledge;
        return loaded;
    }();
    State state = answered(shop, {"\"a\"", "true"});
    state = take(shop, state, ChangeAnswer{"kind", value_of(shop, "kind", "\"b\""), false, false})
                .state;
    ASSERT_TRUE(state.proposed);
    const StepResult asked = take(shop, state, Say{"what is an event loop?"});
    EXPECT_EQ(asked.state, state);
    EXPECT_TRUE(asked.outputs.confirm);
    EXPECT_THAT(said(asked, MessageKind::info), HasSubstr("event loop"));
    EXPECT_THAT(said(asked, MessageKind::confirm), HasSubstr("Shall I?"));
    EXPECT_FALSE(take(shop, asked.state, Say{"yes"}).state.proposed);
}

TEST(ShippedKnowledge, IsLargeAndSourced) {
    const Knowledge& knowledge = *script().knowledge;
    EXPECT_GE(knowledge.answers().size(), 60U);
    for (const KnowledgeAnswer& answer : knowledge.answers()) {
        EXPECT_FALSE(answer.source.name.empty()) << answer.id;
        EXPECT_LE(answer.say.size(), 700U) << answer.id;
    }
}

TEST(ShippedKnowledge, EachPhrasingFindsItsAnswer) {
    const Knowledge& knowledge = *script().knowledge;
    std::size_t all = 0;
    std::string wrong;
    int missed = 0;
    for (std::size_t i = 0; i < knowledge.answers().size(); ++i) {
        for (const std::string& phrasing : knowledge.answers()[i].ask) {
            ++all;
            const auto found = knowledge.nearest(read_words(phrasing));
            if (found && found->answer == i) continue;
            ++missed;
            wrong += "\n" + phrasing + ": " +
                     (found ? knowledge.answers()[found->answer].id : std::string("nothing"));
        }
    }
    EXPECT_LE(missed, static_cast<int>(all / 100)) << wrong;
}

/// The labelled questions, as understood by the shipped knowledge.
struct Tally {
    int topics = 0, right_topic = 0, right_answer = 0;
    int outside = 0, declined = 0;
    int no_questions = 0, left_alone = 0;
    std::string misses;
};

Tally tally() {
    Tally result;
    const Knowledge& knowledge = *script().knowledge;
    std::istringstream lines(read_source("tests/corpora/questions.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        const auto record = nlohmann::json::parse(line);
        const std::string topic = record["topic"];
        const auto found = answer_side_question(knowledge, record["text"].get<std::string>());
        const KnowledgeAnswer* answer = found ? &knowledge.answers()[found->answer] : nullptr;
        bool right = false;
        if (topic == "none") {
            ++result.no_questions;
            result.left_alone += right = !answer;
        } else if (topic == "out_of_scope") {
            ++result.outside;
            result.declined += right = !answer || answer->topic == topic;
        } else {
            ++result.topics;
            right = answer && answer->topic == topic;
            result.right_topic += right;
            const auto& wanted = record.value("answer", std::vector<std::string>());
            if (right) right = std::find(wanted.begin(), wanted.end(), answer->id) != wanted.end();
            result.right_answer += right;
        }
        if (!right)
            result.misses += "\n" + record["text"].get<std::string>() + ": " +
                             (answer ? answer->id : std::string("nothing"));
    }
    return result;
}

TEST(LabelledQuestions, AreUnderstoodAsWellAsBefore) {
    const Tally counted = tally();
    EXPECT_GE(counted.topics + counted.outside + counted.no_questions, 120);
    EXPECT_GE(counted.outside + counted.no_questions, 25);
    EXPECT_GE(counted.right_topic, counted.topics * 95 / 100) << counted.misses;
    EXPECT_GE(counted.right_answer, counted.topics * 93 / 100) << counted.misses;
    EXPECT_GE(counted.declined, counted.outside * 90 / 100) << counted.misses;
    EXPECT_EQ(counted.left_alone, counted.no_questions) << counted.misses;
}

}  // namespace
}  // namespace advisor::dialogs
