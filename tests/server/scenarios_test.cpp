// Scenarios: facts to answers by what answers mean, decisions, and their measure.
#include "server/commands/scenarios.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "../dialogs/support.hpp"

namespace advisor::server {
namespace {

using dialogs::builtin_script;
using dialogs::read_source;
using testing::HasSubstr;

std::string scenario_line(const std::string& facts, const std::string& more = {}) {
    std::string line = R"({"id":"x","facts":)" + facts + more + "}";
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

Decided decide(const std::string& facts) {
    std::vector<std::string> remarks;
    const std::vector<Scenario> read = read_scenarios(scenario_line(facts), "facts");
    return decide_facts(builtin_script("nodejs-vs-python"), read.front(), remarks);
}

std::string problem_of(const std::string& text, const std::string& need = "facts") {
    try {
        (void)read_scenarios(text, need);
    } catch (const BadScenario& error) {
        return error.what();
    }
    return "none";
}

TEST(Scenarios, FactsBecomeAnswersThatMeanTheSame) {
    const auto answers = nlohmann::json::parse(
        decide(R"({"realtime":"none","concurrency":"medium","workload":"io","data_ml":"none",
                   "share_frontend_language":true,"team":{"javascript":"strong","python":"some"},
                   "team_size":4,"hiring":"soon","budget":"small"})")
            .answers);
    EXPECT_EQ(answers["realtime"], "none");
    EXPECT_EQ(answers["concurrency"], 1000);
    EXPECT_EQ(answers["data_ml"], "none") << "of two that mean none, the one that is called so";
    EXPECT_EQ(answers["team_js"], "strong");
    EXPECT_EQ(answers["team_python"], "some");
    EXPECT_EQ(answers["team_size"], 4);
    EXPECT_EQ(answers["share_frontend"], true);
    EXPECT_EQ(answers["existing"], "unknown");
}

TEST(Scenarios, NumbersAndRangesAreTakenAsTheyAre) {
    const auto answers = nlohmann::json::parse(
        decide(R"({"concurrency":12345,"team_size":{"min":3,"max":5}})").answers);
    EXPECT_EQ(answers["concurrency"], 12345);
    EXPECT_EQ(answers["team_size"], nlohmann::json::parse(R"({"min":3,"max":5})"));
    EXPECT_EQ(answers["realtime"], "unknown");
}

TEST(Scenarios, AFactThatNoAnswerMeansIsLeftOpenAndSaid) {
    std::vector<std::string> remarks;
    const auto read = read_scenarios("\n" + scenario_line(R"({"realtime":"purple"})"), "facts");
    const Decided got = decide_facts(builtin_script("nodejs-vs-python"), read[0], remarks);
    EXPECT_EQ(nlohmann::json::parse(got.answers)["realtime"], "unknown");
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_THAT(remarks[0], HasSubstr("line 2: no answer to \"realtime\" means \"purple\""));
}

TEST(Scenarios, AScriptsOwnRangesSayWhatAWordMeans) {
    const dialogs::Script script = dialogs::parse_or_fail(dialogs::small_script(R"(
      { "id": "crowd", "topic": "concurrency", "label": "Crowd", "ask": "How many?",
        "number": { "min": 1, "max": 100, "ranges": [
          { "say": "Few", "min": 1, "max": 9, "means": "low" },
          { "say": "Many", "min": 10, "max": 100, "means": "high" } ] } })"));
    std::vector<std::string> remarks;
    const auto answers = [&](const std::string& word) {
        const auto read =
            read_scenarios(scenario_line(R"({"concurrency":")" + word + "\"}"), "facts");
        return decide_facts(script, read[0], remarks).answers;
    };
    EXPECT_EQ(answers("low"), R"({"crowd":{"min":1,"max":9}})");
    EXPECT_EQ(answers("high"), R"({"crowd":{"min":10,"max":100}})");
    EXPECT_EQ(answers("medium"), R"({"crowd":"unknown"})");
    EXPECT_EQ(remarks.size(), 1U);
}

TEST(Scenarios, ARequiredQuestionWithoutAFactIsAnError) {
    const dialogs::Script script = dialogs::parse_or_fail(dialogs::small_script(R"(
      { "id": "must", "topic": "matter", "label": "Must", "ask": "Which?", "required": true,
        "allow_unknown": false, "choices": [ { "id": "a", "say": "A" }, { "id": "b", "say": "B" } ] })"));
    std::vector<std::string> remarks;
    const auto open = read_scenarios(scenario_line("{}"), "facts");
    EXPECT_THROW((void)decide_facts(script, open[0], remarks), BadScenario);
    const auto given = read_scenarios(scenario_line(R"({"matter":"b"})"), "facts");
    EXPECT_EQ(decide_facts(script, given[0], remarks).answers, R"({"must":"b"})");
}

TEST(Scenarios, BrokenLinesAreNamed) {
    EXPECT_EQ(problem_of("{\"id\":"), "line 1: not valid JSON");
    EXPECT_THAT(problem_of("\n\n[]"), HasSubstr("line 3: expected a JSON object"));
    EXPECT_EQ(problem_of(R"({"facts":{}})"), "line 1: \"id\" is missing");
    EXPECT_EQ(problem_of(R"({"id":"a"})"), "line 1: \"facts\" is missing");
    EXPECT_EQ(problem_of(R"({"id":"a"})", "description"), "line 1: \"description\" is missing");
    EXPECT_THAT(problem_of(scenario_line("{}", R"(,"expected":{})")), HasSubstr("recommendation"));
    EXPECT_THAT(problem_of(scenario_line(
                    "{}", R"(,"expected":{"recommendation":"node","acceptable":"python"})")),
                HasSubstr("\"acceptable\" must be a list of texts"));
    EXPECT_EQ(problem_of(scenario_line("{}")), "none");
}

TEST(Scenarios, ALineHasAllThatAToolNeeds) {
    const auto line = nlohmann::json::parse(to_line(decide(
        R"({"realtime":"none","concurrency":"low","workload":"io","data_ml":"none",
            "team":{"javascript":"none","python":"strong"},"team_size":2,"hiring":"none"})")));
    EXPECT_EQ(line["id"], "x");
    EXPECT_EQ(line["outcome"], "python");
    EXPECT_EQ(line["either_is_fine"], true);
    EXPECT_FALSE(line["firmness"].get<std::string>().empty());
    ASSERT_FALSE(line["hire"].empty());
    EXPECT_TRUE(line["hire"][0].contains("title") && line["hire"][0].contains("verdict"));
    EXPECT_THAT(line["text"].get<std::string>(), HasSubstr("Python"));
}

/// The figures that print_advice_quality prints, by name.
std::map<std::string, double> figures(const std::string& file, bool from_description) {
    const dialogs::Script script = builtin_script("nodejs-vs-python");
    const auto scenarios =
        read_scenarios(read_source(file), from_description ? "description" : "facts");
    std::vector<Decided> decided;
    std::vector<std::string> remarks;
    for (const Scenario& scenario : scenarios)
        decided.push_back(from_description ? decide_description(script, scenario)
                                           : decide_facts(script, scenario, remarks));
    EXPECT_THAT(remarks, testing::IsEmpty());
    std::ostringstream out;
    print_advice_quality(scenarios, decided, out);
    std::map<std::string, double> result;
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 26 && line.starts_with("  "))
            result[line.substr(2, line.find("  ", 2) - 2)] = std::atof(line.c_str() + 26);
    }
    return result;
}

TEST(Advice, FollowsFromTheFacts) {
    for (const char* file : {"tests/corpora/scenarios.jsonl", "tests/corpora/facts.jsonl"}) {
        SCOPED_TRACE(file);
        const auto measured = figures(file, false);
        EXPECT_GE(measured.at("acceptable"), 0.98);
        EXPECT_EQ(measured.at("must not"), 0);
        EXPECT_GE(measured.at("either said"), 0.98);
        EXPECT_GE(measured.at("either rightly unsaid"), 0.98);
    }
}

TEST(Advice, FollowsFromTheDescriptionAlone) {
    const auto measured = figures("tests/corpora/scenarios.jsonl", true);
    EXPECT_GE(measured.at("acceptable"), 0.9);
    EXPECT_LE(measured.at("must not"), 0.03);
}

/// A seeded fault: facts of somebody else must not come out as well.
TEST(Advice, OfExchangedFactsIsFoundToBeWrong) {
    const dialogs::Script script = builtin_script("nodejs-vs-python");
    auto scenarios = read_scenarios(read_source("tests/corpora/scenarios.jsonl"), "facts");
    std::vector<Decided> decided;
    std::vector<std::string> remarks;
    for (std::size_t i = 0; i < scenarios.size(); ++i)
        decided.push_back(decide_facts(script, scenarios[(i + 1) % scenarios.size()], remarks));
    std::ostringstream out;
    print_advice_quality(scenarios, decided, out);
    EXPECT_THAT(out.str(), HasSubstr("harmful"));
}

}  // namespace
}  // namespace advisor::server
