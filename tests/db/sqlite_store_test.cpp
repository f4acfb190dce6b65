// What the store promises (db/store.hpp), on real SQLite files.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <limits>
#include <thread>

#include "tests/db/sqlite_store_fixture.hpp"

namespace advisor::db {
namespace {

TEST_F(SqliteStore, StoredTurnsAndTheirSessionAreReadBack) {
    const auto writer = open_sqlite_writer(file_);
    const auto reader = open_sqlite_reader(file_);
    const RowId session = open_session(*writer, "s");

    const AppendResult result = append_one(*writer, next(session, 2, "two"));

    EXPECT_EQ(result.outcome, Outcome::stored);
    EXPECT_EQ(result.session, session);
    EXPECT_EQ(result.seq, 2);
    const auto record = reader->session("s");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->id, session);
    EXPECT_EQ(record->key, "s");
    EXPECT_EQ(record->seq, 2);
    EXPECT_EQ(record->state, "state two");
    EXPECT_EQ(record->channel, "web");
    EXPECT_EQ(record->locale, "en");
    EXPECT_EQ(record->outcome, "");
    EXPECT_EQ(record->started_at, start_time + milliseconds{1});
    EXPECT_EQ(record->updated_at, start_time + milliseconds{2});
    const auto turn = reader->turn(session, "two");
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->seq, 2);
    EXPECT_EQ(turn->input, "input two");
    EXPECT_EQ(turn->reply, "reply two");
    EXPECT_EQ(turn->at, start_time + milliseconds{2});
    EXPECT_FALSE(reader->session("other"));
    EXPECT_FALSE(reader->turn(session, "three"));
}

TEST_F(SqliteStore, TurnsAreReadInOrderAfterANumber) {
    make_database(4);
    const auto reader = open_sqlite_reader(file_);
    const RowId session = reader->session("s")->id;

    const auto turns = reader->turns(session, 2);

    ASSERT_EQ(turns.size(), 2u);
    EXPECT_EQ(turns[0].seq, 3);
    EXPECT_EQ(turns[1].seq, 4);
    EXPECT_EQ(reader->turns(session, 0).size(), 4u);
    EXPECT_TRUE(reader->turns(session, 4).empty());
}

TEST_F(SqliteStore, TextsComeBackByteForByte) {
    const auto writer = open_sqlite_writer(file_);
    Turn turn = opening(*writer, "s");
    turn.input = std::string("zero \0 inside", 13);
    turn.reply = "";
    turn.state = "caf\xc3\xa9 \xf0\x9f\x8d\xb5";

    const RowId session = append_one(*writer, turn).session;

    const auto reader = open_sqlite_reader(file_);
    EXPECT_EQ(reader->turn(session, "s")->input, turn.input);
    EXPECT_EQ(reader->turn(session, "s")->reply, "");
    EXPECT_EQ(reader->session("s")->state, turn.state);
}

TEST_F(SqliteStore, ARepeatedKeyGetsTheStoredReplyAndChangesNothing) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    append_one(*writer, next(session, 2, "two"));
    Turn repeat = next(session, 3, "two");
    repeat.reply = "another reply";
    repeat.state = "another state";

    const AppendResult result = append_one(*writer, repeat);

    EXPECT_EQ(result.outcome, Outcome::duplicate);
    EXPECT_EQ(result.session, session);
    EXPECT_EQ(result.seq, 2);
    EXPECT_EQ(result.reply, "reply two");
    const auto reader = open_sqlite_reader(file_);
    EXPECT_EQ(reader->session("s")->seq, 2);
    EXPECT_EQ(reader->session("s")->state, "state two");
}

TEST_F(SqliteStore, ARepeatedKeyIsADuplicateEvenWhenItsNumberIsTaken) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    append_one(*writer, next(session, 2, "two"));

    EXPECT_EQ(append_one(*writer, next(session, 2, "two")).outcome, Outcome::duplicate);
    EXPECT_EQ(append_one(*writer, next(session, 2, "other")).outcome, Outcome::conflict);
}

