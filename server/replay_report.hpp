#pragma once
// What became of many sessions on a candidate script: counts, what flips and because of which
// answer, what no longer fits.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "db/store.hpp"
#include "dialogs/replay.hpp"

namespace advisor::server {

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

    /// Counts a session, and names it when fewer than `most_listed` of its kind began before it.
    void add(db::RowId id, const std::string& key, dialogs::ReplayComparison found,
             std::size_t most_listed);

    [[nodiscard]] bool clean() const { return flip_count + misfit_count + fault_count == 0; }
};

/// Keeps the entry unless `most` earlier ones are known.
void keep_first(std::map<db::RowId, ReplayedSession>& list, ReplayedSession entry,
                std::size_t most);

/// `{"count","groups":[{"from","to","question","rules","count"}],"sessions":[{"session","from","to",
/// "question","answer","rules","alone","reason"}]}`
[[nodiscard]] nlohmann::ordered_json flips_json(const ReplayReport& report);
/// `{"count","groups":[{"kind","question","count"}],"sessions":[{"session","kind","question",
/// "reason"}]}`
[[nodiscard]] nlohmann::ordered_json misfits_json(const ReplayReport& report);
/// `{"question","answer","rules","alone","reason"}`
[[nodiscard]] nlohmann::ordered_json cause_json(const dialogs::FlipCause& cause);
/// `{"kind","question","reason"}`
[[nodiscard]] nlohmann::ordered_json misfit_json(const dialogs::Misfit& misfit);

}  // namespace advisor::server
