// Telegram's updates -> events, and views -> one call of its Bot API within its limits.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/channels/channels.hpp"
#include "server/channels/telegram_message.hpp"
#include "tests/server/channels/sample_views.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

const Hook hook = sample_hook("telegram", "tg_secret-Example_01");
const Hook bot_hook = sample_hook("telegram", "tg_secret-Example_01 7770001:AbC-dE_f");

Incoming parsed(const json& body, const Hook& by = hook) {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.is_string() ? body.get<std::string>() : body.dump();
    return telegram().parse({request, ""}, by);
}

json sample(const std::string& name) {
    return json::parse(channel_fixture("telegram/" + name + ".json"));
}

Event event_of(const json& body, const Hook& by = hook) {
    const Incoming incoming = parsed(body, by);
    if (incoming.events.size() != 1) throw std::runtime_error("no event in " + body.dump());
    return incoming.events.front();
}

/// A group's message, which is no reply to anything.
json group_message(const std::string& text) {
    json update = sample("update_group_reply");
    update["message"]["text"] = text;
    update["message"].erase("reply_to_message");
    return update;
}

json shown(const Event& event, const View& view, const Hook& by = hook) {
    return json::parse(telegram().render(event, view, by).response.body);
}

bool is_ignored(const json& body, const Hook& by = hook) {
    const Incoming incoming = parsed(body, by);
    return incoming.events.empty() && incoming.at_once && incoming.at_once->status == 200 &&
           incoming.at_once->body.empty();
}

/// Text after Telegram has read its tags and entities; fails on a tag that it does not know.
std::string without_markup(const std::string& html) {
    std::string text;
    int open = 0;
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] != '<') {
            text += html[at++];
            continue;
        }
        const std::size_t end = html.find('>', at);
        const std::string tag = html.substr(at, end - at + 1);
        const bool known = tag == "<b>" || tag == "</b>" || tag == "<i>" || tag == "</i>" ||
                           tag == "</a>" || tag.starts_with("<a href=\"https://advisor.");
        EXPECT_TRUE(known) << tag;
        open += tag[1] == '/' ? -1 : 1;
        at = end + 1;
    }
    EXPECT_EQ(open, 0) << "tags that stay open: " << html;
    return text;
}

void expect_limits(const json& call) {
    const std::string text = call.at("text");
    EXPECT_GE(text.size(), 1U);
    EXPECT_LE(length_of(text, LengthUnit::utf16), 4096U);
    (void)without_markup(text);
    EXPECT_EQ(call.at("parse_mode"), "HTML");
    if (!call.contains("reply_markup")) return;
    const json& markup = call.at("reply_markup");
    std::size_t keys = 0;
    for (const char* kind : {"keyboard", "inline_keyboard"}) {
        if (!markup.contains(kind)) continue;
        for (const json& row : markup.at(kind)) {
            EXPECT_LE(row.size(), 8U);
            EXPECT_GE(row.size(), 1U);
            for (const json& key : row) {
                ++keys;
                EXPECT_FALSE(key.at("text").get<std::string>().empty());
                EXPECT_LE(key.value("callback_data", "").size(), 64U);
            }
        }
    }
    EXPECT_LE(keys, 100U);
    EXPECT_LE(markup.value("input_field_placeholder", "").size(), 64U);
}

TEST(Telegram, ReadsItsUpdates) {
    const Event start = event_of(sample("update_command"));
    EXPECT_EQ(start.kind, EventKind::text);
    EXPECT_EQ(start.text, "start database");
    EXPECT_EQ(start.address.channel, "5550003");
    EXPECT_EQ(start.address.user, "5550003");
    EXPECT_EQ(start.address.user_label, "Anna");
    EXPECT_EQ(start.dedupe_id, "880000001");
    const Event reply = event_of(sample("update_group_reply"));
    EXPECT_EQ(reply.text, "11 to 100");
    EXPECT_EQ(reply.address.channel, "-1001234567890");
    EXPECT_EQ(reply.address.thread, "12");
    const Event press = event_of(sample("update_callback_query"));
    EXPECT_EQ(press.kind, EventKind::press);
    EXPECT_EQ(press.token, "a1.k3f9x2.4.b");
    EXPECT_EQ(press.address.channel, reply.address.channel);
    EXPECT_EQ(press.address.thread, reply.address.thread);
    EXPECT_EQ(press.address.user, reply.address.user);
}

