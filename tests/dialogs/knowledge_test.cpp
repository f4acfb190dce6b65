// Finding the answer to a side question: words, slips, forms of questions, and what is left alone.

#include "dialogs/knowledge.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string answer_json(const std::string& id, const std::string& ask,
                        const std::string& also = {}) {
    return R"({"id":")" + id + R"(","topic":"drinks","ask":)" + ask + R"(,"also":[)" + also +
           R"(],"say":"About )" + id + R"(.","source":{"name":"S","as_of":"2026-11"}})";
}

const Knowledge& drinks() {
    static const Knowledge knowledge = parse_knowledge_or_fail(
        R"({"same":[["tea","chai","cup of char"],["expensive","costly"]],"names":["tea","coffee"],
"unknown":"No idea.","answers":[)" +
        answer_json(
            "tea",
            R"(["what is tea","explain tea","why do people drink tea","where does tea grow","is tea healthy","tea definition"])",
            R"("Ceylon")") +
        "," +
        answer_json(
            "coffee",
            R"(["what is coffee","explain coffee","why do people drink coffee","where does coffee grow","is coffee healthy","coffee definition"])") +
        "," +
        answer_json(
            "price",
            R"(["is coffee expensive","is tea expensive","price of a kilo","what does a kilo of beans charge","which drink is costly per litre","expensive drinks"])") +
        "]}");
    return knowledge;
}

std::string found(std::string_view text) {
    const std::optional<SideAnswer> answer = answer_side_question(drinks(), text);
    return answer ? drinks().answers()[answer->answer].id : "";
}

TEST(SideQuestion, IsFoundInManyVoices) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"What is tea?", "tea"},
        {"whats tea", "tea"},
        {"sorry, quick one: what's tea??", "tea"},
        {"Could you please explain coffee to me", "coffee"},
        {"pls explain chai", "tea"},
        {"a cup of char, what is that?", "tea"},
        {"is cofffee healthy", "coffee"},
        {"WHY do people drink COFFEE", "coffee"},
        {"I keep hearing about coffee. What is it?", "coffee"},
        {"is tea costly?", "price"},
        {"does Ceylon tea grow here", "tea"},
    };
    for (const auto& [text, id] : table) EXPECT_EQ(found(text), id) << text;
}

TEST(SideQuestion, AnotherSubjectIsAnotherQuestion) {
    EXPECT_EQ(found("is tea healthy?"), "tea");
    EXPECT_EQ(found("is coffee healthy?"), "coffee");
}

TEST(SideQuestion, WhatNothingHereAnswersIsNotGuessed) {
    for (const char* text :
         {"what is the capital of France?", "who won the football match yesterday",
          "how do I repair a bicycle tyre", "what is cocoa powder made from exactly?", "why?", "?",
          "what", "how much", ""}) {
        EXPECT_EQ(found(text), "") << text;
    }
}

TEST(SideQuestion, AnAnswerThatNamesASubjectIsNone) {
    for (const char* text :
         {"tea", "we drink tea", "we know tea well?", "our tea is expensive", "mostly coffee",
          "yes, coffee", "about 500 cups of tea", "tea, I think", "what we have is coffee",
          "it should be coffee", "could be tea", "nothing but tea", "no coffee",
          "We\u2019re tea people", "we'll take coffee", "a tea definition", "tea or so"}) {
        EXPECT_EQ(found(text), "") << text;
    }
}

TEST(SideQuestion, SaysWhatItGoesBy) {
    const auto answer = answer_side_question(drinks(), "So why do people drink Coffee?");
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->matched, ElementsAre("why", "drink", "coffee"));
    EXPECT_GT(answer->score, 0.9);
    EXPECT_TRUE(answer->sure);
    const auto terse = answer_side_question(drinks(), "tea healthy");
    ASSERT_TRUE(terse);
    EXPECT_FALSE(terse->sure);
}

TEST(SideQuestion, FactsBesideItMakeItUnsure) {
    for (const char* text : {"We are four people. Is tea healthy?",
                             "Green leaves on one page would do. By the way, is tea healthy?"}) {
        const auto answer = answer_side_question(drinks(), text);
        ASSERT_TRUE(answer) << text;
        EXPECT_FALSE(answer->sure) << text;
    }
    const auto asked = answer_side_question(drinks(), "I keep hearing about tea. What is it?");
    ASSERT_TRUE(asked);
    EXPECT_TRUE(asked->sure);
}

TEST(SideQuestion, CaseSpacingAndClosingMarksDoNotMatter) {
    const auto plain = answer_side_question(drinks(), "is tea healthy?");
    ASSERT_TRUE(plain);
    for (const char* text : {"IS TEA HEALTHY?", "  is   tea\thealthy ?", "is tea healthy?!?",
                             "Is tea healthy ??", "is tea healthy\xEF\xBC\x9F"}) {
        const auto other = answer_side_question(drinks(), text);
        ASSERT_TRUE(other) << text;
        EXPECT_EQ(other->answer, plain->answer) << text;
        EXPECT_EQ(other->score, plain->score) << text;
        EXPECT_EQ(other->sure, plain->sure) << text;
    }
}

