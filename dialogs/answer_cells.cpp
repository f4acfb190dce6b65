#include "dialogs/answer_cells.hpp"

#include <algorithm>
#include <map>

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;

class Cells {
public:
    Cells(const Script& script, QuestionIndex question, std::span<const ConditionNode> comparisons,
          const CellRules& rules)
        : script_(script),
          index_(question),
          question_(script.questions[question]),
          comparisons_(comparisons),
          rules_(rules) {}

    std::optional<std::vector<AnswerCell>> make() {
        switch (question_.kind) {
            case QuestionKind::choice:
                for (std::uint32_t i = 0; i < question_.choices.size(); ++i) add(Choice{i}, 1);
                break;
            case QuestionKind::boolean:
                add(true, 1);
                add(false, 1);
                break;
            case QuestionKind::number:
            case QuestionKind::scale:
                numbers();
                break;
            case QuestionKind::multi:
                sets();
                break;
            case QuestionKind::text:
                add(Text("text"), 1);
                break;
        }
        if (rules_.unknown && question_.allow_unknown) add(Unknown{}, rules_.unknown_weight);
        if (rules_.unknown && !question_.allow_unknown && !question_.required) add(Skipped{}, 0);
        if (cells_.size() > max_cells) return std::nullopt;
        return std::move(cells_);
    }

private:
    void add(Value value, double weight) {
        std::vector<Truth> reads = read_value_by(script_, index_, comparisons_, value);
        add(std::move(value), std::move(reads), weight);
    }

    void add(Value value, std::vector<Truth> reads, double weight) {
        const auto [place, is_new] = places_.try_emplace(reads, cells_.size());
        if (!is_new) {
            cells_[place->second].weight += weight;
        } else if (cells_.size() <= max_cells) {
            cells_.push_back({std::move(value), weight, std::move(reads)});
        }
    }

    void numbers() {
        std::vector<std::int64_t> starts{question_.limits.min};
        for (const ConditionNode& node : comparisons_) {
            if (node.op != Op::within) continue;
            for (const std::int64_t border :
                 {node.low, node.high < question_.limits.max ? node.high + 1 : node.low}) {
                if (border > question_.limits.min && border <= question_.limits.max)
                    starts.push_back(border);
            }
        }
        std::sort(starts.begin(), starts.end());
        starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
        for (std::size_t i = 0; i < starts.size(); ++i) {
            const std::int64_t end =
                i + 1 < starts.size() ? starts[i + 1] : question_.limits.max + 1;
            add(Amount{starts[i], starts[i]},
                rules_.numbers_by_value ? static_cast<double>(end - starts[i]) : 1);
        }
        if (!rules_.ranges || question_.kind == QuestionKind::scale) return;
        for (std::size_t i = 0; i < starts.size(); ++i) {
            for (std::size_t j = i + 1; j < starts.size() && cells_.size() <= max_cells; ++j)
                add(Amount{starts[i], starts[j]}, 0);
        }
    }

    /// Which comparisons a set of choices makes true is the union of what its choices do, so the
    /// sets are built choice by choice and those that read the same are counted, not listed.
    void sets() {
        struct Sets {
            std::uint32_t mask = 0;
            double count = 0;
        };
        std::map<std::vector<Truth>, Sets> found;
        found[read_value_by(script_, index_, comparisons_, Choices{})] = {0, 1};
        for (std::uint32_t i = 0; i < question_.choices.size(); ++i) {
            const std::map<std::vector<Truth>, Sets> before = found;
            for (const auto& [reads, sets] : before) {
                const std::uint32_t mask = sets.mask | 1U << i;
                Sets& more = found[read_value_by(script_, index_, comparisons_, Choices{mask})];
                if (more.count == 0) more.mask = mask;
                more.count += sets.count;
            }
            if (found.size() > max_cells) break;
        }
        std::vector<std::pair<std::uint32_t, const std::vector<Truth>*>> order;
        for (const auto& [reads, sets] : found) order.emplace_back(sets.mask, &reads);
        std::sort(order.begin(), order.end());
        for (const auto& [mask, reads] : order) add(Choices{mask}, *reads, found[*reads].count);
    }

    const Script& script_;
    QuestionIndex index_;
    const Question& question_;
    std::span<const ConditionNode> comparisons_;
    const CellRules& rules_;
    std::vector<AnswerCell> cells_;
    std::map<std::vector<Truth>, std::size_t> places_;
};

}  // namespace

std::vector<ConditionNode> comparisons_on(const Script& script, QuestionIndex question) {
    std::vector<ConditionNode> found;
    const auto known = [&](const ConditionNode& node) {
        return std::any_of(found.begin(), found.end(), [&](const ConditionNode& other) {
            return other.op == node.op && other.mask == node.mask && other.low == node.low &&
                   other.high == node.high;
        });
    };
    const auto look = [&](const Condition& condition) {
        for (const ConditionNode& node : condition.nodes) {
            const bool compares = node.op >= Op::one_of && node.op <= Op::is_unknown;
            if (compares && node.question == question && !known(node)) found.push_back(node);
        }
    };
    for (const Question& other : script.questions) look(other.when);
    for (const Rule& rule : script.rules) look(rule.when);
    return found;
}

std::vector<Truth> read_value_by(const Script& script, QuestionIndex question,
                                 std::span<const ConditionNode> comparisons, const Value& value) {
    std::vector<Fact> facts(script.questions.size());
    facts[question] = {Fact::Status::answered, &value};
    std::vector<Truth> reads;
    reads.reserve(comparisons.size());
    for (const ConditionNode& node : comparisons)
        reads.push_back(evaluate_nodes({&node, 1}, facts));
    return reads;
}

std::optional<std::vector<AnswerCell>> answer_cells(const Script& script, QuestionIndex question,
                                                    std::span<const ConditionNode> comparisons,
                                                    const CellRules& rules) {
    return Cells(script, question, comparisons, rules).make();
}

}  // namespace advisor::dialogs
