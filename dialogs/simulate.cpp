#include "dialogs/simulate.hpp"

#include <algorithm>
#include <cmath>

#include "dialogs/engine.hpp"
#include "dialogs/numbers.hpp"
#include "dialogs/proof_samples.hpp"
#include "dialogs/talk_space.hpp"

namespace advisor::dialogs {
namespace {

constexpr double dominating_share = 0.9;
constexpr double rounding = 1e-9;
constexpr std::size_t default_samples = 100'000;
constexpr std::size_t flip_samples = 1000;
constexpr std::size_t max_listed_choices = 12;  // 2^12 sets

/// An answer with one value of it for each way it can be given, and how much that weighs.
struct Row {
    std::string answer;
    std::vector<std::pair<Value, double>> values;
};

std::vector<Row> number_rows(const Question& question, bool by_value) {
    std::vector<Row> rows;
    std::int64_t from = question.limits.min;
    const auto add = [&](std::int64_t to) {
        const std::string text = from == to ? grouped(from) : grouped(from) + " to " + grouped(to);
        rows.push_back({text + (question.unit.empty() ? "" : " " + question.unit),
                        {{Amount{from, from}, by_value ? static_cast<double>(to - from + 1) : 1}}});
    };
    for (const std::int64_t border : question.borders) {
        add(border - 1);
        from = border;
    }
    add(question.limits.max);
    return rows;
}

std::vector<Row> rows_of(const Question& question, const SimulationOptions& options) {
    std::vector<Row> rows;
    if (question.kind == QuestionKind::number || question.kind == QuestionKind::scale)
        rows = number_rows(question, options.numbers_by_value);
    if (question.kind == QuestionKind::text) rows.push_back({"A text", {{Text("text"), 1}}});
    if (question.kind == QuestionKind::boolean)
        rows = {{question.choices[0].say, {{true, 1}}}, {question.choices[1].say, {{false, 1}}}};
    for (std::uint32_t i = 0; question.kind == QuestionKind::choice && i < question.choices.size();
         ++i)
        rows.push_back({question.choices[i].say, {{Choice{i}, 1}}});
    if (question.kind == QuestionKind::multi && question.choices.size() <= max_listed_choices) {
        rows.push_back({"None of these", {{Choices{0}, 1}}});
        for (const ChoiceSpec& choice : question.choices) rows.push_back({choice.say, {}});
        for (std::uint32_t mask = 1; mask >> question.choices.size() == 0; ++mask) {
            for (std::size_t i = 0; i < question.choices.size(); ++i) {
                if ((mask >> i & 1U) != 0) rows[i + 1].values.emplace_back(Choices{mask}, 1);
            }
        }
    }
    if (options.unknown && question.allow_unknown)
        rows.push_back({"I don't know", {{Unknown{}, 1}}});
    return rows;
}

SpaceRequest request_for(const Script& script, const SimulationOptions& options) {
    SpaceRequest request;
    for (std::size_t i = 0; i < script.rules.size(); ++i) request.rules.push_back(i);
    request.all_questions = true;
    request.only_weighted = true;
    request.keep_edges = true;
    request.cells.unknown = options.unknown;
    request.cells.ranges = false;
    request.cells.unknown_weight = options.unknown ? 1 : 0;
    request.cells.numbers_by_value = options.numbers_by_value;
    request.max_points = options.max_points;
    return request;
}

bool differ(const std::vector<double>& left, std::size_t a, std::size_t b, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        if (std::abs(left[a * width + i] - left[b * width + i]) > rounding) return true;
    }
    return false;
}

/// Exact shares: forwards how likely each point of a talk is, backwards what it leads to.
class Exact {
public:
    Exact(const Script& script, const SimulationOptions& options, const TalkSpace& space)
        : script_(script), options_(options), space_(space), width_(script.tie_outcome() + 1) {}

