// What can be seen without following talks.

#include <algorithm>

#include "dialogs/proof_parts.hpp"

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;

class Texts {
public:
    explicit Texts(ProofContext& context)
        : context_(context), script_(context.script), conditions_(all_conditions(script_)) {}

    void prove() {
        evidence();
        if (context_.options.only_errors) return;
        for (QuestionIndex i = 0; i < script_.questions.size(); ++i) {
            effect(i);
            ranges(i);
            if (script_.questions[i].why.empty())
                context_.warn(Finding::missing_text, place(i),
                              "\"why\" is missing; people ask why you ask");
        }
        comparisons();
        roles();
        summary();
    }

private:
    static std::string place(QuestionIndex i) { return "/questions/" + std::to_string(i); }

    void effect(QuestionIndex i) {
        const Question& question = script_.questions[i];
        bool looked_at = false;
        bool by_number = false;
        for (const PlacedCondition& entry : conditions_) {
            for (const ConditionNode& node : entry.condition->nodes) {
                if (node.op < Op::one_of || node.op > Op::is_unknown || node.question != i)
                    continue;
                looked_at = true;
                by_number = by_number || node.op == Op::within;
            }
        }
        const bool number =
            question.kind == QuestionKind::number || question.kind == QuestionKind::scale;
        if (!looked_at && question.kind != QuestionKind::text)
            context_.warn(Finding::question_without_effect, place(i),
                          "nothing looks at the answer to \"" + question.id +
                              "\"; use it in a condition, or do not ask");
        else if (number && looked_at && !by_number)
            context_.warn(Finding::number_cannot_matter, place(i),
                          "no condition compares \"" + question.id +
                              "\" with a number, so any number is as good as another");
    }

    /// Comparisons with numbers outside of what can be answered.
    void comparisons() {
        for (const PlacedCondition& entry : conditions_) {
            for (const ConditionNode& node : entry.condition->nodes) {
                if (node.op != Op::within) continue;
                const Question& question = script_.questions[node.question];
                const Amount& limits = question.limits;
                const bool never = node.low > limits.max || node.high < limits.min;
                const bool always = node.low <= limits.min && node.high >= limits.max;
                if (!never && !always) continue;
                context_.warn(Finding::number_cannot_matter, entry.pointer,
                              "compares \"" + question.id + "\" so that " +
                                  (never ? "no" : "every") + " number from " +
                                  std::to_string(limits.min) + " to " + std::to_string(limits.max) +
                                  " fits; correct the border or the limits");
            }
        }
    }

    void ranges(QuestionIndex i) {
        const Question& question = script_.questions[i];
        for (std::size_t r = 0; r < question.ranges.size(); ++r) {
            const Amount& amount = question.ranges[r].amount;
            const std::string pointer = place(i) + "/number/ranges/" + std::to_string(r);
            for (const std::int64_t border : question.borders) {
                if (border <= amount.min || border > amount.max) continue;
                context_.warn(Finding::range_across_border, pointer,
                              "\"" + question.ranges[r].say + "\" reaches across " +
                                  std::to_string(border) +
                                  ", where a condition changes its mind, so it says neither; end "
                                  "the range there");
            }
            for (std::size_t other = 0; other < r; ++other) {
                const Amount& before = question.ranges[other].amount;
                if (before.min <= amount.max && amount.min <= before.max)
                    context_.warn(Finding::ranges_overlap, pointer,
                                  "\"" + question.ranges[r].say + "\" and \"" +
                                      question.ranges[other].say +
                                      "\" have numbers in common; let one end before the other");
            }
        }
    }

    void roles() {
        for (std::size_t i = 0; i < script_.hiring.roles.size(); ++i) {
            const RoleSpec& role = script_.hiring.roles[i];
            const bool hires = std::any_of(
                role.verdicts.begin(), role.verdicts.end(),
                [](const VerdictSpec& verdict) { return verdict.verdict == Verdict::hire; });
            if (!hires) continue;
            std::string missing;
            const auto note = [&](bool is_missing, const char* name) {
                if (is_missing)
                    missing += (missing.empty() ? "\"" : ", \"") + std::string(name) + "\"";
            };
            note(role.must_have.empty(), "must_have");
            note(role.interview.empty(), "interview");
            note(role.first_90_days.empty(), "first_90_days");
            note(role.risk.empty(), "risk");
            if (!missing.empty())
                context_.warn(Finding::missing_text, "/hiring/roles/" + std::to_string(i),
                              "\"" + role.id + "\" may be hired, but has no " + missing);
        }
    }

    /// Talks that end without a word on whom to hire.
    void summary() {
        if (script_.hiring.summary.empty()) return;
        std::vector<bool> told(script_.tie_outcome() + 1, false);
        for (const SampleTalk& talk : context_.samples) {
            if (told[talk.outcome]) continue;
            const std::vector<Fact> facts = settle(script_, talk.answers);
            const bool some =
                std::any_of(script_.hiring.summary.begin(), script_.hiring.summary.end(),
                            [&](const ConditionalText& text) {
                                const std::vector<std::size_t>& meant = text.audience.outcomes;
                                return (meant.empty() ||
                                        std::count(meant.begin(), meant.end(), talk.outcome) > 0) &&
                                       evaluate(text.audience.when, facts) == Truth::yes;
                            });
            if (some) continue;
            told[talk.outcome] = true;
            context_.warn(Finding::missing_text, "/hiring/summary",
                          "a talk can end in \"" + script_.outcome_id(talk.outcome) +
                              "\" without a summary of whom to hire; add one for it",
                          &talk.answers);
        }
    }

    void evidence() {
        const std::string month = context_.options.date.substr(0, 7);
        if (month.empty()) return;
        for (std::size_t i = 0; i < script_.evidence.size(); ++i) {
            const Evidence& source = script_.evidence[i];
            if (source.review_by >= month) continue;
            context_.error(Finding::stale_evidence, "/evidence/" + std::to_string(i) + "/review_by",
                           "\"" + source.id + "\" was to be reviewed by " + source.review_by +
                               "; look at the source again, then correct claim and dates");
        }
    }

    ProofContext& context_;
    const Script& script_;
    std::vector<PlacedCondition> conditions_;
};

}  // namespace

void prove_texts(ProofContext& context) {
    Texts(context).prove();
}

}  // namespace advisor::dialogs
