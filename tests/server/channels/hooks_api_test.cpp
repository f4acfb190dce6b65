// The doors of the chat tools: who gets in, repeated deliveries, whose talk it is, controls of
// earlier questions, codes. Requests are the recorded ones of Mattermost.

#include <gmock/gmock.h>

#include "chat_rig.hpp"
#include "server/channels/view.hpp"

namespace advisor::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class Hooks : public ChatRig {
protected:
    Hooks() { add_hook("mattermost", "m1"); }
    std::string title(const json& answer) { return card_of(answer).at("title"); }
    std::int64_t turns() { return latest().seq; }
};

TEST_F(Hooks, OnlyAuthenticRequestsGetIn) {
    http::Request forged = command("start");
    forged.headers[0].second = "Token wrong";
    EXPECT_EQ(send(forged).status, 401);
    http::Request elsewhere = command("start");
    elsewhere.path = "/hooks/mattermost/nosuch/command";
    EXPECT_EQ(send(elsewhere).status, 404);
    elsewhere.path = "/hooks/slack/m1/command";
    EXPECT_EQ(send(elsewhere).status, 404) << "another platform's hook";
    elsewhere.path = "/hooks/mattermost/m1/nosuch";
    EXPECT_EQ(send(elsewhere).status, 404);
    http::Request large = command("start");
    large.body += std::string(256 * 1024, 'x');
    EXPECT_EQ(send(large).status, 413);
    EXPECT_EQ(session_count(), 0U);
    EXPECT_EQ(send(command("start")).status, 200);
    EXPECT_EQ(session_count(), 1U);
}

TEST_F(Hooks, AHookThatIsAddedOrRemovedCountsAtOnce) {
    http::Request request = command("start");
    request.path = "/hooks/mattermost/m2/command";
    EXPECT_EQ(send(request).status, 404);
    add_hook("mattermost", "m2");
    EXPECT_EQ(send(request).status, 200);
    EXPECT_TRUE(db::open_sqlite_talk_store(folder_ / "advisor.db")->remove_hook("m2"));
    EXPECT_EQ(send(request).status, 404);
}

TEST_F(Hooks, ARepeatedDeliveryGetsTheSameAnswerAndTakesNoTurn) {
    const http::Request first = command("start", "anna", "t-start");
    const std::string answer = send(first).body;
    EXPECT_EQ(send(first).body, answer);
    EXPECT_EQ(session_count(), 1U);
    const http::Request press_a = press(json::parse(answer), "opta", "anna", "t-press");
    const std::string second = send(press_a).body;
    EXPECT_EQ(turns(), 2);
    EXPECT_EQ(send(press_a).body, second);
    EXPECT_EQ(send(first).body, answer) << "also a late one";
    EXPECT_EQ(turns(), 2);
}

TEST_F(Hooks, TwoAtOnceTakeOneTurnAndGetTheSameAnswer) {
    ask(command("start"));
    const http::Request request = command("1", "anna", "t-same");
    net::io_context io;
    std::vector<Outcome<http::Response>> outcomes(8);
    for (auto& outcome : outcomes) {
        PathParts parts{"mattermost", "m1", "command"};
        spawn(io, api_->deliver(request, parts), outcome);
    }
    io.run();
    for (auto& outcome : outcomes)
        EXPECT_EQ(outcome.value.value().body, outcomes[0].value.value().body);
    EXPECT_EQ(turns(), 2);
}

TEST_F(Hooks, TwoBeginningsAtOnceAreOneTalk) {
    const http::Request request = command("start", "anna", "t-begin");
    net::io_context io;
    std::vector<Outcome<http::Response>> outcomes(8);
    for (auto& outcome : outcomes) {
        PathParts parts{"mattermost", "m1", "command"};
        spawn(io, api_->deliver(request, parts), outcome);
    }
    io.run();
    for (auto& outcome : outcomes)
        EXPECT_EQ(outcome.value.value().body, outcomes[0].value.value().body);
    EXPECT_EQ(session_count(), 1U);
    EXPECT_THAT(title(ask(command("1"))), HasSubstr("Question 2"));
}

TEST_F(Hooks, ManyTalksAtOnceKeepTheirOwnState) {
    net::io_context io;
    for (const char* text : {"start", "1", "100"}) {
        io.restart();
        std::vector<Outcome<http::Response>> outcomes(40);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            PathParts parts{"mattermost", "m1", "command"};
            http::Request request = command(text, "user" + std::to_string(i));
            spawn(io, api_->deliver(std::move(request), std::move(parts)), outcomes[i]);
        }
        io.run();
        for (auto& outcome : outcomes) EXPECT_EQ(outcome.value.value().status, 200);
    }
    EXPECT_EQ(session_count(), 40U);
    for (const db::SessionRecord& session : reader_->latest_sessions(40, 0))
        EXPECT_EQ(session.seq, 3);
}

