#pragma once
// `advisor backup` and `advisor restore`.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Adds both commands; when one is chosen, `run` becomes what it does. `app` and `run` outlive the
/// parsing.
void add_backup_commands(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
