// Coming back to a session: what is shown of it, and its report.

#include <gmock/gmock.h>

#include "conversation_fixture.hpp"

namespace advisor::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConversationResume : public Conversation {
protected:
    /// A finished talk of four turns.
    Live finished() {
        Live live = begin();
        turn(answer("a", "kind", "shop"), live);
        turn(say("b", "about 5"), live);
        turn(answer("c", "live", true), live);
        return live;
    }
    std::string code(Live& live) {
        const std::string report = resume(live)["recommendation"]["report"];
        return report.substr(std::string("/r/").size());
    }
    /// "seq who: text" of each message.
    static std::vector<std::string> lines(const json& reply) {
        std::vector<std::string> result;
        for (const json& message : reply["messages"]) {
            result.push_back(std::to_string(message["seq"].get<int>()) + " " +
                             message["from"].get<std::string>() + ": " +
                             message["text"].get<std::string>());
        }
        return result;
    }
    /// The user's messages that answered a question: "question=text" or "(question=text)" when it
    /// counts no more.
    static std::vector<std::string> answers(const json& reply) {
        std::vector<std::string> result;
        for (const json& message : reply["messages"]) {
            if (!message.contains("question")) continue;
            const std::string text =
                message["question"].get<std::string>() + "=" + message["text"].get<std::string>();
            result.push_back(message["active"].get<bool>() ? text : "(" + text + ")");
        }
        return result;
    }
};

TEST_F(ConversationResume, ShowsTheWholeTalkAndWhatIsPending) {
    Live live = begin();
    turn(answer("a", "kind", "shop"), live);
    turn(say("b", "about 5"), live);
    const json reply = resume(live);
    EXPECT_EQ(reply["seq"], 3);
    EXPECT_EQ(reply["question"]["id"], "live");
    EXPECT_EQ(reply["answers"], json::parse(R"({"kind":"shop","stock":5})"));
    EXPECT_THAT(lines(reply),
                ElementsAre("1 advisor: Hello.", "1 advisor: What is it?", "2 user: A shop",
                            "2 advisor: I can tell already: whatever you answer from "
                            "here on, the outcome is Tea. Say “show me the result” "
                            "to see it now, or just go on: your answers still "
                            "sharpen the reasons.",
                            "2 advisor: How many articles?", "3 user: about 5",
                            "3 advisor: I take that as “5”."));
    EXPECT_EQ(reply["token"], token(live));
    EXPECT_EQ(reply["script"]["id"], "small");
    EXPECT_EQ(reply["progress"]["answered"], 2);
}

TEST_F(ConversationResume, ShowsOnlyWhatTheClientDoesNotHave) {
    Live live = finished();
    EXPECT_THAT(lines(resume(live, 2)),
                ElementsAre("3 user: about 5", "3 advisor: I take that as “5”.",
                            "3 advisor: Is it live?", "4 user: Yes", "4 advisor: Make tea."));
    EXPECT_TRUE(lines(resume(live, 4)).empty());
    EXPECT_TRUE(lines(resume(live, 1000)).empty());
    EXPECT_EQ(resume(live, 4)["seq"], 4);
    EXPECT_EQ(answers(resume(live, 2)), (std::vector<std::string>{"stock=about 5", "live=Yes"}));
}

TEST_F(ConversationResume, StoresNothing) {
    Live live = finished();
    resume(live);
    EXPECT_EQ(stored(live).size(), 4U);
}

TEST_F(ConversationResume, AnUnfinishedSessionHasNoRecommendationAndAFinishedOneHas) {
    Live live = begin();
    EXPECT_TRUE(resume(live)["recommendation"].is_null());
    Live done = begin("fedcba9876543210");
    turn(answer("a", "kind", "blog"), done);
    turn(answer("b", "live", true), done);
    EXPECT_EQ(resume(done)["recommendation"]["outcome"], "coffee");
    EXPECT_TRUE(resume(done)["question"].is_null());
}

TEST_F(ConversationResume, ASkippedQuestionIsSkippedInTheAnswers) {
    Live live = begin();
    turn(frame({{"type", "skip"}, {"id", "a"}}), live);
    EXPECT_EQ(resume(live)["answers"], json::parse(R"({"kind":"skipped"})"));
}

TEST_F(ConversationResume, AProposedChangeIsStillThere) {
    Live live = finished();
    turn(frame({{"type", "change"}, {"id", "d"}, {"question", "kind"}, {"value", "blog"}}), live);
    const json reply = resume(live);
    EXPECT_EQ(reply["confirm"]["question"], "kind");
    EXPECT_EQ(reply["confirm"]["value"], "blog");
    EXPECT_EQ(reply["confirm"]["dropped"], json::parse(R"(["stock"])"));
    EXPECT_EQ(reply["answers"]["kind"], "shop");
}

