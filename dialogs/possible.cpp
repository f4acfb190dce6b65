#include "dialogs/possible.hpp"

#include <algorithm>
#include <bit>
#include <utility>

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

/// Tries every way on, question by question in the order of the talk. What is settled and what the
/// rules give so far is kept by question, so a way costs only what it does not share with the one
/// before.
class Ways {
public:
    Ways(const Script& script, const Answers& answers, std::size_t limit)
        : script_(script), given_(answers), limit_(limit) {
        seen_.resize(answers.size());
    }

    /// False when there are more than `limit` ways.
    bool walk() {
        if (surely_too_many()) return false;
        prepare();
        go(0);
        return tried_ <= limit_;
    }
    [[nodiscard]] Outcomes outcomes() const { return all_; }
    /// By the single values of an open answer; empty for a question that is settled.
    [[nodiscard]] const std::vector<Outcomes>& by_value(QuestionIndex question) const {
        return seen_[question];
    }

private:
    struct Step {
        Refinements ways;                ///< with the one of staying as it is, if it may; made when
                                         ///< first needed
        std::vector<const Rule*> rules;  ///< look at this question and at none behind it
        std::vector<int> totals;         ///< of the rules that look only at questions before it
    };

    /// So that a hopeless walk is not begun. Only answers to questions that are always asked count.
    [[nodiscard]] bool surely_too_many() const {
        std::size_t ways = 1;
        for (QuestionIndex i = 0; i < given_.size() && ways <= limit_; ++i) {
            if (!given_[i] || !is_open(*given_[i]) || !script_.questions[i].when.empty()) continue;
            ways *= refinements(script_.questions[i], *given_[i], limit_).values.size() + 1;
        }
        return ways > limit_;
    }

