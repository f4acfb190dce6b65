#pragma once
// What others are told of a turn.

#include "db/store.hpp"
#include "dialogs/engine.hpp"

namespace advisor::server {

/// `first`: the turn opens its session. `was_finished`: there was a recommendation before it.
/// A remark after the end is no second completion; another recommendation is one. Beginning again
/// cancels what was answered, if anything was.
[[nodiscard]] db::TurnEvent event_of(bool first, bool was_finished, const dialogs::State& before,
                                     const dialogs::StepResult& next);

}  // namespace advisor::server
