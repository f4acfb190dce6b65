#pragma once
// The store in one SQLite file: WAL, synchronous=FULL, one writer, readers beside it.

#include <filesystem>
#include <memory>

#include "db/sqlite.hpp"
#include "db/store.hpp"

namespace advisor::db {

/// Opens the database file for writing, creates or migrates it; a new file is for this user alone
/// (mode 0600). Holds `<file>.lock` for as long as the writer lives. Errors: StoreError `unusable`
/// with a sentence that says what to do, for a folder that cannot be written, a file that is not an
/// advisor database, one of a newer version, or one that another server holds.
[[nodiscard]] std::unique_ptr<Writer> open_sqlite_writer(const std::filesystem::path& file);

/// Opens an existing database file for reading, beside a running server or alone; never creates or
/// migrates one. Errors: StoreError `unusable` as above, and when there is no database yet or it is
/// of an older version.
[[nodiscard]] std::unique_ptr<Reader> open_sqlite_reader(const std::filesystem::path& file);

/// A connection of its own to an existing database, beside a running server or alone: to read, or
/// to write what is no turn (accounts). A writer waits for the server's commits and they for it.
/// Errors: as for the reader.
[[nodiscard]] sqlite::Connection open_sqlite_beside(const std::filesystem::path& file,
                                                    bool to_write);

}  // namespace advisor::db
