#pragma once
// Whole numbers as people write and read them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialogs/condition.hpp"

namespace advisor::dialogs {

/// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);

/// The one number or range that a text holds: "around 5k", "3,000-5,000", "between two and four",
/// "1.5 million". Nothing when there is none, or more than one that do not form a range.
[[nodiscard]] std::optional<Amount> read_amount(std::string_view text);

}  // namespace advisor::dialogs
