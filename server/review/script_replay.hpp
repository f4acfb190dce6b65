#pragma once
// Past sessions on a candidate, on a thread of its own: begun by a request, watched and stopped by
// others.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "db/review.hpp"
#include "server/replay_report.hpp"
#include "server/review/review_follower.hpp"
#include "server/work_thread.hpp"

namespace advisor::server {

inline constexpr std::size_t most_replayed_sessions = 200'000;

/// What is to be replayed.
struct ReplayWish {
    std::string script;
    std::string hash;
    std::string filter;  ///< as it was asked, for people
    db::SessionFilter sessions;
    std::size_t limit = 10'000;  ///< sessions, the latest first
    std::shared_ptr<const dialogs::Script> candidate;
};

/// One replay runs, a few wait; the latest are remembered until the server stops.
/// Thread: any. Lifetime: `scripts` outlives it.
class ReplayJobs {
public:
    ReplayJobs(std::filesystem::path database, ScriptFinder scripts);
    ~ReplayJobs();
    ReplayJobs(const ReplayJobs&) = delete;
    ReplayJobs& operator=(const ReplayJobs&) = delete;

    /// The job's name; nothing when too many wait.
    [[nodiscard]] std::optional<std::string> begin(ReplayWish wish);
    /// `{"id","state","script","hash","filter","looked","total",...}`; with the report once it has
    /// ended. `state` is waiting, running, done, cancelled or failed. Nothing for an unknown name.
    [[nodiscard]] std::optional<nlohmann::ordered_json> describe(const std::string& id) const;
    /// Ends it after the session that it is at. False for an unknown name.
    bool cancel(const std::string& id);
    /// Cancels all and waits for the one that runs.
    void stop();

private:
    enum class State { waiting, running, done, cancelled, failed };
    struct Job {
        ReplayWish wish;
        std::atomic<bool> cancelled{false};
        std::atomic<std::uint64_t> looked{0};
        std::atomic<std::int64_t> total{-1};  ///< sessions that the filter finds; -1: not known
        State state = State::waiting;         ///< guarded by mutex_, like `report`
        ReplayReport report;
    };
    using JobPtr = std::shared_ptr<Job>;

    void run(Job& job);
    ReplayReport replay(Job& job) const;
    void set_state(Job& job, State state, ReplayReport report);
    [[nodiscard]] JobPtr find(const std::string& id) const;

    std::filesystem::path database_;
    ScriptFinder scripts_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, JobPtr> jobs_;
    std::uint64_t next_id_ = 1;
    WorkThread thread_;  ///< last: it uses the others
};

}  // namespace advisor::server
