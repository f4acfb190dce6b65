#include "server/conversation.hpp"

#include <gmock/gmock.h>

#include "conversation_fixture.hpp"
#include "dialogs/wire.hpp"

namespace advisor::server {
namespace {

using testing::HasSubstr;

constexpr const char* long_id = "0123456789abcdef";

TEST_F(Conversation, StartOpensASessionAndAsksTheFirstQuestion) {
    std::optional<Live> live;
    const Got taken = start({{"type", "start"}, {"id", long_id}}, live);
    const json reply = json::parse(taken.reply);
    EXPECT_EQ(reply["type"], "reply");
    EXPECT_EQ(reply["id"], long_id);
    EXPECT_EQ(reply["seq"], 1);
    EXPECT_EQ(reply["script"]["id"], "small");
    EXPECT_EQ(reply["question"]["id"], "kind");
    EXPECT_TRUE(reply["recommendation"].is_null());
    EXPECT_GE(reply["token"].get<std::string>().size(), 26U) << "128 bits or more";
    EXPECT_EQ(reply["session"], live->key);
    EXPECT_NE(live->key, long_id);
    EXPECT_TRUE(taken.is_new);
}

TEST_F(Conversation, ALongIdFromTwoConnectionsOpensOneSessionWithTheSameBytes) {
    std::optional<Live> first;
    std::optional<Live> second;
    const Got one = start({{"type", "start"}, {"id", long_id}}, first, "connection one");
    turn(answer("a", "kind", "shop"), *first);
    const Got two = start({{"type", "start"}, {"id", long_id}}, second, "connection two");
    EXPECT_EQ(one.reply, two.reply);
    EXPECT_FALSE(two.is_new);
    EXPECT_EQ(second->seq, 2) << "the connection goes on where the session is";
    EXPECT_EQ(second->state, first->state);
}

TEST_F(Conversation, ALongIdAtTheSameMomentOpensOneSession) {
    net::io_context& io = fresh_loop();
    std::optional<Live> first;
    std::optional<Live> second;
    Outcome<TakenOrRefused> one;
    Outcome<TakenOrRefused> two;
    spawn(io, talks_->start(frame({{"type", "start"}, {"id", long_id}}), "web", "1", first), one);
    spawn(io, talks_->start(frame({{"type", "start"}, {"id", long_id}}), "web", "2", second), two);
    io.run();
    const Got left = got(one.take());
    const Got right = got(two.take());
    EXPECT_EQ(left.reply, right.reply);
    EXPECT_NE(left.is_new, right.is_new);
    EXPECT_EQ(first->row, second->row);
}

TEST_F(Conversation, AShortIdIsOnlyKnownOnItsOwnConnection) {
    std::optional<Live> mine;
    std::optional<Live> again;
    std::optional<Live> theirs;
    const Got one = start({{"type", "start"}, {"id", "1"}}, mine, "mine");
    const Got repeated = start({{"type", "start"}, {"id", "1"}}, again, "mine");
    const Got other = start({{"type", "start"}, {"id", "1"}}, theirs, "theirs");
    EXPECT_EQ(one.reply, repeated.reply);
    EXPECT_NE(json::parse(one.reply)["session"], json::parse(other.reply)["session"]);
    EXPECT_TRUE(other.is_new);
}

TEST_F(Conversation, FifteenCharactersAreShortAndSixteenLong) {
    std::optional<Live> a;
    std::optional<Live> b;
    const std::string fifteen(15, 'x');
    start({{"type", "start"}, {"id", fifteen}}, a, "one");
    start({{"type", "start"}, {"id", fifteen}}, b, "two");
    EXPECT_NE(a->key, b->key);
    start({{"type", "start"}, {"id", fifteen + "x"}}, a, "one");
    start({{"type", "start"}, {"id", fifteen + "x"}}, b, "two");
    EXPECT_EQ(a->key, b->key);
}

TEST_F(Conversation, StartRefusesWhatItCannotOpen) {
    const std::vector<std::pair<json, ErrorCode>> table{
        {{{"type", "start"}, {"id", long_id}, {"script", "nosuch"}}, ErrorCode::unknown_script},
        {{{"type", "start"}, {"id", long_id}, {"script", 1}}, ErrorCode::bad_frame},
        {{{"type", "start"}, {"id", long_id}, {"locale", json::array()}}, ErrorCode::bad_frame},
        {{{"type", "start"}, {"id", long_id}, {"locale", std::string(36, 'x')}},
         ErrorCode::bad_frame},
    };
    for (const auto& [body, code] : table) {
        std::optional<Live> live;
        const TakenOrRefused result = await(talks_->start(frame(body), "web", "here", live));
        ASSERT_TRUE(std::holds_alternative<Refusal>(result)) << body;
        EXPECT_EQ(std::get<Refusal>(result).code, code) << body;
        EXPECT_FALSE(live) << body;
    }
}

TEST_F(Conversation, ATurnIsStoredBeforeItsReply) {
    Live live = begin();
    const Got taken = turn(answer("a", "kind", "shop"), live);
    EXPECT_TRUE(taken.is_new);
    EXPECT_EQ(taken.seq, 2);
    EXPECT_EQ(live.seq, 2);
    const std::vector<db::TurnRecord> turns = stored(live);
    ASSERT_EQ(turns.size(), 2U);
    EXPECT_EQ(turns[1].turn_key, "a");
    EXPECT_THAT(taken.reply,
                HasSubstr(dialogs::expand(live.script->script.fragments, turns[1].reply)));
    EXPECT_EQ(json::parse(turns[1].input),
              json::parse(R"({"type":"answer","question":"kind","value":"shop"})"));
}

TEST_F(Conversation, TheSameIdAgainGetsTheStoredReply) {
    Live live = begin();
    const Got first = turn(answer("a", "kind", "shop"), live);
    turn(answer("b", "stock", 5), live);
    const dialogs::State before = live.state;
    const Got again = turn(answer("a", "kind", "shop"), live);
    const Got other_content = turn(say("a", "restart"), live);
    EXPECT_EQ(again.reply, first.reply);
    EXPECT_EQ(other_content.reply, first.reply) << "the id decides, not the content";
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.seq, 2);
    EXPECT_EQ(live.state, before);
    EXPECT_EQ(stored(live).size(), 3U);
}

TEST_F(Conversation, TheSameIdAtTheSameMomentFromTwoConnectionsIsOneTurn) {
    for (int round = 0; round < 20; ++round) {
        Live left = begin("0123456789abcdef" + std::to_string(round));
        Live right = left;
        net::io_context& io = fresh_loop();
        Outcome<TakenOrRefused> one;
        Outcome<TakenOrRefused> two;
        spawn(io, talks_->take_turn(answer("a", "kind", "shop"), left), one);
        spawn(io, talks_->take_turn(answer("a", "kind", "shop"), right), two);
        io.run();
        const Got first = got(one.take());
        const Got second = got(two.take());
        EXPECT_EQ(first.reply, second.reply);
        EXPECT_NE(first.is_new, second.is_new);
        EXPECT_EQ(left.state, right.state);
        EXPECT_EQ(left.seq, 2);
        EXPECT_EQ(right.seq, 2);
        EXPECT_EQ(stored(left).size(), 2U);
    }
}

TEST_F(Conversation, TwoTurnsAtTheSameMomentAreTakenOneAfterTheOther) {
    Live left = begin();
    Live right = left;
    net::io_context& io = fresh_loop();
    Outcome<TakenOrRefused> one;
    Outcome<TakenOrRefused> two;
    spawn(io, talks_->take_turn(say("a", "help"), left), one);
    spawn(io, talks_->take_turn(say("b", "why?"), right), two);
    io.run();
    EXPECT_EQ(got(one.take()).seq, 2);
    EXPECT_EQ(got(two.take()).seq, 3);
    EXPECT_EQ(stored(left).size(), 3U);
}

TEST_F(Conversation, TheLoserOfARaceForAQuestionIsTold) {
    Live left = begin();
    Live right = left;
    turn(answer("a", "kind", "shop"), left);
    EXPECT_EQ(refused(answer("b", "kind", "blog"), right), ErrorCode::question_not_pending);
    EXPECT_EQ(right.state, left.state) << "and has the newer state now";
    EXPECT_EQ(stored(left).size(), 2U);
}

TEST_F(Conversation, AStaleConnectionAnswersWhatIsPendingNow) {
    Live left = begin();
    Live right = left;
    turn(answer("a", "kind", "shop"), left);
    const Got taken = turn(answer("b", "stock", 5), right);
    EXPECT_EQ(taken.seq, 3);
    EXPECT_EQ(dialogs::answers_json(right.script->script, right.state.answers),
              R"({"kind":"shop","stock":5})");
}

TEST_F(Conversation, AfterAReopeningEverythingIsThereByteForByte) {
    Live live = begin();
    const std::string secret = token(live);
    const Got first = turn(answer("a", "kind", "shop"), live);
    reopen();
    std::optional<Live> resumed;
    EXPECT_FALSE(await(talks_->open(live.key, secret, resumed)));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->state, live.state);
    EXPECT_EQ(resumed->seq, 2);
    EXPECT_EQ(turn(answer("a", "kind", "shop"), *resumed).reply, first.reply);
    std::optional<Live> restarted;
    start({{"type", "start"}, {"id", long_id}}, restarted);
    EXPECT_EQ(restarted->row, live.row);
}

