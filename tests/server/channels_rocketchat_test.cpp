#include "tests/server/channel_views.hpp"

namespace advisor::channels {
namespace {

using namespace testing;
using nlohmann::json;

const Channel& rocket = rocketchat();
constexpr TimePoint now{std::chrono::seconds(1'780'000'000)};
const std::string token = "rcExampleToken00000000aa";

json outgoing() {
    return json::parse(fixture("rocketchat/outgoing.json"));
}

bool accepts(const std::string& body) {
    const http::Request request = post(body);
    return rocket.verify({request, ""}, hook_for("rocketchat", token), now);
}

Incoming parsed(const json& body, const Hook& hook = hook_for("rocketchat", token)) {
    const http::Request request = post(body.dump());
    return rocket.parse({request, ""}, hook);
}

Event event_of(const json& body) {
    const Incoming incoming = parsed(body);
    EXPECT_EQ(incoming.events.size(), 1U) << body;
    return incoming.events.empty() ? Event{} : incoming.events.front();
}

Event saying(const std::string& text) {
    json body = outgoing();
    body["text"] = text;
    return event_of(body);
}

json rendered(const Event& event, const View& view, const std::string& name = {}) {
    const Rendered answer = rocket.render(event, view, hook_for("rocketchat", token));
    EXPECT_EQ(answer.response.status, 200);
    EXPECT_EQ(answer.response.headers.front().second, "application/json") << "nothing after it";
    if (!name.empty()) keep_payload("rocketchat_" + name, answer.response.body);
    json reply = json::parse(answer.response.body);
    EXPECT_LE(length_of(reply["text"].get<std::string>(), LengthUnit::utf16), 5'000U) << name;
    return reply;
}

TEST(RocketChatToken, PublishedVectors) {
    for (const json& vector : json::parse(fixture("rocketchat/vectors.json"))) {
        const http::Request request = post(vector.at("raw_body"));
        EXPECT_EQ(rocket.verify({request, ""}, hook_for("rocketchat", vector.at("secret")), now),
                  vector.at("expect") == "accept");
    }
}

TEST(RocketChatToken, IsTheWholeFieldAndNothingElse) {
    json body = outgoing();
    EXPECT_TRUE(accepts(body.dump()));
    for (const json& wrong : {json(token + "x"), json(token.substr(1)), json(""), json(nullptr),
                              json(7), json(json::array({token}))}) {
        body["token"] = wrong;
        EXPECT_FALSE(accepts(body.dump())) << wrong;
    }
    EXPECT_FALSE(accepts("{\"token\":\"" + token + "\""));
    EXPECT_FALSE(accepts("token=" + token));
    EXPECT_FALSE(accepts(""));
    EXPECT_FALSE(accepts(std::string(100'000, '[')));
    Hook rotated = hook_for("rocketchat", "new");
    rotated.secrets.push_back(token);
    const http::Request request = post(outgoing().dump());
    EXPECT_TRUE(rocket.verify({request, ""}, rotated, now));
}

TEST(RocketChatToken, NoFlippedBitIsAccepted) {
    std::mt19937 random(7);
    json body = outgoing();
    for (int i = 0; i < 10'000; ++i) {
        std::string text = body.dump();
        const std::size_t at = text.find(token);
        text.replace(at, token.size(), with_flipped_bit(token, random));
        ASSERT_FALSE(accepts(text)) << text;
    }
}

TEST(RocketChatEvents, Words) {
    const Event event = event_of(outgoing());
    EXPECT_EQ(event.kind, EventKind::text);
    EXPECT_EQ(event.text, "start");
    EXPECT_EQ(event.dedupe_id, "msgExample0000001");
    EXPECT_EQ(event.address.workspace, "https://rocket.example.org");
    EXPECT_EQ(event.address.channel, "GENERALexample001");
    EXPECT_EQ(event.address.thread, "msgThreadRoot0001");
    EXPECT_EQ(event.address.user, "usrExample0000003");
    EXPECT_EQ(saying("!advise").kind, EventKind::open);
    EXPECT_EQ(saying("!ADVISE  my  words ").text, "my  words");
    EXPECT_EQ(saying("\xc3\xbc 2").text, "\xc3\xbc 2");
}

TEST(RocketChatEvents, WithoutATriggerWord) {
    json body = outgoing();
    body.erase("trigger_word");
    body["tmid"] = nullptr;
    EXPECT_EQ(event_of(body).text, "start");
    body["text"] = "just words";
    EXPECT_EQ(event_of(body).text, "just words");
    EXPECT_EQ(event_of(body).carried("command"), "") << "what buttons say needs none either";
}

TEST(RocketChatEvents, NotFromBotsAndNotEdited) {
    json body = outgoing();
    body["bot"] = {{"i", "integration"}};
    EXPECT_TRUE(parsed(body).events.empty());
    EXPECT_EQ(parsed(body).at_once->body, "") << "no answer is silence";
    body["bot"] = true;
    EXPECT_TRUE(parsed(body).events.empty());
    body["bot"] = nullptr;
    EXPECT_EQ(parsed(body).events.size(), 1U);
    body["isEdited"] = true;
    EXPECT_TRUE(parsed(body).events.empty());
    body["isEdited"] = false;
    Hook hook = hook_for("rocketchat", token);
    hook.options["bot_name"] = "anna";
    EXPECT_TRUE(parsed(body, hook).events.empty());
    const http::Request form = post("a=b", {{"Content-Type", "application/x-www-form-urlencoded"}});
    EXPECT_EQ(rocket.parse({form, ""}, hook).at_once->status, 415);
}

TEST(RocketChatButtons, ComeBackAsPresses) {
    for (const auto& [name, view] : all_views()) {
        const json reply = rendered(event_of(outgoing()), view, name);
        EXPECT_EQ(reply["tmid"], "msgThreadRoot0001");
        std::vector<std::string> pressed;
        for (const json& attachment : reply.value("attachments", json::array())) {
            for (const json& action : attachment.at("actions")) {
                const std::string said = action.at("msg");
                EXPECT_TRUE(said.starts_with("!advise ")) << said;
                const Event event = saying(said);
                EXPECT_EQ(event.kind, EventKind::press);
                pressed.push_back(event.token);
            }
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

TEST(RocketChatButtons, NumbersAreThereForThoseWhoSeeNone) {
    const json reply = rendered(event_of(outgoing()), all_views()[2].second);
    const std::string text = reply["text"];
    EXPECT_NE(text.find("6. Choice number 6"), std::string::npos) << text;
    EXPECT_NE(text.find("!advise 1 to !advise 6"), std::string::npos) << text;
}

TEST(RocketChatText, TheLongestRecommendationFits) {
    for (const std::size_t size : {1U, 5U, 40U}) {
        const json reply = rendered(event_of(outgoing()), advice_view(size, std::string(200, 'x')),
                                    "advice_" + std::to_string(size));
        EXPECT_EQ(reply["attachments"][0]["title_link"],
                  "https://advisor.example.org/report/k3f9x2?key=abc");
    }
}

TEST(RocketChatText, LongLabelsAreShortenedBeforeTheHintIsLost) {
    for (const auto& [name, view] : all_views()) {
        if (name != "long_labels") continue;
        const std::string text = rendered(event_of(outgoing()), view)["text"];
        EXPECT_NE(text.find("26. www"), std::string::npos);
        EXPECT_NE(text.find("Type !advise 1"), std::string::npos);
    }
}

TEST(RocketChatText, TextOfUsersIsText) {
    View view = advice_view(1, nasty_text);
    view.messages = {paragraph(nasty_text)};
    const std::string text = rendered(event_of(outgoing()), view, "nasty")["text"];
    for (const char* bad : {"*b*", "_i_", "~s~", "`c`", "](https", "https://evil", "www.evil",
                            "@all", "@here", "#general", ":smile:", "\n> quote", "\n# head"})
        EXPECT_EQ(text.find(bad), std::string::npos) << bad << " in " << text;
}

TEST(RocketChatText, NamesOfSoftwareStayAsTheyAre) {
    View view;
    view.messages = {
        paragraph("Take Node.js. Not Vue.js/Next.js, 3 to 1: C++ or C# (R). 2.5 times.")};
    const std::string text = rendered(event_of(outgoing()), view)["text"];
    EXPECT_EQ(text, "Take Node.js. Not Vue.js/Next.js, 3 to 1: C++ or C# (R). 2.5 times.");
}

TEST(RocketChatText, OwnAddressesInSecretNotesAreLinks) {
    View view;
    view.is_secret = true;
    view.private_note =
        "Open https://advisor.example.org/?code=AB-12. Not "
        "https://advisor.example.org.evil.com/x";
    const json reply = rendered(event_of(outgoing()), view);
    const std::string text = reply["text"];
    EXPECT_NE(text.find("https://advisor.example.org/?code=AB-12"), std::string::npos) << text;
    EXPECT_EQ(text.find("evil.com"), std::string::npos) << text;
    EXPECT_FALSE(reply.contains("attachments"));
    view.is_secret = false;
    const std::string other = rendered(event_of(outgoing()), view)["text"];
    EXPECT_EQ(other.find("https://"), std::string::npos) << other;
}

TEST(RocketChatHook, SampleIsAuthentic) {
    const Hook hook = hook_for("rocketchat", token);
    const http::Request request = rocket.sample(hook, now);
    EXPECT_TRUE(rocket.verify({request, ""}, hook, now));
    EXPECT_EQ(rocket.parse({request, ""}, hook).events.at(0).text, "help");
    EXPECT_FALSE(rocket.check(hook).has_value());
    EXPECT_TRUE(rocket.check(hook_for("rocketchat", "two words")).has_value());
}

}  // namespace
}  // namespace advisor::channels
