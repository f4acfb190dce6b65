#pragma once
// Copies of a database and what proves them: the content as bytes for a digest, the integrity
// check, counts. Blocking calls, each with connections of its own, so beside a running server.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "db/store.hpp"

namespace advisor::db {

/// Takes the next bytes of the content.
using ContentSink = std::function<void(std::string_view)>;

struct ContentCounts {
    std::int64_t sessions = 0;
    std::int64_t turns = 0;
    RowId last_session = 0;
    bool operator==(const ContentCounts&) const = default;
};

/// Copies a database to the new file `to`, which is for this user alone. Copy, counts and content
/// are those of one moment between two commits. Writers go on meanwhile.
/// Errors: StoreError; then `to` may be left, incomplete.
ContentCounts copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                            const ContentSink& content);

/// Gives all tables and rows to `content`, but not what is noted about backups.
/// Errors: StoreError.
ContentCounts read_content(const std::filesystem::path& file, const ContentSink& content);

/// Errors: StoreError `corrupt` with the first thing that is wrong.
void check_integrity(const std::filesystem::path& file);

/// Brings a copy to the format of this program. Errors: StoreError.
void bring_up_to_date(const std::filesystem::path& file);

/// Notes about backups: "backup.digest" in a copy, "backup.last" in the database itself.
[[nodiscard]] std::optional<std::string> backup_note(const std::filesystem::path& file,
                                                     std::string_view name);
/// An empty `value` removes the note. Waits for a server's commit when one is under way.
void set_backup_note(const std::filesystem::path& file, std::string_view name,
                     std::string_view value);

/// What is in the file is on disk when this returns, and its name as well. Errors: StoreError.
void sync_file(const std::filesystem::path& file);

}  // namespace advisor::db
