// The shares of outcomes and answers: exact, or from random talks.

#include <algorithm>
#include <cmath>

#include "dialogs/numbers.hpp"
#include "dialogs/simulate_parts.hpp"

namespace advisor::dialogs {
namespace {

constexpr double rounding = 1e-9;
constexpr std::size_t max_listed_choices = 12;  // 2^12 sets

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

}  // namespace

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

Simulation exact_shares(const Script& script, const SimulationOptions& options,
                        const TalkSpace& space) {
    return Exact(script, options, space).run();
}

Simulation sampled_shares(const Script& script, const SimulationOptions& options,
                          std::size_t count) {
    return Sampled(script, options, count).run();
}

}  // namespace advisor::dialogs
