// Knowledge files: what is read, and everything that can be wrong with one.

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;

constexpr const char* sound = R"({
"same": [["tea", "chai"]],
"names": ["tea"],
"unknown": "No idea.",
"answers": [
{"id":"tea","topic":"drinks","explains_question":true,
"ask":["what is tea","tea leaves","green tea","black tea","herbal tea","iced tea"],
"say":"Leaves in hot water.",
"source":{"name":"Grandmother","url":"https://example.org/","as_of":"2026-11"}},
{"id":"coffee","topic":"drinks",
"ask":["what is coffee","coffee beans","black coffee","iced coffee","white coffee","strong coffee"],
"say":"Beans in hot water.",
"source":{"name":"Grandfather","as_of":"2026-11"}}
]})";

std::string changed(const std::string& from, const std::string& to) {
    std::string text = sound;
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not there: " + from);
    return text.replace(at, from.size(), to);
}

TEST(KnowledgeLoader, ReadsAFile) {
    const Knowledge knowledge = parse_knowledge_or_fail(std::string("// comment\n") + sound);
    ASSERT_EQ(knowledge.answers().size(), 2U);
    const KnowledgeAnswer& tea = knowledge.answers().front();
    EXPECT_EQ(tea.id, "tea");
    EXPECT_EQ(tea.topic, "drinks");
    EXPECT_EQ(tea.ask.size(), 6U);
    EXPECT_EQ(tea.source.url, "https://example.org/");
    EXPECT_TRUE(tea.explains_question);
    EXPECT_FALSE(knowledge.answers().back().explains_question);
    EXPECT_EQ(knowledge.unknown(), "No idea.");
}

TEST(KnowledgeLoader, TellsWhatIsWrongAndWhere) {
    struct Flaw {
        std::string from, to;
        Finding finding;
        std::string told;
    };
    const std::vector<Flaw> flaws{
        {"{", "", Finding::not_json, "not valid JSON"},
        {R"("unknown": "No idea.",)", "", Finding::missing_field, "\"unknown\" is missing"},
        {R"("names")", R"("nams")", Finding::unknown_field, "did you mean \"names\"?"},
        {R"([["tea", "chai"]])", R"([["tea"]])", Finding::wrong_type, "/same/0"},
        {R"([["tea", "chai"]])", R"("tea")", Finding::wrong_type, "/same"},
        {R"([["tea", "chai"]])", R"([["tea", 1]])", Finding::wrong_type, "/same/0"},
        {R"("id":"coffee")", R"("id":"tea")", Finding::duplicate_id, "/answers/1/id"},
        {R"("id":"coffee")", R"("id":"Coffee!")", Finding::bad_id, "/answers/1/id"},
        {R"("topic":"drinks",
"ask")",
         R"("ask")", Finding::missing_field, "\"topic\" is missing"},
        {R"(,"iced tea")", "", Finding::wrong_count, "has 5 phrasings"},
        {R"("iced coffee")", R"("iced chai")", Finding::same_phrasing, "a phrasing of \"tea\""},
        {R"("iced coffee")", R"("what is it")", Finding::phrasing_without_words,
         "/answers/1/ask/3"},
        {R"("say":"Beans in hot water.",)", "", Finding::missing_field, "\"say\" is missing"},
        {R"("https://example.org/")", R"("example.org")", Finding::unknown_word,
         "/answers/0/source/url"},
        {R"("as_of":"2026-11"}},
{)",
         R"("as_of":"2026-13"}},
{)",
         Finding::bad_date, "/answers/0/source/as_of"},
        {R"("source":{"name":"Grandfather","as_of":"2026-11"})", R"("also":[])",
         Finding::missing_field, "\"source\" is missing"},
        {R"("name":"Grandfather",)", "", Finding::missing_field, "\"name\" is missing"},
        {R"("id":"coffee")", R"("id":"coffee","id":"mocha")", Finding::duplicate_key, "/answers/1"},
    };
    for (const Flaw& flaw : flaws) {
        const KnowledgeResult result = load_knowledge(changed(flaw.from, flaw.to), "tea.json");
        EXPECT_FALSE(result.knowledge) << flaw.from;
        ASSERT_FALSE(result.diagnostics.empty()) << flaw.from;
        EXPECT_EQ(result.diagnostics.front().finding, flaw.finding)
            << to_text(result.diagnostics.front());
        EXPECT_THAT(to_text(result.diagnostics.front()), HasSubstr(flaw.told));
    }
}

TEST(KnowledgeLoader, RefusesWhatIsNoKnowledge) {
    const auto finding = [](const std::string& text) {
        const KnowledgeResult result = load_knowledge(text, "k.json");
        return result.diagnostics.empty() ? Finding::unreadable : result.diagnostics[0].finding;
    };
    EXPECT_EQ(finding("[]"), Finding::wrong_type);
    EXPECT_EQ(finding(std::string(100, '[')), Finding::too_deep);
    EXPECT_EQ(finding(std::string((1U << 20U) + 1, ' ')), Finding::too_large);
    EXPECT_EQ(finding("{}"), Finding::missing_field);
    EXPECT_EQ(finding(R"({"unknown":"?","answers":[]})"), Finding::wrong_count);
}

TEST(KnowledgeLoader, DiagnosticsCarryNumberAndLine) {
    const KnowledgeResult result =
        load_knowledge(changed(R"("iced coffee")", R"("iced chai")"), "tea.knowledge.json");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(to_text(result.diagnostics[0]),
              "D040 tea.knowledge.json:11 /answers/1/ask/3: says the same as a phrasing of "
              "\"tea\"; keep it in one of them");
}

}  // namespace
}  // namespace advisor::dialogs
