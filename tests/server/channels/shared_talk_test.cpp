// Talks of several people: who says what, where they differ, whether it matters, how it is settled.

#include <gmock/gmock.h>

#include "chat_rig.hpp"
#include "dialogs/json.hpp"
#include "sample_views.hpp"
#include "server/team_chat/team_view.hpp"
#include "server/team_chat/team_words.hpp"

namespace advisor::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SharedTalk : public ChatRig {
protected:
    SharedTalk() { add_hook("mattermost", "m1", true); }

    static std::string title(const json& answer) { return card_of(answer).at("title"); }
    static std::string text(const json& answer) {
        return answer.contains("update") ? answer["update"].at("message") : answer.at("text");
    }
    json say(const std::string& person, const std::string& words) {
        return ask(command(words, person));
    }
    json answers() {
        const Live now = latest();
        return json::parse(dialogs::answers_json(now.script->script, now.state.answers));
    }
    /// To the result, which is Node.js; `ana` answers all.
    json finish() {
        json last;
        for (const char* words : {"1", "5000-50000", "1", "1", "1", "1"}) last = say("ana", words);
        for (int i = 0;
             i < 12 && dialogs::pending_question(latest().script->script, latest().state); ++i)
            last = say("ana", "skip");
        return last;
    }
};

TEST_F(SharedTalk, ALaterPressOfAnotherPersonIsThatPersonsAnswer) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    const std::int64_t turns = latest().seq;
    const json late = ask(press(first, "optc", "ben"));
    EXPECT_THAT(title(late), HasSubstr("Question 2"));
    EXPECT_THAT(text(late), AllOf(HasSubstr("ana says"), HasSubstr("ben says")));
    EXPECT_EQ(latest().seq, turns) << "what counts is as it was";
    EXPECT_EQ(answers()["realtime"], "core");
    const json own = ask(press(first, "optb", "ana"));
    EXPECT_THAT(own.at("update").dump(), Not(HasSubstr("says")));
    EXPECT_EQ(own.at("ephemeral_text"), "That question was already answered.");
}

TEST_F(SharedTalk, ASecondAnswerOfAPersonReplacesTheFirst) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    ask(press(first, "optc", "ben"));
    const json again = ask(press(first, "opta", "ben"));
    EXPECT_THAT(text(again), HasSubstr("Everybody who answered that agrees"));
    EXPECT_THAT(text(say("ana", "who said what?")), HasSubstr("agrees so far"));
}

TEST_F(SharedTalk, TwoWhoPressAtTheSameMomentBothCount) {
    const json first = say("ana", "start");
    net::io_context loop;
    const auto run = [this](http::Request request) -> Task<http::Response> {
        PathParts parts;
        if (!match_path("/hooks/{}/{}/{}", request.path, parts))
            throw std::runtime_error("no route: " + request.path);
        return api_->deliver(std::move(request), std::move(parts));
    };
    std::vector<std::string> bodies;
    const auto keep = [&](std::exception_ptr error, const http::Response& response) {
        EXPECT_FALSE(error);
        bodies.push_back(response.body);
    };
    net::co_spawn(loop.get_executor(), run(press(first, "opta", "ana")), keep);
    net::co_spawn(loop.get_executor(), run(press(first, "optc", "ben")), keep);
    loop.run();
    ASSERT_EQ(bodies.size(), 2U);
    EXPECT_EQ(latest().seq, 2) << "one turn";
    EXPECT_THAT(text(say("cy", "differences")),
                AllOf(HasSubstr("ana says"), HasSubstr("ben says")));
}

TEST_F(SharedTalk, WhatPeopleSaidSurvivesARestartOfTheServer) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    ask(press(first, "optc", "ben"));
    close();
    open();
    EXPECT_THAT(text(say("cy", "differences")),
                AllOf(HasSubstr("ana says"), HasSubstr("ben says")));
}

TEST_F(SharedTalk, ARepeatedPressIsOneAnswer) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    const http::Request late = press(first, "optc", "ben", "t-late");
    const std::string answer = send(late).body;
    ask(press(first, "opta", "ben"));
    EXPECT_EQ(send(late).body, answer);
    EXPECT_THAT(text(say("ana", "differences")), HasSubstr("agrees so far"))
        << "the repeated one has not come back";
}

