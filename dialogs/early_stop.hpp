#pragma once
// The sound early stop: when no answer that is still missing can change the outcome.

#include <optional>
#include <span>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// The outcome that every completion of the answers ends in, or nothing when bounds on the points
/// cannot show that there is one: then there may be one all the same. A completion answers every
/// open question that comes to be asked with anything it takes, "I don't know" and ranges too.
/// Requires: `facts` are settle(script, answers).
[[nodiscard]] std::optional<std::size_t> certain_outcome(const Script& script,
                                                         std::span<const Fact> facts);

/// For Script::decided_from: the number of questions at the beginning that must all be settled
/// before certain_outcome() can say anything. Reads only points and conditions.
[[nodiscard]] QuestionIndex earliest_certainty(const Script& script);

}  // namespace advisor::dialogs
