#pragma once
// `advisor token`: API tokens of the review console: add, list, remove.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Puts the subcommand on the program. `run` gets what to do when it is chosen; it returns the exit
/// code and throws db::StoreError.
void add_token_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