TEST_F(SqliteStore, ATurnThatIsNotTheNextOneIsAConflict) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");

    for (const std::int64_t seq : {-1, 0, 1, 3}) {
        const Turn turn = next(session, seq, "seq" + std::to_string(seq));
        EXPECT_EQ(append_one(*writer, turn).outcome, Outcome::conflict) << seq;
    }
    EXPECT_EQ(append_one(*writer, next(session + 1, 2, "two")).outcome, Outcome::conflict)
        << "no such session";
    EXPECT_EQ(append_one(*writer, next(session, 2, "two")).outcome, Outcome::stored);
    EXPECT_EQ(open_sqlite_reader(file_)->turns(session, 0).size(), 2u);
}

TEST_F(SqliteStore, TheSameTurnKeyInAnotherSessionIsAnotherTurn) {
    const auto writer = open_sqlite_writer(file_);
    const RowId first = open_session(*writer, "a");
    const RowId second = open_session(*writer, "b");

    EXPECT_EQ(append_one(*writer, next(first, 2, "two")).outcome, Outcome::stored);
    EXPECT_EQ(append_one(*writer, next(second, 2, "two")).outcome, Outcome::stored);
}

TEST_F(SqliteStore, LosersInAGroupDoNotDisturbTheirNeighbours) {
    const auto writer = open_sqlite_writer(file_);
    const RowId a = open_session(*writer, "a");
    const RowId b = open_session(*writer, "b");
    const std::vector<Turn> group{
        next(a, 2, "a2"),       // stored
        next(a, 2, "a2"),       // its repeat, in the same group
        next(a, 2, "late"),     // lost the race for number 2
        next(b, 3, "hole"),     // would leave a hole
        next(a, 3, "a3"),       // stored, on top of a2
        opening(*writer, "c"),  // stored
        opening(*writer, "c"),  // its repeat, in the same group
        next(b, 2, "b2"),       // stored
    };

    const auto results = writer->append(group);

    std::vector<Outcome> outcomes;
    for (const AppendResult& result : results) outcomes.push_back(result.outcome);
    EXPECT_EQ(outcomes, (std::vector{Outcome::stored, Outcome::duplicate, Outcome::conflict,
                                     Outcome::conflict, Outcome::stored, Outcome::stored,
                                     Outcome::duplicate, Outcome::stored}));
    EXPECT_EQ(results[1].reply, "reply a2");
    EXPECT_EQ(results[1].seq, 2);
    EXPECT_EQ(results[6].reply, "reply c");
    EXPECT_EQ(results[6].session, results[5].session);
    EXPECT_EQ(results[6].seq, 1);
    const auto reader = open_sqlite_reader(file_);
    EXPECT_EQ(reader->session("a")->state, "state a3");
    EXPECT_EQ(reader->turns(a, 0).size(), 3u);
    EXPECT_EQ(reader->turns(b, 0).size(), 2u);
    EXPECT_EQ(reader->turns(results[5].session, 0).size(), 1u);
}

TEST_F(SqliteStore, OpeningASessionAgainFindsItsFirstTurn) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    append_one(*writer, next(session, 2, "two"));
    Turn again = opening(*writer, "s");
    again.reply = "another reply";

    const AppendResult result = append_one(*writer, again);

    EXPECT_EQ(result.outcome, Outcome::duplicate);
    EXPECT_EQ(result.session, session);
    EXPECT_EQ(result.seq, 1);
    EXPECT_EQ(result.reply, "reply s");
    EXPECT_EQ(open_sqlite_reader(file_)->session("s")->seq, 2);
}

TEST_F(SqliteStore, AGroupThatFailsStoresNothingAndTheWriterGoesOn) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    std::vector<Turn> group{next(session, 2, "two"), opening(*writer, "new")};
    group[1].opens->script = 4711;  // no such script

    EXPECT_EQ(error_of([&] { writer->append(group); }).kind(), StoreError::Kind::other);

    const auto reader = open_sqlite_reader(file_);
    EXPECT_EQ(reader->session("s")->seq, 1);
    EXPECT_FALSE(reader->session("new"));
    EXPECT_EQ(append_one(*writer, group[0]).outcome, Outcome::stored);
}

