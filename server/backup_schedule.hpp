#pragma once
// Backups by the clock while the server runs.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "db/store.hpp"

namespace advisor::server {

struct BackupPlan {
    std::filesystem::path database;
    std::filesystem::path folder;  ///< empty: no backups by the clock
    std::chrono::seconds every{86400};
    std::size_t keep = 14;
    std::filesystem::path scripts;
};

/// Makes a backup when the last proven one is older than `every`, on a thread of its own. A failure
/// is logged, shown by status_json(), and tried again after a tenth of `every`, at most an hour.
/// Thread: status_json() from any thread. Lifetime: stops, after the backup under way, when it
/// goes.
class BackupSchedule {
public:
    /// Begins at once when `plan` has a folder. Errors: db::StoreError.
    explicit BackupSchedule(BackupPlan plan);
    ~BackupSchedule();
    BackupSchedule(const BackupSchedule&) = delete;
    BackupSchedule& operator=(const BackupSchedule&) = delete;

    /// `{"last_proven_at":...,"age_seconds":...,"failure":...}`; each is null when there is none.
    /// Backups made by hand count as well, from the next start on.
    [[nodiscard]] std::string status_json() const;

private:
    void run();
    /// When to try next.
    db::TimePoint attempt(db::TimePoint now);

    const BackupPlan plan_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::optional<db::TimePoint> last_;
    std::string failure_;
    std::thread thread_;
};

}  // namespace advisor::server
