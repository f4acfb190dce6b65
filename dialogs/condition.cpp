#include "dialogs/condition.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace advisor::dialogs {
namespace {

/// Deep enough for any condition of 2,000 characters; the parser refuses deeper ones.
constexpr std::size_t max_stack = 64;

Truth truth_of(bool value) {
    return value ? Truth::yes : Truth::no;
}

/// True for a node that looks at a question.
bool is_atom(ConditionNode::Op op) {
    using Op = ConditionNode::Op;
    return op != Op::always && op < Op::not_;
}

Truth negate(Truth truth) {
    if (truth == Truth::maybe) return Truth::maybe;
    return truth_of(truth == Truth::no);
}

Truth compare(const Amount& amount, std::int64_t low, std::int64_t high) {
    if (amount.min >= low && amount.max <= high) return Truth::yes;
    if (amount.max < low || amount.min > high) return Truth::no;
    return Truth::maybe;
}

Truth read_known(const ConditionNode& node, const Value& value) {
    using Op = ConditionNode::Op;
    switch (node.op) {
        case Op::one_of: {
            const auto* choice = std::get_if<Choice>(&value);
            return truth_of(choice && (node.mask >> choice->index & 1U) != 0);
        }
        case Op::includes_any: {
            const auto* choices = std::get_if<Choices>(&value);
            return truth_of(choices && (choices->mask & node.mask) != 0);
        }
        case Op::is_empty: {
            const auto* choices = std::get_if<Choices>(&value);
            return truth_of(choices && choices->mask == 0);
        }
        case Op::within: {
            const auto* amount = std::get_if<Amount>(&value);
            return amount ? compare(*amount, node.low, node.high) : Truth::no;
        }
        case Op::is_yes:
        case Op::is_no: {
            const auto* flag = std::get_if<bool>(&value);
            return truth_of(flag && *flag == (node.op == Op::is_yes));
        }
        default:
            return Truth::maybe;
    }
}

Truth read_atom(const ConditionNode& node, const Fact& fact) {
    using Op = ConditionNode::Op;
    if (fact.status == Fact::Status::not_asked) return Truth::no;
    if (fact.status == Fact::Status::open) return Truth::maybe;
    const bool known = is_known(*fact.value);
    if (node.op == Op::is_known) return truth_of(known);
    if (node.op == Op::is_unknown) return truth_of(!known);
    return known ? read_known(node, *fact.value) : Truth::maybe;
}

}  // namespace

Truth evaluate_nodes(std::span<const ConditionNode> nodes, std::span<const Fact> facts) {
    using Op = ConditionNode::Op;
    if (nodes.size() == 1 && is_atom(nodes[0].op))
        return read_atom(nodes[0], facts[nodes[0].question]);
    std::array<Truth, max_stack> stack;  // the parser sees to it that nothing is read unset
    std::size_t size = 0;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const ConditionNode& node = nodes[at];
        switch (node.op) {
            case Op::skip_if_no:
            case Op::skip_if_yes:
                if (stack[size - 1] == (node.op == Op::skip_if_no ? Truth::no : Truth::yes))
                    at = node.skip_to - 1;
                break;
            case Op::always:
                stack[size++] = Truth::yes;
                break;
            case Op::not_:
                stack[size - 1] = negate(stack[size - 1]);
                break;
            case Op::and_:
                --size;
                stack[size - 1] = std::min(stack[size - 1], stack[size]);
                break;
            case Op::or_:
                --size;
                stack[size - 1] = std::max(stack[size - 1], stack[size]);
                break;
            default:
                assert(node.question < facts.size());
                stack[size++] = read_atom(node, facts[node.question]);
        }
    }
    return stack[0];
}

std::vector<QuestionIndex> mentioned(const Condition& condition) {
    std::vector<QuestionIndex> questions;
    for (const ConditionNode& node : condition.nodes) {
        if (!is_atom(node.op)) continue;
        if (std::find(questions.begin(), questions.end(), node.question) == questions.end()) {
            questions.push_back(node.question);
        }
    }
    return questions;
}

}  // namespace advisor::dialogs