TEST_F(Hooks, AJobThatFailsDisturbsNoOtherOfItsGroup) {
    TalkQueue queue(db::open_sqlite_talk_store(folder_ / "advisor.db"), true);
    net::io_context io;
    std::vector<Outcome<bool>> outcomes(20);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        std::function<bool(db::TalkStore&)> job = [i](db::TalkStore& store) {
            if (i == 7) throw db::StoreError(db::StoreError::Kind::other, "seven");
            store.add_code("code" + std::to_string(i), "session", db::TimePoint::max());
            return true;
        };
        spawn(io, queue.run(std::move(job)), outcomes[i]);
    }
    io.run();
    queue.stop();
    auto store = db::open_sqlite_talk_store(folder_ / "advisor.db");
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        EXPECT_EQ(outcomes[i].error != nullptr, i == 7);
        EXPECT_EQ(store->take_code("code" + std::to_string(i), db::TimePoint()).has_value(),
                  i != 7);
    }
}

TEST_F(Hooks, ARepeatedDeliveryAfterACrashTakesNoTurn) {
    ask(command("start"));
    const http::Request request = command("1", "anna", "t-lost");
    send(request);
    // As if the process had ended between the turn and the row of its answer.
    close();
    {
        auto store = db::open_sqlite_talk_store(folder_ / "advisor.db");
        store->keep_response("m1", {"d-none"}, "x", "",
                             db::TimePoint(std::chrono::hours(24 * 365 * 200)),
                             std::chrono::hours(24));
    }
    open();
    const json again = ask(request);
    EXPECT_EQ(turns(), 2);
    EXPECT_THAT(title(again), HasSubstr("Question 2"));
    ask(command("100", "anna", "t-new"));
    EXPECT_EQ(turns(), 3) << "negative control: a new delivery is a turn";
}

TEST_F(Hooks, AControlOfAnEarlierQuestionShowsTheCurrentOne) {
    const json first = ask(command("start"));
    const json second = ask(press(first, "opta"));
    const json third = ask(command("100"));
    const std::int64_t before = turns();
    const json again = ask(press(first, "optb"));
    EXPECT_EQ(title(again), title(third));
    EXPECT_EQ(turns(), before);
    EXPECT_EQ(title(ask(press(second, "optback"))), title(third)) << "an old Back is stale, too";
    EXPECT_EQ(turns(), before);
}

TEST_F(Hooks, SomebodyElsesTalkIsRefusedPolitely) {
    const json first = ask(command("start"));
    const json refused = ask(press(first, "opta", "ben"));
    EXPECT_THAT(refused.at("ephemeral_text"), HasSubstr("somebody else"));
    EXPECT_FALSE(refused.contains("update"));
    EXPECT_EQ(turns(), 1);
    ask(command("start", "ben"));
    EXPECT_EQ(session_count(), 2U) << "each has a talk of their own";
    // In another channel the same button is not his either.
    http::Request elsewhere = press(first, "opta");
    json body = json::parse(elsewhere.body);
    body["channel_id"] = "other";
    elsewhere.body = body.dump();
    EXPECT_THAT(ask(elsewhere).at("ephemeral_text"), HasSubstr("not here any more"));
}

TEST_F(Hooks, ASharedTalkIsEverybodys) {
    add_hook("mattermost", "m1", true);
    const json first = ask(command("start"));
    const json second = ask(press(first, "opta", "ben"));
    EXPECT_THAT(title(second), HasSubstr("Question 2"));
    EXPECT_THAT(second.at("update").at("message"), HasSubstr("ben"));
    ask(command("100", "eve"));
    EXPECT_EQ(session_count(), 1U);
    EXPECT_EQ(turns(), 3);
}

TEST_F(Hooks, AForgedMarkOfAControlIsRefused) {
    const json first = ask(command("start"));
    http::Request request = press(first, "opta");
    json body = json::parse(request.body);
    body["context"]["opt"] = "b";
    request.body = body.dump();
    EXPECT_EQ(send(request).status, 401);
    EXPECT_EQ(turns(), 1);
}

TEST_F(Hooks, WordsAboutTheTalk) {
    EXPECT_THAT(ask(command("status")).at("text"), HasSubstr("no talk of yours"));
    EXPECT_THAT(ask(command("help")).at("text"), HasSubstr("restart"));
    ask(command("start"));
    ask(command("1"));
    const json status = ask(command("STATUS"));
    EXPECT_THAT(status.at("text"), HasSubstr("Answered so far"));
    EXPECT_THAT(title(status), HasSubstr("Question 2"));
    EXPECT_THAT(title(ask(command("back"))), HasSubstr("Question 1"));
    ask(command("1"));
    ask(command("100"));
    EXPECT_THAT(title(ask(command("change 1"))), HasSubstr("Question"));
    ask(command("back"));
    EXPECT_THAT(title(ask(command("restart"))), HasSubstr("Question 1"));
    const json over = ask(command("cancel"));
    EXPECT_TRUE(over.at("attachments").empty());
    EXPECT_EQ(session_count(), 1U);
    ask(command(""));
    EXPECT_EQ(session_count(), 2U) << "after cancel, a new talk";
    EXPECT_THAT(title(ask(command("start"))), HasSubstr("Question 1"));
    EXPECT_EQ(session_count(), 2U) << "start shows the one under way";
}

