#include "dialogs/condition_words.hpp"

#include <vector>

#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;

/// A part in words; `negated` is the same part denied, empty when only brackets will do.
struct Words {
    std::string text;
    std::string negated;
    Op joined_by = Op::always;  ///< and_ or or_ when it has several parts
};

std::string quoted(const std::string& text) {
    return "“" + text + "”";
}

std::string names(const Question& question, std::uint32_t mask) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        if ((mask >> i & 1U) != 0) list.push_back(quoted(question.choices[i].say));
    }
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i)
        text += (i == 0 ? "" : i + 1 == list.size() ? " or " : ", ") + list[i];
    return text;
}

Words number_words(const Question& question, const std::string& label, const ConditionNode& node) {
    const std::string unit = question.unit.empty() ? "" : " " + question.unit;
    const bool from = node.low > question.limits.min;
    const bool to = node.high < question.limits.max;
    if (node.low == node.high)
        return {label + " is " + grouped(node.low) + unit,
                label + " is not " + grouped(node.low) + unit};
    if (from && to)
        return {label + " is from " + grouped(node.low) + " to " + grouped(node.high) + unit,
                label + " is not from " + grouped(node.low) + " to " + grouped(node.high) + unit};
    if (from)
        return {label + " is at least " + grouped(node.low) + unit,
                label + " is less than " + grouped(node.low) + unit};
    if (to)
        return {label + " is at most " + grouped(node.high) + unit,
                label + " is more than " + grouped(node.high) + unit};
    return {label + " is any number", label + " is no number"};
}

Words atom_words(const Script& script, const ConditionNode& node) {
    const Question& question = script.questions[node.question];
    const std::string label = quoted(question.label);
    switch (node.op) {
        case Op::one_of:
            return {label + " is " + names(question, node.mask),
                    label + " is not " + names(question, node.mask)};
        case Op::includes_any:
            return {label + " includes " + names(question, node.mask),
                    label + " does not include " + names(question, node.mask)};
        case Op::is_empty:
            return {"nothing is chosen at " + label, "something is chosen at " + label};
        case Op::within:
            return number_words(question, label, node);
        case Op::is_yes:
            return {label + " is answered with yes", label + " is not answered with yes"};
        case Op::is_no:
            return {label + " is answered with no", label + " is not answered with no"};
        case Op::is_known:
            return {label + " is known", label + " is not known or not asked"};
        default:
            return {label + " is not known", label + " is known or not asked"};
    }
}

Words join(const Words& left, const Words& right, Op op) {
    const auto part = [op](const Words& words) {
        const bool brackets = words.joined_by != Op::always && words.joined_by != op;
        return brackets ? "(" + words.text + ")" : words.text;
    };
    return {part(left) + (op == Op::and_ ? ", and " : ", or ") + part(right), "", op};
}

}  // namespace

std::string condition_words(const Script& script, const Condition& condition) {
    std::vector<Words> stack;
    for (const ConditionNode& node : condition.nodes) {
        if (node.op == Op::skip_if_no || node.op == Op::skip_if_yes) continue;
        if (node.op == Op::always) {
            stack.push_back({"always", "never"});
        } else if (node.op == Op::not_) {
            Words& last = stack.back();
            if (last.negated.empty())
                last = {"not (" + last.text + ")", last.text, Op::always};
            else
                last = {last.negated, last.text, Op::always};
        } else if (node.op == Op::and_ || node.op == Op::or_) {
            const Words right = std::move(stack.back());
            stack.pop_back();
            stack.back() = join(stack.back(), right, node.op);
        } else {
            stack.push_back(atom_words(script, node));
        }
    }
    return stack.empty() ? "always" : stack.back().text;
}

}  // namespace advisor::dialogs
