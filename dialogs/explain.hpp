#pragma once
// The recommendation: outcome, reasons, trade-offs, what would change it, and the hiring plan.

#include <string>
#include <vector>

#include "dialogs/counterfactuals.hpp"
#include "dialogs/possible.hpp"
#include "dialogs/robustness.hpp"
#include "dialogs/score.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// One fired rule.
struct Reason {
    std::size_t rule = 0;
    /// The answered questions that the rule looks at; the first one leads. Empty for a rule that
    /// always holds.
    std::vector<QuestionIndex> questions;
};

/// How far the search for other outcomes goes; see counterfactuals.hpp.
enum class Depth {
    turn,  ///< for the last turn of a talk: pairs of answers only when no single answer flips
    full   ///< for a report: single answers and pairs
};

struct Role {
    std::size_t role = 0;     ///< in Script::hiring.roles
    std::size_t verdict = 0;  ///< in RoleSpec::verdicts
};

/// Everything that a recommendation says, as positions in the script. Deterministic.
struct Recommendation {
    Scorecard card;
    std::vector<Reason> reasons;  ///< the ones that weigh most for or against the winner first
    std::vector<std::size_t> tradeoffs;   ///< in Script::tradeoffs
    std::vector<Counterfactual> changes;  ///< single answers first; see counterfactuals.hpp
    Robustness robustness;
    std::vector<QuestionIndex> open;     ///< unknown or skipped
    Possible possible;                   ///< what the unknown answers and ranges leave open
    std::optional<std::size_t> summary;  ///< in Hiring::summary
    std::vector<Role> roles;
    std::vector<std::size_t> notes;  ///< in Hiring::notes
    std::vector<EvidenceIndex>
        evidence;  ///< everything that the parts above cite, in the script's order
};

/// "If “Live updates” were “Not needed” and “Team size” were “2 people”: Python."
[[nodiscard]] std::string change_text(const Script& script, const Counterfactual& change);

/// What is shown of the changes: all single answers, and of the pairs at most `max_shown_pairs`,
/// first those that lead where nothing before them does. In the order of `changes`, from which it
/// borrows.
struct ShownChanges {
    std::vector<const Counterfactual*> shown;
    std::size_t more_pairs = 0;  ///< that are not shown
};
inline constexpr std::size_t max_shown_pairs = 3;
[[nodiscard]] ShownChanges shown_changes(const std::vector<Counterfactual>& changes);
/// "And 2 more pairs of answers."
[[nodiscard]] std::string more_pairs_text(std::size_t count);

/// Works out the recommendation. Requires: `card` is score(script, answers).
[[nodiscard]] Recommendation explain(const Script& script, const Answers& answers, Scorecard card,
                                     Depth depth = Depth::turn);

}  // namespace advisor::dialogs
