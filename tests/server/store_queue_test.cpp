#include "server/store_queue.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <set>

#include "await.hpp"

namespace advisor::server {
namespace {

using db::StoreError;

/// A store in memory. Turns with the key "bad" fail, alone or with their whole group; equal keys
/// are duplicates.
class FakeWriter final : public db::Writer {
public:
    struct Log {
        std::vector<std::size_t> groups;  ///< sizes, failed ones too
        std::map<std::string, std::int64_t> keys;
        std::promise<void> first_began;
        std::shared_future<void> first_may_end;  ///< set: the first call waits for it
    };
    explicit FakeWriter(Log& log) : log_(log) {}

    std::vector<db::AppendResult> append(std::span<const db::Turn> turns) override {
        const bool first = log_.groups.empty();
        log_.groups.push_back(turns.size());
        if (first && log_.first_may_end.valid()) {
            log_.first_began.set_value();
            log_.first_may_end.wait();
        }
        for (const db::Turn& turn : turns) {
            if (turn.turn_key == "bad") throw StoreError(StoreError::Kind::full, "disk full");
        }
        std::vector<db::AppendResult> results;
        for (const db::Turn& turn : turns) {
            db::AppendResult result;
            const auto [entry, fresh] = log_.keys.emplace(turn.turn_key, turn.seq);
            result.outcome =
                fresh ? db::AppendResult::Outcome::stored : db::AppendResult::Outcome::duplicate;
            result.seq = entry->second;
            if (!fresh) result.reply = "as before";
            results.push_back(result);
        }
        return results;
    }
    db::StoredScript keep_script(const db::StoredScript& script) override { return script; }
    std::string secret(std::string_view, const std::string& fresh) override { return fresh; }

private:
    Log& log_;
};

class FakeReader final : public db::Reader {
public:
    std::optional<db::SessionRecord> session(std::string_view key) override {
        if (key == "bad") throw StoreError(StoreError::Kind::corrupt, "damaged");
        if (key.empty()) return std::nullopt;
        db::SessionRecord record;
        record.key = key;
        return record;
    }
    std::optional<db::TurnRecord> turn(db::RowId, std::string_view) override {
        return std::nullopt;
    }
    std::vector<db::TurnRecord> turns(db::RowId, std::int64_t after) override {
        return std::vector<db::TurnRecord>(static_cast<std::size_t>(after));
    }
    std::optional<db::SessionRecord> session_by_report(std::string_view) override {
        return std::nullopt;
    }
    std::optional<db::StoredScript> script(db::RowId) override { return std::nullopt; }
    std::vector<db::SessionRecord> latest_sessions(std::size_t, db::RowId) override { return {}; }
};

db::Turn turn(const std::string& key, std::int64_t seq = 1) {
    db::Turn result;
    result.turn_key = key;
    result.seq = seq;
    return result;
}

class Queue : public testing::Test {
protected:
    StoreQueue& queue() {
        if (!queue_)
            queue_ = std::make_unique<StoreQueue>(std::make_unique<FakeWriter>(log_),
                                                  std::make_unique<FakeReader>());
        return *queue_;
    }
    db::AppendResult append(const std::string& key) { return await(queue().append(turn(key))); }

