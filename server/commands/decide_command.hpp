#pragma once
// `advisor decide` and `advisor describe`: the advice for projects from a file, and how good it is.

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace advisor::server {

/// What to decide; see --help.
struct DecideOptions {
    std::filesystem::path script;  ///< empty: the built-in default one
    std::filesystem::path scenarios;
    std::filesystem::path predictions;
    bool describe = false;  ///< from the description alone, instead of from the facts
    std::string explain;    ///< a description: what is read out of it is printed, and nothing else
};

/// 0: done; 1: a file cannot be read or written, or the script has errors; 2: a broken line.
[[nodiscard]] int decide_command(const DecideOptions& options, std::ostream& out,
                                 std::ostream& errors);

/// Adds both subcommands; when one of them is chosen, `run` is set to what it does.
/// Lifetime: what `run` needs is kept in the callbacks.
void add_decide_commands(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
