#include "dialogs/replay_cause.hpp"

#include <cstdlib>
#include <map>

#include "dialogs/json.hpp"

namespace advisor::dialogs {
namespace {

using Points = std::vector<int>;  ///< one per option of the later script

/// The points of fired rules by rule id, and the answered question that each leads with.
struct Contributions {
    std::map<std::string, Points> points;
    std::map<std::string, std::string> question;
};

std::string lead_of(const Script& script, const Rule& rule, const std::vector<Fact>& facts) {
    for (const QuestionIndex question : rule.questions) {
        if (facts[question].status == Fact::Status::answered) return script.questions[question].id;
    }
    return {};
}

/// Points of options that the later script does not have are left out.
Contributions contributions(const ScoredSession& session, const Script& later) {
    Contributions result;
    const std::vector<Fact> facts = settle(session.script, session.answers);
    for (const std::size_t fired : session.card.fired) {
        const Rule& rule = session.script.rules[fired];
        Points points(later.options.size(), 0);
        for (OptionIndex to = 0; to < later.options.size(); ++to) {
            for (OptionIndex from = 0; from < rule.points.size(); ++from) {
                if (session.script.options[from].id == later.options[to].id)
                    points[to] = rule.points[from];
            }
        }
        result.points[rule.id] = std::move(points);
        result.question[rule.id] = lead_of(session.script, rule, facts);
    }
    return result;
}

/// What one answer gives otherwise.
struct Difference {
    Points change;  ///< to go back from the later points to the earlier ones
    std::vector<std::string> rules;
};

/// By question id, in the order of the ids; rules that rest on no answer are under "".
std::map<std::string, Difference> differences(const Contributions& before,
                                              const Contributions& after, std::size_t options) {
    std::map<std::string, Difference> result;
    const auto note = [&](const std::string& rule, const std::string& question, const Points& was,
                          const Points& is) {
        if (was == is) return;
        Difference& difference = result[question];
        difference.change.resize(options, 0);
        for (OptionIndex i = 0; i < options; ++i) difference.change[i] += was[i] - is[i];
        difference.rules.push_back(rule);
    };
    const Points nothing(options, 0);
    for (const auto& [rule, points] : after.points) {
        const auto was = before.points.find(rule);
        note(rule, after.question.at(rule), was == before.points.end() ? nothing : was->second,
             points);
    }
    for (const auto& [rule, points] : before.points) {
        if (!after.points.contains(rule)) note(rule, before.question.at(rule), points, nothing);
    }
    return result;
}

int size_of(const Points& change) {
    int size = 0;
    for (const int points : change) size += std::abs(points);
    return size;
}

std::string answer_text(const ScoredSession& session, const std::string& question) {
    const std::optional<QuestionIndex> index = session.script.find_question(question);
    if (!index || !session.answers[*index]) return {};
    return value_text(session.script.questions[*index], *session.answers[*index]);
}

/// A question whose answer is another one on the later script, for a text that it reads otherwise.
std::string read_otherwise(const ScoredSession& before, const ScoredSession& after) {
    for (QuestionIndex i = 0; i < before.answers.size(); ++i) {
        const Question& question = before.script.questions[i];
        const std::optional<QuestionIndex> there = after.script.find_question(question.id);
        if (!before.answers[i] || !there || !after.answers[*there]) continue;
        if (to_json(question, *before.answers[i]) !=
            to_json(after.script.questions[*there], *after.answers[*there]))
            return question.id;
    }
    return {};
}

FlipCause describe(const ScoredSession& before, const ScoredSession& after,
                   const std::string& question, const Difference& difference, bool alone) {
    FlipCause cause;
    cause.question = question;
    cause.answer = answer_text(before, question);
    if (cause.answer.empty()) cause.answer = answer_text(after, question);
    cause.rules = difference.rules;
    cause.alone = alone;
    if (question.empty())
        cause.reason = "Rules that always hold give other points.";
    else if (read_otherwise(before, after) == question)
        cause.reason = "What was typed is understood as “" + answer_text(after, question) + "”.";
    else
        cause.reason = alone ? "The points of this answer are others."
                             : "The points of several answers are others, of this one the most.";
    return cause;
}

}  // namespace

FlipCause cause_of(const ScoredSession& before, const ScoredSession& after) {
    const std::string& wanted = before.script.outcome_id(before.card.outcome);
    const std::size_t options = after.script.options.size();
    const std::map<std::string, Difference> found = differences(
        contributions(before, after.script), contributions(after, after.script), options);
    const std::pair<const std::string, Difference>*smallest = nullptr, *largest = nullptr;
    for (const auto& entry : found) {
        Points totals = after.card.totals;
        for (OptionIndex i = 0; i < options; ++i) totals[i] += entry.second.change[i];
        const bool back = after.script.outcome_id(outcome_of(after.script, totals)) == wanted;
        const int size = size_of(entry.second.change);
        if (back && (!smallest || size < size_of(smallest->second.change))) smallest = &entry;
        if (!largest || size > size_of(largest->second.change)) largest = &entry;
    }
    if (smallest) return describe(before, after, smallest->first, smallest->second, true);
    if (largest) return describe(before, after, largest->first, largest->second, false);
    FlipCause cause;
    cause.reason = "The points are the same; what makes a tie or an outcome of them is not.";
    return cause;
}

}  // namespace advisor::dialogs
