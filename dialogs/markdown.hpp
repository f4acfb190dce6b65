#pragma once
// A recommendation as a Markdown document, to forward, print or file.

#include <string>

#include "dialogs/explain.hpp"

namespace advisor::dialogs {

/// The whole advice: outcome, reasons with sources, answers, trade-offs, what would change it,
/// hiring plan. Typed text is escaped, so that it stays text wherever the document is rendered.
[[nodiscard]] std::string to_markdown(const Script& script, const Answers& answers,
                                      const Recommendation& recommendation);

}  // namespace advisor::dialogs
