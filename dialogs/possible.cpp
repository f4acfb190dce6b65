#include "dialogs/possible.hpp"

#include <algorithm>
#include <bit>

#include "dialogs/settle_one.hpp"

namespace advisor::dialogs {
namespace {

using Outcomes = std::uint64_t;  // bit i stands for outcome i

bool is_open(const Value& value) {
    const auto* amount = std::get_if<Amount>(&value);
    return !is_known(value) || (amount && amount->min < amount->max);
}

/// What an open answer may turn out to be: first every single value that has an effect of its own,
/// then the ranges between them.
struct Refinements {
    std::vector<Value> values;
    std::size_t single = 0;
};

void add_numbers(const Question& question, Amount within, Refinements& result) {
    std::vector<Amount> stretches;
    std::int64_t from = within.min;
    for (const std::int64_t border : question.borders) {
        if (border <= from || border > within.max) continue;
        stretches.push_back({from, border - 1});
        from = border;
    }
    stretches.push_back({from, within.max});
    for (const Amount& stretch : stretches)
        result.values.emplace_back(Amount{stretch.min, stretch.min});
    result.single = result.values.size();
    if (question.kind == QuestionKind::scale) return;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        for (std::size_t j = i + 1; j < stretches.size(); ++j)
            result.values.emplace_back(Amount{stretches[i].min, stretches[j].max});
    }
}

/// At most `limit` of them and one more: then there are too many anyway.
Refinements refinements(const Question& question, const Value& now, std::size_t limit) {
    Refinements result;
    switch (question.kind) {
        case QuestionKind::choice:
            for (std::uint32_t i = 0; i < question.choices.size(); ++i)
                result.values.emplace_back(Choice{i});
            break;
        case QuestionKind::multi:
            for (std::uint32_t mask = 0; (mask >> question.choices.size()) == 0 && mask <= limit;
                 ++mask)
                result.values.emplace_back(Choices{mask});
            break;
        case QuestionKind::boolean:
            result.values = {true, false};
            break;
        case QuestionKind::number:
        case QuestionKind::scale: {
            const auto* amount = std::get_if<Amount>(&now);
            add_numbers(question, amount ? *amount : question.limits, result);
            return result;
        }
        case QuestionKind::text:
            result.values.emplace_back(Text("?"));
            break;
    }
    result.single = result.values.size();
    return result;
}

/// For a list not every set, only none and each choice alone.
std::vector<Value> likely_values(const Question& question, const Value& now) {
    std::vector<Value> values;
    if (question.kind == QuestionKind::multi) {
        values.emplace_back(Choices{});
        for (std::uint32_t i = 0; i < question.choices.size(); ++i)
            values.emplace_back(Choices{1U << i});
        return values;
    }
    Refinements all = refinements(question, now, max_tried_ways);
    all.values.resize(all.single, Value(Unknown{}));
    return std::move(all.values);
}

/// Open answers are open questions, and so is everything that hangs on them.
std::vector<Fact> open_facts(const Script& script, const Answers& answers) {
    std::vector<Fact> facts = settle(script, answers);
    std::uint64_t open = 0;
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        const bool hangs = (script.questions[i].when.questions & open) != 0;
        const bool unclear =
            facts[i].status == Fact::Status::open ||
            (facts[i].status == Fact::Status::answered && is_open(*facts[i].value));
        if (!hangs && !unclear) continue;
        facts[i] = Fact{};
        open |= std::uint64_t{1} << i;
    }
    return facts;
}

void add_points(std::vector<int>& totals, const Rule& rule) {
    for (OptionIndex option = 0; option < totals.size(); ++option)
        totals[option] += rule.points[option];
}

/// Tries every way on, question by question in the order of the talk. What the ways have in common
/// is worked out once: the facts before the question at hand, and the points of the rules that look
/// at nothing open.
class Ways {
public:
    Ways(const Script& script, const Answers& answers, std::size_t limit)
        : script_(script), given_(answers), limit_(limit), varied_(answers) {
        seen_.resize(answers.size());
        ways_.resize(answers.size());
        facts_.resize(answers.size());
    }

