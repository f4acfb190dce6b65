#pragma once
// `advisor simulate` and `advisor graph`: what a script favours, and what it looks like.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

#include "dialogs/simulate.hpp"

namespace advisor::server {

struct SimulateOptions {
    std::filesystem::path script;  ///< empty: the built-in default one
    std::filesystem::path out;     ///< empty: the terminal
    std::string format = "table";  ///< table, json, svg
    dialogs::SimulationOptions simulation;
};

struct GraphOptions {
    std::filesystem::path script;
    std::filesystem::path out;
    std::string format = "svg";  ///< svg, mermaid
};

/// 0: done; 1: the script has errors, or the file cannot be written.
[[nodiscard]] int simulate_command(const SimulateOptions& options, std::ostream& out,
                                   std::ostream& errors);
[[nodiscard]] int graph_command(const GraphOptions& options, std::ostream& out,
                                std::ostream& errors);

/// Adds both subcommands; `run` is set when one is chosen.
void add_author_commands(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