TEST_F(SharedTalk, AnOpinionIsTyped) {
    say("ana", "start");
    say("ana", "1");
    const json typed = say("ben", "I'd say 1 = 3");
    EXPECT_THAT(text(typed), AllOf(HasSubstr("ana says"), HasSubstr("ben says")));
    EXPECT_EQ(answers()["realtime"], "core");
    // One that fits the question that is asked as well is asked back, and nothing is stored.
    const std::int64_t turns = latest().seq;
    EXPECT_THAT(text(say("cy", "I'd say 2")), HasSubstr("Do you mean"));
    EXPECT_EQ(latest().seq, turns);
    EXPECT_THAT(text(say("cy", "differences")), Not(HasSubstr("cy")));
    // By the one who answered it for the talk, it changes the answer.
    say("ana", "I'd say 1 = 2");
    EXPECT_EQ(answers()["realtime"], "some");
}

TEST_F(SharedTalk, AChangeByAnotherPersonLeavesWhatTheFirstOneSays) {
    say("ana", "start");
    say("ana", "1");
    say("ben", "change 1 = 3");
    EXPECT_EQ(answers()["realtime"], "none");
    EXPECT_THAT(text(say("ana", "differences")), HasSubstr("ana says"));
    say("ben", "I'd say 1 = 1");
    EXPECT_EQ(answers()["realtime"], "core");
    EXPECT_THAT(text(say("ana", "differences")), HasSubstr("agrees so far"));
}

TEST_F(SharedTalk, TheResultSaysWhatMattersAndHowItIsSettled) {
    const json first = say("ana", "start");
    finish();
    const json late = ask(press(first, "optc", "ben"));
    EXPECT_THAT(late.dump(), HasSubstr("Recommendation"));
    EXPECT_THAT(text(late), AllOf(HasSubstr("ben says"), HasSubstr("matter")));
    const json choice = say("cy", "settle 1");
    EXPECT_EQ(title(choice), "Settle a difference");
    EXPECT_THAT(choice.dump(), AllOf(HasSubstr("settle 1 = ana"), HasSubstr("settle 1 = ben")));
}

TEST_F(SharedTalk, ADifferenceIsSettledByAName) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    ask(press(first, "optc", "ben"));
    say("cy", "settle 1 = Ana");
    EXPECT_EQ(answers()["realtime"], "core");
    EXPECT_THAT(text(say("cy", "differences")), HasSubstr("Settled on"));
    say("cy", "settle 1 = ben");
    EXPECT_EQ(answers()["realtime"], "none");
    EXPECT_THAT(text(say("cy", "differences")), AllOf(HasSubstr("Settled on"), HasSubstr("by cy")));
    // Somebody who says something else later opens it again.
    say("dan", "I'd say 1 = 2");
    EXPECT_THAT(text(say("cy", "differences")), Not(HasSubstr("Settled on")));
}

TEST_F(SharedTalk, ADifferenceIsSettledByControls) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    const json late = ask(press(first, "optc", "ben"));
    const json choice = ask(press(late, "optD1", "cy"));
    EXPECT_EQ(title(choice), "Settle a difference");
    const json& actions = card_of(choice).at("actions");
    ASSERT_EQ(actions.size(), 3U);
    ask(press(choice, actions[2].at("id"), "cy"));
    EXPECT_EQ(answers()["realtime"], "core") << "left open";
    ask(press(choice, actions[1].at("id"), "cy"));
    EXPECT_EQ(answers()["realtime"], "none");
    EXPECT_THAT(text(say("cy", "differences")), HasSubstr("Settled on"));
}

TEST_F(SharedTalk, ANewBeginningForgetsWhatWasSaid) {
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    ask(press(first, "optc", "ben"));
    say("ana", "restart");
    say("ana", "1");
    EXPECT_THAT(text(say("cy", "differences")), HasSubstr("agrees so far"));
}

TEST_F(SharedTalk, TwoPeopleOfOneNameAreToldApart) {
    json fields = fixture("mattermost/slash_command.json");
    const auto as = [&](const std::string& user, const std::string& words) {
        http::Request request = command(words, "ana");
        const std::size_t at = request.body.find("user_id=ana");
        request.body.replace(at, 11, "user_id=" + user);
        return ask(request);
    };
    as("u1", "start");
    as("u1", "1");
    as("u2", "I'd say 1 = 3");
    EXPECT_THAT(text(as("u1", "differences")),
                AllOf(HasSubstr("ana says"), HasSubstr("ana (2) says")));
}

TEST_F(SharedTalk, APrivateTalkKnowsNoneOfThis) {
    add_hook("mattermost", "m1", false);
    const json first = say("ana", "start");
    ask(press(first, "opta", "ana"));
    EXPECT_THAT(ask(press(first, "optc", "ben")).at("ephemeral_text"), HasSubstr("somebody else"));
    EXPECT_TRUE(db::open_sqlite_talk_store(folder_ / "advisor.db")
                    ->team()
                    .of_session(latest().key)
                    .answers.empty());
}

