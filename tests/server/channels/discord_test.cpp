// Discord's interactions -> events, and views -> messages within its limits. Its own builders check
// the same messages in tests/system/channels_discord.test.ts.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "server/channels/channels.hpp"
#include "tests/server/channels/sample_views.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

const Hook hook = sample_hook("discord", std::string(64, 'a'));

Incoming parsed(const json& body, const std::string& type = "application/json") {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", type}};
    request.body = body.is_string() ? body.get<std::string>() : body.dump();
    return discord().parse({request, ""}, hook);
}

json sample(const std::string& name) {
    return json::parse(channel_fixture("discord/" + name + ".json"));
}

Event event_of(const json& body) {
    const Incoming incoming = parsed(body);
    if (incoming.events.size() != 1)
        throw std::runtime_error(incoming.at_once ? incoming.at_once->body : "no event");
    return incoming.events.front();
}

json shown(const Event& event, const View& view, const Hook& by = hook) {
    const Rendered rendered = discord().render(event, view, by);
    EXPECT_EQ(rendered.response.status, 200);
    return json::parse(rendered.response.body);
}

std::size_t units(const json& text) {
    return length_of(text.get<std::string>(), LengthUnit::utf16);
}

/// What Discord's documentation promises to refuse.
void expect_limits(const json& message) {
    const json& data = message.at("data");
    EXPECT_LE(units(data.at("content")), 2000U);
    EXPECT_EQ(data.at("allowed_mentions").dump(), R"({"parse":[]})");
    EXPECT_LE(data.at("components").size(), 5U);
    std::set<std::string> ids;
    for (const json& row : data.at("components")) {
        const json& components = row.at("components");
        EXPECT_GE(components.size(), 1U);
        EXPECT_LE(components.size(), 5U);
        for (const json& component : components) {
            EXPECT_TRUE(ids.insert(component.at("custom_id")).second) << component;
            EXPECT_LE(units(component.at("custom_id")), 100U);
            if (component.at("type") == 2) {
                EXPECT_GE(units(component.at("label")), 1U);
                EXPECT_LE(units(component.at("label")), 80U);
                continue;
            }
            EXPECT_LE(component.at("options").size(), 25U);
            EXPECT_GE(component.at("options").size(), 1U);
            for (const json& option : component.at("options")) {
                EXPECT_LE(units(option.at("label")), 100U);
                EXPECT_LE(units(option.at("value")), 100U);
                EXPECT_LE(units(option.value("description", "")), 100U);
            }
        }
    }
    std::size_t all = 0;
    EXPECT_LE(data.at("embeds").size(), 10U);
    for (const json& embed : data.at("embeds")) {
        EXPECT_LE(units(embed.at("title")), 256U);
        EXPECT_LE(units(embed.at("description")), 4096U);
        all += units(embed.at("title")) + units(embed.at("description"));
        if (!embed.contains("fields")) continue;
        EXPECT_LE(embed.at("fields").size(), 25U);
        for (const json& field : embed.at("fields")) {
            EXPECT_LE(units(field.at("name")), 256U);
            EXPECT_LE(units(field.at("value")), 1024U);
            EXPECT_GE(units(field.at("value")), 1U);
            all += units(field.at("name")) + units(field.at("value"));
        }
    }
    EXPECT_LE(all, 6000U);
}

TEST(Discord, AnswersAPingAtOnce) {
    for (const json& body : {sample("ping"), json{{"type", 1}}}) {
        const Incoming incoming = parsed(body);
        ASSERT_TRUE(incoming.at_once);
        EXPECT_EQ(incoming.at_once->status, 200);
        EXPECT_EQ(json::parse(incoming.at_once->body), sample("response_pong"));
    }
}

