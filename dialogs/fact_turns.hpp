#pragma once
// What becomes of facts that were found: offered, taken over, dropped. Parts of a turn; the engine
// completes it.

#include <optional>
#include <vector>

#include "dialogs/engine.hpp"

namespace advisor::dialogs {

/// A turn so far. When it is rejected, state and messages mean nothing.
struct FactTurn {
    State state;
    std::vector<Message> messages;
    std::optional<Rejection> rejected;
};

/// Offers facts to be taken over together, after what was said so far.
[[nodiscard]] FactTurn offer_facts(const Script& script, State state, std::vector<FoundFact> facts,
                                   std::vector<Message> messages);

/// Answers the questions of the facts; none: says that they are asked one by one.
/// Requires: fitting_facts() of the state's answers.
[[nodiscard]] FactTurn take_over(const Script& script, State state,
                                 const std::vector<FoundFact>& facts);

/// Takes over what the input names of the facts that are offered.
[[nodiscard]] FactTurn take_facts(const Script& script, State state, const TakeFacts& input);

/// True when a first answer only rules out what was taken over: then nobody need be asked.
[[nodiscard]] bool gives_way(const State& state, const Consequences& change);

}  // namespace advisor::dialogs
