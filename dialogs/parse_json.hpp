#pragma once
// JSON of the kind that comes with every turn: frames, stored inputs and states.

#include <nlohmann/json.hpp>
#include <string_view>

namespace advisor::dialogs {

/// What nlohmann::json::parse(text, nullptr, false) gives, a value marked as discarded for a text
/// that is no JSON. Plain texts (printable ASCII, no escapes, whole numbers) take a third of its
/// time; what else there is, it reads itself.
/// Requires: `text` does not nest too deep (json_text.hpp).
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

}  // namespace advisor::dialogs