TEST(Telegram, CommandsLoseTheirSlashAndTheBotsName) {
    for (const auto& [text, meaning] : std::vector<std::pair<std::string, std::string>>{
             {"/advise 2", "2"},
             {"/advise@advisor_example_bot 1 3", "1 3"},
             {"/ADVISE\nmy words", "my words"},
             {"/back", "back"},
             {"/change 2", "change 2"},
             {"/start@advisor_example_bot", ""},
             {"/start join_ABCD-EFGH", "join ABCD-EFGH"},
             {"@advisor_example_bot 2", "2"},
             {"/nonsense@advisor_example_bot", "help"}}) {
        const Event event = event_of(group_message(text));
        EXPECT_EQ(event.text, meaning) << text;
        EXPECT_EQ(event.kind, meaning.empty() ? EventKind::open : EventKind::text) << text;
    }
    Hook named = hook;
    named.options["bot_name"] = "@advisor_example_bot";
    EXPECT_TRUE(is_ignored(group_message("/advise@other_bot 2"), named));
    EXPECT_EQ(event_of(group_message("/advise@Advisor_Example_Bot 2"), named).text, "2");
}

TEST(Telegram, AGroupsOwnTalkIsLeftAlone) {
    EXPECT_TRUE(is_ignored(group_message("shall we have lunch?")));
    EXPECT_TRUE(is_ignored(group_message("/otherbots_command")));
    EXPECT_TRUE(is_ignored(group_message("@anna 2")));
    json reply = sample("update_group_reply");
    EXPECT_FALSE(is_ignored(reply, bot_hook));
    reply["message"]["reply_to_message"]["from"]["id"] = 42;
    EXPECT_TRUE(is_ignored(reply, bot_hook)) << "a reply to another bot";
    reply["message"]["reply_to_message"]["from"]["is_bot"] = false;
    EXPECT_TRUE(is_ignored(reply)) << "a reply to a person";
}

TEST(Telegram, WhatIsNoMessageOfAPersonIsAcknowledged) {
    for (const json& body :
         {json("{"), json("[]"), json(""), json(std::string(70, '[')), json::object(),
          json{{"update_id", 1}, {"message", nullptr}}, json{{"update_id", 1}, {"message", 5}}})
        EXPECT_TRUE(is_ignored(body)) << body;
    json edited = sample("update_command");
    edited["edited_message"] = edited["message"];
    edited.erase("message");
    EXPECT_TRUE(is_ignored(edited));
    json bot = sample("update_command");
    bot["message"]["from"]["is_bot"] = true;
    EXPECT_TRUE(is_ignored(bot));
    json photo = sample("update_command");
    photo["message"].erase("text");
    EXPECT_TRUE(is_ignored(photo));
    json no_sender = sample("update_command");
    no_sender["message"]["from"] = nullptr;
    EXPECT_TRUE(is_ignored(no_sender));
    json no_message = sample("update_callback_query");
    no_message["callback_query"].erase("message");
    EXPECT_TRUE(is_ignored(no_message));
}

TEST(Telegram, AQuestionHasAKeyboardOfItsLabels) {
    const View view = sample_view(sample_question(QuestionForm::choice, 3));
    const json call = shown(event_of(sample("update_group_reply")), view);
    EXPECT_EQ(call.at("method"), "sendMessage");
    EXPECT_EQ(call.at("chat_id"), -1001234567890);
    EXPECT_EQ(call.at("message_thread_id"), 12);
    EXPECT_EQ(call.at("text"), "<b>Question 4 of 9</b>\nHow many people will use the system?");
    EXPECT_EQ(call.at("reply_parameters").at("message_id"), 43);
    const json& markup = call.at("reply_markup");
    EXPECT_EQ(markup.at("keyboard").at(1).at(0).at("text"), "Option ii");
    EXPECT_EQ(markup.at("selective"), true);
    EXPECT_EQ(markup.at("one_time_keyboard"), true);
    const json alone = shown(event_of(sample("update_command")), view);
    EXPECT_FALSE(alone.contains("reply_parameters"));
    EXPECT_FALSE(alone.contains("message_thread_id"));
}

TEST(Telegram, AKeyThatCouldBeMisreadHasItsNumber) {
    QuestionView question = sample_question(QuestionForm::choice, 8);
    const std::vector<std::string> labels{
        "Plain", "2", "Back", "Back office tools", std::string(100, 'x'), "Same", "same", ""};
    for (std::size_t i = 0; i < labels.size(); ++i) question.options[i].label = labels[i];
    const json call = shown(event_of(sample("update_command")), sample_view(question));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::string key = call["reply_markup"]["keyboard"][i][0]["text"];
        if (i == 0) {
            EXPECT_EQ(key, "Plain");
            continue;
        }
        json tap = sample("update_command");
        tap["message"]["text"] = key;
        EXPECT_EQ(event_of(tap).text, std::to_string(i + 1)) << key;
    }
    for (std::size_t number = 1; number <= 50; ++number)
        EXPECT_EQ(telegram_message::circled_number(telegram_message::circled(number) + " x"),
                  number);
    EXPECT_EQ(telegram_message::circled(21), "\xe3\x89\x91");
    EXPECT_EQ(telegram_message::circled_number("2 x"), 0U);
}

