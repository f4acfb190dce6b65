#pragma once
// How often something that can be guessed may be tried.

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace advisor::server {

/// At most `per_key` attempts of one key, and `in_all` of all keys, within `window`.
/// Thread: any.
class AttemptLimit {
public:
    using Clock = std::chrono::steady_clock;

    AttemptLimit(std::size_t per_key, std::size_t in_all, std::chrono::seconds window)
        : per_key_(per_key), in_all_(in_all), window_(window) {}

    /// Counts an attempt; false when it is one too many.
    [[nodiscard]] bool allow(const std::string& key, Clock::time_point now) {
        const std::lock_guard lock(mutex_);
        if (now - since_ >= window_) {
            since_ = now;
            attempts_.clear();
            all_ = 0;
        }
        if (all_ >= in_all_) return false;
        ++all_;
        return ++attempts_[key] <= per_key_;
    }

private:
    const std::size_t per_key_;
    const std::size_t in_all_;
    const std::chrono::seconds window_;
    std::mutex mutex_;
    Clock::time_point since_{};
    std::map<std::string, std::size_t> attempts_;
    std::size_t all_ = 0;
};

}  // namespace advisor::server
