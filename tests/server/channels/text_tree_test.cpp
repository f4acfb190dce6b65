// Text for chat tools: escapes, cuts, tokens.

#include "server/channels/text_tree.hpp"

#include <gtest/gtest.h>

#include <set>

#include "server/channels/body.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

std::string marked(std::string_view plain) {
    return backslashed(plain, "*_");
}
std::string link_to(std::string_view label, std::string_view url) {
    return "[" + std::string(label) + "](" + std::string(url) + ")";
}
constexpr Markup markdown{marked, marked,  "**", "**", "_",  "_",   "`",
                          "`",    link_to, "- ", ". ", "\n", "\n\n"};

TEST(TextTree, IsWrittenWithMarksAndEscapes) {
    Text text{heading("A*b"), paragraph("x_y"), bullet("one"), bullet("two"), numbered(1, "n")};
    text.push_back(link("Report", "https://a.example/r"));
    EXPECT_EQ(write(text, markdown, {1000, LengthUnit::code_points}),
              "**A\\*b**\n\nx\\_y\n\n- one\n- two\n1. n\n\n[Report](https://a.example/r)");
}

TEST(TextTree, BlanksStayOutsideOfMarks) {
    Block line{BlockKind::bullet, {}, 0};
    line.spans.push_back({"Label: ", Style::bold, {}});
    line.spans.push_back({" ", Style::bold, {}});
    line.spans.push_back({" text", Style::italic, {}});
    EXPECT_EQ(write({line}, markdown, {1000, LengthUnit::bytes}), "- **Label:**   _text_");
}

TEST(TextTree, IsCutBetweenCodePointsAndNeverInsideAMark) {
    const Text text{heading("h\xc3\xa9*\xf0\x9f\x8d\xb5llo"), paragraph("second")};
    const std::string whole = write(text, markdown, {1000, LengthUnit::utf16});
    for (std::size_t limit = 0; limit <= 40; ++limit) {
        for (const LengthUnit unit :
             {LengthUnit::bytes, LengthUnit::code_points, LengthUnit::utf16}) {
            const std::string cut_text = write(text, markdown, {limit, unit});
            EXPECT_LE(length_of(cut_text, unit), limit);
            EXPECT_EQ(clean(cut_text), cut_text) << "whole code points";
            std::size_t stars = 0;
            for (std::size_t at = 0; (at = cut_text.find("**", at)) != std::string::npos; at += 2)
                ++stars;
            EXPECT_EQ(stars % 2, 0U) << cut_text;
            EXPECT_EQ(cut_text == whole, length_of(whole, unit) <= limit) << cut_text;
        }
    }
}

TEST(TextTree, HarmfulCharactersAreDropped) {
    EXPECT_EQ(clean("a\x01\x1f\x7f\tb\nc"), "a\tb\nc");
    EXPECT_EQ(clean("x\xe2\x80\xaey\xe2\x81\xa6z"), "xyz") << "turning marks";
    EXPECT_EQ(clean("\xff\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(clean("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"), "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d")
        << "right-to-left text itself stays";
}

TEST(TextTree, NobodyIsCalledAndNothingLinked) {
    // "|" stands for the zero-width space.
    const auto marked_up = [](std::string text) {
        for (std::size_t at = 0; (at = text.find(zero_width_space, at)) != std::string::npos;)
            text.replace(at, zero_width_space.size(), "|");
        return text;
    };
    EXPECT_EQ(marked_up(unlinked("@all #x")), "@|all #|x");
    EXPECT_EQ(marked_up(unlinked("me@a.b")), "me|@|a.b");
    EXPECT_EQ(marked_up(unlinked("see https://a.b or //c")), "see https:|/|/a.b or /|/c");
    EXPECT_EQ(marked_up(unlinked("WWW.a.b evil.example")), "WWW.|a.b evil.|example");
    EXPECT_EQ(unlinked("Node.js: www a.b 3.14 10:30."), "Node.js: www a.b 3.14 10:30.");
    EXPECT_EQ(marked_up(unblocked("a\n- b\n    c\n2. d")), "a\n|- b\nc\n|2. d");
}

TEST(TextTree, MarksHoldOnOneLine) {
    Block block{
        BlockKind::paragraph, {{"a\n\nb", Style::italic, {}}, {"c\nd", Style::plain, {}}}, 0};
    EXPECT_EQ(write({block}, markdown, {1000, LengthUnit::bytes}), "_a  b_c\nd");
}

TEST(AnswerTokens, AreReadBackAndNothingElseIs) {
    const AnswerToken token{"k3f9x2", 4, "b"};
    EXPECT_EQ(write_token(token), "a1.k3f9x2.4.b");
    const auto read = read_token("a1.k3f9x2.5.*");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->session, "k3f9x2");
    EXPECT_EQ(read->question, 5U);
    EXPECT_EQ(read->option, "*");
    for (const char* wrong : {"", "a1", "a1.k3f9x2.4", "a1.k3f9x2.4.", "a2.k3f9x2.4.b", "a1..4.b",
                              "a1.k.x.b", "a1.k.-1.b", "a1.k.4.b.c", "a1.k.4.b ", "a1.k'.4.b",
                              "a1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.4.b"})
        EXPECT_FALSE(read_token(wrong)) << wrong;
}

TEST(AnswerTokens, EveryOptionHasItsOwnKey) {
    std::set<std::string> keys{"x", "t"};
    for (std::size_t i = 0; i < 120; ++i)
        EXPECT_TRUE(keys.insert(option_key(i)).second) << option_key(i);
    EXPECT_EQ(option_key(0), "a");
}

TEST(Bodies, FormsAreReadStrictly) {
    const auto form = Form::read("a=1+2&b=caf%C3%A9&c=&d&a=second&=x");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->get("a"), "1 2");
    EXPECT_EQ(form->get("b"), "caf\xc3\xa9");
    EXPECT_EQ(form->get("c") + form->get("d") + form->get("nosuch"), "");
    for (const char* wrong : {"a=%", "a=%4", "a=%00", "a=%zz"})
        EXPECT_FALSE(Form::read(wrong)) << wrong;
    std::string many;
    for (int i = 0; i < 201; ++i) many += "a=1&";
    EXPECT_FALSE(Form::read(many));
}

TEST(Bodies, NullAndOtherTypesAreAbsent) {
    const auto body = read_json(R"({"a":{"b":[{"c":7}],"n":null,"t":true},"s":"x"})");
    ASSERT_TRUE(body);
    EXPECT_EQ(text_at(*body, "a.b.0.c"), "7");
    EXPECT_EQ(text_at(*body, "s"), "x");
    for (const char* path : {"a", "a.n", "a.t", "a.b.1.c", "a.b.x", "s.t", "", "a..b"})
        EXPECT_EQ(text_at(*body, path), "") << path;
    EXPECT_FALSE(read_json("[]"));
    EXPECT_FALSE(read_json("{"));
    EXPECT_FALSE(read_json(R"({"a":)" + std::string(200, '[') + std::string(200, ']') + "}"));
}

TEST(Bodies, CommandWordsAreTakenOff) {
    EXPECT_EQ(after_word("!advise  2 ", "!advise"), "2");
    EXPECT_EQ(after_word("ADVISE", "advise"), "");
    EXPECT_EQ(after_word("advisers say", "advise"), std::nullopt);
    EXPECT_EQ(after_word("x", ""), std::nullopt);
}

}  // namespace
}  // namespace advisor::channels
