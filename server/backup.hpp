#pragma once
// Backups that prove themselves: copied beside a running server, opened, compared with what was
// copied, a sample replayed; and the way back.

#include <cstdint>
#include <filesystem>
#include <string>

#include "db/backup.hpp"

namespace advisor::server {

/// What has been shown of a backup.
struct BackupProof {
    std::filesystem::path file;
    std::uintmax_t bytes = 0;
    db::ContentCounts counts;
    std::string digest;          ///< SHA-256 of the content
    std::uint64_t replayed = 0;  ///< sessions of the sample that gave their stored state again
    std::uint64_t different =
        0;  ///< and that did not: stored by a version that read texts otherwise
};

/// The name of a backup in a folder: "advisor-20261123T221500Z.db".
[[nodiscard]] std::string backup_name(db::TimePoint at);

/// Copies `database` to the new file `file` and proves the copy; the file has its name only when
/// that is done. Notes time and counts as "backup.last" in `database`.
/// Errors: db::StoreError, and then no file is left.
[[nodiscard]] BackupProof make_backup(const std::filesystem::path& database,
                                      const std::filesystem::path& file, db::TimePoint now,
                                      const std::filesystem::path& scripts);

/// Removes the oldest backups of a folder that are named by backup_name(), but the `keep` newest.
/// Returns how many.
std::size_t remove_old_backups(const std::filesystem::path& folder, std::size_t keep);

/// Removes incomplete backups of a folder whose makers are gone.
void remove_abandoned(const std::filesystem::path& folder);

struct RestoreOptions {
    bool replace = false;        ///< an existing database is moved aside
    bool without_proof = false;  ///< also a copy that has no digest inside
    std::filesystem::path scripts;
};

struct Restored {
    BackupProof proof;
    std::filesystem::path moved_aside;  ///< the database that was there; empty: none
};

/// Proves the backup `file` and puts it in the place of `database`.
/// Errors: db::StoreError; then the folder is as it was.
[[nodiscard]] Restored restore_backup(const std::filesystem::path& file,
                                      const std::filesystem::path& database, db::TimePoint now,
                                      const RestoreOptions& options);

}  // namespace advisor::server
