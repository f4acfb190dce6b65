// Every diagnostic of dialogs/diagnostic.hpp, provoked once or more, with its line and place.

#include <gmock/gmock.h>

#include "dialogs/diagnostic.hpp"
#include "dialogs/json_text.hpp"
#include "dialogs/script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A sound script, a part a line, so that tests can change one and know its line.
const std::vector<std::string>& lines() {
    static const std::vector<std::string> all{
        /* 1 */ R"({)",
        /* 2 */ R"("script": "tea", "title": "Tea?", "intro": "Hello.",)",
        /* 3 */ R"("options": [ { "id": "tea", "name": "Tea", "say": "S" },)",
        /* 4 */ R"(  { "id": "coffee", "name": "Coffee", "say": "S" } ],)",
        /* 5 */
        R"("tie": { "outcome": "either", "name": "Either", "say": "S", "margin": 1, "between": ["tea", "coffee"] },)",
        /* 6 */ R"("questions": [)",
        /* 7 */
        R"(  { "id": "kind", "label": "K", "ask": "?", "choices": [ { "id": "a", "say": "A" }, { "id": "b", "say": "B" } ] },)",
        /* 8 */
        R"(  { "id": "users", "label": "U", "ask": "?", "number": { "min": 1, "max": 10, "ranges": [ { "say": "few", "min": 1, "max": 5 } ] } },)",
        /* 9 */
        R"(  { "id": "mood", "label": "M", "ask": "?", "scale": { "min": 1, "max": 5, "low": "l", "high": "h" } },)",
        /* 10 */
        R"(  { "id": "live", "label": "L", "ask": "?", "when": "kind is a", "yes_no": true },)",
        /* 11 */
        R"(  { "id": "extras", "label": "E", "ask": "?", "many": [ { "id": "x", "say": "X" }, { "id": "y", "say": "Y" } ] } ],)",
        /* 12 */ R"("rules": [)",
        /* 13 */
        R"(  { "id": "r1", "axis": "x", "when": "kind is a", "points": { "tea": 1 }, "because": "B", "evidence": ["e1"] } ],)",
        /* 14 */ R"("tradeoffs": [ { "outcomes": ["tea"], "when": "users > 5", "say": "T" } ],)",
        /* 15 */
        R"("hiring": { "roles": [ { "id": "brewer", "title": "T", "seniority": "mid", "must_have": ["m"],)",
        /* 16 */
        R"(    "verdicts": [ { "when": "live is yes", "verdict": "hire", "because": "B" }, { "verdict": "none", "because": "B" } ] } ] },)",
        /* 17 */ R"("evidence": [)",
        /* 18 */
        R"(  { "id": "e1", "claim": "C", "stance": "supports", "source": "S", "as_of": "2026-01", "review_by": "2027-01" } ])",
        /* 19 */ R"(})"};
    return all;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part + "\n";
    return text;
}

/// The script with one text on one line replaced.
std::string changed(std::size_t line, const std::string& from, const std::string& to) {
    std::vector<std::string> parts = lines();
    std::string& part = parts.at(line - 1);
    const std::size_t at = part.find(from);
    if (at == std::string::npos)
        throw std::runtime_error("line " + std::to_string(line) + " has no " + from);
    part.replace(at, from.size(), to);
    return joined(parts);
}

TEST(ScriptLoader, TheSoundScriptHasNoDiagnostics) {
    const LoadResult result = load_script(joined(lines()), "tea.json");
    for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << to_text(diagnostic);
    EXPECT_TRUE(result.script);
}

struct Flaw {
    Finding finding;
    std::size_t line;
    const char* from;
    const char* to;
    const char* pointer;
    const char* message;
};

class ScriptFlaw : public testing::TestWithParam<Flaw> {};

