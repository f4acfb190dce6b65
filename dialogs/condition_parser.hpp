#pragma once
// Reads the text of a condition against the questions that it may look at.

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/condition.hpp"
#include "dialogs/diagnostic.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// What is wrong with a condition's text.
struct ConditionError {
    Finding finding = Finding::condition_syntax;
    std::string message;
};

struct ConditionResult {
    Condition condition;  ///< empty when `errors` is not
    std::vector<ConditionError> errors;
};

/// Parses `text`. Only the first `visible` questions may be looked at (a guard sees just the
/// earlier ones).
[[nodiscard]] ConditionResult parse_condition(std::string_view text,
                                              const std::vector<Question>& questions,
                                              std::size_t visible);

}  // namespace advisor::dialogs
