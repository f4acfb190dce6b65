#include "server/team_chat/talk_queue.hpp"

#include <iterator>

namespace advisor::server {

void TalkQueue::push(PendingPtr pending) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            queue_.push_back(std::move(pending));
            ready_.notify_one();
            return;
        }
    }
    pending->error = std::make_exception_ptr(
        db::StoreError(db::StoreError::Kind::stopped, "the store is shutting down"));
    pending->deliver();
}

void TalkQueue::work() {
    for (;;) {
        std::vector<PendingPtr> group;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            if (queue_.size() <= max_group) {
                group.swap(queue_);
            } else {
                const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(max_group);
                std::move(queue_.begin(), end, std::back_inserter(group));
                queue_.erase(queue_.begin(), end);
            }
        }
        if (in_groups_ && group.size() > 1)
            run_group(group);
        else
            run_each(group);
    }
}

void TalkQueue::run_group(std::vector<PendingPtr>& group) {
    try {
        store_->in_one([&] {
            for (const PendingPtr& pending : group) pending->run(*store_);
        });
    } catch (const std::exception&) {
        return run_each(group);  // whose job failed is told its reason there
    }
    for (const PendingPtr& pending : group) pending->deliver();
}

void TalkQueue::run_each(std::vector<PendingPtr>& group) {
    for (const PendingPtr& pending : group) {
        try {
            pending->run(*store_);
        } catch (...) {  // handed to the coroutine that asked
            pending->error = std::current_exception();
        }
        pending->deliver();
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
