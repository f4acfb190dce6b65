#include "dialogs/condition.hpp"

#include <gmock/gmock.h>

#include "dialogs/condition_parser.hpp"
#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;

/// One question of every kind, and a second yes-or-no one.
const std::vector<Question>& questions() {
    static const Script script = parse_or_fail(small_script(
        R"({"id":"kind","label":"K","ask":"?","choices":[{"id":"shop","say":"S"},{"id":"blog","say":"B"},{"id":"game","say":"G"}]},
           {"id":"extras","label":"E","ask":"?","many":[{"id":"audit","say":"A"},{"id":"on_call","say":"O"},{"id":"export","say":"X"}]},
           {"id":"users","label":"U","ask":"?","number":{"min":-100,"max":100000}},
           {"id":"p","label":"P","ask":"?","yes_no":true},
           {"id":"q","label":"Q","ask":"?","yes_no":true},
           {"id":"mood","label":"M","ask":"?","scale":{"min":1,"max":5,"low":"l","high":"h"}},
           {"id":"note","label":"N","ask":"?","text":{}})"));
    return script.questions;
}

/// What a question is: "no answer yet", "not asked", or a value.
struct Given {
    Fact::Status status = Fact::Status::open;
    Value value;
};
const Given open_yet{};
const Given not_asked{Fact::Status::not_asked, {}};
Given is(Value value) {
    return {Fact::Status::answered, std::move(value)};
}

/// The result of a condition when one question is as given and all others are open.
Truth read(const std::string& text, const std::string& question, const Given& given) {
    const ConditionResult result = parse_condition(text, questions(), questions().size());
    if (!result.errors.empty()) throw std::runtime_error(result.errors.front().message);
    std::vector<Fact> facts(questions().size());
    for (QuestionIndex i = 0; i < questions().size(); ++i) {
        if (questions()[i].id != question) continue;
        facts[i] = {given.status, given.status == Fact::Status::answered ? &given.value : nullptr};
    }
    return evaluate(result.condition, facts);
}

/// The result for two yes-or-no questions.
Truth read_pair(const std::string& text, const Given& p, const Given& q) {
    const ConditionResult result = parse_condition(text, questions(), questions().size());
    if (!result.errors.empty()) throw std::runtime_error(result.errors.front().message);
    std::vector<Fact> facts(questions().size());
    facts[3] = {p.status, p.status == Fact::Status::answered ? &p.value : nullptr};
    facts[4] = {q.status, q.status == Fact::Status::answered ? &q.value : nullptr};
    return evaluate(result.condition, facts);
}

constexpr Truth no = Truth::no;
constexpr Truth maybe = Truth::maybe;
constexpr Truth yes = Truth::yes;

TEST(Condition, AnEmptyOneAndAlwaysHold) {
    EXPECT_EQ(evaluate(Condition{}, {}), yes);
    EXPECT_EQ(read("always", "kind", open_yet), yes);
    EXPECT_EQ(read("not always", "kind", open_yet), no);
}

TEST(Condition, AndOrAndNotHaveThreeResults) {
    const std::vector<std::pair<Given, Truth>> atoms{
        {is(false), no}, {is(Unknown{}), maybe}, {is(true), yes}};
    const Truth and_table[3][3] = {{no, no, no}, {no, maybe, maybe}, {no, maybe, yes}};
    const Truth or_table[3][3] = {{no, maybe, yes}, {maybe, maybe, yes}, {yes, yes, yes}};
    const Truth not_table[3] = {yes, maybe, no};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(read("p is yes", "p", atoms[i].first), atoms[i].second);
        EXPECT_EQ(read("not p is yes", "p", atoms[i].first), not_table[i]);
        EXPECT_EQ(read("not not p is yes", "p", atoms[i].first), atoms[i].second);
        for (std::size_t j = 0; j < 3; ++j) {
            EXPECT_EQ(read_pair("p is yes and q is yes", atoms[i].first, atoms[j].first),
                      and_table[i][j])
                << i << j;
            EXPECT_EQ(read_pair("p is yes or q is yes", atoms[i].first, atoms[j].first),
                      or_table[i][j])
                << i << j;
        }
    }
}

