// Which conditions can hold, and which always do.

#include <algorithm>
#include <functional>

#include "dialogs/proof_parts.hpp"

namespace advisor::dialogs {
namespace {

/// What is known about how conditions come out together, over all talks.
enum class Answer { no, yes, unknown };

class Conditions {
public:
    explicit Conditions(ProofContext& context) : context_(context), script_(context.script) {
        for (const SampleTalk& talk : context.samples)
            facts_.push_back(settle(script_, talk.answers));
    }

    void prove() {
        questions();
        rules();
        if (context_.options.only_errors) return;
        texts();
        verdicts();
        same_conditions();
    }

private:
    using Test = std::function<bool(const std::vector<bool>&)>;

    /// Whether some talk makes `test` true of the conditions' "clear yes"; sets `witness` to it.
    Answer exists(const std::vector<const Condition*>& conditions, const Test& test,
                  Answers& witness) {
        std::vector<bool> held(conditions.size());
        for (std::size_t talk = 0; talk < facts_.size(); ++talk) {
            for (std::size_t i = 0; i < conditions.size(); ++i)
                held[i] = evaluate(*conditions[i], facts_[talk]) == Truth::yes;
            if (!test(held)) continue;
            witness = context_.samples[talk].answers;
            return Answer::yes;
        }
        SpaceRequest request;
        request.targets = conditions;
        request.max_points = context_.options.max_points;
        const TalkSpace space(script_, request);
        if (!space.complete()) return Answer::unknown;
        for (std::size_t end = 0; end < space.ends().size(); ++end) {
            for (std::size_t i = 0; i < conditions.size(); ++i) held[i] = space.holds(end, i);
            if (!test(held)) continue;
            witness = space.answers_to(end);
            return Answer::yes;
        }
        return Answer::no;
    }

    Answer can_hold(const Condition& condition) {
        Answers ignored;
        return exists(
            {&condition}, [](const auto& held) { return held[0]; }, ignored);
    }
    Answer can_fail(const Condition& condition) {
        Answers ignored;
        return exists(
            {&condition}, [](const auto& held) { return !held[0]; }, ignored);
    }

    [[nodiscard]] const Answers& any_talk() const { return context_.samples.front().answers; }

    /// A sample that at least asks what the condition looks at, if there is one.
    [[nodiscard]] const Answers& talk_near(const Condition& condition) const {
        const std::vector<QuestionIndex> questions = mentioned(condition);
        for (const SampleTalk& talk : context_.samples) {
            const bool all = std::all_of(questions.begin(), questions.end(), [&](QuestionIndex i) {
                return talk.answers[i].has_value();
            });
            if (all) return talk.answers;
        }
        return any_talk();
    }

    void questions() {
        for (QuestionIndex i = 0; i < script_.questions.size(); ++i) {
            const Question& question = script_.questions[i];
            if (question.when.empty()) continue;
            const std::string pointer = "/questions/" + std::to_string(i) + "/when";
            switch (can_hold(question.when)) {
                case Answer::no:
                    context_.error(Finding::question_never_asked, pointer,
                                   "no talk asks \"" + question.id + "\" and its answers: \"" +
                                       question.when.text +
                                       "\" never holds; correct it or remove the question",
                                   &talk_near(question.when));
                    continue;
                case Answer::unknown:
                    context_.not_proved(pointer, "that \"" + question.id + "\" can be asked");
                    continue;
                case Answer::yes:
                    break;
            }
            note_always(question.when, pointer);
        }
    }

    void note_always(const Condition& condition, const std::string& pointer) {
        if (context_.options.only_errors || condition.questions == 0) return;
        if (can_fail(condition) == Answer::no)
            context_.warn(Finding::condition_always_holds, pointer,
                          "\"" + condition.text +
                              "\" holds in every talk; leave the condition out, or correct it",
                          &any_talk());
    }

