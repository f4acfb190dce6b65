#pragma once
// Builds every object of a running server, in order, owns them, and takes them down on SIGTERM.

#include "server/config.hpp"

namespace advisor::server {

/// Serves until SIGTERM or SIGINT. Returns the exit code: 0 after a clean drain, 2 when it could
/// not start (one line on standard error says what to do). The first line on standard output is
/// `listening on http://HOST:PORT`.
[[nodiscard]] int serve(const Config& config);

/// The database file in a data folder.
[[nodiscard]] std::filesystem::path database_file(const std::filesystem::path& data);

}  // namespace advisor::server
