// Authenticity on Discord, Telegram and Teams: the vectors hold, and nothing near them is accepted.

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "server/channels/channels.hpp"
#include "server/channels/request_parts.hpp"
#include "tests/server/channels/sample_views.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr TimePoint published{std::chrono::seconds(1767225600)};  // 2026-01-01

struct Signed {
    std::string name;
    Hook hook;
    http::Request request;
    std::string signature_header;
    bool accept = false;
};

const std::map<std::string, std::string> signature_headers{
    {"discord", "X-Signature-Ed25519"},
    {"telegram", "X-Telegram-Bot-Api-Secret-Token"},
    {"teams", "Authorization"}};

std::vector<Signed> vectors() {
    std::vector<Signed> found;
    const json file = json::parse(channel_fixture("vectors.json"));
    for (const json& entry : file.at("vectors")) {
        const std::string platform = entry.at("platform");
        const auto header = signature_headers.find(platform);
        if (header == signature_headers.end()) continue;
        Signed one;
        one.name = platform + "/" + entry.at("name").get<std::string>();
        one.hook = sample_hook(
            platform, entry.contains("public_key") ? entry.at("public_key") : entry.at("secret"));
        one.request.method = "POST";
        one.request.body = entry.at("raw_body");
        one.request.headers = {{"Content-Type", entry.at("content_type")}};
        for (const auto& [name, value] : entry.at("headers").items())
            one.request.headers.emplace_back(name, value.get<std::string>());
        one.signature_header = header->second;
        one.accept = entry.at("expect").get<std::string>().starts_with("accept");
        found.push_back(std::move(one));
    }
    return found;
}

bool verified(const Signed& one, TimePoint now = published) {
    return find_channel(one.hook.platform)->verify({one.request, ""}, one.hook, now);
}

std::string& header_of(Signed& one, std::string_view name) {
    for (auto& [key, value] : one.request.headers) {
        if (http::same_word(key, name)) return value;
    }
    throw std::runtime_error("no header " + std::string(name));
}

std::vector<Signed> accepted(const std::string& platform) {
    std::vector<Signed> all = vectors();
    std::erase_if(all,
                  [&](const Signed& one) { return !one.accept || one.hook.platform != platform; });
    return all;
}

TEST(PlatformVerify, VectorsHold) {
    std::map<std::string, int> accepts;
    for (const Signed& one : vectors()) {
        EXPECT_EQ(verified(one), one.accept) << one.name;
        accepts[one.hook.platform] += one.accept ? 1 : 0;
    }
    EXPECT_GE(accepts["discord"], 6);
    EXPECT_GE(accepts["telegram"], 1);
    EXPECT_GE(accepts["teams"], 2);
}

class FlippedBits : public testing::TestWithParam<std::string> {};

TEST_P(FlippedBits, OfTenThousandNoneIsAccepted) {
    std::mt19937 random(11);
    const std::vector<Signed> all = accepted(GetParam());
    ASSERT_FALSE(all.empty());
    const bool signs_body = GetParam() != "telegram";
    for (int i = 0; i < 10000; ++i) {
        Signed one = all[random() % all.size()];
        std::string& changed =
            signs_body && i % 2 == 0 ? one.request.body : header_of(one, one.signature_header);
        const std::string before = changed;
        changed[random() % changed.size()] ^= static_cast<char>(1U << random() % 8U);
        ASSERT_FALSE(verified(one)) << one.name << " " << changed;
        changed = before;
        ASSERT_TRUE(i % 100 != 0 || verified(one)) << "unchanged, it is accepted";
    }
}

INSTANTIATE_TEST_SUITE_P(Platforms, FlippedBits, testing::Values("discord", "telegram", "teams"),
                         [](const auto& test) { return test.param; });

TEST(PlatformVerify, HeadersMissingDoubledOrOddAreRefused) {
    for (const Signed& good : vectors()) {
        if (!good.accept) continue;
        Signed one = good;
        const std::string value = header_of(one, one.signature_header);
        one.request.headers.emplace_back(one.signature_header, value);
        EXPECT_FALSE(verified(one)) << one.name << " doubled";
        one = good;
        std::erase_if(one.request.headers,
                      [&](const auto& entry) { return entry.first == one.signature_header; });
        EXPECT_FALSE(verified(one)) << one.name << " missing";
        one = good;
        for (auto& [key, text] : one.request.headers)
            for (char& c : key) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        EXPECT_TRUE(verified(one)) << one.name << " names of headers have no case";
        std::string upper = value;
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        for (const std::string& wrong : {std::string(), upper, value + "0", value.substr(1),
                                         value.substr(0, 8), " " + value}) {
            one = good;
            header_of(one, one.signature_header) = wrong;
            EXPECT_FALSE(verified(one)) << one.name << " " << wrong;
        }
    }
}

