#pragma once
// What would change the result: the smallest sets of answers, up to two, that give another outcome.

#include <vector>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// One answer that might be another.
struct Exchange {
    QuestionIndex question = 0;
    Value value;
    bool operator==(const Exchange&) const = default;
};

/// One or two answers that together give another outcome. Of a pair, neither does so alone.
struct Counterfactual {
    std::vector<Exchange> set;  ///< in question order
    std::size_t outcome = 0;
};

enum class Pairs { never, when_nothing_single, always };

/// Every smallest set of answers that flips the outcome, single ones first, in question order; for
/// each set of questions and each outcome the first values that lead there. Only given answers are
/// exchanged, and for known values: every choice, both words of a boolean, one number per stretch
/// that no condition tells apart, and for a list one entry more or less or none at all. Questions
/// that come new count as unanswered.
/// Requires: `card` is score(script, answers).
[[nodiscard]] std::vector<Counterfactual> counterfactuals(const Script& script,
                                                          const Answers& answers,
                                                          const Scorecard& card, Pairs pairs);

}  // namespace advisor::dialogs
