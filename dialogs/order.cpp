#include "dialogs/order.hpp"

#include <algorithm>
#include <utility>

namespace advisor::dialogs {
namespace {

std::uint64_t bit(QuestionIndex question) {
    return std::uint64_t{1} << question;
}

std::uint64_t with_status(std::span<const Fact> facts, Fact::Status status) {
    std::uint64_t set = 0;
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == status) set |= bit(i);
    }
    return set;
}

/// Of the questions in `askable`, those of the first topic that has been begun and has some left.
std::uint64_t begun_topic(const Script& script, std::uint64_t askable, std::uint64_t answered) {
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        const std::uint64_t group = script.questions[i].group;
        if ((askable & bit(i)) != 0 && (group & answered) != 0) return askable & group;
    }
    return askable;
}

}  // namespace

std::optional<QuestionIndex> next_question(const Script& script, std::span<const Fact> facts) {
    if (script.order) return script.order->next(script, facts);
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::open) return i;
    }
    return std::nullopt;
}

std::vector<QuestionIndex> askable_questions(const Script& script, std::span<const Fact> facts) {
    const std::uint64_t open = with_status(facts, Fact::Status::open);
    std::uint64_t askable = 0;
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        const Question& question = script.questions[i];
        if ((open & bit(i)) == 0 || ((question.when.questions | question.after) & open) != 0)
            continue;
        if (question.first) return {i};
        askable |= bit(i);
    }
    askable = begun_topic(script, askable, with_status(facts, Fact::Status::answered));
    std::vector<QuestionIndex> questions;
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if ((askable & bit(i)) != 0) questions.push_back(i);
    }
    return questions;
}

std::size_t AdaptiveOrder::PointHash::operator()(const Point& point) const {
    std::uint64_t hash = 0x9E3779B97F4A7C15ULL;
    for (const std::uint64_t word : point) {
        hash = (hash ^ word) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
    }
    return hash;
}

AdaptiveOrder::Point AdaptiveOrder::point_of(const Script& script,
                                             std::span<const Fact> facts) const {
    const std::uint64_t open = with_status(facts, Fact::Status::open);
    Point point{open, 0};
    std::uint64_t looked_at = 0;  // by what is undecided
    const std::size_t options = script.options.size();
    std::vector<int> totals(options, 0);
    for (const Rule& rule : script.rules) {
        const Truth truth = evaluate(rule.when, facts);
        if (truth == Truth::maybe && (rule.when.questions & open) != 0)
            looked_at |= rule.when.questions;
        if (truth != Truth::yes) continue;
        for (OptionIndex i = 0; i < options; ++i) totals[i] += rule.points[i];
    }
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if ((open & bit(i)) != 0) looked_at |= script.questions[i].when.questions;
        // A topic that has been begun is gone on with.
        if ((open & bit(i)) != 0) looked_at |= script.questions[i].group & ~open;
    }
    point[1] = looked_at & ~open;
    for (OptionIndex i = 1; i < options; ++i)
        point.push_back(static_cast<std::uint64_t>(std::int64_t{totals[i]} - totals[0]));
    std::uint64_t packed = 1;  // the one in front tells how many follow
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if ((point[1] & bit(i)) == 0) continue;
        packed = packed << 1U | (facts[i].status == Fact::Status::answered ? 1U : 0U);
        for (const ConditionNode& comparison : comparisons_[i]) {
            packed =
                packed << 2U | static_cast<std::uint64_t>(evaluate_nodes({&comparison, 1}, facts));
            if (packed >> 60U != 0) point.push_back(std::exchange(packed, 1));
        }
    }
    point.push_back(packed);
    return point;
}

std::optional<QuestionIndex> AdaptiveOrder::next(const Script& script,
                                                 std::span<const Fact> facts) const {
    const std::vector<QuestionIndex> askable = askable_questions(script, facts);
    if (askable.empty()) return std::nullopt;
    if (askable.size() == 1 || askable.front() < adaptive_from_) return askable.front();
    const auto choice = choices_.find(point_of(script, facts));
    if (choice == choices_.end()) return askable.front();
    const bool allowed = std::count(askable.begin(), askable.end(), choice->second) > 0;
    return allowed ? choice->second : askable.front();
}

}  // namespace advisor::dialogs
