#include "server/transcript.hpp"

#include <gmock/gmock.h>

#include "dialogs/json.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::server {
namespace {

using dialogs::Input;
using testing::ElementsAre;

/// A talk as the store has it.
class Talk {
public:
    explicit Talk(const std::string& questions)
        : script(dialogs::parse_or_fail(dialogs::small_script(questions))),
          state_(dialogs::fresh_state(script)) {
        add(dialogs::Start{});
    }

    Talk& add(const Input& input) {
        const dialogs::StepResult next = dialogs::take(script, state_, input);
        state_ = next.state;
        db::TurnRecord turn;
        turn.seq = static_cast<std::int64_t>(turns.size()) + 1;
        turn.input = dialogs::to_json(script, input);
        turn.reply = dialogs::reply_members(script, next.state, next.outputs, "");
        turn.at = db::TimePoint{std::chrono::milliseconds{turn.seq}};
        turns.push_back(std::move(turn));
        return *this;
    }
    /// "user: text", "kind: text"; behind a user's line the question that it answered.
    [[nodiscard]] std::vector<std::string> lines(std::size_t from = 0) const {
        std::vector<std::string> result;
        const std::vector<db::TurnRecord> shown(turns.begin() + static_cast<std::ptrdiff_t>(from),
                                                turns.end());
        for (const TranscriptLine& line :
             transcript(script, shown, from > 0 ? &turns[from - 1] : nullptr)) {
            std::string text = (line.from_user ? "user" : line.kind) + ": " + line.text;
            if (line.question) text += " [" + script.questions[*line.question].id + "]";
            result.push_back(std::move(text));
        }
        return result;
    }

    dialogs::Script script;
    std::vector<db::TurnRecord> turns;

private:
    dialogs::State state_;
};

/// Nothing is scored, so the first answer leaves nothing open.
constexpr const char* early =
    "note: I can tell already: whatever you answer from here on, the outcome is Either. Say “show "
    "me the result” to see it now, or just go on: your answers still sharpen the reasons.";

constexpr const char* two_questions =
    R"({"id":"a","label":"A","ask":"First?","yes_no":{"yes":{"react":"Good."}}},{"id":"b","label":"B","ask":"Second?","why":"Because.","number":{"min":1,"max":100}})";

TEST(Transcript, ShowsWhatPeopleSawButThePendingQuestion) {
    Talk talk(two_questions);
    EXPECT_THAT(talk.lines(), ElementsAre("intro: Hello."));
    talk.add(dialogs::GiveAnswer{"a", true});
    EXPECT_THAT(talk.lines(), ElementsAre("intro: Hello.", "question: First?", "user: Yes [a]",
                                          "react: Good.", early));
    talk.add(dialogs::Say{"about 5"});
    EXPECT_THAT(talk.lines(),
                ElementsAre("intro: Hello.", "question: First?", "user: Yes [a]", "react: Good.",
                            early, "question: Second?", "user: about 5 [b]",
                            "understood: I take that as “5”.", "result: Both are fine."));
}

TEST(Transcript, AQuestionThatStaysIsShownOnce) {
    Talk talk(two_questions);
    talk.add(dialogs::Say{"why?"}).add(dialogs::Say{"purple"}).add(dialogs::GiveAnswer{"a", false});
    const std::vector<std::string> lines = talk.lines();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "question: First?"), 1);
    EXPECT_THAT(lines, testing::Contains("user: why?"));
    EXPECT_THAT(lines, testing::Contains("user: purple"));
}

TEST(Transcript, APartKnowsWhatItsFirstInputAnswered) {
    Talk talk(two_questions);
    talk.add(dialogs::GiveAnswer{"a", true}).add(dialogs::Say{"5"});
    EXPECT_THAT(talk.lines(2), ElementsAre("user: 5 [b]", "result: Both are fine."));
}

TEST(Transcript, WishesAnswerNothing) {
    Talk talk(two_questions);
    talk.add(dialogs::Skip{})
        .add(dialogs::Back{})
        .add(dialogs::Restart{})
        .add(dialogs::Say{"skip"});
    for (const std::string& line : talk.lines()) {
        if (line.starts_with("user: ")) {
            EXPECT_EQ(line.find('['), std::string::npos) << line;
        }
    }
}

TEST(Transcript, WhatCannotBeReadIsLeftOut) {
    Talk talk(two_questions);
    talk.add(dialogs::GiveAnswer{"a", true});
    talk.turns[1].input = "not JSON";
    talk.turns[0].reply = "not JSON either";
    EXPECT_TRUE(talk.lines().empty() || talk.lines().front() != "intro: Hello.");
}

}  // namespace
}  // namespace advisor::server
