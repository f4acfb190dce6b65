#include "server/net/client_frame.hpp"

#include <gtest/gtest.h>

namespace advisor::server {
namespace {

ErrorCode refused(std::string_view text, std::string_view type = {}) {
    const auto read = read_frame(text, type);
    const auto* bad = std::get_if<BadFrame>(&read);
    if (!bad) throw std::runtime_error("taken: " + std::string(text.substr(0, 80)));
    EXPECT_FALSE(bad->refusal.message.empty());
    return bad->refusal.code;
}
ClientFrame taken(std::string_view text, std::string_view type = {}) {
    auto read = read_frame(text, type);
    if (const auto* bad = std::get_if<BadFrame>(&read))
        throw std::runtime_error(bad->refusal.message);
    return std::get<ClientFrame>(std::move(read));
}
std::string with_id(const std::string& id) {
    return R"({"type":"back","id":)" + nlohmann::json(id).dump() + "}";
}

TEST(ClientFrame, HasIdTypeAndBody) {
    const ClientFrame frame = taken(R"({"type":"say","id":"7","text":"x"})");
    EXPECT_EQ(frame.id, "7");
    EXPECT_EQ(frame.type, "say");
    EXPECT_EQ(frame.text("text"), "x");
    EXPECT_EQ(frame.text("nosuch"), "");
    EXPECT_EQ(taken(R"({"type":"say","id":"7","text":null})").text("text"), "");
    EXPECT_EQ(taken(R"({"type":"say","id":"7","text":5})").text("text"), std::nullopt);
}

TEST(ClientFrame, ThePathMayGiveTheType) {
    EXPECT_EQ(taken(R"({"id":"7"})", "start").type, "start");
    EXPECT_EQ(taken(R"({"id":"7"})", "start").body["type"], "start");
    EXPECT_EQ(taken(R"({"id":"7","type":"say"})", "start").type, "say") << "what is sent counts";
    EXPECT_EQ(refused(R"({"id":"7","type":5})", "start"), ErrorCode::bad_frame);
}

TEST(ClientFrame, WhatIsNoJsonObjectIsRefused) {
    for (const char* text : {"", " ", "null", "[]", "5", "\"x\"", "{", "{}}", "{'id':'1'}",
                             "{\"id\":\"1\",}", "// x\n{}", "/**/{}", "{\"id\":\"\xFF\"}",
                             R"({"id":"\ud800"})", "{\"id\":1e999}", "{\"a\":01}"}) {
        EXPECT_EQ(refused(text), ErrorCode::bad_json) << text;
    }
}

TEST(ClientFrame, AnIdHasOneToSixtyFourCharacters) {
    EXPECT_EQ(taken(with_id("x")).id, "x");
    EXPECT_EQ(taken(with_id(std::string(64, 'x'))).id.size(), 64U);
    EXPECT_EQ(taken(with_id("a b/\"\\{}")).id, "a b/\"\\{}");
    for (const std::string& id : {std::string(), std::string(65, 'x'), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string("\x7f")})
        EXPECT_EQ(refused(with_id(id)), ErrorCode::bad_frame) << id;
    for (const char* text : {R"({"type":"back"})", R"({"type":"back","id":7})",
                             R"({"type":"back","id":null})", R"({"type":"back","id":["x"]})"})
        EXPECT_EQ(refused(text), ErrorCode::bad_frame) << text;
}

TEST(ClientFrame, CharactersAreNotBytes) {
    std::string id;
    for (int i = 0; i < 64; ++i) id += "\u00e9";
    EXPECT_EQ(taken(with_id(id)).id, id) << "docs/protocol.md: 1 to 64 characters";
    EXPECT_EQ(refused(with_id(id + "x")), ErrorCode::bad_frame);
}

TEST(ClientFrame, SixtyFourLevelsAreTheLimit) {
    const auto nested = [](std::size_t depth) {
        return R"({"type":"say","id":"7","x":)" + std::string(depth - 1, '[') +
               std::string(depth - 1, ']') + "}";
    };
    EXPECT_EQ(taken(nested(64)).id, "7");
    EXPECT_EQ(refused(nested(65)), ErrorCode::bad_json);
    EXPECT_EQ(refused(std::string(8000, '[')), ErrorCode::bad_json);
}

TEST(ClientFrame, SixteenKibibytesAreTheLimit) {
    const auto sized = [](std::size_t size) {
        std::string text = R"({"type":"say","id":"7","text":""})";
        text.insert(text.size() - 2, size - text.size(), 'x');
        return text;
    };
    ASSERT_EQ(sized(max_message_bytes).size(), 16384U);
    EXPECT_EQ(taken(sized(max_message_bytes - 1)).id, "7");
    EXPECT_EQ(taken(sized(max_message_bytes)).id, "7");
    EXPECT_EQ(refused(sized(max_message_bytes + 1)), ErrorCode::message_too_large);
}

TEST(ClientFrame, AnErrorEchoesTheIdWhenItCouldBeRead) {
    const auto read = read_frame(R"({"id":"7"})");
    const BadFrame& bad = std::get<BadFrame>(read);
    EXPECT_EQ(bad.refusal.code, ErrorCode::bad_frame);
    EXPECT_EQ(bad.id, "7");
    EXPECT_EQ(std::get<BadFrame>(read_frame("{")).id, std::nullopt);
    EXPECT_EQ(std::get<BadFrame>(read_frame(with_id(std::string(65, 'x')))).id, std::nullopt);
}

TEST(ClientFrame, AnErrorIsOneJsonObject) {
    EXPECT_EQ(error_frame("7", {ErrorCode::busy, "Say \"again\"\n"}),
              R"({"type":"error","id":"7","code":"busy","message":"Say \"again\"\n"})");
    EXPECT_EQ(error_frame(std::nullopt, {ErrorCode::bad_json, "x"}),
              R"({"type":"error","id":null,"code":"bad_json","message":"x"})");
    EXPECT_TRUE(nlohmann::json::accept(error_frame("7", {ErrorCode::bad_json, "\xFF"})));
}

}  // namespace
}  // namespace advisor::server
