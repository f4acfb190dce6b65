// What follows a try to deliver, as tables.

#include "server/webhooks/delivery_schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace advisor::server {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// 2026-01-01 00:00:00 UTC.
constexpr TimePoint start{std::chrono::seconds(1767225600)};

TryResult answered(int status, const std::string& retry_after = "") {
    TryResult result;
    result.status = status;
    result.retry_after = retry_after;
    return result;
}

TryResult unanswered(const std::string& error) {
    TryResult result;
    result.error = error;
    return result;
}

TEST(DeliverySchedule, TenTriesInSeventyFiveHoursAndAHalf) {
    const std::vector<milliseconds> waits{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    milliseconds total{0};
    for (int tries = 1; tries < max_tries; ++tries) {
        const Verdict verdict = judge(answered(500), WebhookKind::generic, tries, start, 0);
        ASSERT_TRUE(verdict.next_try_at) << tries;
        EXPECT_EQ(*verdict.next_try_at - start, waits[static_cast<std::size_t>(tries - 1)]);
        EXPECT_FALSE(verdict.delivered);
        EXPECT_FALSE(verdict.not_before);
        total += *verdict.next_try_at - start;
    }
    EXPECT_EQ(total, 75h + 35min + 5s);
    const Verdict last = judge(answered(500), WebhookKind::generic, max_tries, start, 0);
    EXPECT_FALSE(last.next_try_at) << "dead";
    EXPECT_EQ(last.error, "HTTP 500");
    EXPECT_TRUE(last.disable_because.empty());
}

TEST(DeliverySchedule, WaitsAreLongerByUpToATenth) {
    for (int tries = 1; tries < max_tries; ++tries) {
        const auto wait = [&](double random) {
            return *judge(answered(500), WebhookKind::generic, tries, start, random).next_try_at -
                   start;
        };
        EXPECT_EQ(wait(0.5).count(), wait(0).count() * 105 / 100);
        EXPECT_LE(wait(0.999999), wait(0) + wait(0) / 10);
        EXPECT_GT(wait(0.999999), wait(0.5));
    }
}

TEST(DeliverySchedule, AnySuccessIsDelivered) {
    for (const int status : {200, 201, 202, 204, 299}) {
        const Verdict verdict = judge(answered(status), WebhookKind::generic, 3, start, 0);
        EXPECT_TRUE(verdict.delivered) << status;
        EXPECT_FALSE(verdict.next_try_at);
    }
}

TEST(DeliverySchedule, EverythingElseIsTriedAgain) {
    for (const int status : {100, 199, 301, 302, 307, 308, 400, 401, 403, 404, 408, 500, 503, 599})
        EXPECT_TRUE(judge(answered(status), WebhookKind::generic, 1, start, 0).next_try_at)
            << status;
    const Verdict unheard =
        judge(unanswered("timed_out: no complete answer"), WebhookKind::generic, 1, start, 0);
    EXPECT_TRUE(unheard.next_try_at);
    EXPECT_EQ(unheard.error, "timed_out: no complete answer");
}

TEST(DeliverySchedule, WhoIsGoneIsSwitchedOff) {
    const Verdict gone = judge(answered(410), WebhookKind::generic, 1, start, 0);
    EXPECT_FALSE(gone.disable_because.empty());
    EXPECT_FALSE(gone.next_try_at);
    EXPECT_FALSE(judge(answered(404), WebhookKind::slack, 1, start, 0).disable_because.empty());
    EXPECT_TRUE(judge(answered(404), WebhookKind::discord, 1, start, 0).disable_because.empty());
}

TEST(DeliverySchedule, WhoIsOverloadedIsLeftAlone) {
    for (const int status : {429, 502, 504}) {
        const Verdict verdict = judge(answered(status), WebhookKind::generic, 1, start, 0);
        EXPECT_EQ(verdict.not_before, start + 30s) << status;
        EXPECT_EQ(verdict.next_try_at, start + 30s) << "not before it wants to hear again";
    }
    const Verdict asked = judge(answered(429, "7200"), WebhookKind::generic, 1, start, 0);
    EXPECT_EQ(asked.not_before, start + 2h);
    EXPECT_EQ(asked.next_try_at, start + 2h);
    const Verdict sooner = judge(answered(503, "60"), WebhookKind::generic, 3, start, 0);
    EXPECT_EQ(sooner.not_before, start + 60s);
    EXPECT_EQ(sooner.next_try_at, start + 30min) << "its own wait is longer";
    EXPECT_EQ(judge(answered(429, "1"), WebhookKind::generic, max_tries, start, 0).next_try_at,
              std::nullopt)
        << "asking for patience buys no eleventh try";
}

TEST(DeliverySchedule, ReadsRetryAfter) {
    EXPECT_EQ(retry_after("120", start), 120s);
    EXPECT_EQ(retry_after("86400", start), 24h);
    EXPECT_EQ(retry_after("99999999", start), 24h) << "at most a day";
    EXPECT_EQ(retry_after("99999999999999999999999", start), 24h);
    EXPECT_EQ(retry_after("Thu, 01 Jan 2026 00:10:00 GMT", start), 10min);
    EXPECT_EQ(retry_after("Fri, 01 Jan 2038 00:10:00 GMT", start), 24h);
    for (const char* text : {"", "0", "-5", "soon", "12 s", "1.5", " 5",
                             "Thu, 01 Jan 2025 00:10:00 GMT", "Thu, 01 Jan 2026 00:10:00 GMTx"})
        EXPECT_FALSE(retry_after(text, start)) << text;
}

}  // namespace
}  // namespace advisor::server
