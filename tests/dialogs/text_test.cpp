#include "dialogs/text.hpp"

#include <gtest/gtest.h>

#include "dialogs/lexicon.hpp"
#include "dialogs/phrases.hpp"
#include "dialogs/scope.hpp"

namespace advisor::dialogs {
namespace {

std::string joined(const std::vector<Token>& tokens) {
    std::string text;
    for (const Token& token : tokens) text += (text.empty() ? "" : " ") + token.text;
    return text;
}

TEST(Text, IsFoldedAndSplit) {
    EXPECT_EQ(joined(tokenize("It ISN\u2019T   chat, ok?!")), "it is not chat , okay");
    EXPECT_EQ(joined(tokenize("ppl dont care")), "people do not care");
    EXPECT_EQ(joined(tokenize("5-8k")), "5 - 8 k");
    EXPECT_EQ(joined(tokenize("Node.js")), "node js");
    EXPECT_EQ(joined(tokenize("real-time")), "real time");
    EXPECT_EQ(joined(tokenize("\uff21\uff22")), "ab") << "full-width letters";
    EXPECT_EQ(joined(tokenize("\U0001F44D\U0001F3FD")), "yes") << "with a skin tone";
    EXPECT_EQ(joined(tokenize("\xff\xfe")), "") << "not UTF-8";
    EXPECT_EQ(joined(tokenize("yesss")), "yes");
}

TEST(Text, StemsJoinTheFormsOfAWord) {
    EXPECT_EQ(stem("notifications"), stem("notification"));
    EXPECT_EQ(stem("retraining"), stem("retrain"));
}

TEST(Spelling, FindsTheNearestWord) {
    SpellingIndex index;
    index.add({"realtime", "python", "not", "experts"});
    EXPECT_EQ(index.correct("realtiem"), "realtime");
    EXPECT_EQ(index.correct("pyhton"), "python");
    EXPECT_EQ(index.correct("nto"), "not");
    EXPECT_EQ(index.correct("expertes"), "experts");
    EXPECT_FALSE(index.correct("now")) << "a short word is not guessed at";
    EXPECT_FALSE(index.correct("banana"));
    EXPECT_EQ(edit_distance("abcd", "abdc", 2), 1U) << "neighbours exchanged";
    EXPECT_EQ(edit_distance("abcd", "wxyz", 2), 3U) << "more than the limit";
}

std::size_t found(const char* phrase, const char* text) {
    PhraseBook book;
    book.add({phrase, 0, 1, false}, {{"model", {"model", "network"}}});
    return book.find(tokenize(text)).size();
}

TEST(Phrases, AreFoundByStemAlternativeGapAndNumber) {
    EXPECT_EQ(found("our own model", "These are our own models."), 1U);
    EXPECT_EQ(found("our own model", "our models"), 0U);
    EXPECT_EQ(found("train|fit <model>", "we fit a network"), 1U);
    EXPECT_EQ(found("nobody ... python", "nobody in this team knows python"), 1U);
    EXPECT_EQ(found("nobody ... python", "nobody. We use python"), 0U) << "not across sentences";
    EXPECT_EQ(found("in # months", "in three months"), 1U);
    EXPECT_EQ(found("^ skip $", "well, skip"), 1U);
    EXPECT_EQ(found("^ skip $", "we skip lunch"), 0U);
    EXPECT_EQ(found("real-time", "a realtime map"), 1U);
}

bool negated(const char* text, const char* phrase) {
    const std::vector<Token> tokens = tokenize(text);
    PhraseBook book;
    book.add({phrase, 0, 1, false});
    const std::vector<PhraseMatch> matches = book.find(tokens);
    return !matches.empty() && is_negated(tokens, find_scope(tokens), matches.front());
}

TEST(Scope, ANegationReachesToTheEndOfItsPart) {
    EXPECT_TRUE(negated("we do not need a chat", "chat"));
    EXPECT_FALSE(negated("not chat, just dashboards", "dashboards"));
    EXPECT_FALSE(negated("not chat but dashboards", "dashboards"));
    EXPECT_TRUE(negated("dashboards instead of chat", "chat"));
    EXPECT_TRUE(negated("chat is not needed here", "chat"));
    EXPECT_FALSE(negated("no, we have a chat", "chat"));
    EXPECT_FALSE(negated("not only chat", "chat"));
}

TEST(Scope, TwoNegationsCancel) {
    EXPECT_FALSE(negated("hardly anything that is not a query", "query"));
    EXPECT_FALSE(negated("it is not impossible that they chat", "chat"));
}

TEST(Scope, ACorrectionTakesBackWhatStandsBefore) {
    const std::vector<Token> tokens = tokenize("three, no, four");
    EXPECT_EQ(tokens[find_scope(tokens).begin].text, "four");
    EXPECT_EQ(find_scope(tokenize("no wait")).begin, 0U) << "nothing follows";
}

TEST(Scope, WhatFollowsAButWeighsMore) {
    const Scope scope = find_scope(tokenize("chat is nice but pages will do"));
    EXPECT_LT(scope.weight.front(), scope.weight.back());
}

}  // namespace
}  // namespace advisor::dialogs