    void rules() {
        dead_.assign(script_.rules.size(), false);
        for (std::size_t i = 0; i < script_.rules.size(); ++i) {
            const Rule& rule = script_.rules[i];
            const std::string pointer = "/rules/" + std::to_string(i) + "/when";
            const Answer answer = can_hold(rule.when);
            dead_[i] = answer != Answer::yes;
            if (answer == Answer::no)
                context_.error(Finding::rule_never_counts, pointer,
                               "the rule \"" + rule.id + "\" never counts: \"" + rule.when.text +
                                   "\" holds in no talk; correct it or remove the rule",
                               &talk_near(rule.when));
            else if (answer == Answer::unknown)
                context_.not_proved(pointer, "that the rule \"" + rule.id + "\" can count");
            else
                note_always(rule.when, pointer);
        }
    }

    void texts() {
        for (const PlacedCondition& place : all_conditions(script_)) {
            if (place.pointer.starts_with("/questions/") || place.pointer.starts_with("/rules/") ||
                place.pointer.find("/verdicts/") != std::string::npos)
                continue;
            const Answer answer = can_hold(*place.condition);
            if (answer == Answer::no)
                context_.warn(Finding::text_never_shown, place.pointer,
                              "never shown: \"" + place.condition->text +
                                  "\" holds in no talk; correct it or remove the text",
                              &talk_near(*place.condition));
            else if (answer == Answer::unknown)
                context_.not_proved(place.pointer, "that this text can be shown");
        }
        summaries();
    }

    /// The first that fits is shown, so an earlier one may leave nothing to a later one.
    void summaries() {
        const std::vector<ConditionalText>& summary = script_.hiring.summary;
        for (std::size_t i = 1; i < summary.size(); ++i) {
            bool shown = false;
            for (std::size_t outcome = 0; outcome <= script_.tie_outcome() && !shown; ++outcome) {
                if (!meant_for(summary[i].audience, outcome)) continue;
                std::vector<const Condition*> conditions;
                for (std::size_t before = 0; before < i; ++before) {
                    if (meant_for(summary[before].audience, outcome))
                        conditions.push_back(&summary[before].audience.when);
                }
                conditions.push_back(&summary[i].audience.when);
                shown = last_is_first(std::move(conditions)) != Answer::no;
            }
            if (!shown && can_hold(summary[i].audience.when) == Answer::yes)
                context_.warn(Finding::text_never_shown, "/hiring/summary/" + std::to_string(i),
                              "never shown: an entry above fits whenever this one does; move it up "
                              "or remove it",
                              &talk_near(summary[i].audience.when));
        }
    }

    static bool meant_for(const Audience& audience, std::size_t outcome) {
        return audience.outcomes.empty() ||
               std::count(audience.outcomes.begin(), audience.outcomes.end(), outcome) > 0;
    }

    /// Whether the last condition can be the first that holds.
    Answer last_is_first(std::vector<const Condition*> conditions) {
        if (conditions.size() > 60) return Answer::unknown;
        Answers ignored;
        return exists(
            conditions,
            [](const std::vector<bool>& held) {
                return held.back() && std::count(held.begin(), held.end(), true) == 1;
            },
            ignored);
    }

    void verdicts() {
        for (std::size_t r = 0; r < script_.hiring.roles.size(); ++r) {
            const RoleSpec& role = script_.hiring.roles[r];
            std::vector<const Condition*> conditions;
            for (std::size_t v = 0; v < role.verdicts.size(); ++v) {
                conditions.push_back(&role.verdicts[v].when);
                std::vector<const Condition*> all = conditions;
                all.push_back(&role.audience.when);
                if (all.size() > 60) break;
                Answers ignored;
                const Answer answer = exists(
                    all,
                    [v](const std::vector<bool>& held) {
                        const auto first = std::find(held.begin(), held.end() - 1, true);
                        return held.back() &&
                               first - held.begin() == static_cast<std::ptrdiff_t>(v);
                    },
                    ignored);
                const std::string pointer =
                    "/hiring/roles/" + std::to_string(r) + "/verdicts/" + std::to_string(v);
                if (answer == Answer::no)
                    context_.warn(Finding::verdict_never_reached, pointer,
                                  "this verdict on \"" + role.id +
                                      "\" is never reached: one above it holds, or its condition "
                                      "never does; correct, move or remove it",
                                  &talk_near(role.verdicts[v].when));
                else if (answer == Answer::unknown)
                    context_.not_proved(pointer, "that this verdict can be reached");
            }
        }
    }

