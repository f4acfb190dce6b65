// The talks of tests/conversations, and the player of talks itself.

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "support.hpp"
#include "talk.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<Script>& scripts() {
    static const std::vector<Script> all{builtin_script("nodejs-vs-python"),
                                         builtin_script("sql-or-document")};
    return all;
}

std::vector<std::string> talk_files() {
    std::set<std::string> names;
    const auto folder = std::filesystem::path(ADVISOR_SOURCE_DIR) / "tests/conversations";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".talk") names.insert(entry.path().stem().string());
    }
    return {names.begin(), names.end()};
}

class Talk : public testing::TestWithParam<std::string> {};

TEST_P(Talk, GoesAsWritten) {
    const std::string text = read_source("tests/conversations/" + GetParam() + ".talk");
    EXPECT_THAT(play_talk(text, scripts()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Conversations, Talk, testing::ValuesIn(talk_files()),
                         [](const auto& talk) {
                             std::string name = talk.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(TalkPlayer, ThereAreTalks) {
    EXPECT_GE(talk_files().size(), 10U);
}

TEST(TalkPlayer, NoticesWhatGoesOtherwise) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"ask concurrency", "line 1: the pending question is realtime"},
        {"= \"core\"\nask realtime", "line 2: the pending question is concurrency"},
        {"= \"core\"\ntook realtime = \"none\"", "the answer is \"core\""},
        {"took realtime = \"none\"", "has no answer"},
        {"= \"core\"\nopen realtime", "the answer is \"core\""},
        {"open nosuch", "no question nosuch"},
        {"says purple", "no message says so"},
        {"= \"castle\"\nask realtime", "the input before was refused: bad_value"},
        {"= \"castle\"", "the last input was refused: bad_value"},
        {"= \"castle\"\nrefused busy", "refused: bad_value"},
        {"= \"core\"\nrefused bad_value", "refused: nothing"},
        {"recommend nodejs", "no recommendation yet"},
        {"= core", "not JSON"},
        {"confirm", "no change to confirm"},
        {"dance", "no directive: dance"},
        {"ask realtime\nscript sql-or-document", "comes first"},
        {"script nosuch", "no script nosuch"},
        {"# nothing\n\n", "the talk is empty"},
    };
    for (const auto& [talk, deviation] : table) {
        EXPECT_THAT(play_talk(talk, scripts()), ElementsAre(HasSubstr(deviation))) << talk;
    }
}

TEST(TalkPlayer, NoticesAnotherRecommendation) {
    const std::string talk = read_source("tests/conversations/python.talk");
    const auto with = [&](const std::string& expected) {
        return play_talk(talk.substr(0, talk.find("recommend")) + expected, scripts());
    };
    EXPECT_THAT(with("recommend python"), IsEmpty());
    EXPECT_THAT(with("recommend nodejs"), ElementsAre(HasSubstr("the recommendation is python")));
    EXPECT_THAT(with("recommend python firmness leaning"),
                ElementsAre(HasSubstr("firmness clear")));
    EXPECT_THAT(with("= 1"), ElementsAre(HasSubstr("no question is pending")));
}

}  // namespace
}  // namespace advisor::dialogs