TEST(SideQuestion, TakesAnyBytes) {
    std::string all;
    for (int round = 0; round < 8; ++round) {
        for (int byte = 0; byte < 256; ++byte) all += static_cast<char>((byte * 37 + round) % 256);
        EXPECT_NO_THROW((void)answer_side_question(drinks(), all));
        EXPECT_NO_THROW((void)answer_side_question(drinks(), all + " what is tea?"));
    }
    EXPECT_NO_THROW((void)answer_side_question(drinks(), std::string(100000, '?')));
    EXPECT_NO_THROW((void)answer_side_question(drinks(), std::string("\xC3", 1)));
    EXPECT_NO_THROW((void)answer_side_question(drinks(), std::string(5000, 'a')));
    EXPECT_NO_THROW((void)answer_side_question(Knowledge(), "what is tea?"));
}

TEST(SideQuestion, SourceAndDateBelongToTheAnswer) {
    KnowledgeAnswer answer;
    answer.say = "Yes.";
    answer.source = {"Docs", "https://example.org/", "2026-11"};
    EXPECT_EQ(text_with_source(answer), "Yes.\nSource: Docs, https://example.org/ (as of 2026-11)");
    answer.source.url.clear();
    EXPECT_EQ(text_with_source(answer), "Yes.\nSource: Docs (as of 2026-11)");
}

TEST(QuestionForm, AVerdictOnWhatWasToldAsksForNoMatter) {
    const auto form = [](std::string_view text) {
        return question_form(read_sentences(text).at(0));
    };
    EXPECT_NE(form("we have a Node back end, is that ok?"), QuestionForm::clear);
    EXPECT_EQ(form("we have a Node back end, is Python faster?"), QuestionForm::clear);
}

TEST(QuestionForm, IsReadOffTheSentence) {
    using enum QuestionForm;
    const auto form = [](std::string_view text) {
        const std::vector<Sentence> sentences = read_sentences(text);
        return sentences.empty() ? none : question_form(sentences.front());
    };
    for (const char* text :
         {"what is node", "whats a gil", "hey, so what even is node", "how fast is it",
          "which is better?", "can python do websockets", "does it scale", "is it free?",
          "explain the event loop", "could you tell me about Django", "should we hire or train?",
          "tell me about pip", "name some companies that use node", "in short, what is an API?"}) {
        EXPECT_EQ(form(text), clear) << text;
    }
    for (const char* text : {"flask or django?", "no idea what a GIL is", "node vs python",
                             "never heard of FastAPI", "is node free", "Docker?"}) {
        EXPECT_EQ(form(text), likely) << text;
    }
    for (const char* text :
         {"we know node well", "we know node well?", "yes", "about 500?", "our team is small",
          "it is a chat app", "what we do is reports", "does not matter", "should be fine",
          "when the funding arrives", "maybe next year?", "I work alone", "do not know"}) {
        EXPECT_EQ(form(text), none) << text;
    }
    EXPECT_EQ(form("event loop"), terse);
}

TEST(QuestionWords, AreReadWithTheirDots) {
    EXPECT_THAT(read_words("Node.js, Socket.IO & C++: what's new in 3.14?"),
                ElementsAre("node.js", "socket.io", "c++", "whats", "new", "in", "3.14"));
    EXPECT_THAT(read_words("It\u2019s the \u201CGIL\u201D \U0001F914"),
                ElementsAre("its", "the", "gil"));
    EXPECT_THAT(read_words(" .,! "), IsEmpty());
}

TEST(QuestionWords, LoseTheirEndings) {
    for (const char* word : {"scale", "scales", "scaling", "scaled"})
        EXPECT_EQ(lookup_stem(word), "scal") << word;
    EXPECT_EQ(lookup_stem("libraries"), lookup_stem("library"));
    EXPECT_EQ(lookup_stem("running"), "run");
    EXPECT_EQ(lookup_stem("express"), "express");
    EXPECT_EQ(lookup_stem("redis"), "redis");
    EXPECT_EQ(lookup_stem("js"), "js");
}

TEST(QuestionWords, SlipsAreNear) {
    EXPECT_TRUE(may_be_slip("pyhton", "python"));
    EXPECT_TRUE(may_be_slip("pythn", "python"));
    EXPECT_TRUE(may_be_slip("webscokets", "websockets"));
    EXPECT_TRUE(may_be_slip("ndoe", "node"));
    EXPECT_FALSE(may_be_slip("mode", "node"));
    EXPECT_FALSE(may_be_slip("code", "node"));
    EXPECT_FALSE(may_be_slip("cat", "car"));
    EXPECT_FALSE(may_be_slip("pile", "python"));
    EXPECT_FALSE(may_be_slip(std::string(100, 'a'), std::string(100, 'a')));
}

}  // namespace
}  // namespace advisor::dialogs
