#include "dialogs/understand.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace advisor::dialogs {
namespace {

const Script& script() {
    static const Script parsed = parse_or_fail(small_script(
        R"({"id":"kind","label":"K","ask":"?","choices":[
              {"id":"web_shop","say":"A web shop","also":["shop","store front","selling things online"]},
              {"id":"blog","say":"A blog, or a magazine","also":["news site","I don't sell anything"]},
              {"id":"game","say":"Don't know yet: a game?","also":["multiplayer","shop floor game"]}]},
           {"id":"extras","label":"E","ask":"?","many":[
              {"id":"audit","say":"Audit","also":["logging"]},{"id":"on_call","say":"Day and night duty","also":["on call"]},{"id":"export","say":"Reports, at any time","also":["export"]}]},
           {"id":"users","label":"U","ask":"?","number":{"min":1,"max":100000,"ranges":[{"say":"Up to 200","min":1,"max":200},{"say":"More than 5,000","min":5001,"max":100000}]}},
           {"id":"live","label":"L","ask":"?","yes_no":{"yes":{"also":["live is the product"]},"no":{"also":["only pages"]}}},
           {"id":"mood","label":"M","ask":"?","scale":{"min":1,"max":5,"low":"l","high":"h"}},
           {"id":"note","label":"N","ask":"?","text":{"max_length":100}})"));
    return parsed;
}

const Question& question(const std::string& id) {
    return script().questions[*script().find_question(id)];
}

/// What was understood, as text: JSON of the value, `/command`, or "-".
std::string heard(const Question& asked, std::string_view text) {
    const Understood understood = understand(asked, text);
    if (const auto* value = std::get_if<UnderstoodValue>(&understood))
        return to_json(asked, value->value);
    if (const auto* wish = std::get_if<UnderstoodCommand>(&understood))
        return "/" + std::to_string(static_cast<int>(wish->command));
    return "-";
}
std::string heard(const std::string& id, std::string_view text) {
    return heard(question(id), text);
}
std::string command(Command wish) {
    return "/" + std::to_string(static_cast<int>(wish));
}

TEST(Understand, AChoiceByLabelIdNumberOrOtherWords) {
    for (const char* text :
         {"A web shop", "web_shop", "web shop", "1", "shop", "a store front",
          "we are selling things online", "it will be a shop for shoes", "two shops", "a shpo"}) {
        EXPECT_EQ(heard("kind", text), R"("web_shop")") << text;
    }
    EXPECT_EQ(heard("kind", "Don't know yet: a game?"), R"("game")")
        << "a label counts, whatever its words";
    EXPECT_EQ(heard("kind", "I don\u2019t sell anything"), R"("blog")");
}

TEST(Understand, TheLabelIsTakenLiterallyAndOtherWordsAreEchoed) {
    const auto literal = [](const std::string& id, const char* text) {
        return std::get<UnderstoodValue>(understand(question(id), text)).literal;
    };
    EXPECT_TRUE(literal("kind", "a web shop"));
    EXPECT_TRUE(literal("kind", "1"));
    EXPECT_FALSE(literal("kind", "shop"));
    EXPECT_TRUE(literal("users", "500"));
    EXPECT_TRUE(literal("users", "up to 200"));
    EXPECT_FALSE(literal("users", "about 500"));
    EXPECT_TRUE(literal("live", "yes"));
    EXPECT_FALSE(literal("live", "live is the product"));
}

TEST(Understand, AmbiguousTextIsNotUnderstood) {
    for (const char* text : {"a shop with a news site", "multiplayer shop", "0", "4", "99", "",
                             "  ", "!", "purple", "sho", "workshop"}) {
        EXPECT_EQ(heard("kind", text), "-") << text;
    }
}

TEST(Understand, TwoChoicesWithTheSameWordsAreAmbiguous) {
    const Script twins = parse_or_fail(small_script(
        R"({"id":"k","label":"K","ask":"?","choices":[{"id":"a","say":"First","also":["same"]},{"id":"b","say":"Second","also":["same"]}]})"));
    EXPECT_EQ(heard(twins.questions[0], "same"), "-");
    EXPECT_EQ(heard(twins.questions[0], "the same"), "-");
}

