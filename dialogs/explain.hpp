#pragma once
// The recommendation: outcome, reasons, trade-offs, what would change it, and the hiring plan.

#include <string>
#include <vector>

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

/// One answer that, if it were another, would give another outcome.
struct Counterfactual {
    QuestionIndex question = 0;
    Value value;
    std::size_t outcome = 0;
};

struct Role {
    std::size_t role = 0;     ///< in Script::hiring.roles
    std::size_t verdict = 0;  ///< in RoleSpec::verdicts
};

/// Everything that a recommendation says, as positions in the script. Deterministic.
struct Recommendation {
    Scorecard card;
    std::vector<Reason> reasons;  ///< the ones that weigh most for or against the winner first
    std::vector<std::size_t> tradeoffs;  ///< in Script::tradeoffs
    std::vector<Counterfactual>
        changes;  ///< single answers, in question order; at most one per question and outcome
    std::vector<QuestionIndex> open;     ///< unknown or skipped
    std::optional<std::size_t> summary;  ///< in Hiring::summary
    std::vector<Role> roles;
    std::vector<std::size_t> notes;  ///< in Hiring::notes
    std::vector<EvidenceIndex>
        evidence;  ///< everything that the parts above cite, in the script's order
};

/// Works out the recommendation. Requires: `card` is score(script, answers).
[[nodiscard]] Recommendation explain(const Script& script, const Answers& answers, Scorecard card);

}  // namespace advisor::dialogs
