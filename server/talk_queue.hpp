#pragma once
// Between the I/O threads and the blocking store of chat tools: one thread, results as awaitables.

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "db/talk_store.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// Runs jobs on the store, one at a time, in the order they came.
/// Thread: `run` from any I/O thread; resumes there. Lifetime: outlives every coroutine awaiting
/// it. Errors: what the job throws; db::StoreError `stopped` after `stop`.
class TalkQueue {
public:
    explicit TalkQueue(std::unique_ptr<db::TalkStore> store)
        : store_(std::move(store)), thread_([this] { work(); }) {}
    ~TalkQueue() { stop(); }
    TalkQueue(const TalkQueue&) = delete;
    TalkQueue& operator=(const TalkQueue&) = delete;

    /// `Result` can be made without arguments. Captures of the job are copied.
    template <typename Result>
    [[nodiscard]] Task<Result> run(std::function<Result(db::TalkStore&)> job) {
        return net::async_initiate<const net::use_awaitable_t<Executor>,
                                   void(std::exception_ptr, Result)>(
            [this](auto handler, std::function<Result(db::TalkStore&)> asked) {
                using Handler = decltype(handler);
                const Executor executor = net::get_associated_executor(handler);
                // std::function wants to be copied, and a handler cannot be.
                auto shared = std::make_shared<Handler>(std::move(handler));
                net::executor_work_guard<Executor> guard(executor);
                push([shared, guard, executor, asked = std::move(asked)](db::TalkStore* store) {
                    Result result{};
                    std::exception_ptr error = store ? nullptr : stopped();
                    try {
                        if (store) result = asked(*store);
                    } catch (...) {  // handed to the coroutine that asked
                        error = std::current_exception();
                    }
                    net::post(executor, [shared, error, result = std::move(result)]() mutable {
                        std::move (*shared)(std::move(error), std::move(result));
                    });
                });
            },
            use_task, std::move(job));
    }

    /// Finishes what is queued and joins the thread. Blocks. Called once, by the owner.
    void stop();

private:
    using Job = std::function<void(db::TalkStore*)>;
    static std::exception_ptr stopped();
    void push(Job job);
    void work();

    std::unique_ptr<db::TalkStore> store_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the rest
};

}  // namespace advisor::server