    void prepare() {
        facts_.resize(given_.size());
        steps_.resize(given_.size() + 1);
        steps_[0].totals.assign(script_.options.size(), 0);
        for (const Rule& rule : script_.rules) {
            const auto looks_at = static_cast<std::size_t>(std::bit_width(rule.when.questions));
            if (looks_at > 0)
                steps_[looks_at - 1].rules.push_back(&rule);
            else if (evaluate(rule.when, facts_) == Truth::yes)
                add_points(steps_[0].totals, rule);
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as there are questions, at most 60
    void go(QuestionIndex at) {
        if (tried_ > limit_) return;
        if (at == given_.size()) return finish();
        const std::optional<Value>& given = given_[at];
        const bool applies = evaluate(script_.questions[at].when, facts_) == Truth::yes;
        if (!applies) return go_with(at, {Fact::Status::not_asked, nullptr});
        if (given && !is_open(*given)) return go_with(at, {Fact::Status::answered, &*given});
        const Refinements& ways = ways_of(at);
        for (std::size_t i = 0; i < ways.values.size(); ++i) {
            const Outcomes before = std::exchange(all_, 0);
            go_with(at, {Fact::Status::answered, &ways.values[i]});
            if (given && i < ways.single) seen_[at][i] |= all_;
            all_ |= before;
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): see go
    void go_with(QuestionIndex at, Fact fact) {
        facts_[at] = fact;
        std::vector<int>& totals = steps_[at + 1].totals;
        totals = steps_[at].totals;
        for (const Rule* rule : steps_[at].rules) {
            if (evaluate(rule->when, facts_) == Truth::yes) add_points(totals, *rule);
        }
        go(at + 1);
    }

    const Refinements& ways_of(QuestionIndex at) {
        Refinements& ways = steps_[at].ways;
        if (!ways.values.empty()) return ways;
        const Question& question = script_.questions[at];
        const std::optional<Value>& given = given_[at];
        const Value stays = given ? *given : Value(Unknown{});
        ways = refinements(question, stays, limit_);
        if (given) seen_[at].resize(ways.single, 0);
        if (given || question.allow_unknown || !question.required) ways.values.push_back(stays);
        return ways;
    }

    static void add_points(std::vector<int>& totals, const Rule& rule) {
        for (OptionIndex option = 0; option < totals.size(); ++option)
            totals[option] += rule.points[option];
    }

    void finish() {
        ++tried_;
        all_ |= Outcomes{1} << outcome_of(script_, steps_.back().totals);
    }

    const Script& script_;
    const Answers& given_;
    std::size_t limit_;
    std::vector<Fact> facts_;  // up to the question at hand
    std::vector<Step> steps_;  // by question, and what all rules give at the end
    std::size_t tried_ = 0;
    Outcomes all_ = 0;
    std::vector<std::vector<Outcomes>> seen_;
};

/// Bounds on the points alone: an option is left out when another is always at least level with it.
class Bounds {
public:
    Bounds(const Script& script, const Answers& answers) : script_(script), answers_(answers) {
        const std::size_t count = script.options.size();
        most_.assign(count * count, 0);
        now_ = open_facts(answers);
        parts_.reserve(script.rules.size());
        for (const Rule& rule : script.rules) {
            parts_.push_back(part_of(rule, now_));
            add(most_, rule, parts_.back(), 1);
        }
    }

    [[nodiscard]] Outcomes outcomes() const { return read(most_); }

    /// What is possible if the answer were one of these; one entry for each. Only the rules that
    /// look at the question, or at one that hangs on it, are read again.
    [[nodiscard]] std::vector<Outcomes> outcomes_by(QuestionIndex question,
                                                    const std::vector<Value>& values) const {
        const std::uint64_t reach = reach_of(question);
        std::vector<std::size_t> affected;
        for (std::size_t i = 0; i < script_.rules.size(); ++i) {
            if ((script_.rules[i].when.questions & reach) != 0) affected.push_back(i);
        }
        std::vector<Outcomes> result;
        Answers answers = answers_;
        Facts facts = now_;
        facts.open &= ~(std::uint64_t{1} << question);
        const Question& asked = script_.questions[question];
        const bool alone = !asked.guards_others && (asked.when.questions & now_.open) == 0;
        std::vector<int> most;
        for (const Value& value : values) {
            answers[question] = value;
            if (!alone)
                facts = open_facts(answers);
            else
                facts.facts[question] = {Fact::Status::answered, &value};
            most = most_;
            for (const std::size_t rule : affected) {
                const Part part = part_of(script_.rules[rule], facts);
                if (part == parts_[rule]) continue;
                add(most, script_.rules[rule], parts_[rule], -1);
                add(most, script_.rules[rule], part, 1);
            }
            result.push_back(read(most));
        }
        return result;
    }

private:
    /// What a rule gives to a lead: nothing, its points, or what is better of the two.
    enum class Part : std::uint8_t { none, points, either };
    struct Facts {
        std::vector<Fact> facts;
        std::uint64_t open = 0;
    };

    static Part part_of(const Rule& rule, const Facts& now) {
        const Truth truth = evaluate(rule.when, now.facts);
        if (truth == Truth::maybe && (rule.when.questions & now.open) != 0) return Part::either;
        return truth == Truth::yes ? Part::points : Part::none;
    }

    void add(std::vector<int>& most, const Rule& rule, Part part, int sign) const {
        if (part == Part::none) return;
        const std::size_t count = script_.options.size();
        for (OptionIndex i = 0; i < count; ++i) {
            for (OptionIndex j = 0; j < count; ++j) {
                const int ahead = rule.points[i] - rule.points[j];
                most[i * count + j] += sign * (part == Part::either ? std::max(0, ahead) : ahead);
            }
        }
    }

    /// `most`: what one option can at most be ahead of another.
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

    /// Open answers are open questions, and so is everything that hangs on them. The facts point
    /// into `answers`.
    [[nodiscard]] Facts open_facts(const Answers& answers) const {
        Facts now{settle(script_, answers), 0};
        std::vector<Fact>& facts = now.facts;
        for (QuestionIndex i = 0; i < facts.size(); ++i) {
            const bool hangs = (script_.questions[i].when.questions & now.open) != 0;
            const bool unclear =
                facts[i].status == Fact::Status::open ||
                (facts[i].status == Fact::Status::answered && is_open(*facts[i].value));
            if (!hangs && !unclear) continue;
            facts[i] = Fact{};
            now.open |= std::uint64_t{1} << i;
        }
        return now;
    }

    /// The question and all that hang on it by their guards.
    [[nodiscard]] std::uint64_t reach_of(QuestionIndex question) const {
        std::uint64_t reach = std::uint64_t{1} << question;
        for (QuestionIndex i = question + 1; i < script_.questions.size(); ++i) {
            if ((script_.questions[i].when.questions & reach) != 0) reach |= std::uint64_t{1} << i;
        }
        return reach;
    }

    const Script& script_;
    const Answers& answers_;
    Facts now_;
    std::vector<int> most_;    // by two options
    std::vector<Part> parts_;  // by rule
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
    const Bounds bounds(script, answers);
    const Outcomes all = bounds.outcomes();
    result.exact = false;
    result.outcomes = listed(all);
    choose_question(result, answers, all, [&](QuestionIndex i) {
        return bounds.outcomes_by(i, likely_values(script.questions[i], *answers[i]));
    });
    return result;
}

}  // namespace advisor::dialogs
