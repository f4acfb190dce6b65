#include "server/commands/understand_eval.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>

#include "dialogs/json.hpp"
#include "dialogs/understand.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {
namespace {

const dialogs::Script& script() {
    static const dialogs::Script loaded = [] {
        const std::string file =
            std::string(ADVISOR_SOURCE_DIR) + "/dialogs/scripts/nodejs-vs-python.json";
        return *dialogs::load_script(*read_text_file(file), file).script;
    }();
    return loaded;
}

const std::vector<LabelledText>& records() {
    static const std::vector<LabelledText> read = read_labelled(
        *read_text_file(std::string(ADVISOR_SOURCE_DIR) + "/tests/corpora/utterances.jsonl"));
    return read;
}

Quality quality_of(const std::vector<LabelledText>& texts) {
    std::vector<Prediction> predictions;
    for (const LabelledText& record : texts) predictions.push_back(predict(script(), record));
    return measure(texts, predictions);
}

/// What is understood, as text.
std::string heard(const dialogs::Question& question, const std::string& text) {
    const dialogs::Understood understood = dialogs::understand(question, text);
    if (const auto* value = std::get_if<dialogs::UnderstoodValue>(&understood))
        return dialogs::to_json(question, value->value);
    if (const auto* wish = std::get_if<dialogs::UnderstoodCommand>(&understood))
        return "/" + std::string(dialogs::to_text(wish->command));
    return "-";
}

// A change of the script or of the understanding may not make it worse.
TEST(UnderstandQuality, OnTheProjectsOwnTexts) {
    const Quality quality = quality_of(records());
    std::ostringstream report;
    print(quality, report);
    EXPECT_GE(records().size(), 1500U);
    EXPECT_GE(quality.accuracy.value(), 0.96) << report.str();
    EXPECT_GE(quality.macro_f1, 0.95) << report.str();
    EXPECT_LE(quality.wrong_value.value(), 0.015) << report.str();
    EXPECT_LE(quality.false_accept.value(), 0.03) << report.str();
    EXPECT_GE(quality.digressions.value(), 0.98) << report.str();
}

TEST(UnderstandQuality, EveryTopicHasTexts) {
    std::set<std::string> topics;
    for (const LabelledText& record : records()) topics.insert(record.topic);
    for (const dialogs::Question& question : script().questions) {
        if (question.topic == "existing" || question.topic == "limits") continue;
        EXPECT_TRUE(topics.contains(question.topic)) << question.topic;
    }
}

TEST(UnderstandProperty, CaseSpacingAndClosingPunctuationDoNotMatterInFreeText) {
    for (const LabelledText& record : records()) {
        const dialogs::Question& question = script().questions[record.id.back() % 10];
        std::string upper;
        std::string wide = " ";
        bool ascii = true;
        for (const char c : record.text) {
            ascii = ascii && static_cast<unsigned char>(c) < 0x80;
            upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            wide += c == ' ' ? "  \t" : std::string(1, c);
        }
        const std::string plain = heard(question, record.text);
        EXPECT_EQ(heard(question, wide), plain) << record.text;
        EXPECT_EQ(heard(question, record.text + "!"), plain) << record.text;
        EXPECT_EQ(heard(question, record.text + " ?! "), plain) << record.text;
        if (ascii) {
            EXPECT_EQ(heard(question, upper), plain) << record.text;
        }
    }
}

TEST(UnderstandProperty, NoBytesAreTooMuch) {
    std::mt19937 random(20260423);
    const std::string alphabet = "abe no't 12,.5k-/?!\"\\{}\xc3\xa9\xf0\x9f\x91\x8d\xff\x80\n\t";
    for (int round = 0; round < 400; ++round) {
        std::string text(random() % 300, ' ');
        for (char& c : text)
            c = round % 2 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
        for (const dialogs::Question& question : script().questions)
            EXPECT_FALSE(heard(question, text).empty());
        EXPECT_EQ(heard(script().questions[0], text), heard(script().questions[0], text));
    }
}

TEST(UnderstandProperty, LongTextsAreRead) {
    for (const char* piece :
         {"no ", "not ", "three ", "million ", "but ", "yes, ", "- ", "1-", "why ", "half a ",
          "our own model ", "one and ", "'", "zzzzzzzzzzqqqqqqqqqq ", "\xf0\x9f\x91\x8d"}) {
        std::string text;
        while (text.size() < 4000) text += piece;
        for (const dialogs::Question& question : script().questions)
            EXPECT_FALSE(heard(question, text).empty()) << piece;
    }
}

TEST(UnderstandEval, ReadsRecordsAndNamesABadLine) {
    const auto read = read_labelled(
        "{\"id\":\"x\",\"topic\":\"yesno\",\"text\":\"yes\",\"expected\":\"yes\"}\n\n");
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(predict(script(), read[0]).value, "yes");
    try {
        (void)read_labelled("\n{\"id\":1}\n");
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos);
    }
}

TEST(UnderstandEval, ARangeIsRightWhenItTouches) {
    using nlohmann::json;
    EXPECT_TRUE(is_right(100, 101));
    EXPECT_FALSE(is_right(100, 103));
    EXPECT_TRUE(is_right({{"min", 3}, {"max", 5}}, 4));
    EXPECT_TRUE(is_right({{"min", 3}, {"max", 5}}, json{{"min", 5}, {"max", 9}}));
    EXPECT_FALSE(is_right({{"min", 3}, {"max", 5}}, json{{"min", 6}, {"max", 9}}));
    EXPECT_FALSE(is_right("unclear", "none"));
}

}  // namespace
}  // namespace advisor::server
