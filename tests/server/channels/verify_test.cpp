// Authenticity: the vectors, and that nothing near them is accepted.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "server/channels/channels.hpp"
#include "server/channels/signature.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

struct Vector {
    std::string name;
    Hook hook;
    http::Request request;
    std::string part;
    TimePoint now;
    bool accept = false;
};

std::string part_of(const std::string& platform, const std::string& name) {
    if (platform == "mattermost")
        return name.starts_with("action")     ? "action"
               : name.starts_with("outgoing") ? "outgoing"
                                              : "command";
    return "";
}

/// The vectors of the platforms whose authenticity is as simple as a secret and a clock.
std::vector<Vector> vectors() {
    const json file = json::parse(dialogs::read_source("tests/fixtures/channels/vectors.json"));
    std::vector<Vector> found;
    for (const json& entry : file.at("vectors")) {
        const std::string platform = entry.at("platform");
        if (platform != "slack" && platform != "mattermost") continue;
        Vector vector;
        vector.name = platform + "/" + entry.at("name").get<std::string>();
        vector.hook.platform = platform;
        vector.hook.secrets = {entry.at("secret")};
        vector.hook.mac_key = entry.at("secret");
        vector.request.method = "POST";
        vector.request.body = entry.at("raw_body");
        vector.request.headers = {{"Content-Type", entry.at("content_type")}};
        for (const auto& [name, value] : entry.at("headers").items())
            vector.request.headers.emplace_back(name, value.get<std::string>());
        vector.part = part_of(platform, entry.at("name"));
        if (entry.at("timestamp").is_string())
            vector.now = TimePoint(
                std::chrono::seconds(std::stoll(entry.at("timestamp").get<std::string>())));
        vector.accept = entry.at("expect").get<std::string>().starts_with("accept");
        found.push_back(std::move(vector));
    }
    return found;
}

bool verified(const Vector& vector) {
    return find_channel(vector.hook.platform)
        ->verify({vector.request, vector.part}, vector.hook, vector.now);
}

TEST(ChannelVerify, VectorsHold) {
    const std::vector<Vector> all = vectors();
    ASSERT_GE(all.size(), 11U);
    for (const Vector& vector : all) EXPECT_EQ(verified(vector), vector.accept) << vector.name;
}

bool is_signed(const Vector& vector) {
    return vector.accept && vector.hook.platform == "slack";
}

TEST(ChannelVerify, NoFlippedBitIsAccepted) {
    std::mt19937 random(7);
    std::vector<Vector> all = vectors();
    std::erase_if(all, [](const Vector& vector) { return !is_signed(vector); });
    ASSERT_FALSE(all.empty());
    for (int i = 0; i < 10000; ++i) {
        Vector vector = all[random() % all.size()];
        std::string& signature = vector.request.headers.back().second;
        std::string& changed = i % 2 == 0 ? vector.request.body : signature;
        changed[random() % changed.size()] ^= static_cast<char>(1U << random() % 8U);
        ASSERT_FALSE(verified(vector)) << vector.name << " " << changed;
    }
}

TEST(ChannelVerify, NoFlippedBitOfATokenIsAccepted) {
    std::mt19937 random(8);
    std::vector<Vector> all = vectors();
    std::erase_if(all, [](const Vector& vector) { return vector.hook.platform != "mattermost"; });
    for (int i = 0; i < 10000; ++i) {
        Vector vector = all[random() % all.size()];
        const std::string secret = vector.hook.secrets.front();
        if (vector.part == "action") {
            json body = json::parse(vector.request.body);
            std::string mac = body["context"]["mac"];
            mac[random() % mac.size()] ^= static_cast<char>(1U << random() % 7U);
            body["context"]["mac"] = mac;
            vector.request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
        } else {
            std::string wrong = secret;
            wrong[random() % wrong.size()] ^= static_cast<char>(1U << random() % 7U);
            vector.hook.secrets = {wrong};
        }
        ASSERT_FALSE(verified(vector)) << vector.name;
    }
}

TEST(ChannelVerify, SlackClocksMayBeFiveMinutesOff) {
    for (Vector& vector : vectors()) {
        if (!is_signed(vector)) continue;
        const TimePoint at = vector.now;
        for (const auto& [seconds, fresh] :
             std::map<int, bool>{{-301, false}, {-300, true}, {300, true}, {301, false}}) {
            vector.now = at + std::chrono::seconds(seconds);
            EXPECT_EQ(verified(vector), fresh) << vector.name << " " << seconds;
        }
    }
}