TEST(Condition, EveryAtomReadsEveryValue) {
    struct Row {
        const char* condition;
        const char* question;
        Given given;
        Truth truth;
    };
    const Given skipped = is(Skipped{});
    const Given unknown = is(Unknown{});
    const std::vector<Row> table{
        {"kind is shop", "kind", is(Choice{0}), yes},
        {"kind is shop", "kind", is(Choice{1}), no},
        {"kind is shop", "kind", unknown, maybe},
        {"kind is shop", "kind", skipped, maybe},
        {"kind is shop", "kind", open_yet, maybe},
        {"kind is shop", "kind", not_asked, no},
        {"kind is not shop", "kind", is(Choice{0}), no},
        {"kind is not shop", "kind", is(Choice{1}), yes},
        {"kind is not shop", "kind", unknown, maybe},
        {"kind is not shop", "kind", open_yet, maybe},
        {"kind is not shop", "kind", not_asked, yes},
        {"kind is one of (shop, blog)", "kind", is(Choice{1}), yes},
        {"kind is one of (shop, blog)", "kind", is(Choice{2}), no},
        {"kind is one of (shop)", "kind", is(Choice{0}), yes},
        {"kind is not one of (shop, blog)", "kind", is(Choice{2}), yes},
        {"kind is not one of (shop, blog)", "kind", is(Choice{0}), no},
        {"kind is not one of (shop, blog)", "kind", not_asked, yes},
        {"extras includes audit", "extras", is(Choices{1}), yes},
        {"extras includes audit", "extras", is(Choices{6}), no},
        {"extras includes audit", "extras", is(Choices{0}), no},
        {"extras includes audit", "extras", unknown, maybe},
        {"extras includes audit", "extras", not_asked, no},
        {"extras includes any of (audit, on_call)", "extras", is(Choices{6}), yes},
        {"extras includes any of (audit, on_call)", "extras", is(Choices{4}), no},
        {"extras is empty", "extras", is(Choices{0}), yes},
        {"extras is empty", "extras", is(Choices{2}), no},
        {"extras is empty", "extras", skipped, maybe},
        {"extras is empty", "extras", not_asked, no},
        {"p is yes", "p", is(true), yes},
        {"p is yes", "p", is(false), no},
        {"p is no", "p", is(false), yes},
        {"p is no", "p", unknown, maybe},
        {"p is no", "p", not_asked, no},
        {"p is not yes", "p", is(false), yes},
        {"p is not no", "p", is(true), yes},
        {"p is not yes", "p", not_asked, yes},
        {"kind is known", "kind", is(Choice{2}), yes},
        {"kind is known", "kind", unknown, no},
        {"kind is known", "kind", skipped, no},
        {"kind is known", "kind", open_yet, maybe},
        {"kind is known", "kind", not_asked, no},
        {"kind is unknown", "kind", is(Choice{2}), no},
        {"kind is unknown", "kind", unknown, yes},
        {"kind is unknown", "kind", skipped, yes},
        {"kind is unknown", "kind", open_yet, maybe},
        {"kind is unknown", "kind", not_asked, no},
        {"note is known", "note", is(std::string("x")), yes},
        {"mood >= 4", "mood", is(Amount{4, 4}), yes},
        {"mood >= 4", "mood", is(Amount{3, 3}), no},
        {"users = -5", "users", is(Amount{-5, -5}), yes},
    };
    for (const Row& row : table) {
        EXPECT_EQ(read(row.condition, row.question, row.given), row.truth)
            << row.condition << " value #" << row.given.value.index();
    }
}

TEST(Condition, AComparisonOfARangeHoldsWhenItHoldsForEveryNumberInIt) {
    struct Row {
        const char* sign;
        Amount amount;
        Truth truth;
    };
    const std::vector<Row> table{
        {"<", {9, 9}, yes},     {"<", {10, 10}, no},    {"<", {8, 10}, maybe},
        {"<", {10, 12}, no},    {"<=", {10, 10}, yes},  {"<=", {11, 11}, no},
        {"<=", {9, 10}, yes},   {"<=", {9, 11}, maybe}, {">", {11, 11}, yes},
        {">", {10, 10}, no},    {">", {10, 11}, maybe}, {">=", {10, 10}, yes},
        {">=", {9, 9}, no},     {">=", {9, 10}, maybe}, {">=", {10, 99}, yes},
        {"=", {10, 10}, yes},   {"=", {9, 9}, no},      {"=", {9, 11}, maybe},
        {"=", {11, 12}, no},    {"!=", {10, 10}, no},   {"!=", {9, 9}, yes},
        {"!=", {9, 11}, maybe}, {"!=", {11, 12}, yes},
    };
    for (const Row& row : table) {
        EXPECT_EQ(read("users " + std::string(row.sign) + " 10", "users", is(row.amount)),
                  row.truth)
            << row.sign << " " << row.amount.min << ".." << row.amount.max;
    }
}

