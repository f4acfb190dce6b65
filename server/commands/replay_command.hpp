#pragma once
// `advisor replay`: stored sessions on a candidate script, or on their own as a proof.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Adds the command; when it is chosen, `run` becomes what it does. `app` and `run` outlive the
/// parsing.
void add_replay_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
