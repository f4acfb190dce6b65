#pragma once
// `advisor generate`: fills a database with made-up sessions, to try out the console, replay and
// backup on.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Adds the command; when it is chosen, `run` becomes what it does. `app` and `run` outlive the
/// parsing.
void add_generate_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
