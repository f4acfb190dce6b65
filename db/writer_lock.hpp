#pragma once
// One writer a database.

#include <filesystem>

namespace advisor::db {

/// Held by the one writer of a database, for as long as it lives.
/// It is flock on a file beside the database. The kernel drops it with the process, also at
/// kill -9, so no stale lock can be left; and it counts per open file, so that a second writer in
/// the same process is refused as well (with fcntl it would not be). It is not on the database
/// itself, where readers must open and close freely, and not SQLite's exclusive mode, which would
/// shut the readers out. The file stays: to remove it would let two holders lock two files of
/// the same name.
class WriterLock {
public:
    /// Errors: StoreError `unusable` when another writer holds it or the folder cannot be written.
    explicit WriterLock(const std::filesystem::path& file);
    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    int descriptor_ = -1;
};

}  // namespace advisor::db
