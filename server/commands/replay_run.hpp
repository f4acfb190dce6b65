#pragma once
// All stored sessions on a candidate script, by several threads: what flips, and why.

#include <filesystem>

#include "db/session_scan.hpp"
#include "server/replay_report.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {

struct ReplayJob {
    std::filesystem::path database;
    db::ScanFilter filter;
    const PinnedScript* candidate = nullptr;  ///< null: only `prove`
    bool prove = false;                       ///< each session must give its own snapshot again
    std::size_t most_listed = 1000;  ///< sessions named one by one, of each kind; all are counted
    unsigned threads = 2;
};

/// `today` has the knowledge of today's scripts. Errors: db::StoreError.
[[nodiscard]] ReplayReport run_replay(const ReplayJob& job, const ScriptSources& today);

}  // namespace advisor::server
