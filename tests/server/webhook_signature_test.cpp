// Standard Webhooks signatures against the published example.

#include "server/webhooks/webhook_signature.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "server/net/base64.hpp"

namespace advisor::server {
namespace {

using Secrets = std::vector<std::string>;

// The example of the specification's own documentation.
constexpr const char* published_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* published_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t published_time = 1614265330;
constexpr const char* published_body = R"({"test": 2432232314})";
constexpr const char* published_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

TEST(WebhookSignature, IsThePublishedOne) {
    EXPECT_EQ(
        webhook_signature(Secrets{published_secret}, published_id, published_time, published_body),
        published_signature);
}

TEST(WebhookSignature, DependsOnEverythingThatIsSigned) {
    EXPECT_NE(webhook_signature(Secrets{published_secret}, "msg_x", published_time, published_body),
              published_signature);
    EXPECT_NE(webhook_signature(Secrets{published_secret}, published_id, published_time + 1,
                                published_body),
              published_signature);
    EXPECT_NE(webhook_signature(Secrets{published_secret}, published_id, published_time,
                                R"({"test":2432232314})"),
              published_signature);
}

TEST(WebhookSignature, HasOneForEachSecret) {
    const std::string other = new_webhook_secret();
    const std::string both = webhook_signature(Secrets{other, published_secret}, published_id,
                                               published_time, published_body);
    EXPECT_EQ(both,
              webhook_signature(Secrets{other}, published_id, published_time, published_body) +
                  " " + published_signature);
}

TEST(WebhookSignature, SecretsAreNewAndOfTheForm) {
    const std::string secret = new_webhook_secret();
    EXPECT_NE(secret, new_webhook_secret());
    ASSERT_TRUE(webhook_key(secret));
    EXPECT_EQ(webhook_key(secret)->size(), 32U);
    EXPECT_EQ(webhook_key(published_secret)->size(), 24U);
    EXPECT_TRUE(webhook_key("whsec_" + base64(std::string(64, 'x'))));
    for (const std::string& bad :
         {std::string(), std::string("whsec_"), std::string("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
          std::string("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"),
          std::string("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_"),
          "whsec_" + base64(std::string(23, 'x')), "whsec_" + base64(std::string(65, 'x'))})
        EXPECT_FALSE(webhook_key(bad)) << bad;
}

}  // namespace
}  // namespace advisor::server
