#pragma once
// Whole numbers as people write and read them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/condition.hpp"
#include "dialogs/text.hpp"

namespace advisor::dialogs {

/// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);

/// A number or a range in a text: the tokens from `begin` up to and without `end`.
struct Quantity {
    enum class Bound { none, at_least, at_most };
    double low = 0;
    double high = 0;  ///< the same as `low` when it is one number
    Bound bound = Bound::none;
    bool readable = true;  ///< false: digits that could mean two things, such as "1,5"
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Every number and range of a text: "around 5k", "two to four hundred", "half a dozen", "tens of
/// thousands", "more than 300", in order.
[[nodiscard]] std::vector<Quantity> find_quantities(std::span<const Token> tokens);

/// The quantity in whole numbers, times `factor`; nothing for a fraction ("2.5 people"), one that
/// is too large, or one that is not readable.
[[nodiscard]] std::optional<Amount> whole_amount(const Quantity& quantity, double factor = 1);

/// The one number or range that a text holds: "around 5k", "3,000-5,000", "between two and four",
/// "1.5 million". Nothing when there is none, more than one, or only a bound ("more than 300").
[[nodiscard]] std::optional<Amount> read_amount(std::string_view text);

/// True for "three", "twenty", "hundred", "dozen" and their like.
[[nodiscard]] bool is_number_word(std::string_view word);

}  // namespace advisor::dialogs