TEST_P(ScriptFlaw, IsFoundInItsPlace) {
    const Flaw& flaw = GetParam();
    const LoadResult result = load_script(changed(flaw.line, flaw.from, flaw.to), "tea.json");
    std::string all;
    bool found = false;
    for (const Diagnostic& diagnostic : result.diagnostics) {
        all += to_text(diagnostic) + "\n";
        found = found || (diagnostic.finding == flaw.finding &&
                          diagnostic.line == static_cast<int>(flaw.line) &&
                          diagnostic.pointer == flaw.pointer &&
                          diagnostic.message.find(flaw.message) != std::string::npos &&
                          diagnostic.file == "tea.json");
    }
    EXPECT_TRUE(found) << "expected D" << static_cast<int>(flaw.finding) << " line " << flaw.line
                       << " " << flaw.pointer << " in:\n"
                       << all;
    EXPECT_EQ(result.script.has_value(), !has_errors(result.diagnostics));
    if (flaw.finding != Finding::unused_evidence) {
        EXPECT_FALSE(result.script);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, ScriptFlaw,
    testing::Values(
        Flaw{Finding::duplicate_key, 2, R"("title": "Tea?")",
             R"("title": "Tea?", "title": "Again")", "/title", "twice"},
        Flaw{Finding::duplicate_key, 13, R"("axis": "x")", R"("axis": "x", "axis": "y")",
             "/rules/0/axis", "twice"},
        Flaw{Finding::missing_field, 3, R"("name": "Tea", )", "", "/options/0",
             "\"name\" is missing"},
        Flaw{Finding::missing_field, 13, R"("when": "kind is a", )", "", "/rules/0",
             "\"when\" is missing"},
        Flaw{Finding::missing_field, 13, R"(, "evidence": ["e1"])", "", "/rules/0",
             "\"evidence\" is missing"},
        Flaw{Finding::missing_field, 8, R"("min": 1, "max": 10)", R"("max": 10)",
             "/questions/1/number", "\"min\" is missing"},
        Flaw{Finding::missing_field, 16, R"("verdict": "none", )", "", "/hiring/roles/0/verdicts/1",
             "\"verdict\" is missing"},
        Flaw{Finding::wrong_type, 2, R"("title": "Tea?")", R"("title": 5)", "/title",
             "a text in quotes"},
        Flaw{Finding::wrong_type, 2, R"("title": "Tea?")", R"("title": ["a", 5])", "/title",
             "list of lines"},
        Flaw{Finding::wrong_type, 5, R"("margin": 1)", R"("margin": 1.5)", "/tie/margin",
             "a whole number"},
        Flaw{Finding::wrong_type, 5, R"("margin": 1)", R"("margin": -1)", "/tie/margin",
             "from 0 to 1000"},
        Flaw{Finding::wrong_type, 5, R"("margin": 1)", R"("margin": 99999999999999999999)",
             "/tie/margin", "a whole number"},
        Flaw{Finding::wrong_type, 7, R"("ask": "?")", R"("ask": "?", "required": "no")",
             "/questions/0/required", "true or false"},
        Flaw{Finding::wrong_type, 7, R"({ "id": "a", "say": "A" })", "5", "/questions/0/choices/0",
             "an object"},
        Flaw{Finding::wrong_type, 13, R"(["e1"])", R"("e1")", "/rules/0/evidence", "a list"},
        Flaw{Finding::wrong_type, 13, R"(["e1"])", R"(["e1", 5])", "/rules/0/evidence/1", "a text"},
        Flaw{Finding::wrong_type, 13, R"({ "tea": 1 })", R"({ "tea": "1" })", "/rules/0/points/tea",
             "a whole number"},
        Flaw{Finding::unknown_field, 7, R"("ask": "?")", R"("ask": "?", "halp": "x")",
             "/questions/0/halp", "did you mean \"help\"?"},
        Flaw{Finding::unknown_field, 2, R"("title": "Tea?")", R"("title": "Tea?", "a/b": 1)",
             "/a~1b", "no field"},
        Flaw{Finding::bad_id, 2, R"("script": "tea")", R"("script": "Tea!")", "/script",
             "expected an id"},
        Flaw{Finding::bad_id, 7, R"("id": "kind")", R"("id": "1kind")", "/questions/0/id",
             "beginning with a letter"},
        Flaw{Finding::bad_id, 7, R"("id": "a")", R"("id": "unknown")", "/questions/0/choices/0/id",
             "is taken"},
        Flaw{Finding::bad_id, 7, R"("id": "a")", R"("id": "skipped")", "/questions/0/choices/0/id",
             "is taken"},
        Flaw{Finding::bad_id, 11, R"("id": "x")", R"("id": 5)", "/questions/4/many/0/id",
             "expected an id"},
        Flaw{Finding::unknown_question, 13, "kind is a", "kin is a", "/rules/0/when",
             "did you mean \"kind\"?"},
        Flaw{Finding::unknown_choice, 13, "kind is a", "kind is castle", "/rules/0/when",
             "no choice \"castle\""},
        Flaw{Finding::condition_syntax, 14, "users > 5", "users > 5 users", "/tradeoffs/0/when",
             "expected \"and\" or \"or\""},
        Flaw{Finding::condition_syntax, 16, "live is yes", "(live is yes",
             "/hiring/roles/0/verdicts/0/when", "expected \")\""},
        Flaw{Finding::later_question, 10, "kind is a", "extras is empty", "/questions/3/when",
             "comes later"},
        Flaw{Finding::later_question, 10, "kind is a", "live is yes", "/questions/3/when",
             "comes later"},
        Flaw{Finding::wrong_comparison, 13, "kind is a", "kind > 5", "/rules/0/when",
             "is not a number"},
        Flaw{Finding::wrong_comparison, 13, "kind is a", "users is a", "/rules/0/when",
             "is of kind number"},
        Flaw{Finding::duplicate_id, 8, R"("id": "users")", R"("id": "kind")", "/questions/1/id",
             "used twice"},
        Flaw{Finding::duplicate_id, 4, R"("id": "coffee")", R"("id": "tea")", "/options/1/id",
             "used twice"},
        Flaw{Finding::duplicate_id, 5, R"("outcome": "either")", R"("outcome": "tea")",
             "/tie/outcome", "used twice"},
        Flaw{Finding::duplicate_id, 7, R"("id": "b")", R"("id": "a")", "/questions/0/choices/1/id",
             "used twice"},
        Flaw{Finding::unknown_option, 13, R"("tea": 1)", R"("te": 1)", "/rules/0/points/te",
             "did you mean \"tea\"?"},
        Flaw{Finding::unknown_option, 5, R"(["tea", "coffee"])", R"(["tea", "water"])",
             "/tie/between/1", "no option \"water\""},
        Flaw{Finding::unknown_option, 14, R"(["tea"])", R"(["water"])", "/tradeoffs/0/outcomes/0",
             "no option \"water\""},
        Flaw{Finding::unknown_evidence, 13, R"(["e1"])", R"(["e1", "e9"])", "/rules/0/evidence/1",
             "no evidence \"e9\""},
        Flaw{Finding::empty_range, 8, R"("number": { "min": 1, "max": 10)",
             R"("number": { "min": 11, "max": 10)", "/questions/1/number", "is above \"max\""},
        Flaw{Finding::empty_range, 8, R"("min": 1, "max": 5 })", R"("min": 6, "max": 5 })",
             "/questions/1/number/ranges/0", "is above \"max\""},
        Flaw{Finding::empty_range, 8, R"("min": 1, "max": 5 })", R"("min": 1, "max": 11 })",
             "/questions/1/number/ranges/0", "outside"},
        Flaw{Finding::wrong_count, 9, R"("max": 5)", R"("max": 12)", "/questions/2/scale",
             "at most 11 steps"},
        Flaw{Finding::wrong_count, 11, R"({ "id": "x", "say": "X" }, )", "", "/questions/4/many",
             "has 1 entries"},
        Flaw{Finding::wrong_count, 15, R"(["m"])", R"(["1","2","3","4","5","6","7"])",
             "/hiring/roles/0/must_have", "more than six"},
        Flaw{Finding::open_verdicts, 16, R"({ "verdict": "none", )",
             R"({ "when": "live is no", "verdict": "none", )", "/hiring/roles/0/verdicts",
             "must have no \"when\""},
        Flaw{Finding::no_points, 13, R"({ "tea": 1 })", R"({ "tea": 0 })", "/rules/0",
             "gives no points"},
        Flaw{Finding::no_points, 13, R"("points": { "tea": 1 }, )", "", "/rules/0",
             "gives no points"},
        Flaw{Finding::question_kind, 9,
             R"("scale": { "min": 1, "max": 5, "low": "l", "high": "h" })", R"("why": "w")",
             "/questions/2", "this one has 0"},
        Flaw{Finding::question_kind, 10, R"("yes_no": true)", R"("yes_no": true, "text": {})",
             "/questions/3", "this one has 2"},
        Flaw{
            Finding::unused_evidence, 18, R"( ])",
            R"(, {"id":"e2","claim":"C","stance":"supports","source":"S","as_of":"2026-01","review_by":"2027-01"} ])",
            "/evidence/1", "nothing cites \"e2\""},
        Flaw{Finding::empty_text, 7, R"("ask": "?")", R"("ask": " ")", "/questions/0/ask",
             "is empty"},
        Flaw{Finding::unknown_word, 18, R"("stance": "supports")", R"("stance": "likes")",
             "/evidence/0/stance", "\"supports\", \"qualifies\", \"contradicts\""},
        Flaw{Finding::unknown_word, 16, R"("verdict": "hire")", R"("verdict": "fire")",
             "/hiring/roles/0/verdicts/0/verdict", "expected one of"},
        Flaw{Finding::unknown_word, 18, R"("source": "S")",
             R"("source": "S", "url": "javascript:x")", "/evidence/0/url", "https://"},
        Flaw{Finding::bad_date, 18, R"("as_of": "2026-01")", R"("as_of": "2026-13")",
             "/evidence/0/as_of", "a month"},
        Flaw{Finding::bad_date, 18, R"("review_by": "2027-01")", R"("review_by": "soon")",
             "/evidence/0/review_by", "a month"}),
    [](const auto& flaw) {
        return "D" + std::to_string(static_cast<int>(flaw.param.finding)) + "_" +
               std::to_string(flaw.index);
    });

/// The one diagnostic of a text.
Diagnostic only(const std::string& text) {
    const LoadResult result = load_script(text, "tea.json");
    EXPECT_FALSE(result.script);
    EXPECT_EQ(result.diagnostics.size(), 1U);
    return result.diagnostics.empty() ? Diagnostic{} : result.diagnostics.front();
}

TEST(ScriptLoader, OneMebibyteIsTheLimit) {
    std::string text = joined(lines());
    text.resize(max_script_bytes, ' ');
    EXPECT_TRUE(load_script(text, "tea.json").script);
    EXPECT_EQ(only(text + " ").finding, Finding::too_large);
}

TEST(ScriptLoader, SixtyFourLevelsAreTheLimit) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    EXPECT_NE(only(nested(64)).finding, Finding::too_deep)
        << "an array is no script, but not too deep";
    EXPECT_EQ(only(nested(65)).finding, Finding::too_deep);
    EXPECT_EQ(only(nested(500000)).finding, Finding::too_deep);
    EXPECT_FALSE(nests_too_deep(nested(64)));
    EXPECT_TRUE(nests_too_deep(nested(65)));
}