TEST(Understand, PunctuationAloneIsNoAnswer) {
    const Script dash = parse_or_fail(small_script(
        R"({"id":"k","label":"K","ask":"?","choices":[{"id":"a","say":"-","also":["..."]},{"id":"b","say":"Other"}]})"));
    EXPECT_EQ(heard(dash.questions[0], "!!!"), "-");
    EXPECT_EQ(heard(dash.questions[0], " "), "-");
}

TEST(Understand, NeverAnswersWithANegation) {
    for (const char* text : {"not a shop",
                             "it is not a shop",
                             "no shop",
                             "never a shop",
                             "without a shop",
                             "it isn't a shop",
                             "we don't have a shop",
                             "anything but a shop",
                             "nothing like a shop",
                             "this won't be a shop",
                             "it wasn't a shop",
                             "there aren't any shop pages",
                             "it cannot be a shop",
                             "it shouldn't be a shop",
                             "we wouldn't call it a shop",
                             "we haven't got a shop",
                             "we dont have a shop",
                             "it isnt a shop",
                             "hardly a shop",
                             "rather than a shop",
                             "instead of a shop",
                             "neither shop",
                             "it isn\u2019t a shop",
                             "we ain't a shop",
                             "except the shop"}) {
        EXPECT_EQ(heard("kind", text), "-") << text;
    }
    for (const char* text :
         {"not 500", "never 500", "it isn't 500", "it wasn't 500", "cannot be 500"})
        EXPECT_EQ(heard("users", text), "-") << text;
    for (const char* text : {"not audit", "no audit", "not audit and on call",
                             "everything except audit", "we don't need logging"})
        EXPECT_EQ(heard("extras", text), "-") << text;
    EXPECT_EQ(heard("extras", "audit but not on call"), R"(["audit"])");
    EXPECT_EQ(heard("live", "not live is the product"), "false") << "who denies yes says no";
}

TEST(Understand, SeveralOfAList) {
    EXPECT_EQ(heard("extras", "audit"), R"(["audit"])");
    EXPECT_EQ(heard("extras", "audit, on call"), R"(["audit","on_call"])");
    EXPECT_EQ(heard("extras", "audit and on call; export"), R"(["audit","on_call","export"])");
    EXPECT_EQ(heard("extras", "1, 3"), R"(["audit","export"])");
    EXPECT_EQ(heard("extras", "3 & 1"), R"(["audit","export"])");
    for (const char* text : {"none", "None of these.", "nothing", "no"})
        EXPECT_EQ(heard("extras", text), "[]") << text;
    for (const char* text : {"audit, purple", "7", ",", "1, 7"})
        EXPECT_EQ(heard("extras", text), "-") << text;
}

TEST(Understand, ALabelOfAListMayHoldCommasAndAnd) {
    EXPECT_EQ(heard("extras", "Day and night duty"), R"(["on_call"])");
    EXPECT_EQ(heard("extras", "Reports, at any time"), R"(["export"])");
}

TEST(Understand, NumbersRangesAndReadyMadeAnswers) {
    EXPECT_EQ(heard("users", "about 5k"), "5000");
    EXPECT_EQ(heard("users", "between 2 and 4 thousand"), R"({"min":2000,"max":4000})");
    EXPECT_EQ(heard("users", "up to 200"), R"({"min":1,"max":200})");
    EXPECT_EQ(heard("users", "More than 5,000!"), R"({"min":5001,"max":100000})");
    EXPECT_EQ(heard("mood", "3"), "3");
    EXPECT_EQ(heard("users", "3 or 4"), R"({"min":3,"max":4})");
    EXPECT_EQ(heard("users", "no more than 500"), R"({"min":1,"max":500})");
    for (const char* text : {"lots", "3, 4", ""}) EXPECT_EQ(heard("users", text), "-") << text;
}

