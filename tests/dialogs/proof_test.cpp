#include "dialogs/proof.hpp"

#include <gmock/gmock.h>

#include <set>

#include "dialogs/answer_list.hpp"
#include "every_talk.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Proof prove_text(const std::string& text, const ProofOptions& options = {}) {
    return prove(parse_or_fail(text), text, "test.json", options);
}

/// "50 /questions/1/when" for every finding.
std::vector<std::string> found(const Proof& proof) {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : proof.diagnostics)
        result.push_back(std::to_string(static_cast<int>(diagnostic.finding)) + " " +
                         diagnostic.pointer);
    return result;
}

const Diagnostic* find(const Proof& proof, Finding finding) {
    for (const Diagnostic& diagnostic : proof.diagnostics) {
        if (diagnostic.finding == finding) return &diagnostic;
    }
    return nullptr;
}

/// The state after the talk of a witness; fails when the list does not fit the talk exactly.
State replay(const Script& script, const std::string& witness) {
    const auto read = read_answer_list(script, witness);
    if (const auto* fault = std::get_if<ListFault>(&read)) throw std::runtime_error(fault->message);
    State state = take(script, fresh_state(script), Start{}).state;
    for (const ListedAnswer& answer : std::get<std::vector<ListedAnswer>>(read))
        state = take(script, state, GiveAnswer{script.questions[answer.question].id, answer.value})
                    .state;
    EXPECT_EQ(pending(script, state), "nothing") << witness;
    return state;
}

const std::string two_questions =
    R"({"id":"a","label":"A","ask":"?","why":"W","yes_no":true},
       {"id":"n","label":"N","ask":"?","why":"W","when":"a is yes","number":{"min":0,"max":100}})";

std::string rule(const std::string& id, const std::string& when, const std::string& points) {
    return R"({"id":")" + id + R"(","axis":"x","when":")" + when + R"(","points":{)" + points +
           R"(},"because":"B.","evidence":["e"]})";
}

TEST(Proof, HasNothingAgainstAScriptInWhichEverythingCanHappen) {
    const Proof proof = prove_text(
        small_script(two_questions, rule("r", "a is yes", R"("tea":3)") + "," +
                                        rule("s", "n > 50 or a is no", R"("coffee":5)")));
    EXPECT_THAT(found(proof), IsEmpty());
    ASSERT_TRUE(proof.length);
    EXPECT_EQ(proof.length->shortest, 1U);
    EXPECT_EQ(proof.length->longest, 2U);
}

TEST(Proof, FindsAQuestionThatIsNeverAskedWithATalkThatShowsIt) {
    const std::string text = small_script(
        two_questions +
            R"(,{"id":"dead","label":"D","ask":"?","why":"W","when":"n > 60 and n < 40","yes_no":true})",
        rule("r", "a is yes", R"("tea":3)") + "," + rule("s", "dead is yes", R"("coffee":9)") +
            "," + rule("t", "a is no or n > 3", R"("coffee":4)"));
    const Proof proof = prove_text(text);
    EXPECT_THAT(found(proof), Contains("50 /questions/2/when"));
    EXPECT_THAT(found(proof), Contains("52 /rules/1/when"));
    const Diagnostic* diagnostic = find(proof, Finding::question_never_asked);
    EXPECT_TRUE(diagnostic->error);
    EXPECT_GT(diagnostic->line, 0);
    const Script script = parse_or_fail(text);
    EXPECT_FALSE(replay(script, diagnostic->witness).answers[2]);
}

TEST(Proof, FindsAnOptionThatNeverWins) {
    const Proof proof =
        prove_text(small_script(two_questions, rule("r", "always", R"("tea":5)") + "," +
                                                   rule("s", "a is yes", R"("coffee":4)") + "," +
                                                   rule("t", "n > 5", R"("tea":1)")));
    EXPECT_THAT(found(proof), Contains("51 /options/1"));
    EXPECT_THAT(find(proof, Finding::outcome_never_reached)->message, HasSubstr("1 points behind"));
}

