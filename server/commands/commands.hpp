#pragma once
// The subcommands besides `serve`. Each returns the program's exit code and writes to the given
// streams.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace advisor::server {

/// Talks a script through: questions to `out`, answers from `in`, one a line. An empty `file` plays
/// the built-in default. 0: finished or left; 1: the script has errors.
[[nodiscard]] int play_command(const std::filesystem::path& file, std::istream& in,
                               std::ostream& out);

/// Lists the latest sessions. Throws db::StoreError.
[[nodiscard]] int sessions_command(const std::filesystem::path& data, std::size_t limit, bool json,
                                   std::ostream& out);

/// Prints a session's transcript and recommendation. 1: no such session. Throws db::StoreError.
[[nodiscard]] int show_command(const std::filesystem::path& data, const std::string& session,
                               bool json, std::ostream& out);

}  // namespace advisor::server
