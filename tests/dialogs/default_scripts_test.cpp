// What the scripts of dialogs/scripts promise: a short talk, and good advice on every path.

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using model::Dice;

constexpr std::size_t most_questions = 10;

/// Every value of a question that could matter, and some that lie across borders.
std::vector<Value> values_of(const Question& question) {
    std::vector<Value> values;
    if (question.kind == QuestionKind::number || question.kind == QuestionKind::scale) {
        std::int64_t from = question.limits.min;
        for (const std::int64_t border : question.borders) {
            values.emplace_back(Amount{from, from});
            if (question.kind == QuestionKind::number)
                values.emplace_back(Amount{border - 1, border});
            from = border;
        }
        values.emplace_back(Amount{question.limits.max, question.limits.max});
        if (question.kind == QuestionKind::number) values.emplace_back(question.limits);
        for (const RangeSpec& range : question.ranges) values.emplace_back(range.amount);
    } else {
        values = model::all_values(question);
        std::erase_if(values,
                      [](const Value& value) { return std::holds_alternative<Unknown>(value); });
    }
    if (question.allow_unknown) values.emplace_back(Unknown{});
    if (!question.required) values.emplace_back(Skipped{});
    return values;
}

/// Mostly values that say something; unknown, skipped and straddling ones among them.
const Value& pick(const std::vector<Value>& values, Dice& dice) {
    return values[dice.roll(values.size())];
}

class DefaultScript : public testing::TestWithParam<std::string> {
protected:
    DefaultScript() : script_(builtin_script(GetParam())) {
        for (const Question& question : script_.questions) values_.push_back(values_of(question));
    }

    /// A finished talk with random answers. Like the engine, it asks in file order what applies;
    /// faster, as it looks at each question once.
    Answers random_walk(Dice& dice) const {
        Answers answers(script_.questions.size());
        std::vector<Fact> facts;
        facts.reserve(answers.size());
        for (QuestionIndex i = 0; i < answers.size(); ++i) {
            Fact fact{Fact::Status::not_asked, nullptr};
            if (evaluate(script_.questions[i].when, facts) == Truth::yes) {
                answers[i] = pick(values_[i], dice);
                fact = {Fact::Status::answered, &*answers[i]};
            }
            facts.push_back(fact);
        }
        return answers;
    }
    static std::size_t count(const Answers& answers) {
        return static_cast<std::size_t>(std::count_if(
            answers.begin(), answers.end(), [](const auto& answer) { return answer.has_value(); }));
    }

    Script script_;
    std::vector<std::vector<Value>> values_;
};

TEST_P(DefaultScript, HasNoDiagnostics) {
    const LoadResult result =
        load_script(read_source("dialogs/scripts/" + GetParam() + ".json"), GetParam());
    for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << to_text(diagnostic);
}

TEST_P(DefaultScript, AsksAtMostTenQuestionsWhateverIsAnswered) {
    // All values of the questions that guards look at; one value of the others, which cannot matter
    // here.
    std::vector<Answers> talks{Answers(script_.questions.size())};
    std::size_t longest = 0;
    for (QuestionIndex i = 0; i < script_.questions.size(); ++i) {
        std::vector<Answers> next;
        for (const Answers& answers : talks) {
            const std::vector<Fact> facts = settle(script_, answers);
            ASSERT_FALSE(facts[i].status == Fact::Status::answered);
            if (facts[i].status == Fact::Status::not_asked) {
                next.push_back(answers);
                continue;
            }
            const std::size_t many = script_.questions[i].guards_others ? values_[i].size() : 1;
            for (std::size_t value = 0; value < many; ++value) {
                next.push_back(answers);
                next.back()[i] = values_[i][value];
            }
        }
        talks = std::move(next);
    }
    for (const Answers& answers : talks) longest = std::max(longest, count(answers));
    EXPECT_GE(talks.size(), 5U);
    EXPECT_LE(longest, most_questions);
}