TEST(Understand, ABoundIsNotTakenForTheNumber) {
    // "Fewer than 200" is any number but 200.
    for (const char* text : {"fewer than 200", "less than 200", "more than 300", "over 300",
                             "at least 300", "under 200", "at most 300", "up to 300"}) {
        EXPECT_NE(heard("users", text), "200") << text;
        EXPECT_NE(heard("users", text), "300") << text;
    }
}

TEST(Understand, YesAndNo) {
    for (const char* text : {"yes", "Yes!", "y", "yep", "sure", "of course", "live is the product"})
        EXPECT_EQ(heard("live", text), "true") << text;
    for (const char* text : {"no", "No.", "n", "nope", "not really", "only pages"})
        EXPECT_EQ(heard("live", text), "false") << text;
    for (const char* text : {"yes and no", "maybe", "well"})
        EXPECT_EQ(heard("live", text), "-") << text;
}

TEST(Understand, DontKnowInManyWords) {
    for (const std::string id : {"kind", "extras", "users", "live", "mood", "note"}) {
        for (const char* text :
             {"I don't know", "i dont know", "I don\u2019t know.", "not sure", "No idea!", "dunno",
              "idk", "?", " ? ", "unknown", "we don't know yet"}) {
            EXPECT_EQ(heard(id, text), R"("unknown")") << id << ": " << text;
        }
    }
}

TEST(Understand, WishesInEveryQuestion) {
    const std::vector<std::pair<const char*, Command>> wishes{
        {"back", Command::back},          {"Go back!", Command::back},
        {"undo", Command::back},          {"skip", Command::skip},
        {"next", Command::skip},          {"restart", Command::restart},
        {"start over", Command::restart}, {"repeat", Command::repeat},
        {"why?", Command::why},           {"Why do you ask?", Command::why},
        {"help", Command::help},          {"what do you mean?", Command::help}};
    for (const std::string id : {"kind", "extras", "users", "live", "mood", "note"}) {
        for (const auto& [text, wish] : wishes)
            EXPECT_EQ(heard(id, text), command(wish)) << id << ": " << text;
    }
}

TEST(Understand, TextIsTakenAsItIs) {
    EXPECT_EQ(heard("note", "Two shops, not one!"), R"("Two shops, not one!")");
    EXPECT_EQ(heard("note", "   "), "-") << "blank text says nothing";
}

TEST(Understand, WithoutAQuestionOnlyWishesAndYesOrNo) {
    const auto wish = [](const char* text) {
        const Understood understood = understand_command(text);
        const auto* found = std::get_if<UnderstoodCommand>(&understood);
        return found ? command(found->command) : "-";
    };
    EXPECT_EQ(wish("Yes, please!"), command(Command::yes));
    EXPECT_EQ(wish("no thanks"), command(Command::no));
    EXPECT_EQ(wish("restart"), command(Command::restart));
    EXPECT_EQ(wish("thank you"), "-");
    EXPECT_EQ(wish(""), "-");
}

TEST(UnderstandProperty, CaseSpacingAndClosingPunctuationDoNotMatter) {
    const std::vector<std::string> texts{"A web shop",
                                         "shop",
                                         "audit and on call",
                                         "Day and night duty",
                                         "around 5k people",
                                         "between 2 and 4",
                                         "up to 200",
                                         "yes",
                                         "no",
                                         "not really",
                                         "I don't know",
                                         "?",
                                         "go back",
                                         "skip",
                                         "why do you ask",
                                         "none of these",
                                         "1",
                                         "purple",
                                         "3-5k",
                                         "twenty five",
                                         "not a shop",
                                         "audit, export"};
    for (const Question& asked : script().questions) {
        if (asked.kind == QuestionKind::text) continue;
        for (const std::string& text : texts) {
            const std::string plain = heard(asked, text);
            std::string upper;
            std::string wide;
            for (const char c : text) {
                upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                wide += c == ' ' ? "  \t" : std::string(1, c);
            }
            for (const std::string& same :
                 {upper, wide, "  " + text + " \n", text + ".", text + "!", text + "?!",
                  text + " ...", "\t" + text + ";"}) {
                EXPECT_EQ(heard(asked, same), plain) << asked.id << ": \"" << same << "\"";
            }
        }
    }
}

