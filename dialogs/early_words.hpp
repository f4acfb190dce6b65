#pragma once
// Typed replies to "I can tell already": see the result now, or go on.

#include <optional>
#include <string_view>

namespace advisor::dialogs {

enum class EarlyWish { stop, go_on };

/// What the whole text asks for: "show me the result, please", "OK, continue". Nothing for all
/// other text; a plain "yes" or "no" is an answer to the pending question, never this.
[[nodiscard]] std::optional<EarlyWish> understand_early(std::string_view text);

}  // namespace advisor::dialogs