TEST(Condition, NotBindsTighterThanAndAndAndTighterThanOr) {
    for (const bool p : {false, true}) {
        for (const bool q : {false, true}) {
            const auto truth = [&](const std::string& text) {
                return read_pair(text, is(p), is(q));
            };
            EXPECT_EQ(truth("always or p is yes and q is yes"), yes) << "not (always or p) and q";
            EXPECT_EQ(truth("not p is yes and q is yes"), truth("(not p is yes) and q is yes"));
            EXPECT_EQ(truth("not p is yes or always"), yes) << "not (p or always) would be no";
            EXPECT_EQ(truth("p is yes and q is yes or p is no"),
                      truth("(p is yes and q is yes) or p is no"));
            EXPECT_EQ(truth("p is no or p is yes and q is yes"),
                      truth("p is no or (p is yes and q is yes)"));
            EXPECT_EQ(truth("(p is no or p is yes) and q is yes"), q ? yes : no);
        }
    }
}

TEST(Condition, SpacesDoNotMatterWhereSignsStand) {
    EXPECT_EQ(read("users>=10", "users", is(Amount{10, 10})), yes);
    EXPECT_EQ(read(" kind\tis\none of(shop,blog) ", "kind", is(Choice{1})), yes);
}

TEST(Condition, TellsWhichQuestionsItLooksAt) {
    const ConditionResult result =
        parse_condition("users > 5 and (p is yes or not kind is shop) or users < 3", questions(),
                        questions().size());
    EXPECT_THAT(mentioned(result.condition), ElementsAre(2, 3, 0));
    EXPECT_EQ(result.condition.questions, 0b1101U);
    EXPECT_EQ(result.condition.text, "users > 5 and (p is yes or not kind is shop) or users < 3");
}

TEST(Condition, TheDeepestOneThatIsAcceptedCanBeRead) {
    std::string open;
    std::string close;
    for (int i = 0; i < 24; ++i) {
        open += "p is yes or p is yes and (";
        close += ")";
    }
    EXPECT_EQ(read(open + "p is yes" + close, "p", is(true)), yes);
    const ConditionResult deeper =
        parse_condition(open + "(p is yes)" + close, questions(), questions().size());
    ASSERT_EQ(deeper.errors.size(), 1U);
    EXPECT_EQ(deeper.errors[0].finding, Finding::condition_syntax);
}