TEST(PlatformVerify, ClocksMayBeFiveMinutesOff) {
    for (const std::string platform : {"discord", "teams"}) {
        for (const Signed& one : accepted(platform)) {
            if (one.name == "teams/tiny") continue;  // has no clock
            const TimePoint at = platform == "teams" ? published + 456ms : published;
            EXPECT_TRUE(verified(one, at - 300s)) << one.name;
            EXPECT_TRUE(verified(one, at + 300s)) << one.name;
            EXPECT_FALSE(verified(one, at - 301s)) << one.name;
            EXPECT_FALSE(verified(one, at + 301s)) << one.name;
        }
    }
}

TEST(PlatformVerify, DiscordTimestampsAreDigits) {
    for (const char* wrong : {"", "-1767225600", "1767225600.0", "now", "99999999999999999999"}) {
        Signed one = accepted("discord").front();
        header_of(one, "X-Signature-Timestamp") = wrong;
        EXPECT_FALSE(verified(one)) << wrong;
    }
}

TEST(PlatformVerify, AnEmptySecretLetsNobodyIn) {
    for (Signed& one : std::vector<Signed>(vectors())) {
        header_of(one, one.signature_header) = "";
        for (const std::vector<std::string>& secrets :
             {std::vector<std::string>{}, std::vector<std::string>{""}}) {
            one.hook.secrets = secrets;
            EXPECT_FALSE(verified(one)) << one.name;
        }
    }
}

TEST(PlatformVerify, BothSecretsWorkDuringAChangeOver) {
    const std::map<std::string, std::string> others{
        {"discord", std::string(64, 'a')},
        {"telegram", "another-secret"},
        {"teams", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}};
    for (Signed& one : std::vector<Signed>(vectors())) {
        one.hook.secrets.insert(one.hook.secrets.begin(), others.at(one.hook.platform));
        EXPECT_EQ(verified(one), one.accept) << one.name;
    }
}

TEST(PlatformVerify, SecretsAreCheckedBeforeAHookStarts) {
    const std::map<std::string, std::vector<std::string>> wrong{
        {"discord", {"", "abc", std::string(64, 'g'), std::string(63, 'a')}},
        {"telegram", {"", "has/slash", std::string(257, 'a'), "good notatoken", "good 12:"}},
        {"teams", {"", "not base64!", "YQ=="}}};
    for (const auto& [platform, secrets] : wrong) {
        for (const std::string& secret : secrets) {
            const auto why = find_channel(platform)->check(sample_hook(platform, secret));
            ASSERT_TRUE(why) << platform << " " << secret;
            EXPECT_EQ(why->find('\n'), std::string::npos);
        }
    }
    for (const Signed& one : vectors())
        EXPECT_FALSE(find_channel(one.hook.platform)->check(one.hook)) << one.name;
    EXPECT_FALSE(find_channel("telegram")->check(sample_hook("telegram", "a_b-1 123:AbC-dE_f")));
}

TEST(PlatformVerify, ItsOwnSampleIsAccepted) {
    for (const auto& [platform, secret] : std::map<std::string, std::string>{
             {"telegram", "tg_secret-1 12:ab"},
             {"teams", "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA="}}) {
        const Channel& channel = *find_channel(platform);
        const Hook hook = sample_hook(platform, secret);
        const http::Request request = channel.sample(hook, published);
        EXPECT_TRUE(channel.verify({request, ""}, hook, published)) << platform;
        const Incoming incoming = channel.parse({request, ""}, hook);
        ASSERT_EQ(incoming.events.size(), 1U) << platform;
        EXPECT_EQ(incoming.events.front().text, "help") << platform;
    }
}

TEST(PlatformVerify, TimesOfActivitiesAreReadStrictly) {
    EXPECT_EQ(read_time("2026-01-01T00:00:00Z"), published);
    EXPECT_EQ(read_time("2026-01-01T01:00:00.4567890+01:00"), published + 456ms);
    EXPECT_EQ(read_time("2025-12-31T23:30:00.4-00:30"), published + 400ms);
    for (const char* wrong :
         {"", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
          "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
          "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+1:00", "1767225600"})
        EXPECT_EQ(read_time(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace advisor::channels
