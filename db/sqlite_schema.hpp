#pragma once
// Which files are ours, and the numbered migrations that bring them up to date.

#include <filesystem>

#include "db/sqlite.hpp"

namespace advisor::db::sqlite {

/// True for a database of ours, false when the file is missing or empty. Changes nothing and
/// creates nothing, so that somebody else's file can be looked at without harm.
/// Errors: StoreError `unusable` when the file is something else or cannot be read.
[[nodiscard]] bool is_advisor_database(const std::filesystem::path& file);

/// Brings a database of ours, or an empty one, to the newest version, one transaction a step.
/// Errors: StoreError `unusable`, before anything is written, when it is of a newer version.
void migrate(Connection& connection, const std::filesystem::path& file);

/// Errors: StoreError `unusable` unless the database has exactly the version that this code reads.
void require_current(const Connection& connection, const std::filesystem::path& file);

}  // namespace advisor::db::sqlite