TEST(Discord, ReadsItsInteractions) {
    const Event command = event_of(sample("command"));
    EXPECT_EQ(command.kind, EventKind::text);
    EXPECT_EQ(command.text, "database");
    EXPECT_EQ(command.address.workspace, "100000000000000010");
    EXPECT_EQ(command.address.channel, "100000000000000020");
    EXPECT_EQ(command.address.user, "100000000000000003");
    EXPECT_EQ(command.address.user_label, "Anna");
    EXPECT_EQ(command.dedupe_id, "100000000000000101");
    const Event button = event_of(sample("component_button"));
    EXPECT_EQ(button.kind, EventKind::press);
    EXPECT_EQ(button.token, "a1.k3f9x2.4.b");
    const Event select = event_of(sample("component_select"));
    EXPECT_EQ(select.kind, EventKind::submit);
    EXPECT_EQ(select.token, "a1.k3f9x2.5.*");
    EXPECT_EQ(select.values, (std::vector<std::string>{"a", "c"}));
    const Event form = event_of(sample("modal_submit"));
    EXPECT_EQ(form.kind, EventKind::submit);
    EXPECT_EQ(form.token, "a1.k3f9x2.6.t");
    EXPECT_EQ(form.text, "We already run PostgreSQL.");
}

TEST(Discord, ReadsFormsOfTheOlderLayout) {
    json body = sample("modal_submit");
    body["data"]["components"] =
        json::parse(R"([{"type":1,"components":[{"type":4,"custom_id":"text","value":"older"}]}])");
    EXPECT_EQ(event_of(body).text, "older");
}

TEST(Discord, ReadsDirectMessagesSubcommandsAndBareCommands) {
    json body = sample("command");
    body["user"] = body["member"]["user"];
    body["user"]["global_name"] = nullptr;
    body["member"] = nullptr;
    body["guild_id"] = nullptr;
    body["data"].erase("options");
    const Event event = event_of(body);
    EXPECT_EQ(event.kind, EventKind::open);
    EXPECT_EQ(event.address.workspace, "@dm");
    EXPECT_EQ(event.address.user_label, "anna");
    body["data"]["options"] = json::parse(
        R"([{"type":1,"name":"join","options":[{"type":3,"name":"code","value":" ABCD-EFGH "}]}])");
    EXPECT_EQ(event_of(body).text, "join  ABCD-EFGH");
}

TEST(Discord, RefusesWhatIsNoInteraction) {
    EXPECT_EQ(parsed(sample("ping"), "text/plain").at_once->status, 415);
    for (const json& body : {json("{"), json("[]"), json(std::string(70, '[')), json("")})
        EXPECT_EQ(parsed(body).at_once->status, 400) << body;
    for (const char* path : {"/id", "/channel_id", "/member/user/id"}) {
        json body = sample("component_button");
        body[json::json_pointer(path)] = nullptr;
        if (std::string(path) == "/channel_id") body["channel"] = nullptr;
        EXPECT_EQ(parsed(body).at_once->status, 400) << path;
    }
    json unknown = sample("component_button");
    unknown["type"] = 77;
    EXPECT_EQ(parsed(unknown).at_once->status, 200);
    EXPECT_EQ(json::parse(parsed(unknown).at_once->body).at("data").at("flags"), 64);
}

TEST(Discord, AQuestionOfFiveOptionsHasButtons) {
    const View view = sample_view(sample_question(QuestionForm::choice, 3));
    const json message = shown(event_of(sample("command")), view);
    EXPECT_EQ(message.at("type"), 4);
    EXPECT_EQ(message.at("data").at("content"),
              "**Question 4 of 9**\nHow many people will use the system?");
    const json& row = message.at("data").at("components").at(0).at("components");
    ASSERT_EQ(row.size(), 3U);
    EXPECT_EQ(row.at(1).at("custom_id"), "a1.k3f9x2.4.b");
    EXPECT_EQ(row.at(1).at("label"), "Option ii");
    expect_limits(message);
    EXPECT_EQ(shown(event_of(sample("component_button")), view).at("type"), 7);
    EXPECT_EQ(shown(event_of(sample("modal_submit")), view).at("type"), 7);
}

