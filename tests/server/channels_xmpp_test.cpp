#include "server/channels/xml_stanza.hpp"
#include "tests/server/channel_views.hpp"

namespace advisor::channels {
namespace {

using namespace testing;
using nlohmann::json;

const Channel& jabber = xmpp();
constexpr TimePoint now{std::chrono::seconds(1'780'000'000)};

Hook ejabberd_hook() {
    Hook hook = hook_for("xmpp", "sec1");
    hook.options["jid"] = "advisor@example.org";
    hook.options["api_url"] = "http://127.0.0.1:5280/api";
    return hook;
}

/// As mod_post_log of ejabberd 23.01 sends it.
std::string stanza(const std::string& body, const std::string& type = "chat",
                   const std::string& to = "advisor@example.org",
                   const std::string& from = "anna@example.org/9177") {
    return "<message xml:lang='en' to='" + to + "' from='" + from + "' type='" + type +
           "' id='i1' xmlns='jabber:client'><body>" + body + "</body></message>";
}

Incoming parsed(const std::string& xml) {
    const http::Request request = post(xml, {{"Content-Type", "text/xml"}});
    return jabber.parse({request, ""}, ejabberd_hook());
}

std::string text_of(const std::string& xml) {
    const Incoming incoming = parsed(xml);
    return incoming.events.empty() ? "nothing" : incoming.events[0].text;
}

TEST(XmppSecret, InTheUrlOrAHeader) {
    http::Request request = post(stanza("hi"));
    EXPECT_FALSE(jabber.verify({request, ""}, ejabberd_hook(), now));
    request.query = "token=sec1";
    EXPECT_TRUE(jabber.verify({request, ""}, ejabberd_hook(), now));
    request.query = "token=";
    EXPECT_FALSE(jabber.verify({request, ""}, ejabberd_hook(), now));
    request.headers.emplace_back("Authorization", "Bearer sec1");
    EXPECT_TRUE(jabber.verify({request, ""}, ejabberd_hook(), now));
    std::mt19937 random(7);
    for (int i = 0; i < 10'000; ++i) {
        request.headers.back().second = "Bearer " + with_flipped_bit("sec1", random);
        ASSERT_FALSE(jabber.verify({request, ""}, ejabberd_hook(), now));
    }
}

TEST(XmppEvents, InAChat) {
    const Incoming incoming = parsed(stanza("h\xc3\xa9llo &lt;1&gt; &amp; &quot;x&quot; &#x263a;"));
    ASSERT_EQ(incoming.events.size(), 1U);
    const Event& event = incoming.events[0];
    EXPECT_EQ(event.text, "h\xc3\xa9llo <1> & \"x\" \xe2\x98\xba");
    EXPECT_EQ(event.address.user, "anna@example.org");
    EXPECT_EQ(event.address.channel, "anna@example.org");
    EXPECT_EQ(event.address.workspace, "example.org");
    EXPECT_EQ(event.dedupe_id, "anna@example.org/9177 i1");
    EXPECT_EQ(text_of(stanza("!advise 2")), "2");
}

TEST(XmppEvents, InARoomOnlyWhatIsForUs) {
    const std::string room = "team@conference.example.org";
    EXPECT_EQ(text_of(stanza("!advise 2", "groupchat", room)), "2");
    EXPECT_EQ(text_of(stanza("advisor: 2", "groupchat", room)), "2");
    EXPECT_EQ(text_of(stanza("2", "groupchat", room)), "nothing");
    EXPECT_EQ(parsed(stanza("!advise 2", "groupchat", room)).events[0].address.channel, room);
}

TEST(XmppEvents, OthersAreNotHeard) {
    EXPECT_EQ(text_of(stanza("secret", "chat", "bob@example.org")), "nothing");
    EXPECT_EQ(text_of(stanza("hi", "error")), "nothing");
    EXPECT_EQ(text_of(stanza("hi", "chat", "anna@example.org", "Advisor@example.org")), "nothing");
    EXPECT_EQ(text_of("<message type='chat' from='a@b' to='advisor@example.org'/>"), "nothing");
    EXPECT_EQ(text_of("<presence/>"), "nothing");
    EXPECT_EQ(parsed("").at_once->status, 200);
}

TEST(XmlStanza, StrictReading) {
    const auto body = [](const std::string& xml) {
        const std::optional<Stanza> read = read_stanza(xml);
        return read ? read->child("body") : "none";
    };
    EXPECT_EQ(
        body("<m><x><body>no</body></x><body a='1'>a<![CDATA[<b>]]>c</body><body>2</body></m>"),
        "a<b>c");
    for (const char* bad :
         {"<!DOCTYPE m [<!ENTITY x 'y'>]><m><body>&x;</body></m>", "<m><body>&x;</body></m>",
          "<m><body></m>", "<m><body>a</m></body>", "<m a='1' a='2'/>", "<m a=1/>", "<m/><m/>",
          "<m><!-- c --></m>", "<?xml version='1.0'?><m/>", "<m>&#0;</m>", "<m>&#xd800;</m>",
          "<m>&#1114112;</m>", "<m", "<", "x", "<m a='<'/>", "<m>&amp</m>"})
        EXPECT_FALSE(read_stanza(bad).has_value()) << bad;
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    EXPECT_FALSE(read_stanza(deep).has_value());
}

TEST(XmlStanza, NoDamageBreaksIt) {
    std::mt19937 random(7);
    const std::string good = stanza("h\xc3\xa9llo &lt;1&gt;<x/>");
    for (int i = 0; i < 10'000; ++i) {
        std::string text = with_flipped_bit(with_flipped_bit(good, random), random);
        static_cast<void>(read_stanza(text.substr(0, random() % (text.size() + 1))));
    }
    EXPECT_TRUE(read_stanza(good).has_value());
}

TEST(XmppAnswers, ByTheServersApi) {
    const std::string room = "team@conference.example.org";
    const View view = all_views().front().second;
    for (const bool in_room : {false, true}) {
        const Incoming incoming =
            parsed(in_room ? stanza("!advise 2", "groupchat", room) : stanza("2"));
        const Rendered rendered = jabber.render(incoming.events.at(0), view, ejabberd_hook());
        ASSERT_EQ(rendered.calls.size(), 1U);
        EXPECT_EQ(rendered.calls[0].url, "http://127.0.0.1:5280/api/send_message");
        const json body = json::parse(rendered.calls[0].body);
        EXPECT_EQ(body["type"], in_room ? "groupchat" : "chat");
        EXPECT_EQ(body["from"], "advisor@example.org");
        EXPECT_EQ(body["to"], in_room ? room : "anna@example.org");
        const std::string text = body["body"];
        EXPECT_NE(text.find("1. Choice number 1"), std::string::npos);
        EXPECT_NE(text.find(in_room ? "Type !advise 1" : "Type 1"), std::string::npos) << text;
    }
}

TEST(XmppAnswers, TheLongestFits) {
    const Event event = parsed(stanza("2")).events.at(0);
    const Rendered rendered =
        jabber.render(event, advice_view(60, std::string(300, '<')), ejabberd_hook());
    EXPECT_LE(rendered.calls.at(0).body.size(), 30'000U);
    EXPECT_NE(rendered.calls[0].body.find("https://advisor.example.org/report/"),
              std::string::npos);
}

TEST(XmppHook, Check) {
    EXPECT_FALSE(jabber.check(ejabberd_hook()).has_value());
    Hook hook = ejabberd_hook();
    hook.options.erase("jid");
    EXPECT_TRUE(jabber.check(hook).has_value());
    hook = ejabberd_hook();
    hook.options["api_url"] = "127.0.0.1:5280";
    EXPECT_TRUE(jabber.check(hook).has_value());
}

}  // namespace
}  // namespace advisor::channels
