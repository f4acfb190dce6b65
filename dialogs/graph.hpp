#pragma once
// The tree of a script as a picture: the questions in their order, when each is asked, in words,
// and the outcomes.

#include <string>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

[[nodiscard]] std::string graph_svg(const Script& script);
/// A flow chart in the language of Mermaid.
[[nodiscard]] std::string graph_mermaid(const Script& script);

}  // namespace advisor::dialogs
