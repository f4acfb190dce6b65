#include "dialogs/team_answers.hpp"

#include <algorithm>

namespace advisor::dialogs {
namespace {

bool asks_something(const Script& script, const Answers& answers) {
    const std::vector<Fact> facts = settle(script, answers);
    return std::ranges::any_of(facts,
                               [](const Fact& fact) { return fact.status == Fact::Status::open; });
}

/// How many combinations there are, or one more than can be tried.
std::size_t count_ways(std::span<const Disputed> disputed) {
    std::size_t ways = 1;
    for (const Disputed& one : disputed) {
        ways *= one.values.size();
        if (ways > max_team_ways) return max_team_ways + 1;
    }
    return ways;
}

/// The winner of every combination; the value of the first question changes fastest.
std::vector<std::size_t> winners(const Script& script, const Answers& counted,
                                 std::span<const Disputed> disputed, std::size_t ways) {
    std::vector<std::size_t> found;
    found.reserve(ways);
    Answers varied = counted;
    for (std::size_t way = 0; way < ways; ++way) {
        std::size_t rest = way;
        for (const Disputed& one : disputed) {
            varied[one.question] = one.values[rest % one.values.size()];
            rest /= one.values.size();
        }
        found.push_back(score(script, varied).outcome);
    }
    return found;
}

/// True when two combinations that differ only in a question have two winners. `stride` is the
/// distance between two values of the question, of which it has `values`.
bool decides(const std::vector<std::size_t>& winner, std::size_t stride, std::size_t values) {
    for (std::size_t way = 0; way < winner.size(); ++way) {
        const std::size_t value = way / stride % values;
        if (value != 0 && winner[way] != winner[way - value * stride]) return true;
    }
    return false;
}

Difference look_at(const Script& script, const Answers& counted, const Disputed& one) {
    Difference difference{one, Weight::none, {}, false};
    const bool asks_now = asks_something(script, counted);
    Answers varied = counted;
    for (const Value& value : one.values) {
        varied[one.question] = value;
        difference.outcomes.push_back(score(script, varied).outcome);
        if (!asks_now && asks_something(script, varied)) difference.opens_more = true;
    }
    return difference;
}

}  // namespace

std::vector<Difference> weigh_differences(const Script& script, const Answers& counted,
                                          std::span<const Disputed> disputed) {
    const std::size_t ways = count_ways(disputed);
    const bool can_try = ways <= max_team_ways;
    std::vector<std::size_t> winner;
    if (can_try) winner = winners(script, counted, disputed, ways);
    std::vector<Difference> differences;
    std::size_t stride = 1;
    for (const Disputed& one : disputed) {
        Difference difference = look_at(script, counted, one);
        const bool alone = std::ranges::any_of(difference.outcomes, [&](std::size_t outcome) {
            return outcome != difference.outcomes.front();
        });
        if (alone)
            difference.weight = Weight::alone;
        else if (!can_try)
            difference.weight = Weight::not_counted;
        else if (decides(winner, stride, one.values.size()))
            difference.weight = Weight::in_company;
        stride *= one.values.size();
        differences.push_back(std::move(difference));
    }
    return differences;
}

}  // namespace advisor::dialogs