TEST(Discord, EveryFormAndSizeFits) {
    for (const QuestionForm form :
         {QuestionForm::choice, QuestionForm::multi, QuestionForm::number, QuestionForm::scale,
          QuestionForm::text, QuestionForm::confirm}) {
        for (const std::size_t count : {0U, 1U, 2U, 5U, 6U, 25U, 26U, 60U, 150U}) {
            for (const std::size_t length : {0U, 1U, 79U, 200U, 3000U}) {
                QuestionView question = sample_question(form, count);
                for (OptionView& option : question.options)
                    option.label = option.help = std::string(length, 'x') + "\xf0\x9f\x98\x80";
                question.text = std::string(length, '*');
                question.help = std::string(length, '_');
                View view = sample_view(question);
                view.messages = {paragraph(std::string(length * 2, '#')), paragraph("end")};
                expect_limits(shown(event_of(sample("component_button")), view));
            }
        }
    }
}

TEST(Discord, TheQuestionStaysWhenThereIsMoreToSay) {
    View view = sample_view(sample_question(QuestionForm::choice, 3));
    view.messages = {paragraph(std::string(5000, 'm'))};
    const json message = shown(event_of(sample("command")), view);
    const std::string content = message.at("data").at("content");
    EXPECT_NE(content.find("How many people"), std::string::npos);
    EXPECT_NE(content.find("mmmm"), std::string::npos);
    expect_limits(message);
}

TEST(Discord, SeveralPicksAreAMenuAndNoneIsAButton) {
    QuestionView question = sample_question(QuestionForm::multi, 4);
    question.options[2].selected = true;
    const json message = shown(event_of(sample("command")), sample_view(question));
    const json& menu = message.at("data").at("components").at(0).at("components").at(0);
    EXPECT_EQ(menu.at("custom_id"), "a1.k3f9x2.4.*");
    EXPECT_EQ(menu.at("max_values"), 4);
    EXPECT_EQ(menu.at("options").at(2).at("default"), true);
    json press = sample("component_button");
    std::string none;
    for (const json& control : message.at("data").at("components").at(1).at("components"))
        if (control.at("label") == "None of these") none = control.at("custom_id");
    press["data"]["custom_id"] = none;
    const Event event = event_of(press);
    EXPECT_EQ(event.kind, EventKind::submit);
    EXPECT_EQ(event.token, "a1.k3f9x2.4.*");
    EXPECT_TRUE(event.values.empty());
}

TEST(Discord, ALongListIsInSeveralMenus) {
    const json message =
        shown(event_of(sample("command")), sample_view(sample_question(QuestionForm::choice, 26)));
    json press = sample("component_select");
    press["data"] = json{
        {"component_type", 3},
        {"custom_id", message["data"]["components"][1]["components"][0]["custom_id"]},
        {"values", {message["data"]["components"][1]["components"][0]["options"][0]["value"]}}};
    const Event event = event_of(press);
    EXPECT_EQ(event.kind, EventKind::press);
    EXPECT_EQ(event.token, "a1.k3f9x2.4.M");
    EXPECT_EQ(event.values, std::vector<std::string>{option_key(25)});
}

TEST(Discord, AFormOpensForTheQuestionThatIsAsked) {
    json press = sample("component_button");
    press["data"]["custom_id"] = "a1.k3f9x2.4.t";
    QuestionView question = sample_question(QuestionForm::text, 0);
    question.max_length = 500;
    const json form = shown(event_of(press), sample_view(question));
    EXPECT_EQ(form.at("type"), 9);
    EXPECT_EQ(form.at("data").at("custom_id"), "a1.k3f9x2.4.t");
    EXPECT_EQ(form.at("data").at("title"), "Question 4 of 9");
    const json& input = form.at("data").at("components").at(0).at("component");
    EXPECT_EQ(input.at("max_length"), 500);
    question.text = std::string(300, 'q');
    const json cut_form = shown(event_of(press), sample_view(question));
    const json& label = cut_form.at("data").at("components").at(0);
    EXPECT_EQ(units(label.at("label")), 45U);
    EXPECT_EQ(units(label.at("description")), 100U);
    press["data"]["custom_id"] = "a1.k3f9x2.3.t";
    EXPECT_EQ(shown(event_of(press), sample_view(question)).at("type"), 7) << "a stale press";
}