    /// Two rules that count in exactly the same talks.
    void same_conditions() {
        for (std::size_t i = 0; i < script_.rules.size(); ++i) {
            for (std::size_t j = i + 1; j < script_.rules.size(); ++j) {
                if (dead_[i] || dead_[j] || !alike_in_samples(i, j)) continue;
                compare(i, j);
            }
        }
    }

    [[nodiscard]] bool alike_in_samples(std::size_t i, std::size_t j) const {
        return std::all_of(context_.samples.begin(), context_.samples.end(),
                           [&](const SampleTalk& talk) { return talk.fired[i] == talk.fired[j]; });
    }

    void compare(std::size_t i, std::size_t j) {
        const Rule& left = script_.rules[i];
        const Rule& right = script_.rules[j];
        bool contradict = false;
        for (OptionIndex option = 0; option < left.points.size(); ++option) {
            const int one = left.points[option];
            const int other = right.points[option];
            contradict = contradict || (one > 0 && other < 0) || (one < 0 && other > 0);
        }
        if (!contradict && left.axis != right.axis) return;
        Answers witness;
        const Answer differ = exists(
            {&left.when, &right.when}, [](const auto& held) { return held[0] != held[1]; },
            witness);
        if (differ != Answer::no) return;
        (void)exists(
            {&left.when}, [](const auto& held) { return held[0]; }, witness);
        const std::string pointer = "/rules/" + std::to_string(j);
        const std::string both =
            "\"" + right.id + "\" counts in exactly the talks in which \"" + left.id + "\" does, ";
        if (contradict)
            context_.warn(Finding::contradictory_rules, pointer,
                          both + "and they speak against each other; keep one of them", &witness);
        else
            context_.warn(Finding::same_condition, pointer,
                          both + "and on the same axis; make one rule of them", &witness);
    }

    ProofContext& context_;
    const Script& script_;
    std::vector<std::vector<Fact>> facts_;  // of the samples
    std::vector<bool> dead_;                // rules that count in no known talk
};

}  // namespace

std::vector<PlacedCondition> all_conditions(const Script& script) {
    std::vector<PlacedCondition> places;
    const auto add = [&](const Condition& condition, const std::string& pointer) {
        if (!condition.empty()) places.push_back({&condition, pointer + "/when"});
    };
    for (std::size_t i = 0; i < script.questions.size(); ++i)
        add(script.questions[i].when, "/questions/" + std::to_string(i));
    for (std::size_t i = 0; i < script.rules.size(); ++i)
        add(script.rules[i].when, "/rules/" + std::to_string(i));
    for (std::size_t i = 0; i < script.tradeoffs.size(); ++i)
        add(script.tradeoffs[i].audience.when, "/tradeoffs/" + std::to_string(i));
    const Hiring& hiring = script.hiring;
    for (std::size_t i = 0; i < hiring.summary.size(); ++i)
        add(hiring.summary[i].audience.when, "/hiring/summary/" + std::to_string(i));
    for (std::size_t i = 0; i < hiring.roles.size(); ++i) {
        const std::string role = "/hiring/roles/" + std::to_string(i);
        add(hiring.roles[i].audience.when, role);
        for (std::size_t v = 0; v < hiring.roles[i].verdicts.size(); ++v)
            add(hiring.roles[i].verdicts[v].when, role + "/verdicts/" + std::to_string(v));
    }
    for (std::size_t i = 0; i < hiring.notes.size(); ++i)
        add(hiring.notes[i].audience.when, "/hiring/notes/" + std::to_string(i));
    return places;
}

void prove_conditions(ProofContext& context) {
    Conditions(context).prove();
}

}  // namespace advisor::dialogs