    /// False when there are more than `limit` ways.
    bool walk() {
        if (surely_too_many()) return false;
        sort_rules();
        go(0, 0);
        return tried_ <= limit_;
    }
    [[nodiscard]] Outcomes outcomes() const { return all_; }
    /// By the single values of an open answer; empty for a question that is settled.
    [[nodiscard]] const std::vector<Outcomes>& by_value(QuestionIndex question) const {
        return seen_[question];
    }

private:
    /// So that a hopeless walk is not begun. Only answers to questions that are always asked count.
    [[nodiscard]] bool surely_too_many() const {
        std::size_t ways = 1;
        for (QuestionIndex i = 0; i < given_.size() && ways <= limit_; ++i) {
            if (!given_[i] || !is_open(*given_[i]) || !script_.questions[i].when.empty()) continue;
            ways *= refinements(script_.questions[i], *given_[i], limit_).values.size() + 1;
        }
        return ways > limit_;
    }

    void sort_rules() {
        settled_.assign(script_.options.size(), 0);
        const std::vector<Fact> facts = open_facts(script_, given_);
        for (const Rule& rule : script_.rules) {
            const Truth truth = evaluate(rule.when, facts);
            if (truth == Truth::yes) add_points(settled_, rule);
            if (truth == Truth::maybe) sensitive_.push_back(&rule);
        }
    }

    /// What a question may be answered with; an open answer may also stay what it is.
    const Refinements& ways_of(QuestionIndex at) {
        Refinements& ways = ways_[at];
        if (!ways.values.empty()) return ways;
        const Question& question = script_.questions[at];
        const std::optional<Value>& given = given_[at];
        const Value stays = given ? *given : Value(Unknown{});
        ways = refinements(question, stays, limit_);
        if (given) seen_[at].resize(ways.single, 0);
        if (given || question.allow_unknown || !question.required) ways.values.push_back(stays);
        return ways;
    }

    /// `open`: the questions before this one that are open.
    // NOLINTNEXTLINE(misc-no-recursion): as deep as there are questions, at most 60
    void go(QuestionIndex at, std::uint64_t open) {
        if (tried_ > limit_) return;
        if (at == varied_.size()) return finish();
        const std::optional<Value>& given = given_[at];
        const bool settled = given && !is_open(*given);
        if (settled || evaluate(script_.questions[at].when, facts_) != Truth::yes)
            return go_behind(at, open);
        const Refinements& ways = ways_of(at);
        for (std::size_t i = 0; i < ways.values.size(); ++i) {
            varied_[at] = ways.values[i];
            const Outcomes before = all_;
            all_ = 0;
            go_behind(at, open);
            if (given && i < ways.single) seen_[at][i] |= all_;
            all_ |= before;
        }
        varied_[at] = given;
    }

    // NOLINTNEXTLINE(misc-no-recursion): see go()
    void go_behind(QuestionIndex at, std::uint64_t open) {
        facts_[at] = settle_one(script_.questions[at], varied_[at], facts_, open);
        go(at + 1, open | bit_if_open(facts_[at], at));
    }

    void finish() {
        ++tried_;
        totals_ = settled_;
        for (const Rule* rule : sensitive_) {
            if (evaluate(rule->when, facts_) == Truth::yes) add_points(totals_, *rule);
        }
        all_ |= Outcomes{1} << outcome_of(script_, totals_);
    }

    const Script& script_;
    const Answers& given_;
    std::size_t limit_;
    Answers varied_;
    std::vector<Fact> facts_;  // of `varied_`, up to the question at hand
    std::vector<Refinements> ways_;
    std::vector<int> settled_;            // points that are the same on every way
    std::vector<const Rule*> sensitive_;  // rules that may add to them
    std::vector<int> totals_;             // of the way at hand
    std::size_t tried_ = 0;
    Outcomes all_ = 0;
    std::vector<std::vector<Outcomes>> seen_;
};