TEST(Condition, EveryParseErrorSaysWhatAndWhere) {
    struct Row {
        const char* text;
        Finding finding;
        const char* message;
    };
    const std::vector<Row> table{
        {"and", Finding::unknown_question, "no question \"and\""},
        {"(p is yes", Finding::condition_syntax, "expected \")\" but found the end"},
        {"p is yes)", Finding::condition_syntax, "expected \"and\" or \"or\" but found \")\""},
        {"p is yes q is no", Finding::condition_syntax, "but found \"q\""},
        {"p is yes and", Finding::condition_syntax, "the id of a question but found the end"},
        {"p is yes or or", Finding::unknown_question, "no question \"or\""},
        {"not", Finding::condition_syntax, "found the end"},
        {"()", Finding::condition_syntax, "found \")\""},
        {"= 5", Finding::condition_syntax, "the id of a question"},
        {"p", Finding::condition_syntax, "\"is\", \"includes\" or a comparison but found the end"},
        {"p was yes", Finding::condition_syntax, "found \"was\""},
        {"p is", Finding::condition_syntax, "expected \"yes\" or \"no\" but found the end"},
        {"p is shop", Finding::condition_syntax, "expected \"yes\" or \"no\""},
        {"kind is", Finding::condition_syntax, "one of the choices of \"kind\""},
        {"kind is castle", Finding::unknown_choice, "no choice \"castle\""},
        {"kind is shp", Finding::unknown_choice, "did you mean \"shop\"?"},
        {"kind is one (shop)", Finding::unknown_choice, "no choice \"one\""},
        {"kind is one of shop", Finding::condition_syntax, "expected \"(\""},
        {"kind is one of (shop", Finding::condition_syntax, "expected \")\""},
        {"kind is one of ()", Finding::condition_syntax, "one of the choices"},
        {"kind is one of (shop,)", Finding::condition_syntax, "one of the choices"},
        {"kind is one of (shop blog)", Finding::condition_syntax, "expected \")\""},
        {"kind includes shop", Finding::wrong_comparison, "needs a question with \"many\""},
        {"extras is audit", Finding::wrong_comparison, "needs a question with \"choices\""},
        {"extras includes any (audit)", Finding::condition_syntax, "expected \"of\""},
        {"extras includes castle", Finding::unknown_choice, "no choice \"castle\""},
        {"kind is empty", Finding::wrong_comparison, "needs a question with \"many\""},
        {"users is 5", Finding::wrong_comparison, "needs a question with \"choices\""},
        {"kind > 5", Finding::wrong_comparison, "is not a number"},
        {"users > many", Finding::condition_syntax, "a whole number but found \"many\""},
        {"users > 1.5", Finding::condition_syntax, ""},
        {"users > ", Finding::condition_syntax, "a whole number but found the end"},
        {"users > 5k", Finding::condition_syntax, "a whole number"},
        {"users > 1000000000001", Finding::condition_syntax, "a whole number"},
        {"users > 99999999999999999999", Finding::condition_syntax, "a whole number"},
        {"users == 5", Finding::condition_syntax, ""},
        {"users => 5", Finding::condition_syntax, "a whole number"},
        {"usrs > 5", Finding::unknown_question, "did you mean \"users\"?"},
        {"Kind is shop", Finding::unknown_question, "did you mean \"kind\"?"},
        {"kind is \"shop\"", Finding::condition_syntax, "found \"\"\""},
    };
    for (const Row& row : table) {
        const ConditionResult result = parse_condition(row.text, questions(), questions().size());
        ASSERT_EQ(result.errors.size(), 1U) << row.text;
        EXPECT_EQ(result.errors[0].finding, row.finding)
            << row.text << ": " << result.errors[0].message;
        EXPECT_THAT(result.errors[0].message, testing::HasSubstr(row.message)) << row.text;
        EXPECT_TRUE(result.condition.nodes.empty()) << row.text;
    }
}

TEST(Condition, AGuardSeesOnlyEarlierQuestions) {
    EXPECT_TRUE(parse_condition("kind is shop", questions(), 1).errors.empty());
    const ConditionResult result = parse_condition("users > 5", questions(), 1);
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_EQ(result.errors[0].finding, Finding::later_question);
}

TEST(Condition, TwoThousandCharactersAreTheLimit) {
    std::string text = "p is yes";
    text.resize(max_condition_bytes, ' ');
    EXPECT_TRUE(parse_condition(text, questions(), questions().size()).errors.empty());
    const ConditionResult result = parse_condition(text + " ", questions(), questions().size());
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_EQ(result.errors[0].finding, Finding::condition_syntax);
}

TEST(ConditionProperty, AgreesWithTheIndependentReading) {
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        model::Dice dice(seed);
        const model::RandomScript random = model::random_script(dice);
        const Script script = parse_or_fail(random.text);
        const model::Tree tree =
            model::random_condition(dice, random.questions, random.questions.size(), 5);
        const std::string text = model::text_of(tree, random.questions);
        const ConditionResult result =
            parse_condition(text, script.questions, script.questions.size());
        ASSERT_TRUE(result.errors.empty()) << text << ": " << result.errors[0].message;
        std::vector<model::Known> known(script.questions.size());
        std::vector<Fact> facts(script.questions.size());
        for (QuestionIndex i = 0; i < facts.size(); ++i) {
            const std::size_t status = dice.roll(6);
            if (status > 1)
                known[i] = {model::Known::Status::answered,
                            model::random_value(dice, script.questions[i])};
            if (status == 1) known[i].status = model::Known::Status::not_asked;
            facts[i].status = static_cast<Fact::Status>(known[i].status);
            if (status > 1) facts[i].value = &known[i].value;
        }
        ASSERT_EQ(static_cast<int>(evaluate(result.condition, facts)),
                  static_cast<int>(model::read(tree, known)))
            << text << "\n"
            << random.text;
    }
}

}  // namespace
}  // namespace advisor::dialogs