TEST(Discord, TheResultFitsHoweverLongItIs) {
    for (const std::size_t size : {10U, 300U, 5000U}) {
        for (const std::size_t count : {1U, 6U, 40U}) {
            View view = advice_view(long_advice(size, count));
            view.messages = {paragraph(std::string(size, '.'))};
            const json message = shown(event_of(sample("component_button")), view);
            EXPECT_EQ(message.at("type"), 7);
            EXPECT_TRUE(message.at("data").at("components").empty());
            const json& embed = message.at("data").at("embeds").at(0);
            EXPECT_EQ(embed.at("title"), "Recommendation");
            EXPECT_EQ(embed.at("url"), "https://advisor.example.org/r/k3f9x2?token=abc");
            EXPECT_TRUE(
                embed.at("description")
                    .get<std::string>()
                    .ends_with("[Full report](https://advisor.example.org/r/k3f9x2?token=abc)"));
            expect_limits(message);
        }
    }
}

TEST(Discord, NoTextMentionsLinksOrBreaksOut) {
    QuestionView question = sample_question(QuestionForm::choice, 6);
    question.text = hostile_text;
    question.options[0].help = hostile_text;
    View view = sample_view(question);
    view.messages = {paragraph(hostile_text)};
    const std::string content =
        shown(event_of(sample("command")), view).at("data").at("content").get<std::string>();
    for (const char* harm : {"@everyone", "<@1", "@1", "[click](", "https://evil", "||spoiler||",
                             "# head", " **bold", "evil.com", "`code`", "\xe2\x80\xae"})
        EXPECT_EQ(content.find(harm), std::string::npos) << harm << " in " << content;
}

TEST(Discord, NotesAreForOnePersonAndChangeNothing) {
    View view;
    view.private_note = "This is somebody else's talk.";
    const json message = shown(event_of(sample("component_button")), view);
    EXPECT_EQ(message.at("type"), 4);
    EXPECT_EQ(message.at("data").at("flags"), 64);
    EXPECT_EQ(shown(event_of(sample("component_button")), View{}).at("type"), 6);
    View remark;
    remark.messages = {paragraph("Busy. Try again.")};
    EXPECT_EQ(shown(event_of(sample("component_button")), remark).at("type"), 4)
        << "the question is not wiped out";
}

TEST(Discord, PrivateQuestionsPublishTheirResult) {
    Hook quiet = hook;
    quiet.options["visibility"] = "questions";
    const View question = sample_view(sample_question(QuestionForm::choice, 3));
    EXPECT_EQ(shown(event_of(sample("command")), question, quiet).at("data").at("flags"), 64);
    EXPECT_FALSE(shown(event_of(sample("command")), question).at("data").contains("flags"));
    const View result = advice_view(long_advice(20, 2));
    const Event press = event_of(sample("component_button"));
    const Rendered rendered = discord().render(press, result, quiet);
    ASSERT_EQ(rendered.calls.size(), 1U);
    EXPECT_EQ(rendered.calls[0].url,
              "https://discord.com/api/v10/webhooks/100000000000000001/"
              "aW50ZXJhY3Rpb24tdG9rZW4tZXhhbXBsZQ");
    EXPECT_TRUE(discord().render(press, result, hook).calls.empty());
    Event forged = press;
    forged.carry["interaction"] = "../../evil?x=";
    EXPECT_TRUE(discord().render(forged, result, quiet).calls.empty());
    quiet.options["visibility"] = "sometimes";
    EXPECT_TRUE(discord().check(quiet));
}

}  // namespace
}  // namespace advisor::channels