TEST(Telegram, InAGroupTypedAnswersAreForcedReplies) {
    for (const QuestionForm form : {QuestionForm::text, QuestionForm::multi}) {
        const View view = sample_view(sample_question(form, form == QuestionForm::text ? 0 : 3));
        EXPECT_EQ(
            shown(event_of(sample("update_group_reply")), view)["reply_markup"]["force_reply"],
            true);
        EXPECT_TRUE(
            shown(event_of(sample("update_command")), view)["reply_markup"].contains("keyboard"));
    }
}

TEST(Telegram, WithTheBotsTokenQuestionsHaveButtons) {
    QuestionView question = sample_question(QuestionForm::multi, 4);
    question.options[2].selected = true;
    const View view = sample_view(question);
    const json call = shown(event_of(sample("update_command"), bot_hook), view, bot_hook);
    const json& rows = call.at("reply_markup").at("inline_keyboard");
    EXPECT_EQ(rows.at(2).at(0).at("callback_data"), "a1.k3f9x2.4.c");
    EXPECT_TRUE(rows.at(2).at(0).at("text").get<std::string>().starts_with("\xe2\x98\x91"));
    EXPECT_EQ(rows.at(4).at(0).at("callback_data"), "a1.k3f9x2.4.*");
    const Rendered edit =
        telegram().render(event_of(sample("update_callback_query"), bot_hook), view, bot_hook);
    const json edited = json::parse(edit.response.body);
    EXPECT_EQ(edited.at("method"), "editMessageText");
    EXPECT_EQ(edited.at("message_id"), 42);
    ASSERT_EQ(edit.calls.size(), 1U);
    EXPECT_EQ(edit.calls[0].url,
              "https://api.telegram.org/bot7770001:AbC-dE_f/answerCallbackQuery");
    EXPECT_EQ(json::parse(edit.calls[0].body).at("callback_query_id"), "23842000111222333");
    EXPECT_EQ(edit.response.body.find("AbC-dE_f"), std::string::npos);
    View refusal;
    refusal.private_note = std::string(500, 'n');
    const Rendered note =
        telegram().render(event_of(sample("update_callback_query"), bot_hook), refusal, bot_hook);
    EXPECT_EQ(json::parse(note.response.body).at("method"), "answerCallbackQuery");
    EXPECT_LE(
        length_of(json::parse(note.response.body).at("text").get<std::string>(), LengthUnit::utf16),
        200U);
    EXPECT_TRUE(note.calls.empty());
}

TEST(Telegram, EveryFormAndSizeFits) {
    for (const QuestionForm form :
         {QuestionForm::choice, QuestionForm::multi, QuestionForm::number, QuestionForm::scale,
          QuestionForm::text, QuestionForm::confirm}) {
        for (const std::size_t count : {0U, 1U, 2U, 8U, 25U, 26U, 150U}) {
            for (const std::size_t length : {0U, 1U, 79U, 200U, 5000U}) {
                QuestionView question = sample_question(form, count);
                for (OptionView& option : question.options)
                    option.label = option.help = std::string(length, '<') + "\xf0\x9f\x98\x80";
                question.text = std::string(length, '&') + "?";
                View view = sample_view(question);
                view.messages = {paragraph(std::string(length, '"')), paragraph("end")};
                for (const char* name : {"update_command", "update_group_reply"})
                    for (const Hook& by : {hook, bot_hook})
                        expect_limits(shown(event_of(sample(name), by), view, by));
            }
        }
    }
}

TEST(Telegram, TheResultFitsHoweverLongItIs) {
    for (const std::size_t size : {10U, 300U, 5000U}) {
        for (const std::size_t count : {1U, 6U, 40U}) {
            const json call =
                shown(event_of(sample("update_command")), advice_view(long_advice(size, count)));
            expect_limits(call);
            EXPECT_TRUE(call.at("text").get<std::string>().ends_with(
                "<a href=\"https://advisor.example.org/r/k3f9x2?token=abc\">Full report</a>"));
            EXPECT_EQ(call.at("reply_markup").at("remove_keyboard"), true);
        }
    }
}

TEST(Telegram, NoTextMentionsLinksOrBreaksOut) {
    QuestionView question = sample_question(QuestionForm::choice, 6);
    question.text = hostile_text;
    View view = sample_view(question);
    view.messages = {paragraph(hostile_text)};
    const json call = shown(event_of(sample("update_command")), view);
    expect_limits(call);
    const std::string text = call.at("text");
    for (const char* harm : {"@everyone", "@Anna", "#room", "://evil", "www.evil", "evil.com",
                             "<a ", "/cancel", "\xe2\x80\xae"})
        EXPECT_EQ(text.find(harm), std::string::npos) << harm << " in " << text;
    EXPECT_EQ(shown(event_of(sample("update_command")),
                    [] {
                        View plain;
                        plain.messages = {paragraph("Node.js and Vue.js, 1.5 times, e.g. here")};
                        return plain;
                    }())
                  .at("text"),
              "Node.js and Vue.js, 1.5 times, e.g. here");
}

}  // namespace
}  // namespace advisor::channels
