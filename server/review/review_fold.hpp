#pragma once
// What turns add to the console's summaries, counters and index. Deterministic: the same turns give
// the same batch, however they are cut into stretches, so counters can be made again and checked.

#include <optional>
#include <string>

#include "db/review.hpp"
#include "dialogs/engine.hpp"

namespace advisor::server {

/// A session between two turns.
struct FoldedSession {
    db::Summary summary;
    dialogs::State state;  ///< after turn `summary.turns`
};

/// A session before its first turn.
[[nodiscard]] FoldedSession unfolded(const dialogs::Script& script,
                                     const db::FollowedSession& session);

/// Adds a turn to the session and what it changes to the batch. `batch.sessions` gets its summary
/// after the turn; whoever begins a batch sets the one before.
/// Requires: the turn is the session's next one. A turn that this program cannot read counts as a
/// turn and changes nothing else.
void fold_turn(const dialogs::Script& script, const db::FollowedTurn& turn, FoldedSession& session,
               db::Batch& batch);

/// All that a session adds. Requires: `turns` are its first ones.
[[nodiscard]] db::Batch fold_session(const dialogs::Script& script,
                                     const db::FollowedSession& session,
                                     const std::vector<db::FollowedTurn>& turns);

/// An answer as it is counted: a choice's id, "yes", a class of numbers ("1000-4999"), "unknown",
/// "skipped". Several for a question with several choices.
[[nodiscard]] std::vector<std::string> counted_answers(const dialogs::Question& question,
                                                       const dialogs::Value& value);

}  // namespace advisor::server
