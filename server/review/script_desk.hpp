#pragma once
// What the console's work on scripts needs beside the database.

#include "server/review/script_replay.hpp"

namespace advisor::server {

/// Lifetime: outlives the router; `registry` outlives it.
struct ScriptDesk {
    ScriptDesk(std::filesystem::path database, ScriptRegistry& offered)
        : registry(offered), checks(32), replays(std::move(database), scripts_of(offered)) {}

    ScriptRegistry& registry;
    WorkThread checks;  ///< loading, proof, simulation, comparison: a second each at most, mostly
    ReplayJobs replays;

    void stop() {
        replays.stop();
        checks.stop();
    }
};

}  // namespace advisor::server
