// Teams' activities -> events, and views -> text or a card within its limits.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/channels/channels.hpp"
#include "tests/server/channels/sample_views.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

const Hook hook = sample_hook("teams", "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=");

json sample(const std::string& text) {
    json activity = json::parse(channel_fixture("teams/outgoing_webhook.json"));
    activity["text"] = text;
    return activity;
}

Incoming parsed(const json& body, const std::string& type = "application/json; charset=utf-8") {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", type}};
    request.body = body.is_string() ? body.get<std::string>() : body.dump();
    return teams().parse({request, ""}, hook);
}

Event event_of(const json& body) {
    const Incoming incoming = parsed(body);
    if (incoming.events.size() != 1) throw std::runtime_error("no event in " + body.dump());
    return incoming.events.front();
}

http::Response answer(const View& view) {
    return teams().render(event_of(sample("<at>Advisor</at> 2")), view, hook).response;
}

TEST(Teams, ReadsAnActivity) {
    const Event event = event_of(json::parse(channel_fixture("teams/outgoing_webhook.json")));
    EXPECT_EQ(event.kind, EventKind::text);
    EXPECT_EQ(event.text, "2");
    EXPECT_EQ(event.address.workspace,
              "11111111-2222-3333-4444-555555555555/19:0a1b2c3d4e5f@thread.tacv2");
    EXPECT_EQ(event.address.channel, "19:0a1b2c3d4e5f@thread.tacv2");
    EXPECT_EQ(event.address.thread, "1767225590123");
    EXPECT_EQ(event.address.user, "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    EXPECT_EQ(event.address.user_label, "Anna Berg");
    EXPECT_EQ(event.dedupe_id, "1767225600456");
}

TEST(Teams, TheMentionGoesAndTheWordsStay) {
    for (const auto& [text, meaning] : std::vector<std::pair<std::string, std::string>>{
             {"<at>Advisor</at>", ""},
             {"<at>Advisor</at>&nbsp;\n", ""},
             {"<at>Advisor</at>&nbsp;1 3\r\n", "1 3"},
             {"<at id=\"0\">Stack Advisor</at> back", "back"},
             {"please <at>Advisor</at> help", "please   help"},
             {"<at>Advisor</at> ask <at>Bob Berg</at>", "ask Bob Berg"},
             {"<div><at>Advisor</at> a &lt;b&gt; c &amp;lt; d &quot;e&#39;</div>",
              "a <b> c &lt; d \"e'"},
             {"<at>Advisor", "Advisor"},
             {"1 < 2 <x>", "1 < 2 <x>"}}) {
        const Event event = event_of(sample(text));
        EXPECT_EQ(event.text, meaning) << text;
        EXPECT_EQ(event.kind, meaning.empty() ? EventKind::open : EventKind::text) << text;
    }
}

TEST(Teams, NullsAndOtherKindsOfActivity) {
    json activity = sample("<at>Advisor</at> 2");
    activity["from"]["aadObjectId"] = nullptr;
    activity["channelData"] = nullptr;
    const Event event = event_of(activity);
    EXPECT_EQ(event.address.user, "29:1AbCdEfGhIjKlMnOpQrStUvWxYz");
    EXPECT_EQ(event.address.workspace, "11111111-2222-3333-4444-555555555555/");
    activity["type"] = "conversationUpdate";
    EXPECT_TRUE(parsed(activity).events.empty());
    EXPECT_EQ(parsed(activity).at_once->status, 200);
    activity = sample("2");
    activity["from"]["role"] = "bot";
    EXPECT_TRUE(parsed(activity).events.empty());
    EXPECT_EQ(parsed(sample("2"), "text/html").at_once->status, 415);
    for (const json& body : {json("{"), json("[]"), json(""), json(std::string(70, '['))})
        EXPECT_EQ(parsed(body).at_once->status, 400) << body;
}

TEST(Teams, AQuestionIsANumberedListAndSaysWhatToType) {
    const http::Response response = answer(sample_view(sample_question(QuestionForm::choice, 3)));
    const json message = json::parse(response.body);
    EXPECT_EQ(message.at("type"), "message");
    const std::string text = message.at("text");
    EXPECT_TRUE(
        text.starts_with("**Question 4 of 9**\n\nHow many people will use the system?\n\n"
                         "1. Option i\n2. Option ii\n3. Option iii\n\n"))
        << text;
    EXPECT_NE(text.find("Reply in this thread. Type @Advisor 1 to @Advisor 3"), std::string::npos)
        << text;
    EXPECT_NE(text.find("Also: Back, Skip, \"I don't know\", Cancel."), std::string::npos) << text;
}

TEST(Teams, EveryFormAndSizeFits) {
    for (const QuestionForm form :
         {QuestionForm::choice, QuestionForm::multi, QuestionForm::number, QuestionForm::scale,
          QuestionForm::text, QuestionForm::confirm}) {
        for (const std::size_t count : {0U, 2U, 26U, 100U}) {
            for (const std::size_t length : {0U, 200U, 5000U}) {
                QuestionView question = sample_question(form, count);
                for (OptionView& option : question.options)
                    option.label = std::string(length, '"') + "\xf0\x9f\x98\x80";
                question.text = std::string(length, '\\') + "?";
                View view = sample_view(question);
                view.messages = {paragraph(std::string(length, '*')), paragraph("end")};
                const http::Response response = answer(view);
                EXPECT_LE(response.body.size(), 21'000U);
                EXPECT_NE(response.body.find("@Advisor"), std::string::npos);
            }
        }
    }
}

TEST(Teams, TheResultIsACardThatFits) {
    for (const std::size_t size : {10U, 300U, 5000U}) {
        for (const std::size_t count : {1U, 6U, 40U}) {
            View view = advice_view(long_advice(size, count));
            view.messages = {paragraph(std::string(size, '.'))};
            const http::Response response = answer(view);
            EXPECT_LE(response.body.size(), 21'000U) << size << " " << count;
            const json message = json::parse(response.body);
            const json& attachment = message.at("attachments").at(0);
            EXPECT_EQ(attachment.at("contentType"), "application/vnd.microsoft.card.adaptive");
            const json& card = attachment.at("content");
            EXPECT_EQ(card.at("version"), "1.4");
            EXPECT_EQ(card.at("actions").at(0).at("type"), "Action.OpenUrl");
            EXPECT_EQ(card.at("actions").at(0).at("url"),
                      "https://advisor.example.org/r/k3f9x2?token=abc");
            for (const json& part : card.at("body"))
                EXPECT_EQ(part.value("wrap", false), part.at("type") == "TextBlock");
        }
    }
}

TEST(Teams, MarksStandAroundWordsAndLinesStayLines) {
    View view;
    Block block{
        BlockKind::paragraph, {{" Pick: ", Style::bold, {}}, {"left", Style::plain, {}}}, 0};
    block.spans.push_back({"   ", Style::italic, {}});
    view.messages = {block, paragraph("one\n- two\n3. three")};
    EXPECT_EQ(json::parse(answer(view).body).at("text"),
              " **Pick:** left   \n\none\n\n\xe2\x80\x8b- two\n\n\xe2\x80\x8b"
              "3. three");
}

TEST(Teams, NoTextMentionsLinksOrBreaksOut) {
    QuestionView question = sample_question(QuestionForm::choice, 2);
    question.text = hostile_text;
    View view = sample_view(question);
    view.messages = {paragraph(hostile_text)};
    const std::string text = json::parse(answer(view).body).at("text");
    for (const char* harm : {"@everyone", "@Anna", "[click]", " <a ", " <at>", "://evil",
                             "www.evil", "evil.com", " **bold", " `code`", "\xe2\x80\xae"})
        EXPECT_EQ(text.find(harm), std::string::npos) << harm << " in " << text;
}

}  // namespace
}  // namespace advisor::channels