TEST_F(Hooks, TicksAreKeptUntilContinue) {
    ask(command("start sql"));
    Live live = latest();
    const dialogs::Script& script = live.script->script;
    json answer = ask(command("status"));
    while (script.questions[dialogs::pending_question(script, latest().state).value()].kind !=
           dialogs::QuestionKind::multi) {
        const auto kind = script.questions[*dialogs::pending_question(script, latest().state)].kind;
        answer = ask(command(kind == dialogs::QuestionKind::number ? "100" : "1"));
    }
    const std::int64_t before = turns();
    answer = ask(press(answer, "opta"));
    answer = ask(press(answer, "optb", "anna", "t-tick"));
    answer = ask(press(answer, "opta"));
    EXPECT_EQ(turns(), before) << "a tick is no turn";
    std::string names;
    for (const json& action : card_of(answer).at("actions"))
        names += action.at("name").get<std::string>().substr(0, 3);
    EXPECT_THAT(names, testing::StartsWith("\xe2\x98\x90\xe2\x98\x91"));
    const std::size_t question = *dialogs::pending_question(script, latest().state);
    ask(press(answer, "optdone"));
    EXPECT_EQ(turns(), before + 1);
    EXPECT_EQ(std::get<dialogs::Choices>(*latest().state.answers[question]).mask, 2U);
}

TEST_F(Hooks, ACodeMovesATalkOnce) {
    ask(command("start"));
    ask(command("1"));
    const json told = ask(command("code"));
    EXPECT_EQ(told.at("response_type"), "ephemeral") << "nobody else is to read it";
    const std::string text = told.at("text");
    const std::size_t at = text.find("Your code is ") + 13;
    const std::string code = text.substr(at, 9);
    const json joined = ask(command("join " + code, "ben"));
    EXPECT_THAT(title(joined), HasSubstr("Question 2"));
    ask(command("100", "ben"));
    EXPECT_EQ(session_count(), 1U);
    EXPECT_EQ(turns(), 3);
    EXPECT_THAT(ask(command("join " + code, "eve")).at("text"), HasSubstr("no such code"));
    EXPECT_THAT(ask(command("join AAAA-AAAA", "eve")).at("text"), HasSubstr("no such code"));
}

TEST_F(Hooks, UserTextCallsNobodyAndBreaksNothing) {
    add_hook("mattermost", "m1", true);
    ask(command("start"));
    const json answer = ask(command("@all [x](http://evil.example) **b** <!channel> `c` #town"));
    const std::string text = answer.at("text");
    for (const char* harmful : {"@all", "[x](", "**b**", "<!channel>", "#town", "://evil"})
        EXPECT_THAT(text, Not(HasSubstr(harmful)));
}

TEST_F(Hooks, ATextThatIsTooLongIsRefusedAndTheTalkGoesOn) {
    send(command("start", "anna", "t0"));
    // The refusal once ended the server: see tests/lint/co_await.py.
    for (int i = 1; i <= 3; ++i) {
        const http::Response refused =
            send(command(std::string(5000, 'x'), "anna", "t" + std::to_string(i)));
        EXPECT_EQ(refused.status, 200);
        EXPECT_THAT(refused.body, HasSubstr("4,000 characters"));
        EXPECT_EQ(turns(), 1);
    }
    send(command("1", "anna", "t9"));
    EXPECT_EQ(turns(), 2);
}

TEST_F(Hooks, ATalkOutlivesARestartOfTheServer) {
    const json first = ask(command("start"));
    close();
    open();
    EXPECT_THAT(title(ask(press(first, "opta"))), HasSubstr("Question 2"));
    close();
    open();
    EXPECT_THAT(title(ask(command("100"))), HasSubstr("Question 3"));
    EXPECT_EQ(session_count(), 1U);
}

TEST(HooksCalls, OnlyGoWhereTheyMay) {
    const channels::Channel& slack = *channels::find_channel("slack");
    EXPECT_TRUE(may_call(slack, {}, "https://hooks.slack.com/actions/T/1/x"));
    for (const char* wrong :
         {"", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x",
          "https://evil.example/hooks.slack.com", "https://hooks.slack.com@evil.example/",
          "https://127.0.0.1/", "ftp://hooks.slack.com/", "https://169.254.169.254/"})
        EXPECT_FALSE(may_call(slack, {}, wrong)) << wrong;
    EXPECT_TRUE(may_call(slack, {"127.0.0.1"}, "http://127.0.0.1:9/x"));
}

}  // namespace
}  // namespace advisor::server
