#include "server/net/admission.hpp"

#include <gtest/gtest.h>

namespace advisor::server {
namespace {

using std::chrono::seconds;

Admission::Settings settings_of(std::vector<std::string> proxies = {"127.0.0.0/8", "::1"}) {
    Admission::Settings settings;
    settings.addresses = {"https://advice.example.org", "http://intranet.example:8000"};
    settings.proxies = std::move(proxies);
    settings.limits = {.connections = 2,
                       .sessions_per_minute = 3,
                       .requests_per_minute = 5,
                       .frames_per_second = 7};
    return settings;
}

http::Request request_of(const std::string& peer, const std::string& method,
                         const std::string& path, const std::string& host = "localhost:8080") {
    http::Request request;
    request.method = method;
    request.path = path;
    request.headers = {{"Host", host}};
    request.peer = peer;
    return request;
}

TEST(PeerAddress, IsReadAsProxiesWriteIt) {
    const auto plain = parse_address("192.0.2.7");
    ASSERT_TRUE(plain);
    EXPECT_EQ(parse_address("192.0.2.7:4711"), plain);
    EXPECT_EQ(parse_address("::ffff:192.0.2.7"), plain);
    EXPECT_EQ(to_text(*plain), "192.0.2.7");
    const auto v6 = parse_address("2001:db8::7");
    ASSERT_TRUE(v6);
    EXPECT_EQ(parse_address("[2001:db8::7]"), v6);
    EXPECT_EQ(parse_address("[2001:db8::7]:4711"), v6);
    EXPECT_EQ(to_text(*v6), "2001:db8::7");
    for (const char* text : {"", "unknown", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[", "[::1", "a:b",
                             ":", "_hidden", "1.2.3.4/8", "localhost"})
        EXPECT_FALSE(parse_address(text)) << text;
}

TEST(PeerAddress, LiesInARange) {
    const auto holds = [](const char* range, const char* address) {
        return parse_range(range).value().holds(parse_address(address).value());
    };
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(holds("172.16.0.0/12", "172.31.0.1"));
    EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.1"));
    EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(holds("192.0.2.7", "192.0.2.8"));
    EXPECT_TRUE(holds("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(holds("fd00::/8", "fdff::1"));
    EXPECT_FALSE(holds("fd00::/8", "fe00::1"));
    for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "::/129", "none"})
        EXPECT_FALSE(parse_range(text)) << text;
}

TEST(PeerAddress, OneIPv6NetworkIsOneSubscriber) {
    const auto subscriber = [](const char* text) {
        return subscriber_of(parse_address(text).value());
    };
    EXPECT_EQ(subscriber("2001:db8:0:1::1"), subscriber("2001:db8:0:1:ffff::9"));
    EXPECT_NE(subscriber("2001:db8:0:1::1"), subscriber("2001:db8:0:2::1"));
    EXPECT_NE(subscriber("192.0.2.7"), subscriber("192.0.2.8"));
}

TEST(TokenBucket, LetsABurstThroughAndThenThePace) {
    TokenBucket bucket;
    TokenBucket::Clock::time_point now{seconds(1000)};
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(bucket.take(2, 6, now)) << i;
    EXPECT_FALSE(bucket.take(2, 6, now));
    now += seconds(1);
    EXPECT_TRUE(bucket.take(2, 6, now));
    EXPECT_TRUE(bucket.take(2, 6, now));
    EXPECT_FALSE(bucket.take(2, 6, now));
    EXPECT_FALSE(bucket.full(2, now));
    EXPECT_TRUE(bucket.full(2, now + seconds(3)));
}

TEST(PeerBudgets, EachAddressHasItsOwn) {
    PeerBudgets budgets(settings_of().limits);
    const AddressBytes one = parse_address("192.0.2.1").value();
    const AddressBytes other = parse_address("192.0.2.2").value();
    const PeerBudgets::Clock::time_point now{seconds(1000)};
    EXPECT_TRUE(budgets.enter(one, now));
    EXPECT_TRUE(budgets.enter(one, now));
    EXPECT_FALSE(budgets.enter(one, now));
    EXPECT_TRUE(budgets.enter(other, now));
    budgets.leave(one);
    EXPECT_TRUE(budgets.enter(one, now)) << "a place that is left is free again";
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(budgets.take_session(one, now));
    EXPECT_FALSE(budgets.take_session(one, now));
    EXPECT_TRUE(budgets.take_session(other, now));
    EXPECT_TRUE(budgets.take_session(one, now + seconds(20)));
}

TEST(PeerBudgets, AddressesThatAreQuietAreForgotten) {
    PeerBudgets budgets(settings_of().limits);
    PeerBudgets::Clock::time_point now{seconds(1000)};
    const AddressBytes stays = parse_address("192.0.2.1").value();
    ASSERT_TRUE(budgets.enter(stays, now));
    for (int minute = 0; minute < 10; ++minute, now += seconds(61)) {
        for (unsigned i = 0; i < 2000; ++i) {
            AddressBytes address = parse_address("10.0.0.0").value();
            address[13] = static_cast<std::uint8_t>(minute);
            address[14] = static_cast<std::uint8_t>(i / 256);
            address[15] = static_cast<std::uint8_t>(i % 256);
            EXPECT_TRUE(budgets.take_request(address, now));
        }
    }
    EXPECT_LE(budgets.kept(), 6000U) << "of 20,000 that came";
    EXPECT_TRUE(budgets.enter(stays, now));
    EXPECT_FALSE(budgets.enter(stays, now)) << "one with a connection is not";
}

TEST(PeerBudgets, ZeroIsNoLimit) {
    PeerBudgets budgets({0, 0, 0, 0});
    const AddressBytes one = parse_address("192.0.2.1").value();
    const PeerBudgets::Clock::time_point now{seconds(1000)};
    for (int i = 0; i < 20000; ++i) {
        ASSERT_TRUE(budgets.enter(one, now));
        ASSERT_TRUE(budgets.take_request(one, now));
        ASSERT_TRUE(budgets.take_session(one, now));
    }
}

TEST(Admission, BelievesTrustedProxiesOnly) {
    const Admission admission(settings_of({"127.0.0.0/8", "10.0.0.0/8"}));
    const auto client = [&](const char* peer, http::Headers headers) {
        return admission.client_of(peer, headers);
    };
    EXPECT_EQ(client("192.0.2.1", {}), "192.0.2.1");
    EXPECT_EQ(client("127.0.0.1", {}), "127.0.0.1");
    EXPECT_EQ(client("127.0.0.1", {{"x-forwarded-for", "192.0.2.1"}}), "192.0.2.1");
    EXPECT_EQ(client("192.0.2.9", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.9")
        << "anybody can send the header";
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 192.0.2.1"}}), "192.0.2.1")
        << "what the client itself sent is no proof";
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 192.0.2.1 , 10.0.0.5"}}),
              "192.0.2.1")
        << "two proxies";
    EXPECT_EQ(
        client("127.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-For", "10.0.0.5"}}),
        "192.0.2.1")
        << "in two lines";
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", "unknown"}}), "127.0.0.1");
    EXPECT_EQ(client("127.0.0.1", {{"X-Forwarded-For", ",,"}}), "127.0.0.1");
    EXPECT_EQ(client("::ffff:10.1.1.1", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
}

TEST(Admission, LoopbackHasNoLimitsUnlessItIsNotTrusted) {
    Admission open(settings_of());
    std::vector<std::variant<Place, Refusal>> places;
    for (int i = 0; i < 100; ++i) {
        places.push_back(open.enter("127.0.0.1"));
        ASSERT_TRUE(std::holds_alternative<Place>(places.back()));
        EXPECT_FALSE(open.check(request_of("127.0.0.1", "POST", "/api/v1/sessions")));
    }
    Admission strict(settings_of({"none"}));
    auto first = strict.enter("127.0.0.1");
    auto second = strict.enter("127.0.0.1");
    auto third = strict.enter("127.0.0.1");
    EXPECT_TRUE(std::holds_alternative<Place>(second));
    ASSERT_TRUE(std::holds_alternative<Refusal>(third));
    EXPECT_EQ(std::get<Refusal>(third).code, ErrorCode::too_many_requests);
    { const auto given_back = std::move(first); }
    EXPECT_TRUE(std::holds_alternative<Place>(strict.enter("127.0.0.1")));
}

TEST(Admission, CountsApiRequestsAndSessions) {
    Admission admission(settings_of());
    const auto code = [&](const std::string& method, const std::string& path) {
        const auto refusal = admission.check(request_of("192.0.2.1", method, path));
        return refusal ? std::string(entry_of(refusal->code).name) : std::string();
    };
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(code("GET", "/healthz"), "");
        EXPECT_EQ(code("GET", "/"), "");
        EXPECT_EQ(code("POST", "/hooks/slack/abc"), "");
    }
    for (int i = 0; i < 3; ++i) EXPECT_EQ(code("POST", "/api/v1/sessions"), "");
    EXPECT_EQ(code("POST", "/api/v1/sessions"), "too_many_requests") << "the fourth session";
    EXPECT_EQ(code("GET", "/api/v1/sessions/x"), "") << "the fifth request";
    EXPECT_EQ(code("GET", "/api/v1/sessions/x"), "too_many_requests");
}

TEST(Admission, KnowsTheNamesOfTheServer) {
    const Admission admission(settings_of());
    for (const char* host :
         {"", "localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "127.0.0.1",
          "[::1]:8080", "192.0.2.7:80", "advice.example.org", "ADVICE.example.org.",
          "advice.example.org:443", "intranet.example:8000", "intranet.example", "buildbox:8080",
          "chat.localhost:8080"})
        EXPECT_TRUE(admission.goes_by(host)) << host;
    for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                             "127.0.0.1.evil.example", "advice.example.org.evil.example",
                             "xadvice.example.org", "example.org", "127.0.0.1.nip.io", "1.2.3.4.5"})
        EXPECT_FALSE(admission.goes_by(host)) << host;
    Admission::Settings everywhere = settings_of();
    everywhere.loopback_only = false;
    EXPECT_TRUE(Admission(everywhere).goes_by("evil.example")) << "it cannot know all its names";
}

TEST(Admission, HooksAndProbesMayCallItByAnyName) {
    Admission admission(settings_of());
    for (const char* path :
         {"/hooks/slack/abc", "/_matrix/app/v1/transactions/1", "/healthz", "/readyz"})
        EXPECT_FALSE(admission.check(request_of("127.0.0.1", "POST", path, "x.tunnel.example")))
            << path;
    for (const char* path : {"/", "/ws", "/api/v1/scripts", "/review", "/hooks"}) {
        const auto refusal =
            admission.check(request_of("127.0.0.1", "GET", path, "x.tunnel.example:8080"));
        ASSERT_TRUE(refusal) << path;
        EXPECT_EQ(refusal->code, ErrorCode::wrong_host);
        EXPECT_NE(refusal->message.find("--origin https://x.tunnel.example."), std::string::npos)
            << refusal->message;
    }
}

}  // namespace
}  // namespace advisor::server
