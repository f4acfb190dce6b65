// What can be seen without following talks.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "dialogs/proof_parts.hpp"

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;

/// "5+ years of Go", "at least three years", "two or more yrs".
bool asks_for_years(const std::string& text) {
    static constexpr std::array<std::string_view, 16> numbers{
        "one",  "two", "three",  "four",    "five",    "six",  "seven", "eight",
        "nine", "ten", "twelve", "fifteen", "several", "many", "more",  "some"};
    std::string before;  // the word before, without signs
    std::string word;
    for (const char c : text + " ") {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9')) {
            word += letter ? static_cast<char>(c | 0x20) : c;
            continue;
        }
        if (word.empty()) continue;
        const std::size_t digits = word.find_first_not_of("0123456789");
        const std::string unit = digits == std::string::npos ? "" : word.substr(digits);
        const bool years = unit == "years" || unit == "year" || unit == "yrs" || unit == "yr";
        const bool counted = digits > 0 ||
                             before.find_first_not_of("0123456789") == std::string::npos ||
                             std::count(numbers.begin(), numbers.end(), before) > 0;
        if (years && counted && (digits > 0 || !before.empty())) return true;
        before = std::exchange(word, {});
    }
    return false;
}

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
                              "\"why\" is missing; people ask why you ask", talk_asking(i));
        }
        comparisons();
        roles();
        summary();
    }

private:
    static std::string place(QuestionIndex i) { return "/questions/" + std::to_string(i); }

    /// A sample that shows something; null when none does.
    template <typename Shows>
    [[nodiscard]] const Answers* talk_where(Shows shows) const {
        for (const SampleTalk& talk : context_.samples) {
            if (shows(talk)) return &talk.answers;
        }
        return nullptr;
    }
    [[nodiscard]] const Answers* talk_asking(QuestionIndex i) const {
        return talk_where([&](const SampleTalk& talk) { return talk.answers[i].has_value(); });
    }
    [[nodiscard]] std::optional<Answers> talk_answering(QuestionIndex i, const Value& value) const {
        const Answers* talk = talk_asking(i);
        if (!talk) return std::nullopt;
        Answers answers = *talk;
        answers[i] = value;
        return answers;
    }

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
                              "\"; use it in a condition, or do not ask",
                          talk_asking(i));
        else if (number && looked_at && !by_number)
            context_.warn(Finding::number_cannot_matter, place(i),
                          "no condition compares \"" + question.id +
                              "\" with a number, so any number is as good as another",
                          talk_asking(i));
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
                                  " fits; correct the border or the limits",
                              talk_asking(node.question));
            }
        }
    }

    void ranges(QuestionIndex i) {
        const Question& question = script_.questions[i];
        for (std::size_t r = 0; r < question.ranges.size(); ++r) {
            const Amount& amount = question.ranges[r].amount;
            const std::string pointer = place(i) + "/number/ranges/" + std::to_string(r);
            const std::optional<Answers> talk = talk_answering(i, amount);
            const Answers* witness = talk ? &*talk : nullptr;
            for (const std::int64_t border : question.borders) {
                if (border <= amount.min || border > amount.max) continue;
                context_.warn(Finding::range_across_border, pointer,
                              "\"" + question.ranges[r].say + "\" reaches across " +
                                  std::to_string(border) +
                                  ", where a condition changes its mind, so it says neither; end "
                                  "the range there",
                              witness);
            }
            for (std::size_t other = 0; other < r; ++other) {
                const Amount& before = question.ranges[other].amount;
                if (before.min <= amount.max && amount.min <= before.max)
                    context_.warn(Finding::ranges_overlap, pointer,
                                  "\"" + question.ranges[r].say + "\" and \"" +
                                      question.ranges[other].say +
                                      "\" have numbers in common; let one end before the other",
                                  witness);
            }
        }
    }

    void roles() {
        for (std::size_t i = 0; i < script_.hiring.roles.size(); ++i) {
            const RoleSpec& role = script_.hiring.roles[i];
            const std::string pointer = "/hiring/roles/" + std::to_string(i);
            years(role, pointer);
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
                context_.warn(Finding::missing_text, pointer,
                              "\"" + role.id + "\" may be hired, but has no " + missing,
                              talk_showing(role, Verdict::hire));
        }
    }

    /// A sample that shows the role, with that verdict if one is wanted.
    [[nodiscard]] const Answers* talk_showing(const RoleSpec& role,
                                              std::optional<Verdict> wanted) const {
        return talk_where([&](const SampleTalk& talk) {
            const std::vector<Fact> facts = settle(script_, talk.answers);
            const auto holds = [&](const Condition& when) {
                return evaluate(when, facts) == Truth::yes;
            };
            const std::vector<std::size_t>& meant = role.audience.outcomes;
            if (!meant.empty() && std::count(meant.begin(), meant.end(), talk.outcome) == 0)
                return false;
            if (!holds(role.audience.when)) return false;
            const auto verdict =
                std::find_if(role.verdicts.begin(), role.verdicts.end(),
                             [&](const VerdictSpec& spec) { return holds(spec.when); });
            return !wanted || (verdict != role.verdicts.end() && verdict->verdict == *wanted);
        });
    }

    /// Years of experience say next to nothing about work to come (.07 in Sackett et al. 2022).
    void years(const RoleSpec& role, const std::string& pointer) {
        for (std::size_t i = 0; i < role.must_have.size(); ++i) {
            if (!asks_for_years(role.must_have[i])) continue;
            context_.warn(Finding::years_as_skill, pointer + "/must_have/" + std::to_string(i),
                          "\"" + role.must_have[i] +
                              "\" asks for years; say what somebody can be seen to do instead",
                          talk_showing(role, std::nullopt));
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
                               "; look at the source again, then correct claim and dates",
                           talk_citing(i));
        }
    }

    /// A sample in which a rule counts that cites the source.
    [[nodiscard]] const Answers* talk_citing(EvidenceIndex source) const {
        return talk_where([&](const SampleTalk& talk) {
            for (std::size_t i = 0; i < script_.rules.size(); ++i) {
                const std::vector<EvidenceIndex>& cited = script_.rules[i].evidence;
                if (talk.fired[i] && std::count(cited.begin(), cited.end(), source) > 0)
                    return true;
            }
            return false;
        });
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
