#pragma once
// `advisor analytics`: the review console's counters: make them again, check them against the
// turns.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Puts the subcommand on the program. `run` gets what to do when it is chosen; it returns the exit
/// code and throws db::StoreError.
void add_analytics_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
