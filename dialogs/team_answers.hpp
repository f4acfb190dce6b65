#pragma once
// Several people's answers to the same questions: where they differ, and whether that matters for
// the result. Pure.

#include <cstddef>
#include <span>
#include <vector>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// What people have said about one question.
struct Disputed {
    QuestionIndex question = 0;
    std::vector<Value> values;  ///< no two are equal; the first is the one that counts
};

/// What a difference does to the result, as far as the talk has come: questions that nobody has
/// answered add nothing.
enum class Weight {
    none,         ///< whatever becomes of the other differences, the winner is the same
    alone,        ///< with the other differences as they count, it decides who wins
    in_company,   ///< only together with other differences
    not_counted,  ///< more than `max_team_ways` ways to try
};

struct Difference {
    Disputed disputed;
    Weight weight = Weight::none;
    std::vector<std::size_t> outcomes;  ///< for each value, the other answers as they count
    /// With some of the values there is a question to ask that has no answer now.
    bool opens_more = false;
};

/// So many combinations of disputed answers are tried one by one.
inline constexpr std::size_t max_team_ways = 4096;

/// Tries every combination of the disputed answers. A difference matters exactly when two
/// combinations that differ in it alone have two winners.
/// Requires: each question stands in `disputed` at most once, with at least two values, of which
/// the first is the one in `counted`.
[[nodiscard]] std::vector<Difference> weigh_differences(const Script& script,
                                                        const Answers& counted,
                                                        std::span<const Disputed> disputed);

}  // namespace advisor::dialogs
