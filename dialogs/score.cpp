#include "dialogs/score.hpp"

#include <algorithm>
#include <array>

namespace advisor::dialogs {
namespace {

struct Lead {
    OptionIndex best = 0;
    OptionIndex second = 0;
    int margin = 0;
    bool equals = false;  ///< both are named in `tie.between` and at most `tie.margin` apart
    bool tie = false;
};

Lead lead_of(const Script& script, const std::vector<int>& totals) {
    Lead lead;
    for (OptionIndex i = 1; i < totals.size(); ++i) {
        if (totals[i] > totals[lead.best]) lead.best = i;
    }
    lead.second = lead.best == 0 ? 1 : 0;
    for (OptionIndex i = 0; i < totals.size(); ++i) {
        if (i != lead.best && totals[i] > totals[lead.second]) lead.second = i;
    }
    lead.margin = totals[lead.best] - totals[lead.second];
    const auto between = [&](OptionIndex option) {
        return std::count(script.tie.between.begin(), script.tie.between.end(), option) > 0;
    };
    if (lead.margin <= script.tie.margin) {
        // Of several with the same points, any counts: the order in the file must not decide.
        const auto named = [&](int points, OptionIndex but) {
            for (OptionIndex i = 0; i < totals.size(); ++i) {
                if (i != but && totals[i] == points && between(i)) return i;
            }
            return totals.size();
        };
        const OptionIndex first = named(totals[lead.best], totals.size());
        lead.equals = first < totals.size() && named(totals[lead.second], first) < totals.size();
    }
    lead.tie = lead.equals || lead.margin == 0;
    return lead;
}

Firmness firmness_of(const Script& script, const Lead& lead) {
    if (lead.tie || lead.margin <= script.tie.margin) return Firmness::too_close;
    return lead.margin >= script.clear_margin ? Firmness::clear : Firmness::leaning;
}

/// One step of settle(): `facts` says what is settled about the questions before this one, and bit
/// i of `open` that question i is open. The fact points into `answer`.
Fact settle_one(const Question& question, const std::optional<Value>& answer,
                std::span<const Fact> facts, std::uint64_t open) {
    const Truth applies = evaluate(question.when, facts);
    // A guard without a clear yes may still become one, but only while it looks at a question that
    // is open.
    const bool ruled_out =
        applies == Truth::no || (applies == Truth::maybe && (question.when.questions & open) == 0);
    if (ruled_out) return {Fact::Status::not_asked, nullptr};
    if (answer) return {Fact::Status::answered, &*answer};
    return {};
}

/// The bit of `question` in a set of open ones; 0 when it is settled.
std::uint64_t bit_if_open(const Fact& fact, QuestionIndex question) {
    return fact.status == Fact::Status::open ? std::uint64_t{1} << question : 0;
}

}  // namespace

std::vector<Fact> settle(const Script& script, const Answers& answers) {
    std::vector<Fact> facts(script.questions.size());
    settle_again(script, answers, 0, facts);
    return facts;
}

void settle_again(const Script& script, const Answers& answers, QuestionIndex from,
                  std::vector<Fact>& facts) {
    std::uint64_t open = 0;
    for (QuestionIndex i = 0; i < from; ++i) open |= bit_if_open(facts[i], i);
    for (QuestionIndex i = from; i < facts.size(); ++i) {
        facts[i] = settle_one(script.questions[i], answers[i], facts, open);
        open |= bit_if_open(facts[i], i);
    }
}

Scorecard score(const Script& script, const Answers& answers) {
    const std::vector<Fact> facts = settle(script, answers);
    Scorecard card;
    card.totals.assign(script.options.size(), 0);
    std::vector<int> without_breakers = card.totals;
    for (std::size_t i = 0; i < script.rules.size(); ++i) {
        const Rule& rule = script.rules[i];
        if (evaluate(rule.when, facts) != Truth::yes) continue;
        card.fired.push_back(i);
        for (OptionIndex option = 0; option < rule.points.size(); ++option) {
            card.totals[option] += rule.points[option];
            if (!rule.breaks_ties) without_breakers[option] += rule.points[option];
        }
    }
    const Lead lead = lead_of(script, card.totals);
    card.best = lead.best;
    card.second = lead.second;
    card.margin = lead.margin;
    card.outcome = lead.tie ? script.tie_outcome() : lead.best;
    card.either_works = !lead.tie && lead_of(script, without_breakers).equals;
    card.firmness = firmness_of(script, lead);
    // What only a tie breaker settles is a preference, however many points it gives.
    if (card.either_works && card.firmness == Firmness::clear) card.firmness = Firmness::leaning;
    return card;
}

std::size_t outcome_of(const Script& script, const std::vector<int>& totals) {
    const Lead lead = lead_of(script, totals);
    return lead.tie ? script.tie_outcome() : lead.best;
}

std::vector<QuestionIndex> prune(const Script& script, Answers& answers) {
    std::vector<QuestionIndex> dropped;
    std::vector<Fact> facts;
    facts.reserve(script.questions.size());
    std::uint64_t open = 0;
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        Fact fact = settle_one(script.questions[i], answers[i], facts, open);
        open |= bit_if_open(fact, i);
        if (answers[i] && fact.status != Fact::Status::answered) {
            answers[i].reset();
            dropped.push_back(i);
        }
        facts.push_back(fact);
    }
    return dropped;
}

std::string_view to_text(Firmness firmness) {
    static constexpr std::array<std::string_view, 3> names{"clear", "leaning", "too_close"};
    return names[static_cast<std::size_t>(firmness)];
}

}  // namespace advisor::dialogs
