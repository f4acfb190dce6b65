#pragma once
// Which answer makes the result of a session another one on another script.

#include "dialogs/replay.hpp"

namespace advisor::dialogs {

/// A finished session on one script.
struct ScoredSession {
    const Script& script;
    const Answers& answers;
    const Scorecard& card;
};

/// The answer whose points, when taken back to what they were, give the old outcome again; of
/// several the one with the smallest difference. Without one, the answer whose points moved most
/// between the two outcomes. Requires: the outcomes have different ids.
[[nodiscard]] FlipCause cause_of(const ScoredSession& before, const ScoredSession& after);

}  // namespace advisor::dialogs
