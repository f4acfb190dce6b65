#include "server/review/review_events.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <mutex>

#include "server/net/body_source.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr std::chrono::milliseconds look_interval{250};
constexpr int looks_before_heartbeat = 60;

/// How many streams are open, by whom. Thread: any.
class OpenStreams {
public:
    /// False when there are too many.
    bool enter(const std::string& who) {
        const std::lock_guard lock(mutex_);
        int& mine = open_[who];
        if (mine >= max_streams_of_one || total_ >= max_streams) {
            if (mine == 0) open_.erase(who);
            return false;
        }
        ++mine;
        ++total_;
        return true;
    }
    void leave(const std::string& who) {
        const std::lock_guard lock(mutex_);
        --total_;
        if (--open_[who] == 0) open_.erase(who);
    }

private:
    std::mutex mutex_;
    std::map<std::string, int> open_;
    int total_ = 0;
};

/// What pages show depends on: turns that the follower has counted, and changes by reviewers.
struct Position {
    db::RowId turns = 0;
    std::int64_t epoch = 0;
    db::RowId changes = 0;
    bool operator==(const Position&) const = default;
};

/// What a stream was opened with.
struct Credential {
    std::string login;  ///< hash; empty for a token
    std::string token;  ///< hash
};

bool still_holds(const Connection& connection, const Credential& credential, db::TimePoint now) {
    if (credential.login.empty())
        return db::find_api_token(connection, credential.token).has_value();
    const std::optional<db::Login> login = db::find_login(connection, credential.login);
    return login && now - login->begun_at <= login_longest && now - login->seen_at <= login_idle;
}

struct Look {
    bool admitted = false;
    Position position;
};

Look look_at(const Connection& connection, const Credential& credential, db::TimePoint now) {
    Look look;
    look.admitted = still_holds(connection, credential, now);
    look.position.turns = db::followed_row(connection);
    look.position.epoch = db::counting_epoch(connection);
    look.position.changes =
        db::sqlite::read_number(connection, "SELECT coalesce(max(id), 0) FROM audit");
    return look;
}

std::string event_text(const Position& position) {
    return "event: change\ndata: {\"turns\":" + std::to_string(position.turns) +
           ",\"changes\":" + std::to_string(position.changes) + "}\n\n";
}

class EventStream final : public http::BodySource {
public:
    /// Requires: `who` has entered `open`.
    EventStream(ReviewStore& store, const std::atomic<bool>& draining,
                std::shared_ptr<OpenStreams> open, std::string who, Credential credential)
        : store_(store),
          draining_(draining),
          open_(std::move(open)),
          who_(std::move(who)),
          credential_(std::move(credential)) {}
    ~EventStream() override { open_->leave(who_); }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    Task<std::optional<std::string>> next() override {
        const Executor executor = co_await net::this_coro::executor;
        for (bool first = !begun_;; first = false) {
            if (!first) {
                Timer pause(executor, look_interval);
                co_await pause.async_wait(as_result);
            }
            begun_ = true;
            if (draining_) co_return std::nullopt;
            std::function<Look(const Connection&)> query = look_query();
            const Look look = co_await store_.read(std::move(query));
            if (!look.admitted) co_return std::nullopt;
            if (first || look.position != seen_) {
                seen_ = look.position;
                quiet_looks_ = 0;
                co_return event_text(seen_);
            }
            if (++quiet_looks_ < looks_before_heartbeat) continue;
            quiet_looks_ = 0;
            co_return std::string(
                ": nothing new\n\n");  // finds out whether the page is still there
        }
    }

private:
    std::function<Look(const Connection&)> look_query() const {
        return [credential = credential_, now = utc_now()](const Connection& connection) {
            return look_at(connection, credential, now);
        };
    }

    ReviewStore& store_;
    const std::atomic<bool>& draining_;
    std::shared_ptr<OpenStreams> open_;
    std::string who_;
    Credential credential_;
    Position seen_;
    int quiet_looks_ = 0;
    bool begun_ = false;
};

Credential credential_of(const http::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view given = request.header("Authorization");
    const std::string token(given.substr(std::min(scheme.size(), given.size())));
    return {request.actor->login, token.empty() ? std::string() : sha256_hex(token)};
}

Task<http::Response> get_events(ReviewApi& api, const std::atomic<bool>& draining,
                                std::shared_ptr<OpenStreams> open, http::Request request) {
    const std::string who = request.actor->name;
    if (!open->enter(who))
        co_return http::error_response(
            {ErrorCode::too_many_connections,
             "Too many pages follow what is new already; ask for the list again instead."});
    http::Response response;
    response.headers = {{"Content-Type", "text/event-stream"},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"}};
    response.source = std::make_shared<EventStream>(api.store, draining, std::move(open), who,
                                                    credential_of(request));
    co_return response;
}

}  // namespace

void add_review_event_routes(Router& router, ReviewApi& api, const std::atomic<bool>& draining) {
    const auto open = std::make_shared<OpenStreams>();
    router.add({"GET", "/api/v1/review/events", Role::viewer,
                [&api, &draining, open](http::Request request, PathParts) {
                    return get_events(api, draining, open, std::move(request));
                }});
}

}  // namespace advisor::server
