#include "tests/server/channel_views.hpp"

namespace advisor::channels {
namespace {

using namespace testing;
using nlohmann::json;

const Channel& zulip_channel = zulip();
constexpr TimePoint now{std::chrono::seconds(1'780'000'000)};
const std::string token = "xvExampleZulipBotToken0000000000";

json in_topic(const std::string& text = "@**Advisor** 2") {
    json body = json::parse(fixture("zulip/outgoing.json"));
    body["data"] = text;
    body["message"]["content"] = text;
    return body;
}

json direct() {
    return json::parse(fixture("zulip/outgoing_direct.json"));
}

Incoming parsed(const json& body) {
    const http::Request request = post(body.dump());
    return zulip_channel.parse({request, ""}, hook_for("zulip", token));
}

Event event_of(const json& body) {
    const Incoming incoming = parsed(body);
    EXPECT_EQ(incoming.events.size(), 1U) << body;
    return incoming.events.empty() ? Event{} : incoming.events.front();
}

json rendered(const Event& event, const View& view, const std::string& name = {}) {
    const Rendered answer = zulip_channel.render(event, view, hook_for("zulip", token));
    EXPECT_EQ(answer.response.status, 200);
    if (!name.empty()) keep_payload("zulip_" + name, answer.response.body);
    json reply = json::parse(answer.response.body);
    EXPECT_LE(length_of(reply["content"].get<std::string>(), LengthUnit::code_points), 10'000U);
    return reply;
}

bool accepts(const std::string& body) {
    const http::Request request = post(body);
    return zulip_channel.verify({request, ""}, hook_for("zulip", token), now);
}

TEST(ZulipToken, PublishedVectors) {
    for (const json& vector : json::parse(fixture("zulip/vectors.json"))) {
        const http::Request request = post(vector.at("raw_body"));
        EXPECT_EQ(zulip_channel.verify({request, ""}, hook_for("zulip", vector.at("secret")), now),
                  vector.at("expect") == "accept");
    }
}

TEST(ZulipToken, NoFlippedBitIsAccepted) {
    std::mt19937 random(7);
    for (int i = 0; i < 10'000; ++i) {
        std::string text = in_topic().dump();
        text.replace(text.find(token), token.size(), with_flipped_bit(token, random));
        ASSERT_FALSE(accepts(text)) << text;
    }
    EXPECT_TRUE(accepts(in_topic().dump()));
    EXPECT_FALSE(accepts("{}"));
    EXPECT_FALSE(accepts("[]"));
    EXPECT_FALSE(accepts("{\"token\":null}"));
}

TEST(ZulipEvents, InATopic) {
    const Event event = event_of(in_topic());
    EXPECT_EQ(event.kind, EventKind::text);
    EXPECT_EQ(event.text, "2");
    EXPECT_EQ(event.address.workspace, "zulip.example.org");
    EXPECT_EQ(event.address.channel, "5");
    EXPECT_EQ(event.address.thread, "database choice");
    EXPECT_EQ(event.address.user, "9");
    EXPECT_EQ(event.dedupe_id, "112");
}

TEST(ZulipEvents, TheMentionMayBeAnywhereAndOfAnyForm) {
    EXPECT_EQ(event_of(in_topic("@**Advisor|25** my words")).text, "my words");
    EXPECT_EQ(event_of(in_topic("back @**Advisor**")).text, "back");
    EXPECT_EQ(event_of(in_topic("@_**Advisor** back")).text, "back");
    EXPECT_EQ(event_of(in_topic("@**Advisor**")).kind, EventKind::open);
    EXPECT_EQ(event_of(in_topic("@**Advisory** 2")).text, "@**Advisory** 2");
}

TEST(ZulipEvents, Direct) {
    const Event event = event_of(direct());
    EXPECT_EQ(event.text, "2");
    EXPECT_EQ(event.address.channel, "@31");
    EXPECT_EQ(event.address.thread, "");
    const json reply = rendered(event, all_views().front().second, "direct");
    const json widget = json::parse(reply["widget_content"].get<std::string>());
    const std::string said = widget["extra_data"]["choices"][0]["reply"];
    EXPECT_EQ(said.find("@**"), std::string::npos) << said;
}

TEST(ZulipEvents, OwnMessagesAndBrokenOnesAreSilence) {
    json body = in_topic();
    body["message"]["sender_email"] = "advisor-bot@zulip.example.org";
    EXPECT_EQ(parsed(body).at_once->body, R"({"response_not_required":true})");
    body["message"] = nullptr;
    EXPECT_EQ(parsed(body).at_once->body, R"({"response_not_required":true})");
}

TEST(ZulipChoices, ComeBackAsPresses) {
    for (const auto& [name, view] : all_views()) {
        const json reply = rendered(event_of(in_topic("@**Advisor|25** x")), view, name);
        const json widget = json::parse(reply["widget_content"].get<std::string>());
        EXPECT_EQ(widget["widget_type"], "zform");
        EXPECT_EQ(widget["extra_data"]["type"], "choices");
        std::vector<std::string> pressed;
        for (const json& choice : widget["extra_data"]["choices"]) {
            for (const char* field : {"type", "short_name", "long_name", "reply"})
                EXPECT_TRUE(choice.at(field).is_string());
            const std::string said = choice["reply"];
            EXPECT_TRUE(said.starts_with("@**Advisor|25** ")) << said;
            const Event event = event_of(in_topic(said));
            EXPECT_EQ(event.kind, EventKind::press) << said;
            pressed.push_back(event.token);
        }
        std::vector<std::string> wanted;
        const QuestionView& question = *view.question;
        if (question.form != QuestionForm::multi && question.options.size() <= 25) {
            for (const OptionView& option : question.options)
                wanted.push_back(question.token(option.key));
        }
        for (const Control& control : controls(question)) {
            if (control.option != submit_option) wanted.push_back(question.token(control.option));
        }
        EXPECT_EQ(pressed, wanted) << name;
    }
}

TEST(ZulipText, TheLongestRecommendationFitsWithItsLink) {
    for (const std::size_t size : {1U, 5U, 60U}) {
        const json reply = rendered(event_of(in_topic()), advice_view(size, std::string(300, 'x')),
                                    "advice_" + std::to_string(size));
        EXPECT_TRUE(reply["content"].get<std::string>().ends_with(
            "[Full report](https://advisor.example.org/report/k3f9x2?key=abc)"));
    }
}

TEST(ZulipText, TextOfUsersIsText) {
    View view = advice_view(1, nasty_text);
    view.messages = {paragraph(nasty_text)};
    const std::string text = rendered(event_of(in_topic()), view, "nasty")["content"];
    for (const char* bad :
         {"**bb**", "*b*", "`c`", "```", "](https://evil", "https://evil", "@**", "@_**", "#**",
          "$$", "<time", ":smile:", "\n> quote", "\n# head", "\n- item", "\n/me"})
        EXPECT_EQ(text.find(bad), std::string::npos) << bad << " in " << text;
}

TEST(ZulipHook, SampleIsAuthentic) {
    const Hook hook = hook_for("zulip", token);
    const http::Request request = zulip_channel.sample(hook, now);
    EXPECT_TRUE(zulip_channel.verify({request, ""}, hook, now));
    EXPECT_EQ(zulip_channel.parse({request, ""}, hook).events.at(0).text, "help");
}

}  // namespace
}  // namespace advisor::channels
