#include "server/review/review_api.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "server/review/review_inbox.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr db::RowId long_way = 5000;  ///< turns
constexpr std::chrono::milliseconds look_again{1};
constexpr int looks = 250;

struct Progress {
    db::RowId followed = 0;
    db::RowId last = 0;
};

}  // namespace

Task<> counted(ReviewApi& api) {
    const std::function<Progress(const Connection&)> query = [](const Connection& connection) {
        Progress progress;
        progress.followed = db::followed_row(connection);
        progress.last =
            db::sqlite::read_number(connection, "SELECT coalesce(max(id), 0) FROM turn");
        return progress;
    };
    const Progress first = co_await api.store.read(query);
    if (first.followed >= first.last || first.last - first.followed > long_way) co_return;
    const Executor executor = co_await net::this_coro::executor;
    for (int look = 0; look < looks; ++look) {
        api.follower.nudge();
        Timer pause(executor, look_again);
        co_await pause.async_wait(as_result);
        const Progress now = co_await api.store.read(query);
        if (now.followed >= first.last) co_return;
    }
}

db::Change change_of(const http::Request& request, std::string action, std::string subject,
                     std::string detail) {
    return {request.actor ? request.actor->name : "", std::move(action), std::move(subject),
            std::move(detail), utc_now()};
}

http::Response to_response(TextOrRefused result) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) return http::error_response(*refusal);
    return http::json_response(200, std::get<std::string>(std::move(result)));
}

Refusal no_session() {
    return {ErrorCode::session_not_found, "There is no such session here."};
}

void add_review_routes(Router& router, ReviewApi& api) {
    router.authenticate_by(
        [&api](const http::Request& request) { return api.accounts.authenticate(request); });
    add_account_routes(router, api);
    add_review_session_routes(router, api);
    add_review_one_routes(router, api);
    add_review_analytics_routes(router, api);
    add_script_routes(router, api);
    add_review_inbox_routes(router, api);
}

}  // namespace advisor::server