TEST_F(SqliteStore, AnEmptyGroupIsNothingToDo) {
    EXPECT_TRUE(open_sqlite_writer(file_)->append({}).empty());
}

TEST_F(SqliteStore, AFinishIsStoredAndFoundByItsReport) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    Turn last = next(session, 2, "two");
    last.finish = Finish{"tea", "clear", "code"};

    append_one(*writer, last);

    const auto reader = open_sqlite_reader(file_);
    const auto record = reader->session_by_report("code");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->key, "s");
    EXPECT_EQ(record->outcome, "tea");
    EXPECT_EQ(record->firmness, "clear");
    EXPECT_FALSE(reader->session_by_report("other"));
    EXPECT_FALSE(reader->session_by_report(""));
}

TEST_F(SqliteStore, ATurnMayOpenTheSessionAgainAndItsReportStillFindsIt) {
    const auto writer = open_sqlite_writer(file_);
    const auto reader = open_sqlite_reader(file_);
    const RowId session = open_session(*writer, "s");
    Turn turn = next(session, 2, "two");
    turn.finish = Finish{"tea", "clear", "code"};
    append_one(*writer, turn);

    Turn again = next(session, 3, "three");
    again.reopens = true;
    append_one(*writer, again);

    const auto open = reader->session_by_report("code");
    ASSERT_TRUE(open);
    EXPECT_EQ(open->outcome, "");
    EXPECT_EQ(open->firmness, "");
    turn = next(session, 4, "four");
    turn.finish = Finish{"coffee", "leaning", "code"};
    append_one(*writer, turn);
    EXPECT_EQ(reader->session_by_report("code")->outcome, "coffee");
}

TEST_F(SqliteStore, TheTimeOfTheFinishIsWhenItBegan) {
    const auto writer = open_sqlite_writer(file_);
    const RowId session = open_session(*writer, "s");
    const sqlite::Connection database(file_, sqlite::Access::read_only);
    const auto finished_at = [&] {
        return sqlite::read_number(database, "SELECT finished_at FROM session") -
               start_time.time_since_epoch().count();
    };
    const auto append = [&](std::int64_t seq, bool finished) {
        Turn turn = next(session, seq, "t" + std::to_string(seq));
        if (finished) turn.finish = Finish{"tea", "clear", "code"};
        turn.reopens = !finished;
        append_one(*writer, turn);
    };

    append(2, true);
    append(3, true);
    EXPECT_EQ(finished_at(), 2);
    append(4, false);
    EXPECT_EQ(text_of(database, "SELECT finished_at IS NULL FROM session"), "1");
    append(5, true);
    EXPECT_EQ(finished_at(), 5);
}

TEST_F(SqliteStore, ASessionMayBeFinishedByItsFirstTurn) {
    const auto writer = open_sqlite_writer(file_);
    Turn only = opening(*writer, "s");
    only.finish = Finish{"tea", "clear", "code"};

    EXPECT_EQ(append_one(*writer, only).outcome, Outcome::stored);
    EXPECT_EQ(open_sqlite_reader(file_)->session_by_report("code")->outcome, "tea");
}

TEST_F(SqliteStore, AReportCodeOfAnotherSessionIsRefused) {
    const auto writer = open_sqlite_writer(file_);
    Turn first = opening(*writer, "a");
    Turn second = opening(*writer, "b");
    first.finish = second.finish = Finish{"tea", "clear", "code"};
    append_one(*writer, first);

    EXPECT_EQ(error_of([&] { append_one(*writer, second); }).kind(), StoreError::Kind::other);
    second.finish->report_code = "other code";
    EXPECT_EQ(append_one(*writer, second).outcome, Outcome::stored);
}

