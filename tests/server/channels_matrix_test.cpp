#include "server/channels/multipart.hpp"
#include "tests/server/channel_views.hpp"

namespace advisor::channels {
namespace {

using namespace testing;
using nlohmann::json;

const Channel& matrix_channel = matrix();
constexpr TimePoint now{std::chrono::seconds(1'780'000'000)};

Hook service_hook() {
    Hook hook = hook_for("matrix", "hs_token: hs1");
    hook.secrets.emplace_back("as_token: as1");
    hook.options["homeserver_url"] = "https://matrix.example.org";
    hook.options["user"] = "@advisor:example.org";
    return hook;
}

Hook bridge_hook() {
    Hook hook = hook_for("matrix", "tok1");
    hook.secrets.emplace_back("inbound_url: https://bridge.example.org/webhook/abc");
    return hook;
}

http::Request transaction(const json& body, const std::string& token = "hs1") {
    http::Request request = post(body.dump(), {{"Authorization", "Bearer " + token}});
    request.method = "PUT";
    return request;
}

json one_message(const std::string& text) {
    json body = json::parse(fixture("matrix/transaction.json"));
    body["events"][0]["content"]["body"] = text;
    return body;
}

std::vector<Event> events_of(const json& body) {
    const http::Request request = transaction(body);
    const Incoming incoming = matrix_channel.parse({request, "transactions/t1"}, service_hook());
    EXPECT_EQ(incoming.at_once.has_value(), incoming.events.empty());
    if (incoming.at_once) EXPECT_EQ(incoming.at_once->body, "{}");
    return incoming.events;
}

/// The content of the message that answers.
json sent(const Event& event, const View& view, const std::string& name = {}) {
    const Rendered rendered = matrix_channel.render(event, view, service_hook());
    EXPECT_EQ(rendered.response.body, "{}");
    EXPECT_EQ(rendered.calls.size(), 1U);
    EXPECT_LE(rendered.calls.at(0).body.size(), 60'000U);
    if (!name.empty()) keep_payload("matrix_" + name, rendered.calls.at(0).body);
    return json::parse(rendered.calls.at(0).body);
}

TEST(MatrixToken, PublishedVectors) {
    for (const json& vector : json::parse(fixture("matrix/vectors.json"))) {
        http::Request request = post(vector.at("raw_body"));
        request.headers = {{"Content-Type", vector.at("content_type")}};
        for (const auto& [name, value] : vector.at("headers").items())
            request.headers.emplace_back(name, value);
        const bool is_service = vector.contains("path");
        const Hook hook = hook_for("matrix", vector.at("secret"));
        const Delivery delivery{request, is_service ? "transactions/t1" : ""};
        EXPECT_TRUE(matrix_channel.verify(delivery, hook, now)) << vector.at("name");
        const Incoming incoming = matrix_channel.parse(delivery, hook);
        ASSERT_EQ(incoming.events.size(), 1U) << vector.at("name");
        EXPECT_EQ(incoming.events[0].text, "2");
    }
}

TEST(MatrixToken, NoFlippedBitIsAccepted) {
    std::mt19937 random(7);
    const std::string token = "hs_token_example_0001";
    const Hook hook = hook_for("matrix", token);
    for (int i = 0; i < 10'000; ++i) {
        const http::Request request = transaction({}, with_flipped_bit(token, random));
        ASSERT_FALSE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
    }
    http::Request request = transaction({}, token);
    EXPECT_TRUE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
    EXPECT_FALSE(matrix_channel.verify({request, ""}, hook, now)) << "not the bridge's header";
    request.headers.emplace_back("Authorization", "Bearer " + token);
    EXPECT_FALSE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
}

TEST(MatrixToken, InTheQueryOnlyWhenAllowed) {
    http::Request request = transaction({});
    request.headers.clear();
    request.query = "access_token=hs1";
    Hook hook = service_hook();
    EXPECT_FALSE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
    hook.options["query_token"] = "yes";
    EXPECT_TRUE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
    request.query = "access_token=as1";
    EXPECT_FALSE(matrix_channel.verify({request, "transactions/t1"}, hook, now));
}

TEST(MatrixEvents, InAThread) {
    const std::vector<Event> events = events_of(one_message("!advise 2"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].text, "2");
    EXPECT_EQ(events[0].address.channel, "!room1:example.org");
    EXPECT_EQ(events[0].address.thread, "$root1:example.org");
    EXPECT_EQ(events[0].address.user, "@anna:example.org");
    EXPECT_EQ(events[0].dedupe_id, "$evt1:example.org");
}

TEST(MatrixEvents, SeveralInOneTransaction) {
    json body = one_message("!advise start");
    json second = body["events"][0];
    second["event_id"] = "$evt2:example.org";
    second["content"]["body"] = "> <@anna:example.org> Which one?\n\n!advise 1";
    second["content"].erase("m.relates_to");
    body["events"].push_back(second);
    body["events"].push_back(nullptr);
    body["events"].push_back({{"type", "m.room.member"}});
    const std::vector<Event> events = events_of(body);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].text, "1");
    EXPECT_EQ(events[1].address.thread, "");
}

TEST(MatrixEvents, ByMention) {
    for (const char* text : {"advisor: back", "@advisor back", "@advisor:example.org: back"}) {
        const std::vector<Event> events = events_of(one_message(text));
        ASSERT_EQ(events.size(), 1U) << text;
        EXPECT_EQ(events[0].text, "back") << text;
    }
    json pill = one_message("The Stack Advisor: back");
    EXPECT_TRUE(events_of(pill).empty());
    pill["events"][0]["content"]["m.mentions"] = {{"user_ids", {"@advisor:example.org"}}};
    ASSERT_EQ(events_of(pill).size(), 1U);
    EXPECT_EQ(events_of(pill)[0].text, "back");
}

TEST(MatrixEvents, NotForUs) {
    EXPECT_TRUE(events_of(one_message("hello")).empty());
    json body = one_message("!advise 2");
    body["events"][0]["content"]["msgtype"] = "m.notice";
    EXPECT_TRUE(events_of(body).empty());
    body = one_message("!advise 2");
    body["events"][0]["content"]["m.relates_to"]["rel_type"] = "m.replace";
    EXPECT_TRUE(events_of(body).empty()) << "an edit";
    body = one_message("!advise 2");
    body["events"][0]["sender"] = "@advisor:example.org";
    EXPECT_TRUE(events_of(body).empty());
    EXPECT_TRUE(events_of({{"events", 7}}).empty());
    http::Request broken = transaction({});
    broken.body = "{\"events\":[";
    EXPECT_EQ(matrix_channel.parse({broken, "transactions/t1"}, service_hook()).at_once->status,
              200);
    EXPECT_EQ(matrix_channel.parse({broken, "users/@x:y"}, service_hook()).at_once->status, 404);
    EXPECT_EQ(matrix_channel.parse({broken, "ping"}, service_hook()).at_once->status, 200);
}

TEST(MatrixEvents, AnInvitationIsTaken) {
    json body;
    body["events"] = {{{"type", "m.room.member"},
                       {"room_id", "!r:example.org"},
                       {"event_id", "$i:example.org"},
                       {"sender", "@anna:example.org"},
                       {"state_key", "@advisor:example.org"},
                       {"content", {{"membership", "invite"}}}}};
    const std::vector<Event> events = events_of(body);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, EventKind::open);
    const Rendered rendered =
        matrix_channel.render(events[0], all_views().front().second, service_hook());
    ASSERT_EQ(rendered.calls.size(), 2U);
    EXPECT_EQ(rendered.calls[0].url,
              "https://matrix.example.org/_matrix/client/v3/rooms/%21r%3aexample.org/join");
}

TEST(MatrixMessages, AreSentOnceIntoTheThread) {
    const Event event = events_of(one_message("!advise 2")).at(0);
    const View view = all_views().front().second;
    const Rendered rendered = matrix_channel.render(event, view, service_hook());
    const OutboundCall& call = rendered.calls.at(0);
    EXPECT_EQ(call.method, "PUT");
    EXPECT_EQ(call.headers.at(0).second, "Bearer as1");
    EXPECT_EQ(call.url, matrix_channel.render(event, view, service_hook()).calls.at(0).url);
    const json content = sent(event, view);
    EXPECT_EQ(content["m.relates_to"]["event_id"], "$root1:example.org");
    EXPECT_EQ(content["m.relates_to"]["m.in_reply_to"]["event_id"], "$evt1:example.org");
    EXPECT_EQ(content["m.mentions"], json::object());
}

TEST(MatrixMessages, FitAndAreText) {
    const Event event = events_of(one_message("!advise 2")).at(0);
    for (const auto& [name, view] : all_views()) static_cast<void>(sent(event, view, name));
    static_cast<void>(sent(event, advice_view(60, std::string(300, '\\')), "backslashes"));
    const json advice = sent(event, advice_view(60, std::string(300, '"')), "advice");
    EXPECT_NE(advice["formatted_body"].get<std::string>().find(
                  "<a href=\"https://advisor.example.org/report/k3f9x2?key=abc\">"),
              std::string::npos);
    View view = advice_view(1, nasty_text);
    const std::string html = sent(event, view, "nasty")["formatted_body"];
    for (const char* bad : {"<b>", "<script", "https://evil", "@all", "@here", "<users"})
        EXPECT_EQ(html.find(bad), std::string::npos) << bad;
}

TEST(MatrixBridge, AnswersGoToTheRoomsHook) {
    const json vectors = json::parse(fixture("matrix/vectors.json"));
    http::Request request = post(
        vectors[1].at("raw_body"),
        {{"Content-Type", vectors[1].at("content_type")}, {"X-Matrix-Hookshot-Token", "tok1"}});
    EXPECT_TRUE(matrix_channel.verify({request, ""}, bridge_hook(), now));
    const Event event = matrix_channel.parse({request, ""}, bridge_hook()).events.at(0);
    const Rendered rendered =
        matrix_channel.render(event, all_views().front().second, bridge_hook());
    ASSERT_EQ(rendered.calls.size(), 1U);
    EXPECT_EQ(rendered.calls[0].url, "https://bridge.example.org/webhook/abc");
    const json body = json::parse(rendered.calls[0].body);
    EXPECT_NE(body["text"].get<std::string>().find("**Question 4 of 9**"), std::string::npos);
    EXPECT_EQ(matrix_channel.own_hosts(bridge_hook()),
              std::vector<std::string>{"bridge.example.org"});
}

TEST(Multipart, BrokenFormsHaveNoPart) {
    const auto part = [](const std::string& type, const std::string& body) {
        return form_part(post(body, {{"Content-Type", type}}), "event");
    };
    const std::string type = "multipart/form-data; boundary=\"b\"";
    const std::string head = "--b\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\n";
    EXPECT_EQ(part(type, head + "{}\r\n--b--\r\n"), "{}");
    EXPECT_EQ(part(type, head + "\r\n--b--"), "");
    EXPECT_FALSE(part(type, head + "{}").has_value());
    EXPECT_FALSE(part(type, "--b\r\n--b\r\n--b--").has_value());
    EXPECT_FALSE(part(type, "").has_value());
    EXPECT_FALSE(part("multipart/form-data", head + "{}\r\n--b--\r\n").has_value());
    EXPECT_FALSE(part("text/plain", head + "{}\r\n--b--\r\n").has_value());
}

TEST(MatrixHook, Check) {
    EXPECT_FALSE(matrix_channel.check(service_hook()).has_value());
    EXPECT_FALSE(matrix_channel.check(bridge_hook()).has_value());
    Hook hook = service_hook();
    hook.options["homeserver_url"] = "matrix.example.org";
    EXPECT_TRUE(matrix_channel.check(hook).has_value());
    hook = service_hook();
    hook.options["user"] = "advisor";
    EXPECT_TRUE(matrix_channel.check(hook).has_value());
    EXPECT_TRUE(matrix_channel.check(hook_for("matrix", "as_token: x")).has_value());
}

}  // namespace
}  // namespace advisor::channels