TEST_F(Conversation, ASessionGoesOnWithTheScriptThatItBeganWith) {
    Live live = begin();
    const std::string secret = token(live);
    turn(answer("a", "kind", "shop"), live);
    std::string edited = small_talk();
    edited.replace(edited.find("How many articles?"), 18, "What is in stock?");
    reopen(edited);
    std::optional<Live> resumed;
    ASSERT_FALSE(await(talks_->open(live.key, secret, resumed)));
    EXPECT_EQ(resume(*resumed)["question"]["text"], "How many articles?");
    Live fresh = begin("fedcba9876543210");
    EXPECT_EQ(json::parse(turn(answer("a", "kind", "shop"), fresh).reply)["question"]["text"],
              "What is in stock?");
}

TEST_F(Conversation, OpenChecksTheToken) {
    const Live live = begin();
    const Live other = begin("fedcba9876543210");
    const std::string secret = token(live);
    const std::vector<std::tuple<std::string, std::string, ErrorCode>> table{
        {live.key, "", ErrorCode::wrong_token},
        {live.key, token(other), ErrorCode::wrong_token},
        {live.key, secret.substr(1), ErrorCode::wrong_token},
        {live.key, secret + "a", ErrorCode::wrong_token},
        {"nosuch", secret, ErrorCode::session_not_found},
        {"", "", ErrorCode::session_not_found},
    };
    for (const auto& [session, presented, code] : table) {
        std::optional<Live> opened;
        const std::optional<Refusal> refusal = await(talks_->open(session, presented, opened));
        ASSERT_TRUE(refusal) << session << " " << presented;
        EXPECT_EQ(refusal->code, code);
        EXPECT_FALSE(opened);
    }
}

