// Outgoing requests over real sockets: what is sent, and what becomes of answers of every sort.

#include "server/net/http_client.hpp"

#include <gtest/gtest.h>

#include "await.hpp"
#include "test_receiver.hpp"

namespace advisor::server {
namespace {

using namespace std::chrono_literals;

class OutgoingHttp : public testing::Test {
protected:
    ~OutgoingHttp() override {
        receiver_.close();
        io_.restart();
        io_.run();
    }

    ClientRequest request(const std::string& path = "/hook") const {
        ClientRequest request;
        request.url = receiver_.url(path);
        request.allowed_hosts = {"127.0.0.1"};
        request.headers = {{"Content-Type", "application/json"}};
        request.body = R"({"a":1})";
        return request;
    }
    ClientResponse send(ClientRequest wanted) {
        Outcome<ClientResponse> outcome;
        spawn(io_, client_.send(std::move(wanted)), outcome);
        io_.restart();
        while (!outcome.value && !outcome.error) io_.run_one();
        return outcome.take();
    }
    ClientResponse answered(const std::string& answer) {
        receiver_.answers = {answer};
        return send(request());
    }

    net::io_context io_;
    TestReceiver receiver_{io_};
    HttpClient client_;
};

TEST_F(OutgoingHttp, SendsTheBytesAndReadsTheAnswer) {
    receiver_.answers = {
        TestReceiver::answer(200, "X-Some: thing\r\nContent-Type: text/plain\r\n", "fine")};
    const ClientResponse response = send(request("/a/b?c=%20d#fragment"));
    EXPECT_EQ(response.error, ClientError::none) << response.reason;
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.accepted());
    EXPECT_EQ(response.body, "fine");
    EXPECT_EQ(response.header("x-some"), "thing");
    EXPECT_TRUE(receiver_.requests.at(0).starts_with("POST /a/b?c=%20d HTTP/1.1\r\n"));
    EXPECT_EQ("http://" + receiver_.header(0, "Host") + "/hook", receiver_.url());
    EXPECT_EQ(receiver_.header(0, "Content-Length"), "7");
    EXPECT_EQ(receiver_.header(0, "Content-Type"), "application/json");
    EXPECT_EQ(receiver_.body(0), R"({"a":1})");
}

TEST_F(OutgoingHttp, DoesNotFollowARedirect) {
    const ClientResponse response =
        answered(TestReceiver::answer(302, "Location: " + receiver_.url("/other") + "\r\n"));
    EXPECT_EQ(response.status, 302);
    EXPECT_FALSE(response.accepted());
    EXPECT_EQ(receiver_.requests.size(), 1U);
}

TEST_F(OutgoingHttp, HasADeadlineForSilence) {
    receiver_.answers = {TestReceiver::silence};
    ClientRequest wanted = request();
    wanted.deadline = 50ms;
    const ClientResponse response = send(std::move(wanted));
    EXPECT_EQ(response.error, ClientError::timed_out);
    EXPECT_EQ(response.status, 0);
}

TEST_F(OutgoingHttp, AHeadWithoutItsBodyIsAStatusAndAnError) {
    const ClientResponse response = answered("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(response.error, ClientError::broken);
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.accepted());
    EXPECT_EQ(response.body, "");
}

TEST_F(OutgoingHttp, ReadsOnlySoMuch) {
    const std::string most(max_response_bytes, 'x');
    EXPECT_EQ(answered(TestReceiver::answer(200, "", most)).body.size(), max_response_bytes);
    const ClientResponse larger = answered(TestReceiver::answer(200, "", most + "x"));
    EXPECT_EQ(larger.error, ClientError::too_large);
    EXPECT_EQ(larger.status, 200);
    const ClientResponse endless = answered("HTTP/1.1 200 OK\r\n\r\n" + most + "x");
    EXPECT_EQ(endless.error, ClientError::too_large);
    const ClientResponse declared =
        answered("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx");
    EXPECT_EQ(declared.error, ClientError::too_large);
    const ClientResponse head = answered("HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'x'));
    EXPECT_EQ(head.error, ClientError::too_large);
}

TEST_F(OutgoingHttp, ReadsBodiesThatEndWithTheConnectionAndInChunks) {
    EXPECT_EQ(answered("HTTP/1.1 200 OK\r\n\r\nto the end").body, "to the end");
    EXPECT_EQ(
        answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").body,
        "abc");
}

TEST_F(OutgoingHttp, PassesOverInterimAnswersButNotForEver) {
    const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    EXPECT_EQ(answered(interim + interim + TestReceiver::answer(201)).status, 201);
    std::string many;
    for (int i = 0; i < 50; ++i) many += interim;
    EXPECT_EQ(answered(many).error, ClientError::broken);
}

TEST_F(OutgoingHttp, WhatIsNoHttpIsBroken) {
    for (const char* answer : {"", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n\r\n"})
        EXPECT_EQ(answered(answer).error, ClientError::broken) << answer;
}

TEST_F(OutgoingHttp, NobodyThereIsNotConnected) {
    ClientRequest wanted = request();
    receiver_.close();
    EXPECT_EQ(send(std::move(wanted)).error, ClientError::not_connected);
}

TEST_F(OutgoingHttp, NothingOfThisNetworkIsReachedUnlessItsHostIsAllowed) {
    ClientRequest wanted = request();
    wanted.allowed_hosts = {"localhost", "127.0.0.2", "127.0.0"};
    EXPECT_EQ(send(wanted).error, ClientError::plain_http);
    wanted.url.replace(0, 4, "https");
    EXPECT_EQ(send(wanted).error, ClientError::private_address);
    for (const char* host :
         {"0x7f.1", "2130706433", "0177.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"}) {
        wanted.allowed_hosts.clear();
        wanted.url = "https://" + std::string(host) + ":1/";
        EXPECT_EQ(send(wanted).error, ClientError::private_address) << host;
    }
    EXPECT_TRUE(receiver_.requests.empty());
    wanted = request();
    wanted.allowed_hosts = {"127.0.0.1"};
    EXPECT_EQ(send(wanted).status, 204) << "allowed, it is reached";
}

TEST_F(OutgoingHttp, WhatIsNoAddressIsNotSentTo) {
    ClientRequest wanted = request();
    for (const char* url : {"", "ftp://127.0.0.1/", "http://a@127.0.0.1/", "http://127.0.0.1:0/",
                            "http://127.0.0.1/\r\nX: y"}) {
        wanted.url = url;
        EXPECT_EQ(send(wanted).error, ClientError::bad_url) << url;
    }
    wanted.url = "https://no-such-name.invalid/";
    EXPECT_EQ(send(wanted).error, ClientError::unknown_host);
}

}  // namespace
}  // namespace advisor::server