/// Bounds on the points alone: an option is left out when another is always at least level with it.
class Bounds {
public:
    explicit Bounds(const Script& script) : script_(script) {}

    [[nodiscard]] Outcomes outcomes(const Answers& answers) const {
        const std::size_t count = script_.options.size();
        std::vector<int> most(count * count, 0);  // what one option can at most be ahead of another
        const std::vector<Fact> facts = open_facts(script_, answers);
        for (const Rule& rule : script_.rules) {
            const Truth truth = evaluate(rule.when, facts);
            const bool open = truth == Truth::maybe && looks_at_open(rule, facts);
            if (truth != Truth::yes && !open) continue;
            for (OptionIndex i = 0; i < count; ++i) {
                for (OptionIndex j = 0; j < count; ++j) {
                    const int ahead = rule.points[i] - rule.points[j];
                    most[i * count + j] += open ? std::max(0, ahead) : ahead;
                }
            }
        }
        return read(most);
    }

private:
    [[nodiscard]] Outcomes read(const std::vector<int>& most) const {
        const std::size_t count = script_.options.size();
        Outcomes outcomes = Outcomes{1} << script_.tie_outcome();
        for (OptionIndex i = 0; i < count; ++i) {
            bool may_win = true;
            bool must_win = true;
            for (OptionIndex j = 0; j < count; ++j) {
                if (i == j) continue;
                may_win = may_win && most[i * count + j] > 0;
                must_win = must_win && -most[j * count + i] > script_.tie.margin;
            }
            if (must_win) return Outcomes{1} << i;
            if (may_win) outcomes |= Outcomes{1} << i;
        }
        return outcomes;
    }

    static bool looks_at_open(const Rule& rule, const std::vector<Fact>& facts) {
        return std::any_of(rule.questions.begin(), rule.questions.end(),
                           [&](QuestionIndex i) { return facts[i].status == Fact::Status::open; });
    }

    const Script& script_;
};

/// Sets `find_out`, given what remains possible by each single value of each open answer.
template <typename ByValue>
void choose_question(Possible& result, const Answers& answers, Outcomes all, ByValue by_value) {
    const auto whole = static_cast<double>(std::popcount(all));
    double fewest = whole;
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        if (!answers[i] || !is_open(*answers[i])) continue;
        const std::vector<Outcomes> left = by_value(i);
        if (left.empty()) continue;
        double sum = 0;
        for (const Outcomes outcomes : left) sum += std::popcount(outcomes);
        const double mean = sum / static_cast<double>(left.size());
        if (mean < fewest - 1e-9) {
            fewest = mean;
            result.find_out = i;
        }
    }
}

std::vector<std::size_t> listed(Outcomes outcomes) {
    std::vector<std::size_t> list;
    for (std::size_t i = 0; i < 64; ++i) {
        if ((outcomes >> i & 1U) != 0) list.push_back(i);
    }
    return list;
}

}  // namespace

Possible possible_outcomes(const Script& script, const Answers& answers, std::size_t limit) {
    Possible result;
    const bool unclear = std::any_of(answers.begin(), answers.end(),
                                     [](const auto& answer) { return answer && is_open(*answer); });
    if (!unclear) {
        result.outcomes = {score(script, answers).outcome};
        return result;
    }
    Ways ways(script, answers, limit);
    if (ways.walk()) {
        result.outcomes = listed(ways.outcomes());
        choose_question(result, answers, ways.outcomes(),
                        [&](QuestionIndex i) { return ways.by_value(i); });
        return result;
    }
    const Bounds bounds(script);
    const Outcomes all = bounds.outcomes(answers);
    result.exact = false;
    result.outcomes = listed(all);
    Answers known = answers;
    choose_question(result, answers, all, [&](QuestionIndex i) {
        std::vector<Outcomes> left;
        for (const Value& value : likely_values(script.questions[i], *answers[i])) {
            known[i] = value;
            left.push_back(bounds.outcomes(known));
        }
        known[i] = answers[i];
        return left;
    });
    return result;
}

}  // namespace advisor::dialogs