TEST_F(Conversation, RefusesWhatIsNoTurnAndChangesNothing) {
    Live live = begin();
    turn(answer("a", "kind", "shop"), live);
    const dialogs::State before = live.state;
    const std::vector<std::pair<json, ErrorCode>> table{
        {{{"type", "dance"}}, ErrorCode::unknown_type},
        {{{"type", "answer"}}, ErrorCode::bad_frame},
        {{{"type", "answer"}, {"question", "stock"}}, ErrorCode::bad_frame},
        {{{"type", "answer"}, {"question", 1}, {"value", 1}}, ErrorCode::bad_frame},
        {{{"type", "answer"}, {"question", "stock"}, {"value", 101}}, ErrorCode::bad_value},
        {{{"type", "answer"}, {"question", "stock"}, {"value", "many"}}, ErrorCode::bad_value},
        {{{"type", "answer"}, {"question", "nosuch"}, {"value", 1}}, ErrorCode::unknown_question},
        {{{"type", "answer"}, {"question", "live"}, {"value", true}},
         ErrorCode::question_not_pending},
        {{{"type", "change"}, {"question", "live"}, {"value", true}}, ErrorCode::not_answered},
        {{{"type", "change"}, {"question", "kind"}, {"confirm", 1}}, ErrorCode::bad_frame},
        {{{"type", "say"}}, ErrorCode::bad_frame},
        {{{"type", "say"}, {"text", ""}}, ErrorCode::bad_frame},
        {{{"type", "say"}, {"text", std::string(4001, 'x')}}, ErrorCode::bad_frame},
    };
    int id = 0;
    for (const auto& [body, code] : table) {
        json sent = body;
        sent["id"] = "bad" + std::to_string(id++);
        EXPECT_EQ(refused(frame(sent), live), code) << body;
        EXPECT_EQ(live.state, before) << body;
    }
    EXPECT_EQ(stored(live).size(), 2U);
}

TEST_F(Conversation, ARefusedFrameMayBeSentAgainCorrected) {
    Live live = begin();
    EXPECT_EQ(refused(answer("a", "kind", "castle"), live), ErrorCode::bad_value);
    EXPECT_TRUE(turn(answer("a", "kind", "shop"), live).is_new);
}

TEST_F(Conversation, AFailedStoreIsAnErrorAndTheSameFrameWorksLater) {
    Live live = begin();
    meddle_ = [](db::Writer&, std::span<const db::Turn>) {
        throw db::StoreError(db::StoreError::Kind::full, "disk full");
    };
    EXPECT_THROW(turn(answer("a", "kind", "shop"), live), db::StoreError);
    EXPECT_EQ(live.seq, 1);
    EXPECT_FALSE(store_->healthy());
    meddle_ = nullptr;
    EXPECT_TRUE(turn(answer("a", "kind", "shop"), live).is_new);
    EXPECT_TRUE(store_->healthy());
}

TEST_F(Conversation, LosingThreeRacesIsBusyAndTheSameFrameWorksLater) {
    Live live = begin();
    int stolen = 0;
    meddle_ = [&](db::Writer& writer, std::span<const db::Turn> turns) {
        db::Turn thief = turns.front();
        thief.turn_key = "thief" + std::to_string(++stolen);
        writer.append({&thief, 1});
    };
    EXPECT_EQ(refused(say("a", "help"), live), ErrorCode::busy);
    EXPECT_EQ(stolen, 3);
    meddle_ = nullptr;
    EXPECT_EQ(turn(say("a", "help"), live).seq, 5);
}

TEST_F(Conversation, LosingOneRaceIsNotNoticed) {
    Live live = begin();
    int stolen = 0;
    meddle_ = [&](db::Writer& writer, std::span<const db::Turn> turns) {
        if (stolen++ > 0) return;
        db::Turn thief = turns.front();
        thief.turn_key = "thief";
        writer.append({&thief, 1});
    };
    EXPECT_EQ(turn(say("a", "help"), live).seq, 3);
}

}  // namespace
}  // namespace advisor::server
