#pragma once
// A role of the hiring plan as the draft of an advertisement, in Markdown.

#include <optional>
#include <string>
#include <string_view>

#include "dialogs/explain.hpp"

namespace advisor::dialogs {

/// The role of that id when the plan has it.
[[nodiscard]] std::optional<Role> find_role(const Script& script,
                                            const Recommendation& recommendation,
                                            std::string_view id);

/// What to publish: an advertisement to hire, a call for a freelancer, or a notice to one's own
/// people for training. Nothing when the verdict is that nobody is needed. Places in [brackets]
/// are for the reader to fill in; what a good interview answer contains stays out.
[[nodiscard]] std::optional<std::string> job_ad(const Script& script, const Role& role);

}  // namespace advisor::dialogs
