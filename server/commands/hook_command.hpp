#pragma once
// `advisor hook add|list|test|rotate|remove`: the chat tools that may talk with the advisor.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Puts the command on the program. When it is chosen, parsing sets `run`, which returns the exit
/// code.
void add_hook_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
