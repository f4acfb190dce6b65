#include "server/work_thread.hpp"

#include "db/store.hpp"

namespace advisor::server {

std::exception_ptr no_work_error() {
    return std::make_exception_ptr(
        db::StoreError(db::StoreError::Kind::busy, "too much is waiting, or it is shutting down"));
}

WorkThread::WorkThread(std::size_t max_queued)
    : max_queued_(max_queued), thread_([this] { loop(); }) {}

WorkThread::~WorkThread() {
    stop();
}

void WorkThread::post(std::function<void(bool)> job) {
    bool taken = false;
    {
        const std::lock_guard lock(mutex_);
        taken = !stopping_ && queue_.size() < max_queued_;
        if (taken) queue_.push_back(std::move(job));
    }
    if (taken)
        ready_.notify_one();
    else
        job(false);
}

void WorkThread::loop() {
    for (;;) {
        std::function<void(bool)> job;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job(true);
    }
}

void WorkThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_one();
    if (thread_.joinable()) thread_.join();
}

}  // namespace advisor::server