    Simulation run() {
        result_.exact = true;
        result_.outcomes.assign(width_, 0);
        result_.errors.assign(width_, 0);
        const TalkLayer& ends = space_.ends();
        std::vector<double> behind(ends.size() * width_, 0);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const std::size_t outcome = outcome_of(script_, space_.totals(i));
            behind[i * width_ + outcome] = 1;
            result_.outcomes[outcome] += ends.mass[i];
        }
        result_.questions.resize(space_.questions().size());
        for (std::size_t i = space_.questions().size(); i-- > 0;) behind = step_back(i, behind);
        return std::move(result_);
    }

private:
    /// From what the points after a question lead to, to what the ones before it do.
    std::vector<double> step_back(std::size_t position, const std::vector<double>& behind) {
        const TalkLayer& before = space_.layers()[position];
        const std::vector<AnswerCell>& cells = space_.cells(position);
        double sum = 0;
        for (const AnswerCell& cell : cells) sum += cell.weight;
        std::vector<double> ahead(before.size() * width_, 0);
        std::vector<double> joint(cells.size() * width_, 0);
        std::vector<std::uint32_t> first(before.size(), 0xFFFFFFFF);
        QuestionShares& shares = result_.questions[position];
        shares.question = space_.questions()[position];
        for (const TalkEdge& edge : space_.layers()[position + 1].edges) {
            const bool asked = edge.cell != not_asked_cell;
            const double share = asked ? cells[edge.cell].weight / sum : 1;
            for (std::size_t o = 0; o < width_; ++o) {
                const double part = share * behind[edge.to * width_ + o];
                ahead[edge.from * width_ + o] += part;
                if (asked) joint[edge.cell * width_ + o] += before.mass[edge.from] * part;
            }
            if (!asked) continue;
            shares.asked += before.mass[edge.from] * share;
            if (first[edge.from] == 0xFFFFFFFF) first[edge.from] = edge.to;
            if (first[edge.from] != edge.to && differ(behind, first[edge.from], edge.to, width_))
                shares.matters = true;
        }
        list_answers(position, joint, shares);
        return ahead;
    }

    void list_answers(std::size_t position, const std::vector<double>& joint,
                      QuestionShares& shares) {
        const Question& question = script_.questions[shares.question];
        const std::vector<AnswerCell>& cells = space_.cells(position);
        for (const Row& row : rows_of(question, options_)) {
            AnswerShares answer;
            answer.answer = row.answer;
            std::vector<double> sums(width_, 0);
            for (const auto& [value, weight] : row.values) {
                const auto cell = space_.cell_of(position, value);
                if (!cell) continue;
                for (std::size_t o = 0; o < width_; ++o)
                    sums[o] += joint[*cell * width_ + o] * weight / cells[*cell].weight;
            }
            for (const double part : sums) answer.share += part;
            if (answer.share > 0) {
                for (double& part : sums) part /= answer.share;
                answer.outcomes = std::move(sums);
            }
            shares.answers.push_back(std::move(answer));
        }
    }

    const Script& script_;
    const SimulationOptions& options_;
    const TalkSpace& space_;
    std::size_t width_;
    Simulation result_;
};

/// splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}
    /// From 0 to below 1.
    double next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30U) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ mixed >> 27U) * 0x94D049BB133111EBULL;
        mixed ^= mixed >> 31U;
        return static_cast<double>(mixed >> 11U) / 9007199254740992.0;
    }

private:
    std::uint64_t state_;
};

/// Shares from random talks.
class Sampled {
public:
    Sampled(const Script& script, const SimulationOptions& options, std::size_t count)
        : script_(script), count_(count), width_(script.tie_outcome() + 1), numbers_(options.seed) {
        for (const Question& question : script.questions)
            rows_.push_back(rows_of(question, options));
    }