/// Two people who differ about a yes-or-no question.
ToldDifference told_by_two(const dialogs::Script& script) {
    db::TeamRecord record;
    record.answers = {{"a", "p1", "ana", "true", true, {}}, {"a", "p2", "ben", "false", false, {}}};
    return tell_differences(script, {dialogs::Value(true)}, record).at(0);
}

TEST(SettleQuestion, IsShownByEveryPlatformAndItsWordsAreRead) {
    const dialogs::Script script = dialogs::parse_or_fail(
        dialogs::small_script(R"({"id":"a","label":"A","ask":"?","yes_no":true})"));
    const ToldDifference told = told_by_two(script);
    const channels::QuestionView question = settle_question(script, told, {"k3f9x2", {}, {}});
    for (const channels::OptionView& option : question.options) {
        EXPECT_TRUE(channels::read_token(question.token(option.key))) << option.key;
        EXPECT_NE(read_team_word(option.label).kind, TeamWord::Kind::none)
            << "a tap on a key of Telegram says its label: " << option.label;
    }
    for (const std::string& typed : question.typed)
        EXPECT_NE(read_team_word(typed).kind, TeamWord::Kind::none) << typed;
    EXPECT_EQ(settled_value(script, told, question.options[1].key), dialogs::Value(false));
    const channels::View view = channels::sample_view(question);
    for (const char* platform : {"slack", "mattermost", "discord", "telegram", "teams",
                                 "google-chat", "rocketchat", "zulip", "matrix", "xmpp"}) {
        const channels::Channel* channel = channels::find_channel(platform);
        ASSERT_TRUE(channel) << platform;
        channels::Hook hook = channels::sample_hook(platform, "kkkkkkkkkkkkkkkk");
        hook.mac_key = "key";
        channels::Event event;
        event.kind = channels::EventKind::text;
        event.carry["way"] = "command";
        const channels::Rendered rendered = channel->render(event, view, hook);
        std::string all = rendered.response.body;
        for (const channels::OutboundCall& call : rendered.calls) all += call.body;
        if (all == "{}" || all.empty())
            continue;  // answers by a call that these settings do not allow
        EXPECT_THAT(all, testing::AnyOf(HasSubstr("settle 1 = ana"), HasSubstr("Settle 1: Yes")))
            << platform;
        EXPECT_THAT(all, Not(HasSubstr("yes or"))) << platform;
    }
}

TEST(SettleControl, FitsBesideEverythingElseInDiscord) {
    const dialogs::Script script = dialogs::parse_or_fail(
        dialogs::small_script(R"({"id":"a","label":"A","ask":"?","yes_no":true})"));
    for (const channels::QuestionForm form :
         {channels::QuestionForm::choice, channels::QuestionForm::multi,
          channels::QuestionForm::number, channels::QuestionForm::text}) {
        for (const std::size_t options : {0U, 5U, 24U}) {
            channels::QuestionView question = channels::sample_question(form, options);
            question.beside.push_back(settle_control(told_by_two(script)));
            const channels::Rendered rendered = channels::find_channel("discord")->render(
                {}, channels::sample_view(question), channels::sample_hook("discord", "k"));
            const json rows = json::parse(rendered.response.body).at("data").at("components");
            EXPECT_LE(rows.size(), 5U);
            for (const json& row : rows) EXPECT_LE(row.at("components").size(), 5U);
            EXPECT_THAT(rows.dump(), HasSubstr("Settle 1"));
        }
    }
}

TEST(TeamWords, AreReadFromAWholeText) {
    using Kind = TeamWord::Kind;
    EXPECT_EQ(read_team_word("Who said what?").kind, Kind::differences);
    EXPECT_EQ(read_team_word("differences matter to us").kind, Kind::none);
    EXPECT_EQ(read_team_word("I’d say none").answer, "none");
    EXPECT_EQ(read_team_word("I'd say none").which, "");
    EXPECT_EQ(read_team_word("I'd say 2 = 1, 3").which, "2");
    EXPECT_EQ(read_team_word("I'd say ratio: 3").answer, "ratio: 3");
    EXPECT_EQ(read_team_word("settle 2 Ana").answer, "Ana");
    EXPECT_EQ(read_team_word("Settle 2: Live is the product").which, "2");
    EXPECT_EQ(read_team_word("settle").kind, Kind::settle);
    EXPECT_EQ(read_team_word("settlement").kind, Kind::none);
}

}  // namespace
}  // namespace advisor::server
