#pragma once
// `advisor record` and `advisor verify`: decisions on file, and their proof.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Adds both commands; when one is chosen, `run` becomes what it does. `app` and `run` outlive the
/// parsing.
void add_record_commands(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
