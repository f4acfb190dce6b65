#pragma once
// The script that a command works on: a file, or the built-in default.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "server/script_registry.hpp"

namespace advisor::server {

/// Reads the script with the knowledge beside it; the built-in default one for an empty `file`.
/// Nothing when it has errors, which are written to `errors`, one a line.
[[nodiscard]] std::optional<ScriptSource> choose_script(const std::filesystem::path& file,
                                                        std::ostream& errors);

/// Writes to a file, or to `out` when `file` is empty. False, with a line on `errors`, when it
/// fails.
[[nodiscard]] bool write_result(const std::filesystem::path& file, const std::string& text,
                                std::ostream& out, std::ostream& errors);

}  // namespace advisor::server
