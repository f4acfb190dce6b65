#pragma once
// The answers of a question, put together as far as conditions cannot tell them apart: what makes a
// script of bounded numbers and choices finite and small.

#include <optional>
#include <span>
#include <vector>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Answers that the given comparisons all read the same way.
struct AnswerCell {
    Value value;               ///< one of them
    double weight = 0;         ///< how much of the question's answers it stands for; see CellRules
    std::vector<Truth> reads;  ///< one per comparison
};

/// What counts as one answer, and how much.
struct CellRules {
    bool unknown = true;  ///< "I don't know" or a skip, where the question takes it
    bool ranges = true;   ///< numbers: from one stretch into another
    /// Weight of "I don't know". Each choice, each set of choices and each word of a boolean weighs
    /// 1, and so does each number or, with `numbers_by_value` unset, each stretch of numbers that
    /// no comparison tells apart. A range weighs nothing: it is no value of its own.
    double unknown_weight = 0;
    bool numbers_by_value = false;
};

/// More cells than this are not told apart; a list of many choices can have thousands.
inline constexpr std::size_t max_cells = 5000;

/// The cells of a question under comparisons that all look at it, in the order of the answers;
/// nothing when there are more than `max_cells`.
[[nodiscard]] std::optional<std::vector<AnswerCell>> answer_cells(
    const Script& script, QuestionIndex question, std::span<const ConditionNode> comparisons,
    const CellRules& rules);

/// Every comparison of the script's questions and rules that looks at the question, each once.
[[nodiscard]] std::vector<ConditionNode> comparisons_on(const Script& script,
                                                        QuestionIndex question);

/// How one value is read by comparisons that all look at its question.
[[nodiscard]] std::vector<Truth> read_value_by(const Script& script, QuestionIndex question,
                                               std::span<const ConditionNode> comparisons,
                                               const Value& value);

}  // namespace advisor::dialogs