TEST(Proof, FindsConditionsThatAlwaysHoldAndTextsThatNeverShow) {
    const Proof proof = prove_text(small_script(
        R"({"id":"a","label":"A","ask":"?","why":"W","yes_no":true,"required":true,"allow_unknown":false},
           {"id":"b","label":"B","ask":"?","why":"W","when":"a is yes or a is no","yes_no":true})",
        rule("r", "a is yes", R"("tea":3)") + "," + rule("s", "b is yes", R"("coffee":5)"),
        R"(,"tradeoffs":[{"when":"a is yes and not a is yes","say":"T"}],
           "hiring":{"summary":[{"say":"S"},{"when":"a is yes","say":"S2"}],
             "roles":[{"id":"r","title":"T","seniority":"mid","verdicts":[{"when":"a is yes","verdict":"train","because":"B"},
               {"when":"a is yes and b is no","verdict":"none","because":"B"},{"verdict":"none","because":"B"}]}]})"));
    EXPECT_THAT(found(proof), Contains("55 /questions/1/when"));
    EXPECT_THAT(found(proof), Contains("53 /tradeoffs/0/when"));
    EXPECT_THAT(found(proof), Contains("53 /hiring/summary/1"));
    EXPECT_THAT(found(proof), Contains("54 /hiring/roles/0/verdicts/1"));
    EXPECT_FALSE(has_errors(proof.diagnostics)) << "such a script works";
}

TEST(Proof, FindsRulesWithTheSameCondition) {
    const auto with = [](const std::string& points) {
        return prove_text(
            small_script(two_questions, rule("r", "a is yes", R"("tea":3)") + "," +
                                            rule("s", "not a is no and a is known", points) + "," +
                                            rule("t", "n > 5 or a is no", R"("coffee":9)")));
    };
    EXPECT_THAT(found(with(R"("tea":1)")), Contains("56 /rules/1"));
    EXPECT_THAT(found(with(R"("tea":-1)")), Contains("57 /rules/1"));
}

TEST(Proof, FindsNumbersAndRangesThatCannotMatter) {
    const Proof proof = prove_text(small_script(
        R"({"id":"n","label":"N","ask":"?","why":"W","number":{"min":0,"max":100,"ranges":[{"say":"few","min":0,"max":60},{"say":"many","min":60,"max":100}]}},
           {"id":"k","label":"K","ask":"?","number":{"min":0,"max":9}},
           {"id":"u","label":"U","ask":"?","why":"W","yes_no":true})",
        rule("r", "n > 50", R"("tea":3)") + "," + rule("s", "k is known", R"("coffee":3)") + "," +
            rule("t", "n < 500", R"("coffee":1)")));
    EXPECT_THAT(found(proof), Contains("60 /questions/0/number/ranges/0"));
    EXPECT_THAT(found(proof), Contains("64 /questions/0/number/ranges/1"));
    EXPECT_THAT(found(proof), Contains("59 /questions/1"));
    EXPECT_THAT(found(proof), Contains("61 /questions/1"));
    EXPECT_THAT(found(proof), Contains("58 /questions/2"));
    EXPECT_THAT(found(proof), Contains("59 /rules/2/when"));
}

TEST(Proof, ASourceIsStaleOnlyAfterItsMonth) {
    const std::string text = small_script(two_questions);  // review by 2027-01
    ProofOptions options;
    options.date = "2027-01-31";
    EXPECT_EQ(find(prove_text(text, options), Finding::stale_evidence), nullptr);
    options.date = "2027-02-01";
    const Proof proof = prove_text(text, options);
    ASSERT_NE(find(proof, Finding::stale_evidence), nullptr);
    EXPECT_TRUE(find(proof, Finding::stale_evidence)->error);
}