TEST_P(DefaultScript, EveryQuestionRuleAndOutcomeIsReached) {
    Dice dice(1);
    std::set<QuestionIndex> asked;
    std::set<std::size_t> fired;
    std::set<std::size_t> outcomes;
    for (int walk = 0; walk < 200000; ++walk) {
        const Answers answers = random_walk(dice);
        ASSERT_LE(count(answers), most_questions);
        for (QuestionIndex i = 0; i < answers.size(); ++i) {
            if (answers[i]) asked.insert(i);
        }
        const Scorecard card = score(script_, answers);
        fired.insert(card.fired.begin(), card.fired.end());
        outcomes.insert(card.outcome);
    }
    EXPECT_EQ(asked.size(), script_.questions.size());
    EXPECT_EQ(outcomes.size(), script_.options.size() + 1) << "every option and the tie";
    for (std::size_t i = 0; i < script_.rules.size(); ++i)
        EXPECT_TRUE(fired.contains(i)) << "never fires: " << script_.rules[i].id;
}

TEST_P(DefaultScript, EveryAdviceHasAHiringPlanAndSources) {
    Dice dice(2);
    std::set<std::size_t> roles;
    for (int walk = 0; walk < 10000; ++walk) {
        const Answers answers = random_walk(dice);
        const Recommendation advice = explain(script_, answers, score(script_, answers));
        const std::string outcome = script_.outcome_id(advice.card.outcome);
        SCOPED_TRACE(outcome + " " + answers_json(script_, answers));
        ASSERT_TRUE(advice.summary) << "no summary of the hiring plan";
        ASSERT_FALSE(advice.roles.empty()) << "no role";
        ASSERT_FALSE(advice.reasons.empty());
        ASSERT_FALSE(advice.evidence.empty());
        for (const Role& role : advice.roles) {
            const RoleSpec& spec = script_.hiring.roles[role.role];
            ASSERT_LT(role.verdict, spec.verdicts.size());
            roles.insert(role.role);
        }
    }
    EXPECT_EQ(roles.size(), script_.hiring.roles.size()) << "every role is shown to somebody";
}

TEST_P(DefaultScript, TheEngineGoesTheSameWay) {
    Dice dice(3);
    for (int walk = 0; walk < 500; ++walk) {
        const Answers answers = random_walk(dice);
        State state = fresh_state(script_);
        std::size_t turns = 0;
        while (const auto question = pending_question(script_, state)) {
            ASSERT_TRUE(answers[*question]) << script_.questions[*question].id;
            state = take(script_, state,
                         GiveAnswer{script_.questions[*question].id, *answers[*question]})
                        .state;
            ASSERT_LE(++turns, most_questions);
        }
        ASSERT_EQ(state.answers, answers);
    }
}

TEST_P(DefaultScript, NoTextIsMissing) {
    const auto expect_text = [](const std::string& text, const std::string& where) {
        EXPECT_FALSE(text.empty()) << where;
    };
    for (const Question& question : script_.questions) {
        expect_text(question.help, question.id + " help");
        expect_text(question.why, question.id + " why");
        expect_text(question.topic, question.id + " topic");
        EXPECT_TRUE(question.allow_unknown) << question.id << ": nobody is made to guess";
    }
    for (const RoleSpec& role : script_.hiring.roles) {
        for (const VerdictSpec& verdict : role.verdicts) expect_text(verdict.because, role.id);
        EXPECT_FALSE(role.must_have.empty()) << role.id;
        EXPECT_FALSE(role.interview.empty()) << role.id;
        expect_text(role.work_sample, role.id + " work_sample");
        expect_text(role.first_90_days, role.id + " first_90_days");
        expect_text(role.risk, role.id + " risk");
    }
}

TEST_P(DefaultScript, ReadyMadeRangesDoNotOverlap) {
    for (const Question& question : script_.questions) {
        for (std::size_t i = 0; i + 1 < question.ranges.size(); ++i)
            EXPECT_LT(question.ranges[i].amount.max, question.ranges[i + 1].amount.min)
                << question.id;
    }
}

INSTANTIATE_TEST_SUITE_P(Builtin, DefaultScript,
                         testing::Values("nodejs-vs-python", "sql-or-document"),
                         [](const auto& name) {
                             return name.param == "nodejs-vs-python" ? "nodejs_vs_python"
                                                                     : "sql_or_document";
                         });

}  // namespace
}  // namespace advisor::dialogs
