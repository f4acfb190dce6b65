#include "dialogs/markdown.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::HasSubstr;
using testing::Not;

const Script& script() {
    static const Script parsed = parse_or_fail(small_script(
        R"({"id":"a","label":"Live","ask":"?","yes_no":true},{"id":"note","label":"Note","ask":"?","text":{"max_length":400}})",
        R"({"id":"r","axis":"x","when":"a is yes","points":{"tea":5},"because":"It is 100% <sure>.","evidence":["e"]},
                                                               {"id":"n","axis":"x","when":"note is known","points":{"tea":1,"coffee":-1},"because":"You said so.","evidence":["e"]})",
        R"(,"tradeoffs":[{"say":"It wakes you later."}])"));
    return parsed;
}

std::string document(const std::string& note) {
    const State state =
        take(script(), answered(script(), {"true"}), GiveAnswer{"note", note}).state;
    return to_markdown(script(), state.answers,
                       explain(script(), state.answers, score(script(), state.answers)));
}

TEST(Markdown, SaysTheWholeAdvice) {
    const std::string text = document("none");
    EXPECT_THAT(text, HasSubstr("# Tea or coffee?\n"));
    EXPECT_THAT(text, HasSubstr("Clear: 7 points ahead"));
    EXPECT_THAT(text, HasSubstr("| Tea | 6 |"));
    EXPECT_THAT(text, HasSubstr("| Coffee | -1 |"));
    EXPECT_THAT(text, HasSubstr("(Tea +5)"));
    EXPECT_THAT(text, HasSubstr("(Tea +1, Coffee -1)"));
    EXPECT_THAT(text, HasSubstr("## Trade-offs\n\n- It wakes you later."));
    EXPECT_THAT(text, HasSubstr("## Your answers\n\n- Live: Yes\n- Note: none\n"));
    EXPECT_THAT(text, HasSubstr("## Sources"));
}

/// Everything in `text` that Markdown or HTML acts on, and that no backslash stands before.
std::string live_characters(const std::string& text) {
    std::string live;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            continue;
        }
        if (std::string_view("`*_{}[]<>#|!~&").find(text[i]) != std::string_view::npos)
            live += text[i];
    }
    return live;
}

TEST(Markdown, TypedTextStaysText) {
    const std::string plain = document("x");
    for (const std::string note :
         {"*bold* _it_ `code` ~~no~~", "<script>alert(1)</script>", "[link](javascript:alert(1))",
          "![i](http://x/y.png)", "&lt;b&gt;", "a | b", "\\*not\\*", "\\", "# Title",
          "```\ncode\n```", "<!-- --> <img src=x onerror=y>", "<https://x.example>",
          "{{template}}"}) {
        EXPECT_EQ(live_characters(document(note)), live_characters(plain)) << note;
    }
}

TEST(Markdown, TypedLinesCannotBeginABlock) {
    const std::string plain = document("x");
    const auto line_count = [](const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    };
    for (const std::string note :
         {"a\n# Title", "a\r\n- item", "a\n\n---\n", "a\r> quote", "a\n    code", "a\v\f# x"}) {
        const std::string text = document(note);
        EXPECT_EQ(line_count(text), line_count(plain)) << note;
        EXPECT_THAT(text, Not(HasSubstr("\r"))) << note;
    }
}

TEST(Markdown, ABareAddressInTypedTextIsNoLink) {
    // Many renderers make links of bare addresses; nobody typed one into the advice but the user.
    for (const std::string note :
         {"see https://evil.example/x", "www.evil.example", "http://evil.example"}) {
        const std::string text = document(note);
        EXPECT_THAT(text, Not(HasSubstr("https://evil"))) << text;
        EXPECT_THAT(text, Not(HasSubstr("http://evil")));
        EXPECT_THAT(text, Not(HasSubstr("www.evil")));
    }
}

}  // namespace
}  // namespace advisor::dialogs
