#include "server/webhooks/outbox.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <thread>

#include "server/log.hpp"
#include "server/webhooks/webhook_delivery.hpp"

namespace advisor::server {
namespace {

using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds poll_interval{200};
constexpr std::chrono::milliseconds idle_interval{1000};
constexpr std::chrono::milliseconds grace{1500};  // with a drain of 8 s, less than 10 s in all
/// Delivered messages are kept for so long, to be looked at and replayed.
constexpr auto keep_delivered = std::chrono::days(30);
constexpr auto forget_interval = 1h;

TimePoint wall_clock() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::function<double()> random_source() {
    return [engine = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(engine);
    };
}

}  // namespace

class OutboxRunner::Loop {
public:
    Loop(Options options, ScriptRegistry& scripts)
        : options_(std::move(options)),
          scripts_(scripts),
          outbox_(db::open_sqlite_outbox(options_.database, db::Durability::process_end)) {
        if (!options_.ca_file.empty()) client_ = std::make_unique<HttpClient>(options_.ca_file);
    }

    void start() {
        net::co_spawn(io_, run(), net::detached);
        thread_ = std::thread([this] { io_.run(); });
    }

    void stop() {
        if (!thread_.joinable()) return;
        net::post(io_, [this] {
            stopping_ = true;
            timer_.cancel();
            if (under_way() == 0) return io_.stop();
            grace_.expires_after(grace);
            grace_.async_wait([this](const boost::system::error_code&) { io_.stop(); });
        });
        thread_.join();
    }

private:
    [[nodiscard]] std::size_t under_way() const {
        return deliveries_ ? deliveries_->under_way() : 0;
    }

    Task<> run() {
        while (!stopping_) {
            look();
            const bool idle = !deliveries_ || !deliveries_->has_webhooks();
            timer_.expires_after(idle ? idle_interval : poll_interval);
            co_await timer_.async_wait(as_result);
        }
    }

    /// The one boundary of the loop: what fails here is logged, and tried again with the next look.
    void look() {
        try {
            const TimePoint now = wall_clock();
            const bool changed = outbox_->changed();
            if (!changed && !look_again_ && (!deliveries_ || now < deliveries_->next_due())) return;
            look_again_ = false;
            if (!ready()) return;
            forget_old(now);
            for (DeliveryJob& job : deliveries_->take_due())
                net::co_spawn(io_, deliver(std::move(job)), net::detached);
            complained_ = false;
        } catch (const std::exception& error) {
            look_again_ = true;
            if (!complained_) log(LogLevel::error, "outbox_failed", {{"reason", error.what()}});
            complained_ = true;
        }
    }

    /// Makes what only somebody with webhooks needs.
    bool ready() {
        if (deliveries_) return true;
        if (outbox_->webhooks().empty()) return false;
        box_ = std::make_unique<SecretBox>(options_.data);
        if (!client_) client_ = std::make_unique<HttpClient>();
        deliveries_ =
            std::make_unique<Deliveries>(*outbox_, *box_, *client_, scripts_, options_.public_url,
                                         DeliveryChance{wall_clock, random_source()});
        return true;
    }

    void forget_old(TimePoint now) {
        if (now < forget_at_) return;
        forget_at_ = now + forget_interval;
        outbox_->forget_delivered(now - keep_delivered);
    }

    Task<> deliver(DeliveryJob job) {
        bool written = false;
        try {
            const Verdict verdict = co_await deliveries_->deliver(std::move(job));
            written = true;
            static_cast<void>(verdict);
        } catch (const std::exception& error) {
            log(LogLevel::error, "outbox_failed", {{"reason", error.what()}});
        }
        look_again_ = true;
        // What could not be written is still due, and waits for the next look.
        if (written) timer_.cancel();
        if (stopping_ && under_way() == 0) io_.stop();
    }

    Options options_;
    ScriptRegistry& scripts_;
    std::unique_ptr<db::Outbox> outbox_;
    std::unique_ptr<SecretBox> box_;
    std::unique_ptr<HttpClient> client_;
    std::unique_ptr<Deliveries> deliveries_;
    bool stopping_ = false;
    bool look_again_ = true;
    bool complained_ = false;
    TimePoint forget_at_;
    net::io_context io_{1};  // goes, with the coroutines in it, before what they use
    Timer timer_{io_.get_executor()};
    Timer grace_{io_.get_executor()};
    std::thread thread_;
};

OutboxRunner::OutboxRunner(Options options, ScriptRegistry& scripts)
    : loop_(std::make_unique<Loop>(std::move(options), scripts)) {}

OutboxRunner::~OutboxRunner() {
    stop();
}

void OutboxRunner::start() {
    loop_->start();
}

void OutboxRunner::stop() {
    loop_->stop();
}

}  // namespace advisor::server
