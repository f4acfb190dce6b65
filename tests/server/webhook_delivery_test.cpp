// Messages of a real database, delivered over real sockets on a clock that the test turns.

#include "server/webhooks/webhook_delivery.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conversation_fixture.hpp"
#include "db/sqlite.hpp"
#include "server/webhooks/webhook_signature.hpp"
#include "test_receiver.hpp"

namespace advisor::server {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class WebhookDelivery : public Conversation {
protected:
    WebhookDelivery() { open_outbox(); }
    ~WebhookDelivery() override {
        receiver_.close();
        io_.restart();
        io_.run();
    }

    void open_outbox() {
        outbox_ = db::open_sqlite_outbox(folder_ / "advisor.db");
        deliveries_ = std::make_unique<Deliveries>(
            *outbox_, box_, client_, *scripts_, "https://advice.example.org",
            DeliveryChance{[this] { return now_; }, [this] { return random_; }});
    }

    /// A generic webhook, or one of another kind, at the receiver.
    void add(const std::string& name, WebhookKind kind = WebhookKind::generic,
             const std::string& path = "/hook") {
        db::WebhookRecord webhook;
        webhook.name = name;
        webhook.kind = entry_of(kind).name;
        webhook.host = "127.0.0.1";
        webhook.url = box_.seal(receiver_.url(path), webhook_label(name, "url"));
        if (!is_chat(kind)) webhook.secret = box_.seal(secret_, webhook_label(name, "secret"));
        webhook.events = all_session_events;
        webhook.allowed_hosts = "127.0.0.1";
        ASSERT_TRUE(outbox_->add(webhook));
    }

    /// Sends these at once, and waits for all of them.
    void deliver(std::vector<DeliveryJob> jobs) {
        std::vector<Outcome<Verdict>> outcomes(jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i)
            spawn(io_, deliveries_->deliver(std::move(jobs[i])), outcomes[i]);
        io_.restart();
        for (Outcome<Verdict>& outcome : outcomes) {
            while (!outcome.value && !outcome.error) io_.run_one();
            static_cast<void>(outcome.take());
        }
    }
    /// Sends all that is due; returns how much that was.
    std::size_t deliver_due() {
        std::vector<DeliveryJob> jobs = deliveries_->take_due();
        const std::size_t count = jobs.size();
        deliver(std::move(jobs));
        return count;
    }

    db::WebhookRecord record(const std::string& name) { return outbox_->webhook(name).value(); }
    db::WebhookCounts counts(const std::string& name) { return outbox_->counts(record(name).id); }

