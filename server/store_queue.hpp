#pragma once
// Between the I/O threads and the blocking store: group commit on one thread, reads on another,
// results as awaitables.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "db/store.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// Serialises all writes to the store and commits them in groups.
/// The writer thread commits whatever was queued while the last commit ran (at most `max_group`
/// turns) as one transaction: under load many turns share one disk sync, a lone turn never waits
/// for company. A group that fails is retried turn by turn, so one bad turn cannot fail its
/// neighbours. Thread: the awaitables may be made on any I/O thread and resume there. Lifetime:
/// outlives every coroutine awaiting it; `stop()` finishes what is queued, later calls fail.
/// Errors: db::StoreError. Duplicates and conflicts are results, not errors (see db::AppendResult).
class StoreQueue {
public:
    static constexpr std::size_t max_group = 2048;

    StoreQueue(std::unique_ptr<db::Writer> writer, std::unique_ptr<db::Reader> reader);
    ~StoreQueue();
    StoreQueue(const StoreQueue&) = delete;
    StoreQueue& operator=(const StoreQueue&) = delete;

    /// Stores a turn; resumes when it is on disk. The result has the stored reply unless it is a
    /// conflict.
    [[nodiscard]] Task<db::AppendResult> append(db::Turn turn);

    /// Runs `job` on the writer thread between two groups of turns, so that they never wait for the
    /// lock of one another. `may_wait`: the job is no person's, and lets turns go first for up to
    /// half a second. The job gets null when the store is shutting down, then on the caller's
    /// thread; it throws nothing. Thread: any.
    void post_change(std::function<void(db::Writer*)> job, bool may_wait = false);

    // Reads; each is one call of db::Reader.
    [[nodiscard]] Task<std::optional<db::SessionRecord>> session(std::string key);
    [[nodiscard]] Task<std::optional<db::SessionRecord>> session_by_report(std::string code);
    [[nodiscard]] Task<std::optional<db::TurnRecord>> turn(db::RowId session, std::string turn_key);
    [[nodiscard]] Task<std::vector<db::TurnRecord>> turns(db::RowId session, std::int64_t after);
    [[nodiscard]] Task<std::optional<db::StoredScript>> script(db::RowId id);

    /// False since a write failed and until the next one succeeds.
    [[nodiscard]] bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

    /// Finishes what is queued and joins the threads. Blocks. Called once, by the owner.
    void stop();

private:
    /// An awaiting coroutine: knows how to hand its result back on its own executor.
    struct PendingAppend {
        virtual ~PendingAppend() = default;
        virtual void complete() = 0;
        [[nodiscard]] virtual Executor executor() const = 0;
        db::Turn turn;
        db::AppendResult result;
        std::exception_ptr error;
    };
    template <typename Handler>
    struct PendingAppendOf;

    template <typename Result>
    Task<Result> read(std::function<Result(db::Reader&)> query);

    void enqueue(std::unique_ptr<PendingAppend> pending);
    void write_loop();
    void write_group(std::vector<std::unique_ptr<PendingAppend>>& group);
    void write_one_by_one(std::vector<std::unique_ptr<PendingAppend>>& group);
    static void deliver(std::vector<std::unique_ptr<PendingAppend>> group);
    void read_loop();

    std::unique_ptr<db::Writer> writer_;
    std::unique_ptr<db::Reader> reader_;
    std::atomic<bool> healthy_{true};
    std::atomic<const void*> wake_posted_by_{nullptr};  ///< the loop that will wake the writer

    std::mutex write_mutex_;
    std::condition_variable write_ready_;
    std::vector<std::unique_ptr<PendingAppend>> write_queue_;
    bool write_stopping_ = false;
    struct Change {
        std::function<void(db::Writer*)> job;
        std::chrono::steady_clock::time_point not_after;  ///< when it goes before waiting turns
    };
    std::deque<Change> change_queue_;
    std::function<void(db::Writer*)> next_change();

    std::mutex read_mutex_;
    std::condition_variable read_ready_;
    std::deque<std::function<void(db::Reader&)>> read_queue_;
    bool read_stopping_ = false;

    std::vector<db::Turn>
        group_turns_;  ///< the writer thread's; kept, as a large block is dear to get each time

    std::thread write_thread_;
    std::thread read_thread_;
};

}  // namespace advisor::server
