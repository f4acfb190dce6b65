#pragma once
// All stored sessions on a candidate script, by several threads: what flips, and why.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "db/session_scan.hpp"
#include "dialogs/replay.hpp"
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

/// One session that is named.
struct ReplayedSession {
    db::RowId id = 0;
    std::string key;
    dialogs::ReplayComparison comparison;
    std::string fault;  ///< why it does not give its own snapshot; empty: it does, or was not asked
};

/// From, to, and what is responsible: question and rules.
using FlipGroup = std::tuple<std::string, std::string, std::string, std::vector<std::string>>;

/// Counts of all, and the first sessions of each kind in the order in which they began.
/// The same database and candidate give the same report, whatever the number of threads.
struct ReplayReport {
    std::uint64_t sessions = 0;
    std::uint64_t turns = 0;
    std::uint64_t other_scripts = 0;  ///< of a script with another id: left out
    std::uint64_t same = 0;
    std::uint64_t other_firmness = 0;  ///< among `same`
    std::uint64_t open = 0;
    std::uint64_t flip_count = 0;
    std::uint64_t misfit_count = 0;
    std::uint64_t proved = 0;
    std::uint64_t fault_count = 0;
    std::map<FlipGroup, std::uint64_t> flip_groups;
    std::map<std::pair<std::string, std::string>, std::uint64_t> misfit_groups;  ///< kind, question
    std::map<db::RowId, ReplayedSession> flips, misfits, faults;

    [[nodiscard]] bool clean() const { return flip_count + misfit_count + fault_count == 0; }
};

/// `today` has the knowledge of today's scripts. Errors: db::StoreError.
[[nodiscard]] ReplayReport run_replay(const ReplayJob& job, const ScriptSources& today);

}  // namespace advisor::server
