#pragma once
// Follows the turn table by row number and keeps the console's summaries, counters and index. A
// turn costs nothing more for it: it reads what is stored, works on a thread of its own, and what
// it adds is written while no turn waits, or half a second later at most. When turns come faster
// than it counts them, it mostly rests, and the console catches up afterwards.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "db/review.hpp"
#include "server/review/review_fold.hpp"
#include "server/script_registry.hpp"
#include "server/store_queue.hpp"

namespace advisor::server {

/// Finds a pinned script by its row; null when this program cannot read it.
using ScriptFinder =
    std::function<std::shared_ptr<const dialogs::Script>(const db::sqlite::Connection&, db::RowId)>;

/// Looks in `registry`, which outlives the finder. Thread: any.
[[nodiscard]] ScriptFinder scripts_of(ScriptRegistry& registry);
/// Loads each script once. Thread: one at a time.
[[nodiscard]] ScriptFinder scripts_of_database();

/// Reads stretches of turns and works out what they add.
class TurnFolder {
public:
    /// Turns are read from `source`, summaries from where the batches go, `target`; it may be the
    /// same. Both outlive this.
    TurnFolder(const db::sqlite::Connection& source, const db::sqlite::Connection& target,
               ScriptFinder scripts);

    /// What the turns behind `position` add, at most `limit` and none above row `last`; nothing
    /// when there is none. Sessions of earlier stretches are remembered when `position` is where
    /// the latest stretch ended; otherwise their summaries are read.
    [[nodiscard]] std::optional<db::Batch> next(db::RowId position, std::size_t limit,
                                                db::RowId last);

private:
    FoldedSession* session_before(const db::FollowedTurn& turn, db::Batch& batch);

    const db::sqlite::Connection& source_;
    const db::sqlite::Connection& target_;
    ScriptFinder scripts_;
    db::RowId position_ = 0;
    std::int64_t epoch_ = 0;
    std::map<db::RowId, FoldedSession> sessions_;
};

/// All that a session has added so far; nothing when it is not there.
/// `connection` is the writer's: nothing is followed meanwhile.
[[nodiscard]] std::optional<db::Batch> batch_of_session(const db::sqlite::Connection& connection,
                                                        const ScriptFinder& scripts,
                                                        db::RowId session);

/// How long to rest after a stretch of `counted` turns that took `work`, while `arrived` new ones
/// were stored: nothing for who keeps up, else so long that a twentieth of a processor is used.
[[nodiscard]] std::chrono::nanoseconds rest_after(std::chrono::nanoseconds work,
                                                  std::size_t counted, std::int64_t arrived);

/// Thread: its own; the calls below from any thread.
class ReviewFollower {
public:
    /// `keep_days`: sessions that were not used for so long are deleted; 0: never.
    ReviewFollower(const std::filesystem::path& file, StoreQueue& store, ScriptRegistry& scripts,
                   int keep_days);
    ~ReviewFollower();
    ReviewFollower(const ReviewFollower&) = delete;
    ReviewFollower& operator=(const ReviewFollower&) = delete;

    /// Looks for turns now.
    void nudge();
    /// Blocks until the thread has ended. Call before the store stops.
    void stop();

private:
    /// What was done at once.
    struct Stretch {
        std::size_t turns = 0;
        std::chrono::nanoseconds work{0};  ///< of a processor
    };

    void loop();
    Stretch follow();
    void delete_old();
    bool write(std::function<bool(db::sqlite::Connection&)> work);

    StoreQueue& store_;
    db::sqlite::Connection reader_;
    ScriptFinder scripts_;
    TurnFolder folder_;
    int keep_days_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    bool nudged_ = false;
    std::thread thread_;
};

}  // namespace advisor::server
