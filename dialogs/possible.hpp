#pragma once
// What unknown answers and ranges leave open: the outcomes that are still possible, and the one
// question worth finding out.

#include <optional>
#include <vector>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// The outcomes that are possible when an open answer stays open or becomes any value that fits it,
/// and every question that then comes new gets any answer. More information never widens it: each
/// way on from a better informed point is a way on from here.
struct Possible {
    std::vector<std::size_t> outcomes;  ///< ascending; the present outcome is one of them
    bool exact = true;  ///< false: too many ways to try; a sound bound, never too narrow
    /// The open answer whose knowledge leaves the fewest outcomes on average over what it may turn
    /// out to be; the first of equals. Unset when no single one narrows anything.
    std::optional<QuestionIndex> find_out;
};

/// At most this many ways are tried one by one: at the end of a talk, and for a report.
inline constexpr std::size_t max_tried_ways = 100;
inline constexpr std::size_t max_tried_ways_in_full = 10'000;

/// Requires: `answers` are of `script`, without answers to questions that do not apply.
[[nodiscard]] Possible possible_outcomes(const Script& script, const Answers& answers,
                                         std::size_t ways = max_tried_ways);

}  // namespace advisor::dialogs
