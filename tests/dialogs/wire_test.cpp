#include "dialogs/wire.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace advisor::dialogs {
namespace {

using nlohmann::json;

TEST(JsonQuoted, IsWhatTheLibraryWritesWhateverTheByteAndItsPlace) {
    for (int byte = 0; byte < 0x80; ++byte) {
        for (std::size_t place = 0; place < 17; ++place) {
            std::string text(17, 'a');
            text[place] = static_cast<char>(byte);
            EXPECT_EQ(json::parse(json_quoted(text)).get<std::string>(), text) << byte;
        }
    }
}

TEST(JsonQuoted, KeepsTextsOfAllScripts) {
    for (const std::string text :
         {"", "“Curly” – naïve", "日本語\n\"テスト\"", "😀\\😀", "a\u007f\u0080b", "\U0010FFFF"}) {
        EXPECT_EQ(json::parse(json_quoted(text)).get<std::string>(), text);
    }
}

TEST(JsonQuoted, PutsAReplacementForWhatIsNoUtf8) {
    EXPECT_EQ(json_quoted("a\xff"), "\"a\uFFFD\"");
    EXPECT_EQ(json_quoted("\xed\xa0\x80").find("\xed\xa0"), std::string::npos) << "a surrogate";
}

TEST(JsonQuoted, IsAlwaysJson) {
    std::mt19937 random(17);
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 24, ' ');
        for (char& c : text) c = static_cast<char>(random());
        EXPECT_TRUE(json::accept(json_quoted(text))) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace advisor::dialogs
