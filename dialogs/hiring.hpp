#pragma once
// How far a role of the hiring plan can be trusted.

#include <string_view>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// "high" when every source that the role cites supports its claim without a condition, "medium"
/// when at least one does, "low" when none does or none is cited.
[[nodiscard]] std::string_view confidence(const Script& script, const RoleSpec& role);

}  // namespace advisor::dialogs