TEST(Proof, SaysSoWhenABoundIsReached) {
    // A draw needs one certain mix of 18 answers, which no random talk has.
    std::string questions, rules, all;
    for (int i = 0; i < 18; ++i) {
        const std::string id = "q" + std::to_string(i);
        questions += (i > 0 ? "," : "") +
                     (R"({"id":")" + id + R"(","label":"L","ask":"?","why":"W","yes_no":true})");
        all += (i > 0 ? " and " : "") + id + " is yes";
        rules +=
            rule("r" + std::to_string(i), id + " is yes", R"("tea":)" + std::to_string(1 + i)) +
            ",";
    }
    rules += rule("z", "always", R"("coffee":900)") + "," + rule("y", all, R"("tea":1000)");
    const std::string text = small_script(questions, rules);
    ProofOptions options;
    options.max_points = 10;
    const Proof proof = prove_text(text, options);
    EXPECT_THAT(found(proof), Contains("63 /rules/19/when"));
    EXPECT_EQ(find(proof, Finding::rule_never_counts), nullptr) << "not proved is not an error";
    EXPECT_EQ(find(prove_text(text), Finding::not_proved), nullptr);
}

TEST(Proof, FortyQuestionsOfSixChoicesTakeFewPoints) {
    std::string questions, rules;
    for (int i = 0; i < 40; ++i) {
        const std::string id = "q" + std::to_string(i);
        questions +=
            (i > 0 ? "," : "") + (R"({"id":")" + id + R"(","label":"L","ask":"?","why":"W")");
        if (i >= 2)
            questions += ",\"when\":\"q" + std::to_string(i - 1) + " is not c0 and (q" +
                         std::to_string(i - 2) + " is not c1 or q" + std::to_string(i - 1) +
                         " is unknown)\"";
        questions += R"(,"choices":[)";
        for (int c = 0; c < 6; ++c)
            questions +=
                (c > 0 ? "," : "") + (R"({"id":"c)" + std::to_string(c) + R"(","say":"S"})");
        questions += "]}";
        rules += (i > 0 ? "," : "") + rule("r" + std::to_string(i), id + " is one of (c2, c3)",
                                           i % 2 == 0 ? R"("tea":3)" : R"("coffee":3)");
    }
    const Proof proof = prove_text(small_script(questions, rules));
    EXPECT_THAT(found(proof), IsEmpty());
    ASSERT_TRUE(proof.length);
    EXPECT_EQ(proof.length->longest, 40U);
}

/// What a proof says, and what trying every talk says.
struct Seen {
    std::set<QuestionIndex> questions;
    std::set<std::size_t> outcomes, rules;
    bool operator==(const Seen&) const = default;
};

std::optional<Seen> seen_by_trying(const Script& script, std::size_t limit) {
    Seen seen;
    const bool all =
        model::every_talk(script, fresh_state(script).answers, limit, [&](const Answers& answers) {
            const std::vector<Fact> facts = settle(script, answers);
            for (QuestionIndex i = 0; i < facts.size(); ++i) {
                if (facts[i].status == Fact::Status::answered) seen.questions.insert(i);
            }
            const Scorecard card = score(script, answers);
            seen.outcomes.insert(card.outcome);
            seen.rules.insert(card.fired.begin(), card.fired.end());
        });
    if (!all) return std::nullopt;
    return seen;
}

Seen seen_by_proof(const Script& script, const Proof& proof) {
    Seen seen;
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) seen.questions.insert(i);
    for (std::size_t i = 0; i <= script.tie_outcome(); ++i) seen.outcomes.insert(i);
    for (std::size_t i = 0; i < script.rules.size(); ++i) seen.rules.insert(i);
    for (const Diagnostic& diagnostic : proof.diagnostics) {
        const std::size_t slash = diagnostic.pointer.find('/', 1);
        const std::size_t index = slash == std::string::npos
                                      ? script.tie_outcome()
                                      : std::stoul(diagnostic.pointer.substr(slash + 1));
        if (diagnostic.finding == Finding::question_never_asked) seen.questions.erase(index);
        if (diagnostic.finding == Finding::outcome_never_reached) seen.outcomes.erase(index);
        if (diagnostic.finding == Finding::rule_never_counts) seen.rules.erase(index);
    }
    return seen;
}

