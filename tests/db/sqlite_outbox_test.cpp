// Rows of the outbox stand and fall with the turns that they tell of.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "db/outbox.hpp"
#include "sqlite_store_fixture.hpp"

namespace advisor::db {
namespace {

constexpr TimePoint later = start_time + std::chrono::hours(1);

class SqliteOutbox : public SqliteStore {
protected:
    SqliteOutbox() : writer_(open_sqlite_writer(file_)), outbox_(open_sqlite_outbox(file_)) {}

    RowId add(const std::string& name, EventSet events) {
        WebhookRecord webhook;
        webhook.name = name;
        webhook.kind = "generic";
        webhook.events = events;
        EXPECT_TRUE(outbox_->add(webhook));
        return outbox_->webhook(name)->id;
    }
    static Turn with(TurnEvent event, Turn turn) {
        turn.event = event;
        return turn;
    }
    std::vector<OutboxItem> due(RowId webhook) { return outbox_->due(webhook, later, 100); }

    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Outbox> outbox_;
};

TEST_F(SqliteOutbox, HasARowForEachWebhookThatWantsTheEvent) {
    const RowId starts = add("starts", 1);
    const RowId all = add("all", 7);
    const RowId ends = add("ends", 2);
    const RowId session =
        append_one(*writer_, with(TurnEvent::started, opening(*writer_, "s"))).session;
    append_one(*writer_, next(session, 2, "plain"));
    append_one(*writer_, with(TurnEvent::completed, next(session, 3, "end")));
    ASSERT_EQ(due(starts).size(), 1U);
    EXPECT_EQ(due(all).size(), 2U);
    ASSERT_EQ(due(ends).size(), 1U);
    const OutboxItem item = due(ends)[0];
    EXPECT_EQ(item.session, session);
    EXPECT_EQ(item.seq, 3);
    EXPECT_EQ(item.event, 2);
    EXPECT_EQ(item.at, start_time + milliseconds{3});
    EXPECT_EQ(item.message_id.size(), 36U);
    EXPECT_NE(item.message_id, due(all)[1].message_id);
    EXPECT_EQ(outbox_->source(session, 3)->state, "state end");
    EXPECT_EQ(outbox_->source(session, 3)->session_key, "s");
    EXPECT_FALSE(outbox_->source(session, 4));
}

TEST_F(SqliteOutbox, ATurnThatWasNotStoredHasNone) {
    const RowId all = add("all", 7);
    const Turn first = with(TurnEvent::started, opening(*writer_, "s"));
    const RowId session = append_one(*writer_, first).session;
    EXPECT_EQ(append_one(*writer_, first).outcome, Outcome::duplicate);
    const Turn end = with(TurnEvent::completed, next(session, 2, "end"));
    append_one(*writer_, end);
    EXPECT_EQ(append_one(*writer_, end).outcome, Outcome::duplicate);
    EXPECT_EQ(append_one(*writer_, with(TurnEvent::completed, next(session, 2, "x"))).outcome,
              Outcome::conflict);
    EXPECT_EQ(due(all).size(), 2U);
}

TEST_F(SqliteOutbox, AGroupThatFailsLeavesNone) {
    const RowId all = add("all", 7);
    std::vector<Turn> group{with(TurnEvent::started, opening(*writer_, "s")),
                            with(TurnEvent::started, opening(*writer_, "t"))};
    group[1].opens->script = 99;  // no such script: the foreign key fails
    EXPECT_THROW(writer_->append(group), StoreError);
    EXPECT_EQ(due(all).size(), 0U);
    group[1].opens->script = group[0].opens->script;
    writer_->append(group);
    EXPECT_EQ(due(all).size(), 2U);
}

TEST_F(SqliteOutbox, WithoutWebhooksThatAreOnThereAreNone) {
    const RowId off = add("off", 7);
    FailedTry gone;
    gone.at = start_time;
    gone.disable_because = "gone";
    outbox_->failed(outbox_->add_test(off, "msg_1", start_time), gone);
    EXPECT_FALSE(outbox_->webhook("off")->enabled);
    append_one(*writer_, with(TurnEvent::started, opening(*writer_, "s")));
    EXPECT_EQ(due(off).size(), 0U);
    outbox_->enable(off);
    append_one(*writer_, with(TurnEvent::started, opening(*writer_, "t")));
    EXPECT_EQ(due(off).size(), 1U);
}

TEST_F(SqliteOutbox, SeesWhatOthersChange) {
    EXPECT_TRUE(outbox_->changed());
    EXPECT_FALSE(outbox_->changed());
    open_session(*writer_, "s");
    EXPECT_TRUE(outbox_->changed());
    EXPECT_FALSE(outbox_->changed());
}

TEST_F(SqliteOutbox, RemovesAWebhookWithItsMessages) {
    const RowId one = add("one", 7);
    const RowId other = add("other", 7);
    append_one(*writer_, with(TurnEvent::started, opening(*writer_, "s")));
    outbox_->remove(one);
    EXPECT_FALSE(outbox_->webhook("one"));
    EXPECT_EQ(due(one).size(), 0U);
    EXPECT_EQ(due(other).size(), 1U);
}

TEST_F(SqliteOutbox, ForgetsWhatWasDeliveredLongAgoAndNothingElse) {
    const RowId all = add("all", 7);
    for (const char* key : {"a", "b", "c"})
        append_one(*writer_, with(TurnEvent::started, opening(*writer_, key)));
    const std::vector<OutboxItem> items = due(all);
    outbox_->delivered(items[0], start_time);
    outbox_->delivered(items[1], later);
    EXPECT_EQ(outbox_->forget_delivered(start_time + milliseconds{1}), 1);
    EXPECT_FALSE(outbox_->item(items[0].message_id));
    EXPECT_TRUE(outbox_->item(items[1].message_id));
    EXPECT_EQ(due(all).size(), 1U);
}

/// A database of the first format, with a session "s" of one turn.
void make_first_format(const fs::path& file) {
    std::ifstream in(fs::path(ADVISOR_SOURCE_DIR) / "tests/fixtures/databases/format-1.sql");
    const std::string sql(std::istreambuf_iterator<char>(in), {});
    std::ofstream(file).close();
    sqlite::Connection(file, sqlite::Access::read_write).execute(sql);
}

TEST_F(SqliteStore, ADatabaseOfTheFirstFormatIsBroughtUpToDate) {
    make_first_format(file_);
    EXPECT_EQ(error_of([&] { static_cast<void>(open_sqlite_outbox(file_)); }).kind(),
              StoreError::Kind::unusable);

    const auto writer = open_sqlite_writer(file_);

    const RowId session = open_sqlite_reader(file_)->session("s")->id;
    const auto outbox = open_sqlite_outbox(file_);
    WebhookRecord webhook;
    webhook.name = "all";
    webhook.events = 7;
    ASSERT_TRUE(outbox->add(webhook));
    Turn end = next(session, 2, "end");
    end.event = TurnEvent::completed;
    EXPECT_EQ(append_one(*writer, end).outcome, Outcome::stored);
    EXPECT_EQ(outbox->due(outbox->webhook("all")->id, later, 100).size(), 1U);
}

}  // namespace
}  // namespace advisor::db
