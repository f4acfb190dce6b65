#pragma once
// Between the I/O threads and the blocking store of chat tools: one thread, results as awaitables.

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "db/talk_store.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// Runs jobs on the store, in the order they came. Jobs that wait together become one transaction
/// when `in_groups`: while another writer holds the database, they queue up for it together instead
/// of one after the other. A group that fails is tried again job by job.
/// Thread: `run` from any I/O thread; resumes there. Lifetime: outlives every coroutine awaiting
/// it. Errors: what the job throws; db::StoreError `stopped` after `stop`.
class TalkQueue {
public:
    static constexpr std::size_t max_group = 256;

    TalkQueue(std::unique_ptr<db::TalkStore> store, bool in_groups)
        : store_(std::move(store)), in_groups_(in_groups), thread_([this] { work(); }) {}
    ~TalkQueue() { stop(); }
    TalkQueue(const TalkQueue&) = delete;
    TalkQueue& operator=(const TalkQueue&) = delete;

    /// `Result` can be made without arguments. A job may run twice: what it has captured must not
    /// be changed by it.
    template <typename Result>
    [[nodiscard]] Task<Result> run(std::function<Result(db::TalkStore&)> job) {
        return net::async_initiate<const net::use_awaitable_t<Executor>,
                                   void(std::exception_ptr, Result)>(
            [this](auto handler, std::function<Result(db::TalkStore&)> asked) {
                using Handler = decltype(handler);
                push(std::make_unique<PendingOf<Result, Handler>>(std::move(handler),
                                                                  std::move(asked)));
            },
            use_task, std::move(job));
    }

    /// Finishes what is queued and joins the thread. Blocks. Called once, by the owner.
    void stop();

private:
    /// A job and who awaits it.
    struct Pending {
        virtual ~Pending() = default;
        virtual void run(db::TalkStore& store) = 0;
        virtual void deliver() = 0;
        std::exception_ptr error;
    };
    using PendingPtr = std::unique_ptr<Pending>;
    template <typename Result, typename Handler>
    struct PendingOf final : Pending {
        PendingOf(Handler&& completion, std::function<Result(db::TalkStore&)>&& asked)
            : handler(std::make_shared<Handler>(std::move(completion))),
              job(std::move(asked)),
              work(net::get_associated_executor(*handler)) {}
        void run(db::TalkStore& store) override { result = job(store); }
        void deliver() override {
            net::post(work.get_executor(),
                      [to = handler, error = this->error, value = std::move(result)]() mutable {
                          std::move (*to)(std::move(error), std::move(value));
                      });
        }

        std::shared_ptr<Handler> handler;
        std::function<Result(db::TalkStore&)> job;
        Result result{};
        net::executor_work_guard<Executor> work;  // the I/O thread must not run out of work
    };

    void push(PendingPtr pending);
    void work();
    void run_group(std::vector<PendingPtr>& group);
    void run_each(std::vector<PendingPtr>& group);

    std::unique_ptr<db::TalkStore> store_;
    const bool in_groups_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<PendingPtr> queue_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the rest
};

}  // namespace advisor::server
