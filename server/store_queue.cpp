#include "server/store_queue.hpp"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "server/log.hpp"

namespace advisor::server {
namespace {

std::exception_ptr stopped_error() {
    return std::make_exception_ptr(
        db::StoreError(db::StoreError::Kind::stopped, "the store is shutting down"));
}

void give_reply_back(db::Turn& turn, db::AppendResult& result) {
    if (result.outcome == db::AppendResult::Outcome::stored) result.reply = std::move(turn.reply);
}

}  // namespace

template <typename Handler>
struct StoreQueue::PendingAppendOf final : StoreQueue::PendingAppend {
    PendingAppendOf(Handler&& completion, db::Turn&& given)
        : handler(std::move(completion)), work(net::get_associated_executor(handler)) {
        turn = std::move(given);
    }
    void complete() override { std::move(handler)(std::move(error), std::move(result)); }
    [[nodiscard]] Executor executor() const override { return work.get_executor(); }

    Handler handler;
    net::executor_work_guard<Executor>
        work;  // the I/O thread must not run out of work while a turn is on its way
};

StoreQueue::StoreQueue(std::unique_ptr<db::Writer> writer, std::unique_ptr<db::Reader> reader)
    : writer_(std::move(writer)),
      reader_(std::move(reader)),
      write_thread_([this] { write_loop(); }),
      read_thread_([this] { read_loop(); }) {}

StoreQueue::~StoreQueue() {
    stop();
}

Task<db::AppendResult> StoreQueue::append(db::Turn turn) {
    return net::async_initiate<const net::use_awaitable_t<Executor>,
                               void(std::exception_ptr, db::AppendResult)>(
        [this](auto handler, db::Turn given) {
            using Handler = decltype(handler);
            enqueue(
                std::make_unique<PendingAppendOf<Handler>>(std::move(handler), std::move(given)));
        },
        use_task, std::move(turn));
}

void StoreQueue::enqueue(std::unique_ptr<PendingAppend> pending) {
    const Executor executor = pending->executor();
    bool stopping = false;
    {
        const std::lock_guard lock(write_mutex_);
        stopping = write_stopping_;
        if (!stopping) write_queue_.push_back(std::move(pending));
    }
    if (stopping) {
        pending->error = stopped_error();
        std::vector<std::unique_ptr<PendingAppend>> refused;
        refused.push_back(std::move(pending));
        return deliver(std::move(refused));
    }
    // The writer is woken at the end of this pass of the event loop, not at the first turn of it:
    // otherwise, on one core, it would take the processor at once and sync the disk for a group of
    // one.
    // Each loop wakes it for itself: one that has ended would never get to do it for the others.
    const void* loop = &executor.context();
    if (wake_posted_by_.exchange(loop) != loop) {
        net::post(executor, [this] {
            wake_posted_by_ = nullptr;
            write_ready_.notify_one();
        });
    }
}

void StoreQueue::write_loop() {
    std::vector<std::unique_ptr<PendingAppend>> group;
    for (;;) {
        std::function<void(db::Writer*)> change;
        {
            std::unique_lock lock(write_mutex_);
            write_ready_.wait(lock, [&] {
                return write_stopping_ || !write_queue_.empty() || !change_queue_.empty();
            });
            if (write_queue_.empty() && change_queue_.empty()) return;
            change = next_change();
            if (write_queue_.size() <= max_group) {
                group.swap(write_queue_);
            } else {
                const auto end = write_queue_.begin() + static_cast<std::ptrdiff_t>(max_group);
                std::move(write_queue_.begin(), end, std::back_inserter(group));
                write_queue_.erase(write_queue_.begin(), end);
            }
        }
        if (!group.empty()) {
            write_group(group);
            deliver(std::exchange(group, {}));
        }
        if (change) change(writer_.get());
    }
}

void StoreQueue::post_change(std::function<void(db::Writer*)> job, bool may_wait) {
    constexpr std::chrono::milliseconds patience{500};
    bool stopping = false;
    {
        const std::lock_guard lock(write_mutex_);
        stopping = write_stopping_;
        const auto now = std::chrono::steady_clock::now();
        if (!stopping) change_queue_.push_back({std::move(job), may_wait ? now + patience : now});
    }
    if (stopping)
        job(nullptr);
    else
        write_ready_.notify_one();
}

/// The change to run behind the turns that wait now, if any. Requires: the lock is held.
std::function<void(db::Writer*)> StoreQueue::next_change() {
    const auto now = std::chrono::steady_clock::now();
    for (auto at = change_queue_.begin(); at != change_queue_.end(); ++at) {
        if (!write_queue_.empty() && at->not_after > now) continue;
        std::function<void(db::Writer*)> job = std::move(at->job);
        change_queue_.erase(at);
        return job;
    }
    return nullptr;
}

void StoreQueue::write_group(std::vector<std::unique_ptr<PendingAppend>>& group) {
    std::vector<db::Turn>& turns = group_turns_;
    turns.clear();
    for (const auto& pending : group) turns.push_back(std::move(pending->turn));
    try {
        std::vector<db::AppendResult> results = writer_->append(turns);
        for (std::size_t i = 0; i < group.size(); ++i) {
            group[i]->result = std::move(results[i]);
            group[i]->turn = std::move(
                turns[i]);  // to be freed on the thread that made it: elsewhere that is slow
            give_reply_back(group[i]->turn, group[i]->result);
        }
        healthy_ = true;
    } catch (const std::exception&) {
        for (std::size_t i = 0; i < group.size(); ++i) group[i]->turn = std::move(turns[i]);
        write_one_by_one(group);  // says what failed
    }
}

void StoreQueue::write_one_by_one(std::vector<std::unique_ptr<PendingAppend>>& group) {
    std::size_t failed = 0;
    std::string reason;
    for (const auto& pending : group) {
        try {
            pending->result = std::move(writer_->append(std::span(&pending->turn, 1)).front());
            give_reply_back(pending->turn, pending->result);
        } catch (const std::exception& error) {
            pending->error = std::current_exception();
            reason = error.what();
            ++failed;
        }
    }
    healthy_ = failed == 0;
    if (failed > 0) log(LogLevel::error, "store_failed", {{"turns", failed}, {"reason", reason}});
}

void StoreQueue::deliver(std::vector<std::unique_ptr<PendingAppend>> group) {
    while (!group.empty()) {
        const Executor executor = group.front()->executor();
        const auto rest = std::stable_partition(
            group.begin(), group.end(),
            [&](const auto& pending) { return pending->executor() == executor; });
        std::vector<std::unique_ptr<PendingAppend>> mine(std::make_move_iterator(group.begin()),
                                                         std::make_move_iterator(rest));
        group.erase(group.begin(), rest);
        // One hand-over for all turns of a thread, not one each.
        net::post(executor, [mine = std::move(mine)]() mutable {
            for (auto& pending : mine) pending->complete();
        });
    }
}

template <typename Result>
Task<Result> StoreQueue::read(std::function<Result(db::Reader&)> query) {
    return net::async_initiate<const net::use_awaitable_t<Executor>,
                               void(std::exception_ptr, Result)>(
        [this](auto handler, std::function<Result(db::Reader&)> asked) {
            using Handler = decltype(handler);
            const Executor executor = net::get_associated_executor(handler);
            // std::function wants to be copied, and a handler cannot be.
            auto shared = std::make_shared<Handler>(std::move(handler));
            net::executor_work_guard<Executor> work(executor);
            auto job = [shared, work, executor, asked = std::move(asked)](db::Reader* reader) {
                Result result{};
                std::exception_ptr error = reader ? nullptr : stopped_error();
                try {
                    if (reader) result = asked(*reader);
                } catch (...) {  // handed to the coroutine that asked
                    error = std::current_exception();
                }
                net::post(executor, [shared, error, result = std::move(result)]() mutable {
                    std::move (*shared)(std::move(error), std::move(result));
                });
            };
            bool stopping = false;
            {
                const std::lock_guard lock(read_mutex_);
                stopping = read_stopping_;
                if (!stopping)
                    read_queue_.emplace_back([job](db::Reader& reader) { job(&reader); });
            }
            if (stopping)
                job(nullptr);
            else
                read_ready_.notify_one();
        },
        use_task, std::move(query));
}

Task<std::optional<db::SessionRecord>> StoreQueue::session(std::string key) {
    return read<std::optional<db::SessionRecord>>(
        [key = std::move(key)](db::Reader& reader) { return reader.session(key); });
}

Task<std::optional<db::SessionRecord>> StoreQueue::session_by_report(std::string code) {
    return read<std::optional<db::SessionRecord>>(
        [code = std::move(code)](db::Reader& reader) { return reader.session_by_report(code); });
}

Task<std::optional<db::TurnRecord>> StoreQueue::turn(db::RowId session, std::string turn_key) {
    return read<std::optional<db::TurnRecord>>(
        [session, turn_key = std::move(turn_key)](db::Reader& reader) {
            return reader.turn(session, turn_key);
        });
}

Task<std::vector<db::TurnRecord>> StoreQueue::turns(db::RowId session, std::int64_t after) {
    return read<std::vector<db::TurnRecord>>(
        [session, after](db::Reader& reader) { return reader.turns(session, after); });
}

Task<std::optional<db::StoredScript>> StoreQueue::script(db::RowId id) {
    return read<std::optional<db::StoredScript>>(
        [id](db::Reader& reader) { return reader.script(id); });
}

void StoreQueue::read_loop() {
    for (;;) {
        std::function<void(db::Reader&)> job;
        {
            std::unique_lock lock(read_mutex_);
            read_ready_.wait(lock, [&] { return read_stopping_ || !read_queue_.empty(); });
            if (read_queue_.empty()) return;
            job = std::move(read_queue_.front());
            read_queue_.pop_front();
        }
        job(*reader_);
    }
}

void StoreQueue::stop() {
    {
        const std::lock_guard lock(write_mutex_);
        write_stopping_ = true;
    }
    {
        const std::lock_guard lock(read_mutex_);
        read_stopping_ = true;
    }
    write_ready_.notify_one();
    read_ready_.notify_one();
    if (write_thread_.joinable()) write_thread_.join();
    if (read_thread_.joinable()) read_thread_.join();
}

}  // namespace advisor::server
