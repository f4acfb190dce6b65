#pragma once
// Every talk of a small script, one by one: the slow and simple way that proofs are held against.

#include <functional>
#include <vector>

#include "dialogs/score.hpp"
#include "random_script.hpp"

namespace advisor::dialogs::model {

/// Every value with an effect that the question takes: also ranges, and a skip where "I don't know"
/// is refused.
inline std::vector<Value> all_answers(const Question& question, bool ranges = true) {
    std::vector<Value> values = all_values(question);
    if (!question.allow_unknown && !question.required) values.emplace_back(Skipped{});
    if (question.kind != QuestionKind::number || !ranges) return values;
    for (std::int64_t min = question.limits.min; min < question.limits.max; ++min) {
        for (std::int64_t max = min + 1; max <= question.limits.max; ++max)
            values.emplace_back(Amount{min, max});
    }
    return values;
}

/// Calls `visit` with the answers of every talk that begins with `given`, which has no gaps.
/// Returns false when there are more than `limit`.
inline bool every_talk(const Script& script, const Answers& given, std::size_t limit,
                       const std::function<void(const Answers&)>& visit, bool ranges = true) {
    std::size_t count = 0;
    Answers answers = given;
    const std::function<bool()> go = [&]() -> bool {
        const std::vector<Fact> facts = settle(script, answers);
        QuestionIndex next = 0;
        while (next < facts.size() && facts[next].status != Fact::Status::open) ++next;
        if (next == facts.size()) {
            visit(answers);
            return ++count <= limit;
        }
        for (const Value& value : all_answers(script.questions[next], ranges)) {
            answers[next] = value;
            if (!go()) return false;
        }
        answers[next].reset();
        return true;
    };
    return go();
}

}  // namespace advisor::dialogs::model