TEST(ScriptLoader, BracketsInTextsAndCommentsDoNotNest) {
    const std::string many(100, '[');
    EXPECT_FALSE(nests_too_deep("{\"a\": \"" + many + "\"}"));
    EXPECT_FALSE(nests_too_deep("{\"a\": \"\\\"" + many + "\"}"));
    EXPECT_FALSE(nests_too_deep("// " + many + "\n{}"));
    EXPECT_FALSE(nests_too_deep("/* " + many + " */{}"));
    EXPECT_TRUE(nests_too_deep("\"\\\\\"" + many));
}

TEST(ScriptLoader, WhatIsNotJsonIsToldWithItsLine) {
    EXPECT_EQ(only("").finding, Finding::not_json);
    const Diagnostic comma = only(changed(8, "},", "}"));
    EXPECT_EQ(comma.finding, Finding::not_json);
    EXPECT_EQ(comma.line, 9) << "where the parser stumbles";
    EXPECT_EQ(only(changed(2, "Tea?", "Te\xFF?")).finding, Finding::not_json);
    EXPECT_EQ(only(changed(5, "\"margin\": 1", "\"margin\": 1e999")).finding, Finding::not_json);
    for (const char* text : {"null", "[]", "5", "\"x\""})
        EXPECT_EQ(only(text).finding, Finding::wrong_type) << text;
}