    const std::string secret_ = new_webhook_secret();
    SecretBox box_{folder_};
    HttpClient client_;
    net::io_context io_;
    TestReceiver receiver_{io_};
    // Behind the wall clock, by which turns are stamped.
    TimePoint now_ = std::chrono::floor<milliseconds>(std::chrono::system_clock::now()) + 1h;
    double random_ = 0;
    std::unique_ptr<db::Outbox> outbox_;
    std::unique_ptr<Deliveries> deliveries_;
};

TEST_F(WebhookDelivery, AMessageIsTriedTenTimesAndThenDead) {
    add("a");
    begin();
    const std::vector<milliseconds> waits{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    receiver_.answers.assign(10, TestReceiver::answer(500));
    for (const milliseconds wait : waits) {
        EXPECT_EQ(deliver_due(), 1U);
        EXPECT_EQ(deliver_due(), 0U) << "not before its time";
        EXPECT_EQ(deliveries_->next_due(), now_ + wait);
        now_ += wait - 1ms;
        EXPECT_EQ(deliver_due(), 0U);
        now_ += 1ms;
    }
    EXPECT_EQ(counts("a").dead, 0);
    EXPECT_EQ(deliver_due(), 1U);
    EXPECT_EQ(counts("a").dead, 1);
    now_ += 1000h;
    EXPECT_EQ(deliver_due(), 0U);
    EXPECT_EQ(receiver_.requests.size(), 10U);
    for (std::size_t i = 1; i < 10; ++i) {
        EXPECT_EQ(receiver_.header(i, "webhook-id"), receiver_.header(0, "webhook-id"));
        EXPECT_EQ(receiver_.body(i), receiver_.body(0));
        EXPECT_GT(std::stoll(receiver_.header(i, "webhook-timestamp")),
                  std::stoll(receiver_.header(i - 1, "webhook-timestamp")));
    }
}

TEST_F(WebhookDelivery, ADeadMessageIsReplayedUnderItsOldId) {
    add("a");
    begin();
    receiver_.answers.assign(10, TestReceiver::answer(500));
    for (int i = 0; i < 10; ++i, now_ += 25h) deliver_due();
    const std::vector<db::OutboxItem> dead = outbox_->dead(record("a").id, 10);
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(dead[0].attempts, 10);
    EXPECT_EQ(dead[0].error, "HTTP 500");
    outbox_->replay(dead[0].id, now_);
    EXPECT_EQ(deliver_due(), 1U);
    EXPECT_EQ(receiver_.header(10, "webhook-id"), dead[0].message_id);
    EXPECT_EQ(receiver_.body(10), receiver_.body(0));
    EXPECT_EQ(counts("a").dead, 0);
    EXPECT_EQ(counts("a").pending, 0);
    EXPECT_EQ(record("a").last_success_at, now_);
}

TEST_F(WebhookDelivery, EachTryIsSignedForItsMoment) {
    add("a");
    begin();
    EXPECT_EQ(deliver_due(), 1U);
    const std::int64_t seconds =
        std::chrono::floor<std::chrono::seconds>(now_).time_since_epoch().count();
    EXPECT_EQ(receiver_.header(0, "webhook-timestamp"), std::to_string(seconds));
    EXPECT_EQ(receiver_.header(0, "webhook-signature"),
              webhook_signature(std::vector{secret_}, receiver_.header(0, "webhook-id"), seconds,
                                receiver_.body(0)));
}

TEST_F(WebhookDelivery, AnOldSecretSignsUntilItsTime) {
    add("a");
    db::WebhookRecord webhook = record("a");
    const std::string fresh = new_webhook_secret();
    webhook.old_secret = webhook.secret;
    webhook.old_secret_until = now_ + 1h;
    webhook.secret = box_.seal(fresh, webhook_label("a", "secret"));
    outbox_->change_secrets(webhook);
    begin("0123456789abcdef");
    deliver_due();
    const auto signature = [&](std::size_t at, const std::vector<std::string>& secrets) {
        return webhook_signature(secrets, receiver_.header(at, "webhook-id"),
                                 std::stoll(receiver_.header(at, "webhook-timestamp")),
                                 receiver_.body(at));
    };
    EXPECT_EQ(receiver_.header(0, "webhook-signature"), signature(0, {fresh, secret_}));
    now_ += 1h;
    begin("fedcba9876543210");
    deliver_due();
    EXPECT_EQ(receiver_.header(1, "webhook-signature"), signature(1, {fresh}));
}

TEST_F(WebhookDelivery, WhoAsksToBeLeftAloneIsWithAllItsMessages) {
    add("a");
    add("b", WebhookKind::generic, "/other");
    begin("0123456789abcdef");
    receiver_.answers = {TestReceiver::answer(429, "Retry-After: 600\r\n")};
    std::vector<DeliveryJob> jobs = deliveries_->take_due();
    ASSERT_EQ(jobs.size(), 2U);
    // One after the other, so that the first answer is for the first of them.
    deliver({jobs[0]});
    deliver({jobs[1]});
    EXPECT_EQ(record("a").not_before, now_ + 600s);
    EXPECT_EQ(counts("b").pending, 0) << "others are not held up";
    begin("fedcba9876543210");
    EXPECT_EQ(deliver_due(), 1U) << "b's";
    EXPECT_EQ(counts("a").pending, 2);
    now_ += 600s;
    EXPECT_EQ(deliver_due(), 1U) << "one at a time until it takes one";
    EXPECT_EQ(record("a").not_before, TimePoint{});
    EXPECT_EQ(deliver_due(), 1U);
}

TEST_F(WebhookDelivery, WhoIsGoneIsSwitchedOffAndHearsNothingMore) {
    add("a");
    begin("0123456789abcdef");
    receiver_.answers = {TestReceiver::answer(410)};
    deliver_due();
    EXPECT_FALSE(record("a").enabled);
    begin("fedcba9876543210");
    EXPECT_EQ(counts("a").pending, 0);
    EXPECT_FALSE(deliveries_->take_due().size() > 0 || deliveries_->has_webhooks());
    outbox_->enable(record("a").id);
    begin("fedcba9876543211");
    EXPECT_EQ(deliver_due(), 1U);
}

TEST_F(WebhookDelivery, OnlySoManyAreUnderWayAtOnce) {
    add("a");
    add("chat", WebhookKind::slack);
    for (int i = 0; i < 20; ++i)
        begin("0123456789abcde" + std::string(1, static_cast<char>('a' + i)));
    std::size_t of_a = 0;
    std::size_t of_chat = 0;
    std::vector<DeliveryJob> jobs = deliveries_->take_due();
    for (const DeliveryJob& job : jobs) ++(job.webhook.name == "a" ? of_a : of_chat);
    EXPECT_EQ(of_a, Deliveries::max_per_webhook);
    EXPECT_EQ(of_chat, 1U);
    EXPECT_TRUE(deliveries_->take_due().empty()) << "what is under way is not taken again";
    deliver(std::move(jobs));
    while (deliver_due() > 0) {
    }
    EXPECT_EQ(receiver_.requests.size(), 40U);
    EXPECT_LE(receiver_.most_at_once, Deliveries::max_per_webhook + 1);
}

TEST_F(WebhookDelivery, WhatNobodyWroteDownIsSentAgainAfterARestart) {
    add("a");
    begin();
    receiver_.answers = {TestReceiver::silence};
    std::vector<DeliveryJob> jobs = deliveries_->take_due();
    {
        net::io_context doomed;
        net::co_spawn(doomed, deliveries_->deliver(std::move(jobs.at(0))), net::detached);
        while (receiver_.requests.empty()) {
            doomed.poll();
            io_.restart();
            io_.poll();
        }
    }
    open_outbox();
    EXPECT_EQ(deliver_due(), 1U);
    EXPECT_EQ(receiver_.header(1, "webhook-id"), receiver_.header(0, "webhook-id"));
    EXPECT_EQ(receiver_.body(1), receiver_.body(0));
}

TEST_F(WebhookDelivery, ASessionThatIsGoneIsNotWaitedFor) {
    add("a");
    begin();
    {
        db::sqlite::Connection connection(folder_ / "advisor.db", db::sqlite::Access::read_write);
        connection.execute("DELETE FROM turn; DELETE FROM session");
    }
    EXPECT_EQ(deliver_due(), 1U);
    EXPECT_TRUE(receiver_.requests.empty());
    EXPECT_EQ(outbox_->dead(record("a").id, 10).at(0).error, "the session is gone");
}

TEST_F(WebhookDelivery, TellsOfBeginningsEndsAndNewBeginnings) {
    add("a");
    Live live = begin();
    deliver_due();
    turn(answer("1", "kind", "blog"), live);
    EXPECT_EQ(deliver_due(), 0U);
    turn(answer("2", "live", true), live);
    deliver_due();
    turn(say("3", "why?"), live);
    turn(answer("2", "live", true), live);
    EXPECT_EQ(deliver_due(), 0U) << "a remark and a repeat are no events";
    turn(frame({{"type", "restart"}, {"id", "4"}}), live);
    deliver_due();
    turn(frame({{"type", "restart"}, {"id", "5"}}), live);
    EXPECT_EQ(deliver_due(), 0U) << "there was nothing left to cancel";
    ASSERT_EQ(receiver_.requests.size(), 3U);
    const json started = json::parse(receiver_.body(0));
    const json completed = json::parse(receiver_.body(1));
    const json cancelled = json::parse(receiver_.body(2));
    EXPECT_EQ(started["type"], "session.started");
    EXPECT_EQ(completed["type"], "session.completed");
    EXPECT_EQ(cancelled["type"], "session.cancelled");
    EXPECT_EQ(completed["data"]["session_id"], live.key);
    EXPECT_EQ(completed["data"]["recommendation"]["id"], "coffee");
    EXPECT_TRUE(completed["data"]["report_url"].get<std::string>().starts_with(
        "https://advice.example.org/r/"));
}

TEST_F(WebhookDelivery, AFailedStoreTellsNobodyOfTheTurnThatWasNotStored) {
    add("a");
    meddle_ = [](db::Writer&, std::span<const db::Turn>) {
        throw db::StoreError(db::StoreError::Kind::full, "no space");
    };
    EXPECT_THROW(begin(), db::StoreError);
    meddle_ = {};
    EXPECT_EQ(deliver_due(), 0U);
    begin();
    EXPECT_EQ(deliver_due(), 1U);
}

}  // namespace
}  // namespace advisor::server
