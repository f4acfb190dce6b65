#pragma once
// Stored sessions replayed on their own scripts: the inputs must give the stored snapshot again,
// byte for byte.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "db/session_scan.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {

/// The scripts of a database, each loaded once.
/// Thread: one caller at a time.
class PinnedScripts {
public:
    /// `today` has the knowledge that talks are told; it outlives this.
    explicit PinnedScripts(const ScriptSources& today) : today_(today) {}

    /// Null when the script is missing or this program can no longer read it.
    [[nodiscard]] const PinnedScript* find(db::SessionScan& scan, db::RowId row);

private:
    const ScriptSources& today_;
    std::map<db::RowId, std::unique_ptr<const PinnedScript>> by_row_;
};

/// Why a session does not give its snapshot again.
struct ProofFault {
    std::int64_t seq = 0;  ///< the first turn that differs; 0: the session as a whole
    std::string reason;
};

/// Nothing when all is well. A question beside the talk that the knowledge of then answered and
/// today's does not counts as what it was: it leaves the answers alone.
[[nodiscard]] std::optional<ProofFault> prove_session(db::SessionScan& scan, PinnedScripts& scripts,
                                                      const db::ScannedSession& session);

/// The slow way of `prove_session`, when the state that the inputs give is not the snapshot: finds
/// the turn.
[[nodiscard]] std::optional<ProofFault> find_fault(db::SessionScan& scan,
                                                   const dialogs::Script& script,
                                                   db::RowId session);

}  // namespace advisor::server