TEST_F(ConversationResume, MarksTheAnswersThatCountNoMore) {
    Live live = finished();
    turn(frame({{"type", "change"},
                {"id", "d"},
                {"question", "kind"},
                {"value", "blog"},
                {"confirm", true}}),
         live);
    EXPECT_THAT(answers(resume(live)),
                ElementsAre("(kind=A shop)", "(stock=about 5)", "live=Yes", "kind=Kind: A blog"));
}

TEST_F(ConversationResume, AnAnswerTakenBackCountsNoMore) {
    Live live = finished();
    turn(frame({{"type", "back"}, {"id", "d"}}), live);
    EXPECT_THAT(answers(resume(live)), ElementsAre("kind=A shop", "stock=about 5", "(live=Yes)"));
}

TEST_F(ConversationResume, AProposalDoesNotCountBeforeTheUserAgrees) {
    Live live = finished();
    turn(frame({{"type", "change"}, {"id", "d"}, {"question", "kind"}, {"value", "blog"}}), live);
    turn(say("e", "no"), live);
    EXPECT_THAT(answers(resume(live)), testing::Contains("kind=A shop"));
    EXPECT_THAT(answers(resume(live)), testing::Not(testing::Contains("kind=Kind: A blog")));
}

TEST_F(ConversationResume, AYesToAProposalIsNoAnswerToThePendingQuestion) {
    Live live = begin();
    turn(answer("a", "kind", "shop"), live);
    turn(answer("b", "stock", 5), live);
    turn(frame({{"type", "change"}, {"id", "c"}, {"question", "kind"}, {"value", "blog"}}), live);
    turn(say("d", "yes"), live);
    const json reply = resume(live);
    EXPECT_EQ(reply["question"]["id"], "live") << "still to be answered";
    for (const std::string& answer : answers(reply))
        EXPECT_THAT(answer, testing::Not(HasSubstr("live=")));
}

TEST_F(ConversationResume, ATypedNumberOutOfRangeIsNoAnswer) {
    Live live = begin();
    turn(answer("a", "kind", "shop"), live);
    turn(answer("b", "stock", 5), live);
    turn(frame({{"type", "change"}, {"id", "c"}, {"question", "stock"}}), live);
    turn(say("d", "5000"), live);
    EXPECT_THAT(answers(resume(live)), ElementsAre("kind=A shop", "stock=5"));
}

TEST_F(ConversationResume, TheReportIsFoundByItsCode) {
    Live live = finished();
    const std::variant<std::string, Refusal> text = await(talks_->report(code(live), false));
    const json report = json::parse(std::get<std::string>(text));
    EXPECT_EQ(report["recommendation"]["outcome"], "tea");
    EXPECT_EQ(report["recommendation"]["report"], "/r/" + code(live));
    EXPECT_EQ(report["answers"][1],
              json::parse(R"({"question":"stock","label":"Stock","answer":"5"})"));
    EXPECT_EQ(report["script"]["id"], "small");
    const auto markdown = await(talks_->report(code(live), true));
    EXPECT_THAT(std::get<std::string>(markdown), HasSubstr("# Tea or coffee?"));
    EXPECT_THAT(report.dump(), testing::Not(HasSubstr(live.key)))
        << "a reader of the report may not go on with the talk";
    EXPECT_THAT(report.dump(), testing::Not(HasSubstr(token(live))));
}

TEST_F(ConversationResume, AReportFollowsItsSession) {
    Live live = finished();
    const std::string report = code(live);
    turn(frame({{"type", "back"}, {"id", "d"}}), live);
    EXPECT_EQ(std::get<Refusal>(await(talks_->report(report, false))).code, ErrorCode::not_found);
    turn(frame({{"type", "restart"}, {"id", "e"}}), live);
    turn(answer("f", "kind", "blog"), live);
    turn(answer("g", "live", false), live);
    EXPECT_EQ(code(live), report) << "a link that was given away goes on working";
    const json after = json::parse(std::get<std::string>(await(talks_->report(report, false))));
    EXPECT_EQ(after["recommendation"]["outcome"], "coffee");
}

TEST_F(ConversationResume, AnUnknownReportIsNotFound) {
    Live live = finished();
    for (const std::string& wrong :
         std::vector<std::string>{"", "nosuch", live.key, code(live) + "a"}) {
        const auto report = await(talks_->report(wrong, false));
        ASSERT_TRUE(std::holds_alternative<Refusal>(report)) << wrong;
        EXPECT_EQ(std::get<Refusal>(report).code, ErrorCode::not_found);
    }
}

}  // namespace
}  // namespace advisor::server