TEST(ProofProperty, ItsVerdictEqualsTryingEveryTalk) {
    std::size_t tried = 0;
    std::size_t with_findings = 0;
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const std::optional<Seen> truth = seen_by_trying(script, 4000);
        if (!truth) continue;
        ++tried;
        const Proof proof = prove(script, random.text, "r.json", {});
        const Seen seen = seen_by_proof(script, proof);
        ASSERT_EQ(find(proof, Finding::not_proved), nullptr);
        ASSERT_TRUE(seen == *truth) << "seed " << seed << "\n" << random.text;
        if (seen.outcomes.size() <= script.tie_outcome() || seen.rules.size() < script.rules.size())
            ++with_findings;
        for (const Diagnostic& diagnostic : proof.diagnostics) {
            if (!diagnostic.witness.empty()) (void)replay(script, diagnostic.witness);
        }
    }
    EXPECT_GT(tried, 1000U);
    EXPECT_GT(with_findings, 200U);
}

/// `text` with the first `from` after `start` replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("no " + from);
    return text.replace(at, from.size(), to);
}

TEST(ProofProperty, EverySeededFaultIsCaughtWithAWitnessThatReplays) {
    struct Fault {
        Finding finding;
        std::string from, to;
    };
    const std::string never = "q0 is known and q0 is unknown";
    const std::vector<Fault> faults{
        {Finding::question_never_asked, R"("questions":[)",
         R"("questions":[{"id":"first","label":"L","ask":"?","yes_no":true},{"id":"dead","label":"L","ask":"?","yes_no":true,"when":"first is known and first is unknown"},)"},
        {Finding::rule_never_counts, R"("rules":[)",
         R"("rules":[{"id":"dead","axis":"x","when":")" + never +
             R"(","points":{"o0":3},"because":"B","evidence":["e"]},)"},
        {Finding::outcome_never_reached, R"("options":[)",
         R"("options":[{"id":"orphan","name":"O","say":"S"},)"},
    };
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        model::Dice dice(seed);
        const std::string text = model::random_script(dice).text;
        for (const Fault& fault : faults) {
            std::string faulty = with(text, fault.from, fault.to);
            if (fault.finding == Finding::outcome_never_reached)
                faulty = with(
                    faulty, R"("rules":[)",
                    R"("rules":[{"id":"base","axis":"x","when":"always","points":{"orphan":-900},"because":"B","evidence":["e"]},)");
            const Script script = parse_or_fail(faulty);
            const Proof proof = prove(script, faulty, "r.json", {});
            const Diagnostic* diagnostic = find(proof, fault.finding);
            ASSERT_NE(diagnostic, nullptr) << faulty;
            ASSERT_TRUE(diagnostic->error);
            ASSERT_FALSE(diagnostic->witness.empty());
            (void)replay(script, diagnostic->witness);
        }
        // A target that was deleted does not even load.
        const std::string deleted = with(text, R"("id":"q0")", R"("id":"gone")");
        const LoadResult loaded = load_script(deleted, "r.json");
        if (text.find("q0 ") != std::string::npos) {
            ASSERT_FALSE(loaded.script);
            ASSERT_EQ(loaded.diagnostics.front().finding, Finding::unknown_question);
        }
    }
}

TEST(ProofProperty, AWrongVerdictWouldBeSeen) {
    // The comparison above can fail: one rule that cannot count is told from a script without it.
    std::size_t told_apart = 0;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        model::Dice dice(seed);
        const std::string text = model::random_script(dice).text;
        const Script script = parse_or_fail(text);
        const std::optional<Seen> truth = seen_by_trying(script, 4000);
        if (!truth || truth->rules.empty()) continue;
        Seen wrong = *truth;
        wrong.rules.erase(wrong.rules.begin());
        if (!(wrong == seen_by_proof(script, prove(script, text, "r.json", {})))) ++told_apart;
    }
    EXPECT_GT(told_apart, 30U);
}

TEST(Proof, TheScriptsOfTheProductPass) {
    for (const char* id : {"nodejs-vs-python", "sql-or-document"}) {
        const std::string text = read_source("dialogs/scripts/" + std::string(id) + ".json");
        const Proof proof = prove_text(text);
        for (const Diagnostic& diagnostic : proof.diagnostics)
            EXPECT_FALSE(diagnostic.error) << to_text(diagnostic);
        EXPECT_TRUE(proof.length);
    }
}