TEST(ScriptLoader, CommentsAndListsOfLinesAreTaken) {
    std::string text =
        changed(2, R"("intro": "Hello.")", R"("intro": ["Hello.", "How are you?"] /* two
lines */)");
    text.insert(0, "\xEF\xBB\xBF// a comment with \"quotes\" and { brackets\n");
    const LoadResult result = load_script(text, "tea.json");
    ASSERT_TRUE(result.script) << to_text(result.diagnostics.front());
    EXPECT_EQ(result.script->intro, "Hello.\nHow are you?");
}

TEST(ScriptLoader, LinesAreRightBehindCommentsOfSeveralLines) {
    const LoadResult result = load_script(
        changed(2, R"("intro": "Hello.")", "\"intro\": /* one\ntwo\nthree */ 5"), "tea.json");
    ASSERT_FALSE(result.diagnostics.empty());
    EXPECT_EQ(result.diagnostics[0].pointer, "/intro");
    EXPECT_EQ(result.diagnostics[0].line, 4);
}

TEST(ScriptLoader, ADuplicateKeyInDisguiseIsFoundToo) {
    const LoadResult result = load_script(
        changed(2, R"("title": "Tea?")", R"("title": "Tea?", "titl\u0065": "Again")"), "tea.json");
    ASSERT_FALSE(result.script);
    EXPECT_EQ(result.diagnostics.front().finding, Finding::duplicate_key);
}