TEST(ChannelVerify, OddSignatureHeadersAreRefused) {
    const std::vector<Vector> all = vectors();
    const Vector good = *std::find_if(all.begin(), all.end(), is_signed);
    const auto with = [&](const std::function<void(http::Headers&)>& change) {
        Vector vector = good;
        change(vector.request.headers);
        return verified(vector);
    };
    const std::string signature(good.request.header("X-Slack-Signature"));
    const std::string stamp(good.request.header("X-Slack-Request-Timestamp"));
    const auto set = [](http::Headers& headers, std::string_view name, const std::string& value) {
        for (auto& [key, text] : headers) {
            if (http::same_word(key, name)) text = value;
        }
    };
    EXPECT_TRUE(with([](http::Headers&) {}));
    EXPECT_TRUE(with([](http::Headers& headers) {
        for (auto& [key, text] : headers)
            for (char& c : key) c = static_cast<char>(std::toupper(c));
    })) << "names of headers have no case";
    EXPECT_FALSE(with([](http::Headers& headers) { headers.clear(); }));
    EXPECT_FALSE(with([&](http::Headers& headers) {
        headers.emplace_back("X-Slack-Signature", signature);
    })) << "doubled";
    EXPECT_FALSE(with([&](http::Headers& headers) {
        headers.emplace_back("X-Slack-Request-Timestamp", stamp);
    })) << "doubled";
    std::string upper = signature;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    for (const std::string& wrong : {std::string(), upper, signature + "0", signature.substr(3),
                                     signature.substr(0, 20), "v1" + signature.substr(2)})
        EXPECT_FALSE(with([&](http::Headers& h) { set(h, "X-Slack-Signature", wrong); })) << wrong;
    for (const std::string& wrong :
         {std::string(), "-" + stamp, stamp + ".0", " " + stamp, std::string("now"),
          std::string("99999999999999999999"), "0" + stamp})
        EXPECT_FALSE(with([&](http::Headers& h) { set(h, "X-Slack-Request-Timestamp", wrong); }))
            << wrong;
}

TEST(ChannelVerify, AnEmptySecretLetsNobodyIn) {
    for (Vector& vector : vectors()) {
        vector.hook.mac_key.clear();
        for (const std::vector<std::string>& secrets :
             {std::vector<std::string>{}, std::vector<std::string>{""}}) {
            vector.hook.secrets = secrets;
            EXPECT_FALSE(verified(vector)) << vector.name;
        }
    }
}

TEST(ChannelVerify, BothSecretsWorkDuringAChangeOver) {
    for (Vector& vector : vectors()) {
        if (!vector.accept || vector.part == "action") continue;
        vector.hook.secrets.insert(vector.hook.secrets.begin(), "the-new-secret-0000");
        EXPECT_TRUE(verified(vector)) << vector.name;
    }
}

TEST(Signature, Base64IsStrict) {
    EXPECT_EQ(to_base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
    for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                     std::string("abc"), std::string("\0\xff", 2)})
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    for (const char* wrong : {"YQ", "YQ=", "YR==", "Y", "YQ==YQ==", "Y-Q=", "YQ= ", "===="})
        EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
    EXPECT_EQ(from_base64url("YQ"), "a");
    EXPECT_EQ(from_base64url("_-8"), "\xff\xef");
    EXPECT_EQ(from_base64url("YQ=="), std::nullopt);
}

TEST(Signature, Ed25519FollowsTheStandard) {
    const json file = json::parse(dialogs::read_source("tests/fixtures/channels/vectors.json"));
    int seen = 0;
    for (const json& entry : file.at("vectors")) {
        if (entry.at("platform") != "discord") continue;
        const std::string key = from_hex(entry.at("public_key").get<std::string>()).value();
        const json& headers = entry.at("headers");
        const std::string text = headers.at("X-Signature-Timestamp").get<std::string>() +
                                 entry.at("raw_body").get<std::string>();
        const std::string signature =
            from_hex(headers.at("X-Signature-Ed25519").get<std::string>()).value();
        const bool accept = entry.at("expect").get<std::string>().starts_with("accept");
        EXPECT_EQ(verify_ed25519(key, text, signature), accept) << entry.at("name");
        EXPECT_FALSE(verify_ed25519(key, text + " ", signature));
        ++seen;
    }
    EXPECT_GE(seen, 6);
}

}  // namespace
}  // namespace advisor::channels
