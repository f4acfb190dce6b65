#pragma once
// Facts that are offered to be taken over: in a frame, in a snapshot and in a reply. A part of
// json.hpp.

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "dialogs/engine.hpp"
#include "dialogs/json.hpp"

namespace advisor::dialogs {

/// Reads `{"type":"facts","accept":true|false|[question]}`.
[[nodiscard]] std::variant<Input, Rejection, FrameFault> read_take_facts(
    const nlohmann::json& frame);
[[nodiscard]] std::string take_facts_json(const TakeFacts& facts);
/// In words for a transcript: "Yes, take these over".
[[nodiscard]] std::string spoken_facts(const Script& script, const TakeFacts& facts);

/// Appends `,"facts":[...]` and `,"taken_over":[...]` of a snapshot; nothing when there are none.
void append_state_facts(std::string& out, const Script& script, const State& state);
/// Reads them back; absent ones are none. False for what is no part of a snapshot of this script.
[[nodiscard]] bool read_state_facts(const Script& script, const nlohmann::json& document,
                                    State& state);

/// Appends `,"facts":[...]` of a reply; nothing when none are offered.
void append_offered_facts(std::string& out, const Script& script,
                          const std::vector<FoundFact>& facts);

}  // namespace advisor::dialogs
