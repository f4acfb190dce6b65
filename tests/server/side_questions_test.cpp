#include "server/commands/side_questions.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "server/script_registry.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using dialogs::Finding;
using testing::HasSubstr;

constexpr const char* knowledge_text = R"({"unknown":"No idea.","answers":[
{"id":"tea","topic":"drinks","ask":["what is tea","tea leaves","green tea","black tea","herbal tea","iced tea"],
"say":"Leaves.","source":{"name":"S","as_of":"2026-11"}}]})";

class SideQuestionFolder : public testing::Test {
protected:
    SideQuestionFolder() {
        std::string name = (fs::temp_directory_path() / "advisor-questions-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        write("tea.json",
              dialogs::small_script(R"({"id":"a","label":"A","ask":"?","yes_no":true})"));
        write("tea.knowledge.json", knowledge_text);
    }
    ~SideQuestionFolder() override {
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] std::vector<nlohmann::json> answers() const {
        std::vector<nlohmann::json> result;
        std::istringstream lines(read_text_file(folder_ / "answers.jsonl").value_or(""));
        for (std::string line; std::getline(lines, line);)
            result.push_back(nlohmann::json::parse(line));
        return result;
    }
    int run() {
        return run_side_questions(
            {folder_ / "tea.json", folder_ / "questions.jsonl", folder_ / "answers.jsonl"}, out_,
            errors_);
    }

    fs::path folder_;
    std::ostringstream out_, errors_;
};

TEST_F(SideQuestionFolder, EachQuestionGetsALine) {
    write("questions.jsonl",
          "{\"id\":\"1\",\"text\":\"what is tea?\",\"topic\":\"x\"}\n\n"
          "{\"id\":\"2\",\"text\":\"who was Napoleon?\"}\r\n");
    EXPECT_EQ(run(), 0) << errors_.str();
    const std::vector<nlohmann::json> lines = answers();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["id"], "1");
    EXPECT_EQ(lines[0]["text"], "Leaves.");
    EXPECT_EQ(lines[0]["topic"], "drinks");
    EXPECT_EQ(lines[0]["answer"], "tea");
    EXPECT_EQ(lines[1]["text"], "No idea.");
    EXPECT_EQ(lines[1]["topic"], "unknown");
    EXPECT_THAT(out_.str(), HasSubstr("2 questions, 1 answered, 1 without an answer"));
}

TEST_F(SideQuestionFolder, ALineThatIsNoQuestionIsNamed) {
    for (const char* line : {"tea", "{}", "[]", "{\"id\":1,\"text\":\"x\"}", "{\"id\":\"1\"}"}) {
        write("questions.jsonl", "{\"id\":\"1\",\"text\":\"x\"}\n" + std::string(line));
        errors_.str("");
        EXPECT_EQ(run(), 1) << line;
        EXPECT_THAT(errors_.str(), HasSubstr("questions.jsonl:2: expected")) << line;
    }
}

TEST_F(SideQuestionFolder, WithoutKnowledgeOrQuestionsItSaysSo) {
    EXPECT_EQ(run(), 1);
    EXPECT_THAT(errors_.str(), HasSubstr("cannot read"));
    write("questions.jsonl", "");
    fs::remove(folder_ / "tea.knowledge.json");
    EXPECT_EQ(run(), 1);
    EXPECT_THAT(errors_.str(), HasSubstr("no knowledge file"));
    write("tea.knowledge.json", "{");
    EXPECT_EQ(run(), 1);
    EXPECT_THAT(errors_.str(), HasSubstr("D004 tea.knowledge.json"));
}

TEST_F(SideQuestionFolder, AScriptGetsTheKnowledgeBesideIt) {
    const ScriptSources sources = read_scripts(folder_);
    EXPECT_TRUE(sources.diagnostics.empty());
    ASSERT_EQ(sources.scripts.size(), 1U);
    ASSERT_TRUE(sources.scripts[0].script.knowledge);
    EXPECT_EQ(sources.scripts[0].script.knowledge->answers().size(), 1U);
    const dialogs::LoadResult alone = read_script_file(folder_ / "tea.json");
    ASSERT_TRUE(alone.script);
    EXPECT_TRUE(alone.script->knowledge);
}

TEST_F(SideQuestionFolder, KnowledgeWithoutAScriptIsAnError) {
    write("coffee.knowledge.json", knowledge_text);
    const ScriptSources sources = read_scripts(folder_);
    ASSERT_EQ(sources.diagnostics.size(), 1U);
    EXPECT_EQ(sources.diagnostics[0].finding, Finding::knowledge_without_script);
    EXPECT_EQ(sources.diagnostics[0].file, "coffee.knowledge.json");
}

TEST_F(SideQuestionFolder, BrokenKnowledgeIsAnErrorOfItsFile) {
    write("tea.knowledge.json", "{\"unknown\":\"?\"}");
    const ScriptSources sources = read_scripts(folder_);
    ASSERT_FALSE(sources.diagnostics.empty());
    EXPECT_EQ(sources.diagnostics[0].file, "tea.knowledge.json");
    EXPECT_FALSE(read_script_file(folder_ / "tea.json").script);
}

TEST(BuiltInKnowledge, BelongsToTheDefaultScript) {
    for (const ScriptSource& source : read_scripts({}).scripts)
        EXPECT_EQ(source.script.knowledge != nullptr, source.script.id == "nodejs-vs-python");
}

}  // namespace
}  // namespace advisor::server
