#pragma once
// `advisor check`: what is wrong or doubtful in script and knowledge files, with the proof.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace advisor::server {

struct CheckOptions {
    std::vector<std::filesystem::path> files;
    std::string format = "text";  ///< text, json, github
    std::string date;             ///< YYYY-MM-DD; empty: today, in UTC
};

/// 0: nothing but warnings; 1: errors.
[[nodiscard]] int check_command(const CheckOptions& options, std::ostream& out);

/// Adds the subcommand; `run` is set when it is chosen.
void add_check_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
