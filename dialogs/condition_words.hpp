#pragma once
// Conditions in words, for people who do not write scripts.

#include <string>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// "“People at once” is more than 5,000, and “Live updates” is not “Not needed”". "always" for a
/// condition that asks for nothing.
[[nodiscard]] std::string condition_words(const Script& script, const Condition& condition);

}  // namespace advisor::dialogs
