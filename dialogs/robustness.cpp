#include "dialogs/robustness.hpp"

#include <algorithm>
#include <cstdlib>

namespace advisor::dialogs {

Robustness robustness_of(const Script& script, const Scorecard& card) {
    if (card.outcome == script.tie_outcome()) return {0.0, std::nullopt};
    Robustness least;
    const auto named = [&](OptionIndex option) {
        return std::count(script.tie.between.begin(), script.tie.between.end(), option) > 0;
    };
    for (OptionIndex other = 0; other < card.totals.size(); ++other) {
        if (other == card.best) continue;
        int movable = 0;  // points by which the lead moves when every weight moves by its whole
        for (const std::size_t rule : card.fired) {
            const std::vector<int>& points = script.rules[rule].points;
            movable += std::abs(points[card.best] - points[other]);
        }
        // Between two of `tie.between` a lead of `tie.margin` is a tie already.
        const int enough = named(card.best) && named(other) ? script.tie.margin : 0;
        const int lead = card.totals[card.best] - card.totals[other] - enough;
        if (movable == 0) continue;
        const double percent = 100.0 * std::max(0, lead) / movable;
        if (!least.percent || percent < *least.percent) least = {percent, other};
    }
    return least;
}

}  // namespace advisor::dialogs