TEST_F(SqliteStore, AScriptIsKeptOnceForEachHash) {
    const auto writer = open_sqlite_writer(file_);

    const RowId id = writer->keep_script({0, "hash", "tea", "{\"a\":1}", "first"}).id;

    EXPECT_EQ(writer->keep_script({0, "hash", "tea", "{\"a\":1}", "later"}).id, id);
    EXPECT_EQ(writer->keep_script({0, "hash", "tea", "{\"a\":1}", "later"}).fragments, "first");
    EXPECT_NE(writer->keep_script({0, "other hash", "tea", "{\"a\":2}", "{}"}).id, id);
    const auto script = open_sqlite_reader(file_)->script(id);
    ASSERT_TRUE(script);
    EXPECT_EQ(script->id, id);
    EXPECT_EQ(script->hash, "hash");
    EXPECT_EQ(script->name, "tea");
    EXPECT_EQ(script->body, "{\"a\":1}");
    EXPECT_EQ(script->fragments, "first");
    EXPECT_FALSE(open_sqlite_reader(file_)->script(4711));
}

TEST_F(SqliteStore, AnEmptyTextIsStoredAsAText) {
    const RowId id = open_sqlite_writer(file_)->keep_script({0, "hash", {}, {}, {}}).id;

    EXPECT_EQ(open_sqlite_reader(file_)->script(id)->body, "");
}

TEST_F(SqliteStore, ASecretIsTheFirstOneForEverAlsoAfterReopening) {
    {
        const auto writer = open_sqlite_writer(file_);
        EXPECT_EQ(writer->secret("token", "first"), "first");
        EXPECT_EQ(writer->secret("token", "second"), "first");
        EXPECT_EQ(writer->secret("report", "third"), "third");
    }
    EXPECT_EQ(open_sqlite_writer(file_)->secret("token", "fourth"), "first");
}

TEST_F(SqliteStore, TheLatestSessionsComePageByPage) {
    const auto writer = open_sqlite_writer(file_);
    for (const char* key : {"a", "b", "c", "d", "e"}) open_session(*writer, key);
    const auto reader = open_sqlite_reader(file_);
    const auto page = [&](RowId before) {
        std::string keys;
        RowId last = 0;
        for (const SessionRecord& session : reader->latest_sessions(2, before)) {
            keys += session.key;
            last = session.id;
        }
        return std::pair{keys, last};
    };

    const auto [first, after_first] = page(0);
    const auto [second, after_second] = page(after_first);
    const auto [third, after_third] = page(after_second);

    EXPECT_EQ(first, "ed");
    EXPECT_EQ(second, "cb");
    EXPECT_EQ(third, "a");
    EXPECT_EQ(page(after_third).first, "");
    EXPECT_TRUE(reader->latest_sessions(0, 0).empty());
    EXPECT_EQ(reader->latest_sessions(std::numeric_limits<std::size_t>::max(), 0).size(), 5u);
}

TEST_F(SqliteStore, AReaderSeesNothingOfAnOpenTransaction) {
    make_database();
    const auto reader = open_sqlite_reader(file_);
    sqlite::Connection other(file_, sqlite::Access::read_write);
    {
        sqlite::Transaction transaction(other);
        other.execute("UPDATE turn SET state = 'new'");
        EXPECT_EQ(reader->session("s")->state, "state s");
        transaction.commit();
    }
    EXPECT_EQ(reader->session("s")->state, "new");
}

TEST_F(SqliteStore, AReaderSeesWholeGroupsWhileTheWriterWrites) {
    const auto writer = open_sqlite_writer(file_);
    const auto reader = open_sqlite_reader(file_);
    const RowId session = open_session(*writer, "s");
    std::atomic<bool> done = false;
    std::thread writing([&] {
        for (std::int64_t seq = 2; seq < 400; seq += 2) {
            const std::array pair{next(session, seq, std::to_string(seq)),
                                  next(session, seq + 1, std::to_string(seq + 1))};
            writer->append(pair);
        }
        done = true;
    });
    int half_groups = 0;
    while (!done) half_groups += reader->turns(session, 0).size() % 2 == 1 ? 0 : 1;
    writing.join();

    EXPECT_EQ(half_groups, 0);
    EXPECT_EQ(reader->turns(session, 0).size(), 399u);
}

}  // namespace
}  // namespace advisor::db
