#include <limits>

#include "review_fixture.hpp"

namespace advisor::server {
namespace {

constexpr db::RowId all_rows = std::numeric_limits<db::RowId>::max();

/// Folds all turns of the fixture's database into a fresh one, so many at a time.
void fold_into(const fs::path& source_file, const fs::path& target_file,
               std::size_t turns_at_once) {
    const db::sqlite::Connection source = db::open_sqlite_beside(source_file, false);
    const std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(target_file);
    writer->change([&](db::sqlite::Connection& target) {
        TurnFolder folder(source, target, scripts_of_database());
        db::RowId position = 0;
        while (const auto batch = folder.next(position, turns_at_once, all_rows)) {
            ASSERT_TRUE(db::add_batch(target, *batch));
            position = batch->to;
        }
    });
}

class ReviewCounters : public Review {
protected:
    void talk_a_lot() {
        talk("one", {"a shop", "20", "yes"});
        talk("two", {"a blog", "zzgrk blorb", "yes"}, "http");
        talk("three", {"a shop", "zzgrk", "20", "back", "30", "no"});
        talk("four", {"a blog"});
        talk("five", {"a shop", "I don't know", "yes", "restart", "a blog", "no"});
        talk("six", {});
        get("/api/v1/review/sessions");  // waits until they are counted
    }
    std::string difference(const fs::path& other) {
        return db::compare_counters(db::open_sqlite_beside(file_, false),
                                    db::open_sqlite_beside(other, false));
    }
};

TEST_F(ReviewCounters, AreTheSameHoweverTheTurnsAreCut) {
    talk_a_lot();
    for (const std::size_t turns : {1U, 2U, 3U, 1000U}) {
        const fs::path other = folder_ / std::to_string(turns) / "advisor.db";
        fold_into(file_, other, turns);
        EXPECT_EQ(difference(other), "") << turns << " turns at once";
    }
}

TEST(ReviewFollower, RestsOnlyWhenTurnsComeFasterThanItCounts) {
    using std::chrono::milliseconds;
    EXPECT_EQ(rest_after(milliseconds(10), 256, 0), milliseconds(0));
    EXPECT_EQ(rest_after(milliseconds(10), 256, 256), milliseconds(0));
    EXPECT_EQ(rest_after(milliseconds(10), 256, 257), milliseconds(190));
    EXPECT_EQ(rest_after(milliseconds(400), 256, 10'000), milliseconds(1000));
}

TEST_F(ReviewCounters, ADifferenceIsFound) {
    talk_a_lot();
    const fs::path other = folder_ / "other" / "advisor.db";
    fold_into(file_, other, 1000);
    for (const std::string change :
         {"UPDATE review_question SET unclear = unclear + 1 WHERE reached > 0",
          "UPDATE review_answer SET n = n + 1", "UPDATE review_day SET turns = turns - 1",
          "UPDATE session_summary SET edits = 7 WHERE id = 1"}) {
        fold_into(file_, folder_ / "again" / "advisor.db", 1000);
        db::open_sqlite_beside(folder_ / "again" / "advisor.db", true).execute(change);
        EXPECT_NE(difference(folder_ / "again" / "advisor.db"), "") << change;
        fs::remove_all(folder_ / "again");
    }
}

TEST_F(ReviewCounters, AreNotTouchedByADeletedSessionAnyMore) {
    talk_a_lot();
    const std::string extra = talk("extra", {"a shop", "zzgrk", "7", "yes"});
    get("/api/v1/review/sessions");
    EXPECT_EQ(request("admin", "DELETE", "/api/v1/review/sessions/" + extra).status, 200);
    const fs::path other = folder_ / "other" / "advisor.db";
    fold_into(file_, other, 1000);
    EXPECT_EQ(difference(other), "");
    EXPECT_EQ(request("admin", "GET", "/api/v1/review/sessions/" + extra).status, 404);
    EXPECT_TRUE(listed("q=" + extra).empty());
}

TEST_F(ReviewCounters, SayWhatHappened) {
    talk_a_lot();
    const json figures = get("/api/v1/review/analytics");
    EXPECT_EQ(figures["started"], 6);
    EXPECT_EQ(figures["finished"], 4);
    EXPECT_EQ(figures["unclear"], 2);
    std::map<std::string, json> questions;
    for (const json& question : figures["questions"]) questions[question["question"]] = question;
    EXPECT_EQ(questions.at("kind")["reached"], 6);
    EXPECT_EQ(questions.at("kind")["answered"], 5);
    EXPECT_EQ(questions.at("kind")["left"], 1);
    EXPECT_EQ(questions.at("live")["left"], 1);
    EXPECT_EQ(questions.at("stock")["unclear"], 1);
    EXPECT_EQ(questions.at("stock")["reached"], 3);
    EXPECT_EQ(figures["by_channel"].size(), 2U);
    EXPECT_EQ(get("/api/v1/review/analytics?channel=http")["started"], 1);
    EXPECT_EQ(get("/api/v1/review/analytics?from=2020-01-01&to=2020-12-31")["started"], 0);
}

TEST_F(ReviewCounters, SessionsThatNobodyUsedForLongGoByThemselves) {
    close_review();
    talk("old", {"a shop", "zzgrk"});
    db::open_sqlite_beside(file_, true)
        .execute("UPDATE session SET started_at = 86400000; UPDATE turn SET at = 86400000");
    const std::string fresh = talk("new", {"a blog", "zzgrk"});
    open_review(1);
    constexpr int most_looks = 5000;
    for (int i = 0; i < most_looks && get("/api/v1/review/sessions")["total"] != 1; ++i) {
    }
    EXPECT_EQ(listed(""), std::vector<std::string>{fresh});
    EXPECT_EQ(listed("q=zzgrk"), std::vector<std::string>{fresh});
    const fs::path other = folder_ / "other" / "advisor.db";
    fold_into(file_, other, 1000);
    EXPECT_EQ(difference(other), "");
    EXPECT_EQ(get("/api/v1/review/audit")["audit"][0]["who"], "retention");
}

TEST_F(ReviewCounters, ANumberThatWasDeletedIsNeverAnotherSessions) {
    std::optional<Live> live;
    got(await(
        talks_->start(frame({{"type", "start"}, {"id", "0123456789abcdef"}}), "web", "", live)));
    EXPECT_EQ(request("admin", "DELETE", "/api/v1/review/sessions/" + live->key).status, 200);
    const std::string next = talk("next", {});
    EXPECT_EQ(refused(say("1", "a shop"), *live), ErrorCode::session_not_found);
    EXPECT_EQ(get("/api/v1/review/sessions/" + next)["turns"], 1);
    EXPECT_EQ(listed(""), std::vector<std::string>{next});
}

/// The day of some session; days repeat and have gaps.
std::int64_t some_day(int i) {
    return 19'000 + (static_cast<std::int64_t>(i) * i * 7) % 1'100;
}

TEST_F(ReviewCounters, PeriodsAddUpWhetherByDaysOrByMonths) {
    const std::unique_ptr<db::Writer> writer =
        db::open_sqlite_writer(folder_ / "periods" / "advisor.db");
    const db::RowId script = writer->keep_script({0, "hash", "tea", "{}", "{}"}).id;
    const auto time_of = [](std::int64_t day) {
        return db::TimePoint(std::chrono::sys_days(std::chrono::days(static_cast<int>(day))));
    };
    constexpr int sessions = 400;
    db::Batch batch;
    for (int i = 1; i <= sessions; ++i) {
        db::Summary summary;
        summary.id = i;
        summary.group = {script, "web", "en"};
        summary.outcome = "tea";
        summary.started_at = summary.updated_at = time_of(some_day(i));
        batch.sessions[i].after = summary;
        ++batch.questions[{summary.group, some_day(i), "q"}][db::count_reached];
        ++batch.answers[{summary.group, some_day(i), "q", "a"}];
    }
    batch.to = 1;
    writer->change([&](db::sqlite::Connection& connection) {
        ASSERT_TRUE(db::add_batch(connection, batch));
        for (std::int64_t from = 18'990; from < 20'110; from += 37) {
            for (const std::int64_t length : {1, 6, 91, 92, 93, 200, 400, 1200}) {
                db::SessionFilter filter;
                filter.from = time_of(from);
                filter.to = time_of(from + length);
                std::int64_t expected = 0;
                for (int i = 1; i <= sessions; ++i)
                    expected += some_day(i) >= from && some_day(i) < from + length ? 1 : 0;
                db::Figures sums = db::figures(connection, filter);
                EXPECT_EQ(sums.sessions, expected) << from << " for " << length;
                EXPECT_EQ(sums.questions["q"][db::count_reached], expected) << from;
                EXPECT_EQ(sums.answers["q"]["a"], expected) << from;
            }
        }
    });
}

TEST_F(ReviewCounters, StartAgainWhenTheyWereForgotten) {
    talk_a_lot();
    db::sqlite::Connection connection = db::open_sqlite_beside(file_, true);
    db::forget_batches(connection);
    EXPECT_EQ(get("/api/v1/review/sessions")["total"], 6);
    EXPECT_EQ(listed("q=zzgrk").size(), 2U);
    const fs::path other = folder_ / "other" / "advisor.db";
    fold_into(file_, other, 1000);
    EXPECT_EQ(difference(other), "");
}

}  // namespace
}  // namespace advisor::server
