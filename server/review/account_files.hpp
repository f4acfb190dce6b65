#pragma once
// The database as the account commands open it: beside a running server, or before its first start.

#include <filesystem>

#include "db/sqlite_store.hpp"

namespace advisor::server {

/// Makes or migrates the database when no server has done so yet.
/// Errors: StoreError `unusable` with a sentence that says what to do.
[[nodiscard]] db::sqlite::Connection open_accounts(const std::filesystem::path& data);

/// The name of who runs the command, for the audit log: "cli:NAME".
[[nodiscard]] std::string command_user();

}  // namespace advisor::server
