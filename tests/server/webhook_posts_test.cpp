// Posts and bodies at their limits: the longest texts that a script and a person can bring.

#include "server/webhooks/webhook_posts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace advisor::server {
namespace {

using channels::length_of;
using channels::LengthUnit;
using nlohmann::json;

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

/// A completed session in which every text is `text`, and there are many of all.
WebhookEvent completed(const std::string& text) {
    WebhookEvent event;
    event.event = static_cast<db::EventSet>(db::TurnEvent::completed);
    event.session_id = "k3f9x2";
    event.locale = "en";
    event.platform = "slack";
    event.script_title = text;
    event.outcome_id = "cpp";
    channels::Advice advice;
    advice.name = text;
    advice.headline = text;
    advice.firmness = "clear";
    for (int i = 0; i < 100; ++i) {
        advice.points.push_back({text, "1"});
        advice.reasons.push_back({text, text});
        advice.roles.push_back({text, "senior", 2, "hire", text});
        event.typed.push_back({text, text});
    }
    advice.report_url = "https://advice.example.org/r/abc";
    event.advice = std::move(advice);
    return event;
}

const std::vector<std::string>& long_texts() {
    static const std::vector<std::string> texts{repeated("word ", 2000),
                                                repeated("@", 10000),
                                                repeated("*_~`", 2500),
                                                repeated("<>&\"", 2500),
                                                repeated("\\", 10000),
                                                repeated("\xF0\x9F\x98\x80", 2500),
                                                repeated("\xE2\x80\xAE\xC3\xA4", 2000),
                                                repeated(".:", 5000),
                                                repeated("\xFF\xC0", 5000),
                                                repeated("\n\r\t", 3000)};
    return texts;
}

std::size_t utf16(const json& text) {
    return length_of(text.get<std::string>(), LengthUnit::utf16);
}

TEST(WebhookPosts, StayWithinTheLimitsOfSlack) {
    for (const std::string& text : long_texts()) {
        const json post = json::parse(chat_body(WebhookKind::slack, completed(text)));
        std::size_t total = 0;
        for (const json& block : post["blocks"]) {
            const std::size_t limit = block["type"] == "header" ? 150 : 3000;
            const json fields = block.value("fields", json::array());
            EXPECT_LE(block.contains("text") ? utf16(block["text"]["text"]) : 0U, limit);
            EXPECT_LE(fields.size(), 10U);
            for (const json& field : fields) EXPECT_LE(utf16(field["text"]), 2000U);
            total += block.dump().size();
        }
        EXPECT_LE(total, 13000U) << text.substr(0, 20);
    }
}

TEST(WebhookPosts, StayWithinTheLimitsOfDiscord) {
    for (const std::string& text : long_texts()) {
        const json post = json::parse(chat_body(WebhookKind::discord, completed(text)));
        EXPECT_LE(utf16(post["content"]), 2000U);
        ASSERT_EQ(post["embeds"].size(), 1U);
        const json& embed = post["embeds"][0];
        EXPECT_LE(utf16(embed["title"]), 256U);
        EXPECT_LE(utf16(embed["description"]), 4096U);
        EXPECT_LE(embed["fields"].size(), 25U);
        std::size_t total = utf16(embed["title"]) + utf16(embed["description"]);
        for (const json& field : embed["fields"]) {
            EXPECT_LE(utf16(field["name"]), 256U);
            EXPECT_LE(utf16(field["value"]), 1024U);
            total += utf16(field["name"]) + utf16(field["value"]);
        }
        EXPECT_LE(total, 6000U) << text.substr(0, 20);
    }
}

TEST(WebhookPosts, StayWithinTheLimitsOfTheOthers) {
    for (const std::string& text : long_texts()) {
        const WebhookEvent event = completed(text);
        EXPECT_LT(chat_body(WebhookKind::teams, event).size(), 21000U);
        EXPECT_LT(chat_body(WebhookKind::google_chat, event).size(), 32000U);
        for (const WebhookKind kind : {WebhookKind::mattermost, WebhookKind::rocketchat})
            EXPECT_LE(length_of(chat_body(kind, event), LengthUnit::code_points), 16383U);
        const json zulip = json::parse(chat_body(WebhookKind::zulip, event));
        EXPECT_LE(length_of(zulip["text"].get<std::string>(), LengthUnit::code_points), 10000U);
    }
}

TEST(WebhookPosts, EveryEventHasAPostForEveryChat) {
    for (const WebhookKindEntry& entry : webhook_kinds()) {
        if (!is_chat(entry.kind)) continue;
        for (const db::EventSet bit : {1, 2, 4, 8}) {
            WebhookEvent event = completed("some words");
            event.event = bit;
            if (bit != 2) event.advice.reset();
            EXPECT_TRUE(json::parse(chat_body(entry.kind, event)).is_object()) << entry.name;
        }
    }
}

TEST(GenericBody, IsLessThanTwentyThousandBytesAndUtf8) {
    for (const std::string& text : long_texts()) {
        WebhookEvent event = completed(text);
        event.locale = text.substr(0, 35);
        const std::string body = generic_body(event);
        EXPECT_LT(body.size(), 20000U);
        const json parsed = json::parse(body);
        EXPECT_EQ(parsed["data"]["report_url"], "https://advice.example.org/r/abc");
        EXPECT_FALSE(parsed["data"]["recommendation"]["title"].get<std::string>().size() > 1300);
    }
}

TEST(GenericBody, HasTheShapeOfTheContract) {
    WebhookEvent event = completed("Some words");
    event.at = db::TimePoint{std::chrono::milliseconds(1767225610000)};
    event.confidence = 0.82;
    event.advice->roles = {{"Backend engineer", "senior", 1, "hire", ""},
                           {"Designer", "senior", 1, "none", ""},
                           {"Operator", "senior", 2, "contract", ""}};
    const json body = json::parse(generic_body(event));
    EXPECT_EQ(body["type"], "session.completed");
    EXPECT_EQ(body["timestamp"], "2026-01-01T00:00:10.000Z");
    const json& data = body["data"];
    EXPECT_EQ(data["session_id"], "k3f9x2");
    EXPECT_EQ(data["source"]["platform"], "slack");
    EXPECT_EQ(data["recommendation"]["confidence"], 0.82);
    EXPECT_EQ(data["hiring"], json::parse(R"([{"role":"Backend engineer","fte":1,"how":"hire"},
                              {"role":"Operator","fte":2,"how":"contract"}])"));
}

TEST(WebhookKinds, AreFoundHoweverTheyAreWritten) {
    EXPECT_EQ(webhook_kind("google_chat"), WebhookKind::google_chat);
    EXPECT_EQ(webhook_kind("Google Chat"), WebhookKind::google_chat);
    EXPECT_EQ(webhook_kind("Rocket.Chat"), WebhookKind::rocketchat);
    EXPECT_FALSE(webhook_kind("pigeon"));
    EXPECT_FALSE(webhook_kind(""));
    for (const WebhookKindEntry& entry : webhook_kinds()) {
        EXPECT_EQ(webhook_kind(entry.name), entry.kind);
        EXPECT_EQ(entry_of(entry.kind).name, entry.name);
    }
}

}  // namespace
}  // namespace advisor::server