TEST(ScriptLoader, EverythingThatIsWrongIsSaidAtOnce) {
    std::vector<std::string> parts = lines();
    parts[6] =
        R"(  { "id": "kind", "label": "", "ask": 5, "choices": [ { "id": "a", "say": "A" }, { "id": "b", "say": "B" } ] },)";
    parts[12] =
        R"(  { "id": "r1", "axis": "x", "when": "kind is castle", "points": { "water": 1 }, "because": "B", "evidence": ["e9"] } ],)";
    const LoadResult result = load_script(joined(parts), "tea.json");
    std::vector<Finding> findings;
    for (const Diagnostic& diagnostic : result.diagnostics) {
        if (diagnostic.error) findings.push_back(diagnostic.finding);
    }
    EXPECT_THAT(findings, testing::IsSupersetOf({Finding::empty_text, Finding::wrong_type,
                                                 Finding::unknown_choice, Finding::unknown_option,
                                                 Finding::unknown_evidence}));
}

TEST(ScriptLoader, UnusedEvidenceIsAWarningOnly) {
    const LoadResult result = load_script(
        changed(
            18, R"( ])",
            R"(, {"id":"e2","claim":"C","stance":"supports","source":"S","as_of":"2026-01","review_by":"2027-01"} ])"),
        "tea.json");
    EXPECT_TRUE(result.script);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_FALSE(result.diagnostics[0].error);
    EXPECT_THAT(to_text(result.diagnostics[0]),
                HasSubstr("warning D027 tea.json:18 /evidence/1: "));
}

TEST(ScriptLoader, ADiagnosticReadsAsNumberPlaceAndRemedy) {
    const LoadResult result = load_script(changed(13, "kind is a", "kin is a"), "tea.json");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(to_text(result.diagnostics[0]),
              "D014 tea.json:13 /rules/0/when: no question \"kin\"; did you mean \"kind\"?");
}

TEST(ScriptLoader, BordersAreWhereAConditionChangesItsMind) {
    const Script script = parse_or_fail(joined(lines()));
    EXPECT_THAT(script.questions[1].borders, IsEmpty()) << "a trade-off does not move the outcome";
    const Script with_rule = parse_or_fail(
        changed(13, "kind is a", "users > 5 or users = 3 or users < 0 or users >= 11"));
    EXPECT_THAT(with_rule.questions[1].borders, ElementsAre(3, 4, 6));
}

TEST(ScriptLoader, SixtyQuestionsAreTheLimit) {
    const auto with = [](std::size_t count) {
        std::string questions;
        for (std::size_t i = 0; i < count; ++i)
            questions += (i > 0 ? "," : "") + (R"({"id":"q)" + std::to_string(i) +
                                               R"(","label":"L","ask":"?","yes_no":true})");
        return load_script(
            small_script(questions,
                         R"({"id":"r","axis":"a","when":"q)" + std::to_string(count - 1) +
                             R"( is yes","points":{"tea":1},"because":"B","evidence":["e"]})"),
            "x");
    };
    EXPECT_TRUE(with(60).script);
    EXPECT_FALSE(with(61).script);
}

}  // namespace
}  // namespace advisor::dialogs