TEST(Understand, WhatLeavesBothSidesOpenIsAskedBack) {
    const Script builtin = builtin_script("nodejs-vs-python");
    const Question& live = builtin.questions[0];
    for (const char* text : {"hmm could be live or not", "maybe live, maybe not.",
                             "it is open whether it will be live"}) {
        EXPECT_FALSE(std::holds_alternative<UnderstoodValue>(understand(live, text))) << text;
    }
    EXPECT_TRUE(std::holds_alternative<UnderstoodValue>(
        understand(live, "like it or not, everything must be live")));
}

TEST(UnderstandProperty, EveryLabelOfTheDefaultScriptsIsUnderstood) {
    for (const std::string name : {"nodejs-vs-python", "sql-or-document"}) {
        const Script builtin = builtin_script(name);
        for (const Question& asked : builtin.questions) {
            for (std::uint32_t i = 0; i < asked.choices.size(); ++i) {
                Value expected = Choice{i};
                if (asked.kind == QuestionKind::multi) expected = Choices{1U << i};
                if (asked.kind == QuestionKind::boolean) expected = i == 0;
                std::vector<std::string> texts = asked.choices[i].also;
                texts.push_back(asked.choices[i].say);
                texts.push_back(asked.choices[i].id);
                for (const std::string& text : texts)
                    EXPECT_EQ(heard(asked, text), to_json(asked, expected))
                        << name << " " << asked.id << ": " << text;
            }
            for (const RangeSpec& range : asked.ranges)
                EXPECT_EQ(heard(asked, range.say), to_json(asked, range.amount)) << asked.id;
            for (const char* wish : {"back", "skip", "restart", "repeat", "why", "help"})
                EXPECT_EQ(heard(asked, wish).front(), '/')
                    << name << " " << asked.id << ": " << wish;
            EXPECT_EQ(heard(asked, "I don't know"), R"("unknown")") << name << " " << asked.id;
        }
    }
}

TEST(Understand, YearsPastNumbersAndPronounsAreNoAmounts) {
    EXPECT_EQ(heard("users", "17. It was 18 until this morning."), heard("users", "17"));
    EXPECT_EQ(heard("users", "Nobody knows. The one who knew left in 2014."),
              heard("users", "no idea"));
    EXPECT_EQ(heard("users", "seven, or eight if one counts the trainee"),
              heard("users", "7 to 8"));
    EXPECT_EQ(heard("users", "2000"), heard("users", "2,000")) << "a bare number is no year";
}

TEST(Understand, ANumberTakenBackEndsNothing) {
    EXPECT_EQ(heard("mood", "2, nvm, 3"), heard("mood", "3"));
    EXPECT_EQ(heard("users", "four no five I forgot the new one"), heard("users", "5"));
    EXPECT_EQ(heard("mood", "never mind"), command(Command::quit));
}

TEST(Understand, WhatOthersDoIsNoWish) {
    EXPECT_EQ(heard("users", "One. He also resets passwords."), heard("users", "1"));
    EXPECT_EQ(heard("users", "It rains in here. Again."), "-");
    EXPECT_EQ(heard("users", "again"), command(Command::repeat));
}

TEST(Understand, ACorrectionToTheOtherAnswerCounts) {
    EXPECT_EQ(heard("live", "Yes. Or rather no, that was another project."), heard("live", "no"));
    EXPECT_EQ(heard("live", "Not as yet."), heard("live", "no"));
}

TEST(Understand, FormalWishesAreHeard) {
    EXPECT_EQ(heard("live", "I wish to end the consultation at this point."),
              command(Command::quit));
    EXPECT_EQ(heard("live", "What is the rationale behind this item?"), command(Command::why));
    EXPECT_EQ(heard("live", "I would ask that we pass over this point."), command(Command::skip));
}

}  // namespace
}  // namespace advisor::dialogs
