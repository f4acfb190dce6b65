#pragma once
// The script that a command works on: a file, or the built-in default one.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "dialogs/script.hpp"

namespace advisor::server {

/// A script with the text that it was read from.
struct ChosenScript {
    std::string file;
    std::string text;
    dialogs::Script script;
};

/// Reads `file`, with the knowledge beside it, or takes the built-in default one when it is empty.
/// What is wrong with it goes to `errors`; nothing when the script cannot be used.
[[nodiscard]] std::optional<ChosenScript> choose_script(const std::filesystem::path& file,
                                                        std::ostream& errors);

/// Writes to a file, or to `out` when `file` is empty. False, with a line on `errors`, when it
/// fails.
[[nodiscard]] bool write_result(const std::filesystem::path& file, const std::string& text,
                                std::ostream& out, std::ostream& errors);

}  // namespace advisor::server
