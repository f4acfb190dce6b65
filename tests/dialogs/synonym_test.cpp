#include "dialogs/synonym.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace advisor::dialogs {
namespace {

constexpr std::string_view tea = R"({
  "script": "tea", // what it is called
  "questions": [
    { "id": "milk", "ask": "Milk?", "yes_no": true },
    { "id": "sugar", "ask": "Sugar?", "yes_no": { "no": { "means": "none" } } },
    {
      "id": "kind",
      "ask": "Which?",
      "choices": [
        {
          "id": "green",
          "say": "Green tea", // not matcha
          "also": [
            "sencha", "gunpowder",
            { "weight": 0.5, "say": ["leaf"] }
          ]
        },
        { "id": "black", "say": "Black tea" },
        {
          "id": "herbal",
          "say": "Herbal",
          "help": "No tea at all"
        },
        { "id": "white", "say": "White", "also": [] }
      ]
    }
  ]
})";

std::string edited(const Synonym& synonym) {
    const SynonymEdit edit = add_synonym(tea, synonym);
    EXPECT_TRUE(edit.text) << edit.problem;
    return edit.text.value_or("");
}

/// `tea` with one part of it replaced.
std::string tea_with(std::string_view part, std::string_view other) {
    std::string text(tea);
    return text.replace(text.find(part), part.size(), other);
}

TEST(Synonym, StandsBehindThePlainTextsOfTheAnswer) {
    EXPECT_EQ(edited({"kind", "green", "matcha"}),
              tea_with(R"("gunpowder",)", R"("gunpowder", "matcha",)"));
}

TEST(Synonym, BringsAListWhereThereIsNone) {
    EXPECT_EQ(edited({"kind", "black", "builder's"}),
              tea_with(R"("Black tea" })", R"("Black tea", "also": ["builder's"] })"));
    EXPECT_EQ(edited({"kind", "herbal", "mint"}),
              tea_with(R"("Herbal",)", "\"Herbal\",\n          \"also\": [\"mint\"],"));
    EXPECT_EQ(edited({"kind", "white", "pai"}), tea_with("[]", R"(["pai"])"));
}

TEST(Synonym, GoesToYesAndNo) {
    EXPECT_EQ(edited({"milk", "yes", "a splash"}),
              tea_with("true", R"({ "yes": { "also": ["a splash"] } })"));
    EXPECT_EQ(edited({"sugar", "yes", "two lumps"}),
              tea_with(R"({ "no")", R"({ "yes": { "also": ["two lumps"] }, "no")"));
    EXPECT_EQ(edited({"sugar", "no", "I am sweet enough"}),
              tea_with(R"({ "means")", R"({ "also": ["I am sweet enough"], "means")"));
}

TEST(Synonym, IsEscaped) {
    const std::string phrase = R"(the "good" one \ \u00e9 ü)";
    const auto json = nlohmann::json::parse(edited({"kind", "black", phrase}), nullptr, true, true);
    EXPECT_EQ(json["questions"][2]["choices"][1]["also"][0], phrase);
}

TEST(Synonym, KeepsLinesShort) {
    std::string text(tea);
    for (int i = 0; i < 40; ++i) {
        const SynonymEdit edit =
            add_synonym(text, {"kind", "green", "phrase number " + std::to_string(i)});
        ASSERT_TRUE(edit.text) << edit.problem;
        text = *edit.text;
    }
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        EXPECT_LE(end - at, 150U) << text.substr(at, end - at);
        at = end + 1;
    }
    const auto json = nlohmann::json::parse(text, nullptr, true, true);
    EXPECT_EQ(json["questions"][2]["choices"][0]["also"].size(), 43U);
}

TEST(Synonym, SaysWhatCannotBe) {
    const auto problem = [](const Synonym& synonym, std::string_view script = tea) {
        const SynonymEdit edit = add_synonym(script, synonym);
        EXPECT_FALSE(edit.text);
        return edit.problem;
    };
    EXPECT_NE(problem({"kind", "green", "sencha"}).find("already"), std::string::npos);
    EXPECT_NE(problem({"kind", "red", "x"}).find("no answer \"red\""), std::string::npos);
    EXPECT_NE(problem({"size", "red", "x"}).find("no question \"size\""), std::string::npos);
    EXPECT_NE(problem({"kind", "green", "  "}).find("empty"), std::string::npos);
    EXPECT_NE(problem({"kind", "green", "@coder"}).find("@"), std::string::npos);
    EXPECT_NE(problem({"kind", "green", "a\nb"}).find("one line"), std::string::npos);
    EXPECT_NE(problem({"kind", "green", std::string(201, 'x')}).find("200"), std::string::npos);
    EXPECT_NE(problem({"kind", "green", "x"}, "not JSON").find("no question"), std::string::npos);
    EXPECT_NE(problem({"kind", "green", "x"}, std::string(100'000, '[')).find("deep"),
              std::string::npos);
}

}  // namespace
}  // namespace advisor::dialogs