    Simulation run() {
        Simulation result;
        result.samples = count_;
        result.outcomes.assign(width_, 0);
        result.questions.resize(script_.questions.size());
        prepare(result);
        for (std::size_t i = 0; i < count_; ++i) take(talk(), result);
        for (QuestionShares& shares : result.questions) finish(shares);
        const auto count = static_cast<double>(count_);
        for (double& share : result.outcomes) {
            // One talk more of each kind (Laplace): what was never seen is not certain never to
            // come.
            const double likely = (share + 1) / (count + 2);
            result.errors.push_back(std::sqrt(likely * (1 - likely) / count));
            share /= count;
        }
        return result;
    }

private:
    void prepare(Simulation& result) {
        for (QuestionIndex i = 0; i < script_.questions.size(); ++i) {
            result.questions[i].question = i;
            for (const Row& row : rows_[i])
                result.questions[i].answers.push_back(
                    {row.answer, 0, std::vector<double>(width_, 0), false});
        }
    }

    Value random_value(QuestionIndex question) {
        const Question& asked = script_.questions[question];
        const std::vector<Row>& rows = rows_[question];
        if (asked.kind == QuestionKind::multi) {
            const bool unknown = !rows.empty() && rows.back().answer == "I don't know" &&
                                 std::holds_alternative<Unknown>(rows.back().values.front().first);
            const double sets = std::exp2(static_cast<double>(asked.choices.size()));
            const double pick = numbers_.next() * (sets + (unknown ? 1 : 0));
            return pick < sets ? Value(Choices{static_cast<std::uint32_t>(pick)})
                               : Value(Unknown{});
        }
        double sum = 0;
        for (const Row& row : rows) sum += row.values.front().second;
        double pick = numbers_.next() * sum;
        for (const Row& row : rows) {
            pick -= row.values.front().second;
            if (pick < 0) return row.values.front().first;
        }
        return rows.back().values.front().first;
    }

    Answers talk() {
        Answers answers(script_.questions.size());
        std::vector<Fact> facts(script_.questions.size());
        for (QuestionIndex i = 0; i < answers.size(); ++i) {
            if (evaluate(script_.questions[i].when, facts) != Truth::yes) {
                facts[i].status = Fact::Status::not_asked;
                continue;
            }
            answers[i] = random_value(i);
            facts[i] = {Fact::Status::answered, &*answers[i]};
        }
        return answers;
    }

    void take(const Answers& answers, Simulation& result) {
        const std::size_t outcome = score(script_, answers).outcome;
        result.outcomes[outcome] += 1;
        for (QuestionIndex i = 0; i < answers.size(); ++i) {
            if (!answers[i]) continue;
            QuestionShares& shares = result.questions[i];
            shares.asked += 1;
            for (std::size_t row = 0; row < rows_[i].size(); ++row) {
                const std::vector<std::pair<Value, double>>& values = rows_[i][row].values;
                const bool given =
                    std::any_of(values.begin(), values.end(),
                                [&](const auto& value) { return value.first == *answers[i]; });
                if (!given) continue;
                shares.answers[row].share += 1;
                shares.answers[row].outcomes[outcome] += 1;
            }
        }
    }

    void finish(QuestionShares& shares) const {
        shares.asked /= static_cast<double>(count_);
        for (AnswerShares& answer : shares.answers) {
            if (answer.share <= 0) answer.outcomes.clear();
            for (double& part : answer.outcomes) part /= answer.share;
            answer.share /= static_cast<double>(count_);
        }
    }

    const Script& script_;
    std::size_t count_;
    std::size_t width_;
    Numbers numbers_;
    std::vector<std::vector<Row>> rows_;
};

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
        if (space.complete()) result = Exact(script, options, space).run();
    }
    if (!result.exact)
        result =
            Sampled(script, options, options.samples > 0 ? options.samples : default_samples).run();
    const TalkSampler sampler(script);
    const std::vector<SampleTalk> talks = sampler.talks(flip_samples);
    look_for_flips(script, sampler, talks, options, result);
    result.order_bias = result.exact ? exact_order_bias(script, options, result.outcomes)
                                     : order_bias(script, talks);
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