TEST(AnswerList, IsReadAsItIsWritten) {
    const Script script = parse_or_fail(small_script(
        R"({"id":"m","label":"M","ask":"?","many":[{"id":"x","say":"X"},{"id":"y","say":"Y"}]},
           {"id":"n","label":"N","ask":"?","number":{"min":-9,"max":9}},
           {"id":"t","label":"T","ask":"?","text":{"max_length":50}},{"id":"b","label":"B","ask":"?","yes_no":true})"));
    for (const char* list :
         {"m=x+y,n=-3..5,t=one\\, two \\\\ three,b=yes", "m=,n=-4,t=a=b,b=unknown", "m=skipped"}) {
        const auto read = read_answer_list(script, list);
        ASSERT_TRUE(std::holds_alternative<std::vector<ListedAnswer>>(read)) << list;
        Answers answers(script.questions.size());
        for (const ListedAnswer& answer : std::get<std::vector<ListedAnswer>>(read))
            answers[answer.question] = answer.value;
        EXPECT_EQ(to_answer_list(script, answers), list);
    }
    for (const char* list : {"x", "q=1", "m=z", "n=10", "n=5..2", "b=maybe", "n=1,n=2", "b"})
        EXPECT_TRUE(std::holds_alternative<ListFault>(read_answer_list(script, list))) << list;
}

TEST(Proof, AsksForSkillsThatCanBeSeenNotForYears) {
    const auto years = [](const std::string& skill) {
        const Proof proof = prove_text(small_script(
            two_questions, {},
            R"(,"hiring":{"roles":[{"id":"r","when":"a is no","title":"T","seniority":"senior",
                "verdicts":[{"verdict":"train","because":"B."}],"must_have":[")" +
                skill + R"("]}]})"));
        const Diagnostic* finding = find(proof, Finding::years_as_skill);
        if (finding) {
            EXPECT_EQ(finding->pointer, "/hiring/roles/0/must_have/0");
            EXPECT_THAT(finding->witness, HasSubstr("a=no")) << "a talk that shows the role";
        }
        return finding != nullptr;
    };
    for (const char* skill : {"5+ years of Go", "At least three years with Django", "3-5 yrs",
                              "10yrs", "two or more years in a back-end team"})
        EXPECT_TRUE(years(skill)) << skill;
    for (const char* skill :
         {"Has found and fixed a stalled event loop", "Year-end closing of books",
          "Explains what changed over the years", "HTTP/2"})
        EXPECT_FALSE(years(skill)) << skill;
}

TEST(Proof, ShowsATalkForWhatIsMissingOrOutOfDate) {
    const std::string text = small_script(
        R"({"id":"a","label":"A","ask":"?","yes_no":true},
           {"id":"n","label":"N","ask":"?","why":"W","when":"a is yes","number":{"min":0,"max":100,
            "ranges":[{"say":"Some","min":0,"max":60},{"say":"More","min":50,"max":100}]}})",
        rule("r", "a is yes and n > 40", R"("tea":1)"),
        R"(,"hiring":{"roles":[{"id":"r","when":"a is no","title":"T","seniority":"senior",
            "verdicts":[{"verdict":"hire","because":"B."}]}]})");
    const Script script = parse_or_fail(text);
    const Proof proof = prove_text(text, {.date = "2030-01-01"});
    for (const Finding finding : {Finding::missing_text, Finding::stale_evidence,
                                  Finding::range_across_border, Finding::ranges_overlap}) {
        const Diagnostic* found_one = find(proof, finding);
        ASSERT_NE(found_one, nullptr) << static_cast<int>(finding);
        ASSERT_NE(found_one->witness, "") << to_text(*found_one);
        replay(script, found_one->witness);
    }
    EXPECT_THAT(find(proof, Finding::range_across_border)->witness, HasSubstr("n=0..60"));
}

}  // namespace
}  // namespace advisor::dialogs
