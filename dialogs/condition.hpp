#pragma once
// The `when` language: conditions over answers, with three results. Grammar and meaning:
// docs/scripts.md.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace advisor::dialogs {

/// Position of a question in its script.
using QuestionIndex = std::size_t;

/// "I don't know."
struct Unknown {
    bool operator==(const Unknown&) const = default;
};
/// Left open on purpose; counts like Unknown.
struct Skipped {
    bool operator==(const Skipped&) const = default;
};
/// One of the choices, by position.
struct Choice {
    std::uint32_t index = 0;
    bool operator==(const Choice&) const = default;
};
/// Any of the choices: bit i stands for choice i. No bit: "none of these".
struct Choices {
    std::uint32_t mask = 0;
    bool operator==(const Choices&) const = default;
};
/// A number or a scale value; a range when min < max.
struct Amount {
    std::int64_t min = 0;
    std::int64_t max = 0;
    bool operator==(const Amount&) const = default;
};

/// What somebody typed. Copies share it, and it is half the size of a std::string: every session
/// keeps a value per question.
class Text {
public:
    Text(std::string text)  // NOLINT(google-explicit-constructor): a value is made of any text
        : text_(std::make_shared<const std::string>(std::move(text))) {}
    [[nodiscard]] const std::string& str() const { return *text_; }
    bool operator==(const Text& other) const { return *text_ == *other.text_; }

private:
    std::shared_ptr<const std::string> text_;  // never null
};

using Value = std::variant<Unknown, Skipped, Choice, Choices, Amount, bool, Text>;

[[nodiscard]] inline bool is_known(const Value& value) {
    return value.index() > 1;
}

/// What is settled about one question when a condition is read.
struct Fact {
    enum class Status : std::uint8_t {
        open,       ///< may still be asked
        not_asked,  ///< ruled out by its own `when`
        answered,
    };
    Status status = Status::open;
    const Value* value = nullptr;  ///< set when answered
};

/// The result of a condition. `maybe`: the answers do not decide it.
enum class Truth : std::uint8_t { no, maybe, yes };

/// One step of a condition in postfix order.
struct ConditionNode {
    enum class Op : std::uint8_t {
        always,
        one_of,
        includes_any,
        is_empty,
        within,
        is_yes,
        is_no,
        is_known,
        is_unknown,
        not_,
        and_,
        or_,
        skip_if_no,
        skip_if_yes
    };
    Op op = Op::always;
    std::uint32_t question = 0;
    std::uint32_t mask = 0;  ///< one_of, includes_any: bit i stands for choice i
    std::int64_t low = 0;    ///< within: both borders included
    std::int64_t high = 0;
    std::uint32_t skip_to =
        0;  ///< skip_if_no, skip_if_yes: the node to go on with when the left side has decided
};

/// A parsed condition. An empty one always holds.
struct Condition {
    std::vector<ConditionNode> nodes;
    std::string text;             ///< as the author wrote it
    std::uint64_t questions = 0;  ///< the ones it looks at: bit i stands for question i
    [[nodiscard]] bool empty() const { return nodes.empty(); }
};

/// What evaluate() does for a condition that is not empty.
[[nodiscard]] Truth evaluate_nodes(std::span<const ConditionNode> nodes,
                                   std::span<const Fact> facts);

/// Reads a condition against what is settled; `facts` has one entry per question of the script.
[[nodiscard]] inline Truth evaluate(const Condition& condition, std::span<const Fact> facts) {
    return condition.empty() ? Truth::yes : evaluate_nodes(condition.nodes, facts);
}

/// The questions that a condition looks at, each once, in order of mention.
[[nodiscard]] std::vector<QuestionIndex> mentioned(const Condition& condition);

}  // namespace advisor::dialogs
