#pragma once
// Yes and no in their many forms, and the words for steps of a scale.

#include <optional>

#include "dialogs/phrases.hpp"

namespace advisor::dialogs {

/// Phrases for yes (target 0) and no (target 1), as the choices of a yes-or-no question.
[[nodiscard]] const PhraseBook& polarity_book();

/// The lists `<yes>` and `<no>` that every script can use in its phrases.
[[nodiscard]] const WordLists& polarity_lists();

/// Phrases for a place on a scale; targets are percent of the way from its low to its high end.
[[nodiscard]] const PhraseBook& degree_book();

}  // namespace advisor::dialogs
