#include "dialogs/simulate.hpp"

#include <algorithm>
#include <cmath>

#include "dialogs/proof_samples.hpp"
#include "dialogs/simulate_parts.hpp"

namespace advisor::dialogs {
namespace {

constexpr double dominating_share = 0.9;
constexpr double rounding = 1e-9;
constexpr std::size_t default_samples = 100'000;
constexpr std::size_t flip_samples = 1000;

/// The same script with other ids, and with options and choices in the opposite order.
Script turned_round(const Script& script) {
    Script turned = script;
    std::reverse(turned.options.begin(), turned.options.end());
    for (Option& option : turned.options) option.id = "renamed_" + option.id;
    for (OptionIndex& option : turned.tie.between) option = script.options.size() - 1 - option;
    const auto turn = [&](Condition& condition) {
        for (ConditionNode& node : condition.nodes) {
            const std::size_t count = script.questions[node.question].choices.size();
            std::uint32_t mask = 0;
            for (std::size_t i = 0; i < count; ++i) {
                if ((node.mask >> i & 1U) != 0) mask |= 1U << (count - 1 - i);
            }
            node.mask = mask;
        }
    };
    for (Question& question : turned.questions) {
        turn(question.when);
        if (question.kind == QuestionKind::choice || question.kind == QuestionKind::multi)
            std::reverse(question.choices.begin(), question.choices.end());
        for (ChoiceSpec& choice : question.choices) choice.id = "renamed_" + choice.id;
    }
    for (Rule& rule : turned.rules) {
        turn(rule.when);
        std::reverse(rule.points.begin(), rule.points.end());
    }
    return turned;
}

Answers turned_round(const Script& script, Answers answers) {
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        const std::size_t count = script.questions[i].choices.size();
        if (!answers[i]) continue;
        if (auto* choice = std::get_if<Choice>(&*answers[i]))
            choice->index = static_cast<std::uint32_t>(count - 1 - choice->index);
        auto* choices = std::get_if<Choices>(&*answers[i]);
        if (!choices) continue;
        std::uint32_t mask = 0;
        for (std::size_t c = 0; c < count; ++c) {
            if ((choices->mask >> c & 1U) != 0) mask |= 1U << (count - 1 - c);
        }
        choices->mask = mask;
    }
    return answers;
}

/// Talk by talk: the share of talks with another outcome in the script that was turned round.
double order_bias(const Script& script, const std::vector<SampleTalk>& talks) {
    const Script turned = turned_round(script);
    std::size_t changed = 0;
    for (const SampleTalk& talk : talks) {
        const std::size_t outcome = score(turned, turned_round(script, talk.answers)).outcome;
        const std::size_t back =
            outcome == turned.tie_outcome() ? outcome : script.options.size() - 1 - outcome;
        if (back != talk.outcome) ++changed;
    }
    return static_cast<double>(changed) / static_cast<double>(talks.size());
}

/// The largest difference of shares between the script and the one that was turned round.
double exact_order_bias(const Script& script, const SimulationOptions& options,
                        const std::vector<double>& shares) {
    const Script turned = turned_round(script);
    SpaceRequest request = request_for(turned, options);
    request.keep_edges = false;
    const TalkSpace space(turned, request);
    std::vector<double> other(shares.size(), 0);
    for (std::size_t i = 0; i < space.ends().size(); ++i)
        other[outcome_of(turned, space.totals(i))] += space.ends().mass[i];
    std::reverse(other.begin(), other.end() - 1);  // the tie stays the last
    double most = 0;
    for (std::size_t i = 0; i < shares.size(); ++i)
        most = std::max(most, std::abs(shares[i] - other[i]));
    return most < rounding ? 0 : most;
}

/// For the questions that no share speaks for: tries their other answers in many talks.
void look_for_flips(const Script& script, const TalkSampler& sampler,
                    const std::vector<SampleTalk>& talks, const SimulationOptions& options,
                    Simulation& result) {
    for (QuestionShares& shares : result.questions) {
        const QuestionIndex question = shares.question;
        const std::vector<Row> rows = rows_of(script.questions[question], options);
        for (std::size_t i = 0; i < talks.size() && !shares.matters; ++i) {
            Answers answers = talks[i].answers;
            if (!answers[question]) continue;
            for (const Row& row : rows) {
                answers[question] = row.values.front().first;
                if (score(script, sampler.completed(answers)).outcome != talks[i].outcome)
                    shares.matters = true;
            }
        }
    }
}

}  // namespace

Simulation simulate(const Script& script, const SimulationOptions& options) {
    Simulation result;
    if (options.samples == 0) {
        const TalkSpace space(script, request_for(script, options));
        if (space.complete()) result = exact_shares(script, options, space);
    }
    if (!result.exact)
        result = sampled_shares(script, options,
                                options.samples > 0 ? options.samples : default_samples);
    const TalkSampler sampler(script);
    const std::vector<SampleTalk> talks = sampler.talks(flip_samples);
    look_for_flips(script, sampler, talks, options, result);
    result.order_bias = result.exact ? exact_order_bias(script, options, result.outcomes)
                                     : order_bias(script, talks);
    const AdaptiveOrder order(script, options.max_order_points, false);
    result.mean_questions = order.mean();
    result.adaptive_from = order.adaptive_from();
    for (QuestionShares& shares : result.questions) {
        for (AnswerShares& answer : shares.answers) {
            for (std::size_t o = 0; o < answer.outcomes.size(); ++o) {
                answer.dominates = answer.dominates || (answer.outcomes[o] >= dominating_share &&
                                                        result.outcomes[o] < dominating_share);
            }
        }
    }
    return result;
}

}  // namespace advisor::dialogs