    FakeWriter::Log log_;
    net::io_context loop_;  // outlives the queue, whose threads may still be inside of it
    std::unique_ptr<StoreQueue> queue_;
};

TEST_F(Queue, ALoneTurnIsStoredAtOnce) {
    EXPECT_EQ(append("a").outcome, db::AppendResult::Outcome::stored);
    EXPECT_EQ(log_.groups, (std::vector<std::size_t>{1}));
}

TEST_F(Queue, WhatCameDuringACommitIsOneGroup) {
    std::promise<void> may_end;
    log_.first_may_end = may_end.get_future().share();
    std::future<void> began = log_.first_began.get_future();
    net::io_context& io = loop_;
    std::vector<Outcome<db::AppendResult>> outcomes(100);
    spawn(io, queue().append(turn("first")), outcomes[0]);
    io.poll();
    began.wait();
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        spawn(io, queue().append(turn("t" + std::to_string(i))), outcomes[i]);
    io.poll();
    may_end.set_value();
    io.run();
    for (auto& outcome : outcomes)
        EXPECT_EQ(outcome.take().outcome, db::AppendResult::Outcome::stored);
    EXPECT_EQ(log_.groups, (std::vector<std::size_t>{1, 99}));
}

TEST_F(Queue, AGroupHasAnUpperLimit) {
    std::promise<void> may_end;
    log_.first_may_end = may_end.get_future().share();
    std::future<void> began = log_.first_began.get_future();
    net::io_context& io = loop_;
    std::vector<Outcome<db::AppendResult>> outcomes(StoreQueue::max_group + 3);
    spawn(io, queue().append(turn("first")), outcomes[0]);
    io.poll();
    began.wait();
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        spawn(io, queue().append(turn("t" + std::to_string(i))), outcomes[i]);
    io.poll();
    may_end.set_value();
    io.run();
    for (auto& outcome : outcomes)
        EXPECT_EQ(outcome.take().outcome, db::AppendResult::Outcome::stored);
    EXPECT_EQ(log_.groups, (std::vector<std::size_t>{1, StoreQueue::max_group, 2}));
}

TEST_F(Queue, OneBadTurnDoesNotFailItsNeighbours) {
    std::promise<void> may_end;
    log_.first_may_end = may_end.get_future().share();
    std::future<void> began = log_.first_began.get_future();
    net::io_context& io = loop_;
    std::vector<Outcome<db::AppendResult>> outcomes(4);
    spawn(io, queue().append(turn("first")), outcomes[0]);
    io.poll();
    began.wait();
    spawn(io, queue().append(turn("a", 2)), outcomes[1]);
    spawn(io, queue().append(turn("bad")), outcomes[2]);
    spawn(io, queue().append(turn("b", 3)), outcomes[3]);
    io.poll();
    may_end.set_value();
    io.run();
    EXPECT_EQ(log_.groups, (std::vector<std::size_t>{1, 3, 1, 1, 1}))
        << "the group, then one by one";
    EXPECT_EQ(outcomes[1].take().seq, 2);
    EXPECT_EQ(outcomes[3].take().seq, 3);
    EXPECT_THROW(outcomes[2].take(), StoreError);
    EXPECT_FALSE(queue().healthy());
    append("c");
    EXPECT_TRUE(queue().healthy());
}

TEST_F(Queue, ADuplicateIsAResult) {
    EXPECT_EQ(append("a").outcome, db::AppendResult::Outcome::stored);
    const db::AppendResult again = append("a");
    EXPECT_EQ(again.outcome, db::AppendResult::Outcome::duplicate);
    EXPECT_EQ(again.reply, "as before");
    EXPECT_TRUE(queue().healthy());
}

TEST_F(Queue, ReadsAnswerAndFailEachForItself) {
    EXPECT_EQ(await(queue().session("s")).value().key, "s");
    EXPECT_EQ(await(queue().session("")), std::nullopt);
    EXPECT_THROW(await(queue().session("bad")), StoreError);
    EXPECT_EQ(await(queue().turns(1, 3)).size(), 3U);
    EXPECT_TRUE(queue().healthy()) << "a failed read says nothing of writing";
}

TEST_F(Queue, StopFinishesWhatIsQueued) {
    std::promise<void> may_end;
    log_.first_may_end = may_end.get_future().share();
    std::future<void> began = log_.first_began.get_future();
    net::io_context& io = loop_;
    std::vector<Outcome<db::AppendResult>> outcomes(10);
    spawn(io, queue().append(turn("first")), outcomes[0]);
    io.poll();
    began.wait();
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        spawn(io, queue().append(turn("t" + std::to_string(i))), outcomes[i]);
    io.poll();
    std::thread stopper([&] { queue().stop(); });
    may_end.set_value();
    stopper.join();
    io.run();
    for (auto& outcome : outcomes)
        EXPECT_EQ(outcome.take().outcome, db::AppendResult::Outcome::stored);
    EXPECT_EQ(log_.keys.size(), 10U);
}

StoreError::Kind kind_of(Task<db::AppendResult> task) {
    try {
        await(std::move(task));
    } catch (const StoreError& error) {
        return error.kind();
    }
    throw std::runtime_error("nothing was thrown");
}

TEST_F(Queue, LaterCallsFail) {
    queue().stop();
    EXPECT_EQ(kind_of(queue().append(turn("late"))), StoreError::Kind::stopped);
    EXPECT_THROW(await(queue().session("s")), StoreError);
    EXPECT_TRUE(log_.keys.empty());
}

TEST_F(Queue, ALoopThatEndedDoesNotKeepOthersWaiting) {
    // The turn of a loop that never runs again must not swallow the wake-up of the next one.
    append("warm up");
    net::io_context ended;
    Outcome<db::AppendResult> lost;
    spawn(ended, queue().append(turn("lost")), lost);
    ended.run_one();
    Outcome<db::AppendResult> outcome;
    spawn(loop_, queue().append(turn("next")), outcome);
    loop_.run_for(std::chrono::seconds(5));
    EXPECT_TRUE(outcome.value) << "still waiting";
    queue().stop();
    ended.run();
    loop_.run();
}

TEST_F(Queue, ManyThreadsGetEachTheirOwnResults) {
    constexpr std::size_t threads = 4;
    constexpr std::size_t turns = 200;
    StoreQueue& shared = queue();
    std::vector<std::unique_ptr<net::io_context>> loops;
    for (std::size_t i = 0; i < threads; ++i) loops.push_back(std::make_unique<net::io_context>());
    std::vector<std::thread> pool;
    std::atomic<std::size_t> right{0};
    for (std::size_t thread = 0; thread < threads; ++thread) {
        pool.emplace_back([&, thread] {
            std::vector<Outcome<db::AppendResult>> outcomes(turns);
            std::vector<Outcome<std::optional<db::SessionRecord>>> reads(turns);
            for (std::size_t i = 0; i < turns; ++i) {
                const std::size_t number = thread * turns + i;
                const std::string name = std::to_string(number);
                spawn(*loops[thread], shared.append(turn(name, static_cast<std::int64_t>(number))),
                      outcomes[i]);
                spawn(*loops[thread], shared.session(name), reads[i]);
            }
            loops[thread]->run();
            for (std::size_t i = 0; i < turns; ++i) {
                const std::size_t number = thread * turns + i;
                const bool mine = outcomes[i].take().seq == static_cast<std::int64_t>(number) &&
                                  reads[i].take().value().key == std::to_string(number);
                if (mine) ++right;
            }
        });
    }
    for (std::thread& thread : pool) thread.join();
    EXPECT_EQ(right, threads * turns);
    shared.stop();
    EXPECT_EQ(log_.keys.size(), threads * turns);
}

}  // namespace
}  // namespace advisor::server
