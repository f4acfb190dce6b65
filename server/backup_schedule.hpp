#pragma once
// Backups by the clock while the server runs.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

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
/// Thread: status_json() from any thread. Lifetime: a backup that is under way when this goes has a
/// second to finish; a longer one is given up with the process, and its incomplete file is removed
/// by the next one.
class BackupSchedule {
public:
    /// Begins at once when `plan` has a folder. Errors: db::StoreError.
    explicit BackupSchedule(BackupPlan plan);
    ~BackupSchedule();
    BackupSchedule(const BackupSchedule&) = delete;
    BackupSchedule& operator=(const BackupSchedule&) = delete;

    /// `{"last_proven_at":...,"age_seconds":...,"failure":...}`; each is null when there is none.
    /// Empty where there are no backups by the clock and has never been one by hand.
    /// Backups made by hand count as well, from the next start on.
    [[nodiscard]] std::string status_json() const;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  ///< with the thread, which may outlive this
};

}  // namespace advisor::server
