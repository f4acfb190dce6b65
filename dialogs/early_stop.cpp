#include "dialogs/early_stop.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace advisor::dialogs {
namespace {

bool may_tie(const Script& script, OptionIndex left, OptionIndex right) {
    const auto named = [&](OptionIndex option) {
        return std::count(script.tie.between.begin(), script.tie.between.end(), option) > 0;
    };
    return named(left) && named(right);
}

/// The facts with everything open that is not certain: an answered question may turn out not to be
/// asked, and one that is ruled out may come to be asked, when its guard looks at an open one.
struct Certain {
    std::vector<Fact> facts;
    std::uint64_t open = 0;
};

Certain certain_facts(const Script& script, std::span<const Fact> facts) {
    Certain certain{{facts.begin(), facts.end()}, 0};
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        const Condition& when = script.questions[i].when;
        const bool hangs = (when.questions & certain.open) != 0;
        if (!hangs && facts[i].status != Fact::Status::open) continue;
        const bool ruled_out = hangs && evaluate(when, certain.facts) == Truth::no;
        certain.facts[i] = Fact{ruled_out ? Fact::Status::not_asked : Fact::Status::open, nullptr};
        if (!ruled_out) certain.open |= std::uint64_t{1} << i;
    }
    return certain;
}

/// Points of rules that are decided, and the rules that are not.
struct Standing {
    std::vector<int> totals;
    std::vector<const Rule*> undecided;
};

Standing standing_of(const Script& script, const Certain& certain) {
    Standing standing;
    standing.totals.assign(script.options.size(), 0);
    for (const Rule& rule : script.rules) {
        const Truth truth = evaluate(rule.when, certain.facts);
        if (truth == Truth::maybe && (rule.when.questions & certain.open) != 0)
            standing.undecided.push_back(&rule);
        if (truth != Truth::yes) continue;
        for (OptionIndex option = 0; option < standing.totals.size(); ++option)
            standing.totals[option] += rule.points[option];
    }
    return standing;
}

}  // namespace

std::optional<std::size_t> certain_outcome(const Script& script, std::span<const Fact> facts) {
    const Standing standing = standing_of(script, certain_facts(script, facts));
    const std::vector<int>& totals = standing.totals;
    if (standing.undecided.empty()) return outcome_of(script, totals);
    const auto best =
        static_cast<OptionIndex>(std::max_element(totals.begin(), totals.end()) - totals.begin());
    for (OptionIndex other = 0; other < totals.size(); ++other) {
        if (other == best) continue;
        const int enough = may_tie(script, best, other) ? script.tie.margin : 0;
        int lead = totals[best] - totals[other] - enough;
        for (const Rule* rule : standing.undecided) {
            lead += std::min(0, rule->points[best] - rule->points[other]);
            if (lead <= 0) return std::nullopt;
        }
    }
    return best;
}

QuestionIndex earliest_certainty(const Script& script) {
    const std::vector<Fact> open(script.questions.size());
    // The rules that nothing but open questions can decide, as long as none of theirs is settled.
    const auto waits = [&](const Rule& rule, QuestionIndex settled) {
        return evaluate(rule.when, open) == Truth::maybe &&
               std::all_of(rule.questions.begin(), rule.questions.end(), [&](QuestionIndex i) {
                   return i >= settled && (settled == 0 || script.questions[i].when.empty());
               });
    };
    const auto can_be_certain = [&](OptionIndex best, QuestionIndex settled) {
        for (OptionIndex other = 0; other < script.options.size(); ++other) {
            if (other == best) continue;
            int lead = 0;
            for (const Rule& rule : script.rules) {
                const int difference = rule.points[best] - rule.points[other];
                const bool always = evaluate(rule.when, open) == Truth::yes;
                if (always)
                    lead += difference;
                else
                    lead +=
                        waits(rule, settled) ? std::min(0, difference) : std::max(0, difference);
            }
            if (lead <= 0) return false;
        }
        return true;
    };
    for (QuestionIndex settled = 0; settled < script.questions.size(); ++settled) {
        const bool undecided = std::any_of(script.rules.begin(), script.rules.end(),
                                           [&](const Rule& rule) { return waits(rule, settled); });
        if (!undecided) return settled;  // an outcome can be certain without a lead, too: a tie
        for (OptionIndex best = 0; best < script.options.size(); ++best) {
            if (can_be_certain(best, settled)) return settled;
        }
    }
    return script.questions.size();
}

}  // namespace advisor::dialogs
