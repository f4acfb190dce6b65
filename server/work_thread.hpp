#pragma once
// A thread that does blocking work for coroutines, one piece after the other.

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "server/task.hpp"

namespace advisor::server {

/// Waits for `work`, which `post` runs somewhere: post takes a job, a function of a bool that is
/// false when there will be no running it. Resumes on the caller's executor.
/// Requires: a Result can be made without arguments. Errors: what `work` throws; StoreError
/// `stopped` when it was not run.
template <typename Result, typename Post>
Task<Result> await_work(Post post, std::function<Result()> work);

/// Thread: any. Lifetime: outlives every coroutine awaiting it.
class WorkThread {
public:
    explicit WorkThread(std::size_t max_queued);
    ~WorkThread();
    WorkThread(const WorkThread&) = delete;
    WorkThread& operator=(const WorkThread&) = delete;

    /// Runs `work` on the thread. Errors: what it throws; StoreError `busy` when too much is queued
    /// and `stopped` behind stop().
    template <typename Result>
    [[nodiscard]] Task<Result> run(std::function<Result()> work);

    /// `job(true)` on the thread, or `job(false)` at once when that cannot be.
    void post(std::function<void(bool)> job);

    /// Finishes what is queued. Blocks. May be called again.
    void stop();

private:
    void loop();

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void(bool)>> queue_;
    std::size_t max_queued_;
    bool stopping_ = false;
    std::thread thread_;
};

[[nodiscard]] std::exception_ptr no_work_error();

template <typename Result, typename Post>
Task<Result> await_work(Post post, std::function<Result()> work) {
    return net::async_initiate<const net::use_awaitable_t<Executor>,
                               void(std::exception_ptr, Result)>(
        [](auto handler, Post poster, std::function<Result()> asked) {
            using Handler = decltype(handler);
            const Executor executor = net::get_associated_executor(handler);
            // std::function wants to be copied, and a handler cannot be.
            auto shared = std::make_shared<Handler>(std::move(handler));
            net::executor_work_guard<Executor> guard(executor);
            poster([shared, guard, executor, asked = std::move(asked)](bool can_run) {
                Result result{};
                std::exception_ptr error = can_run ? nullptr : no_work_error();
                try {
                    if (can_run) result = asked();
                } catch (...) {  // handed to the coroutine that asked
                    error = std::current_exception();
                }
                net::post(executor, [shared, error, result = std::move(result)]() mutable {
                    std::move (*shared)(std::move(error), std::move(result));
                });
            });
        },
        use_task, std::move(post), std::move(work));
}

template <typename Result>
Task<Result> WorkThread::run(std::function<Result()> work) {
    const auto poster = [this](std::function<void(bool)> job) { post(std::move(job)); };
    return await_work<Result>(poster, std::move(work));
}

}  // namespace advisor::server
