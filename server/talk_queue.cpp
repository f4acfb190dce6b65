#include "server/talk_queue.hpp"

namespace advisor::server {

std::exception_ptr TalkQueue::stopped() {
    return std::make_exception_ptr(
        db::StoreError(db::StoreError::Kind::stopped, "the store is shutting down"));
}

void TalkQueue::push(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            jobs_.push_back(std::move(job));
            ready_.notify_one();
            return;
        }
    }
    job(nullptr);
}

void TalkQueue::work() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job(store_.get());
    }
}

void TalkQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_one();
    if (thread_.joinable()) thread_.join();
}

}  // namespace advisor::server
