#pragma once
// How firm a result is against wrong weights.

#include <optional>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// The smallest change of weights that takes the lead from the winner. As long as the points of
/// every rule that counts are off by less than `percent` of themselves, each rule in its own
/// direction, the outcome stays. Beyond it the outcome can be another one; only where both are of
/// `tie.between` and a third option is between them, it may take more.
struct Robustness {
    std::optional<double> percent;       ///< 0 for a tie; unset when no change of weights does it
    std::optional<OptionIndex> against;  ///< the option that comes up first; unset with `percent`
};

/// Requires: `card` is the score of some answers under `script`.
[[nodiscard]] Robustness robustness_of(const Script& script, const Scorecard& card);

}  // namespace advisor::dialogs
