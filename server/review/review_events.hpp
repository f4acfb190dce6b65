#pragma once
// News for open pages of the console, as server-sent events.

#include <atomic>

#include "server/review/review_api.hpp"

namespace advisor::server {

/// Streams that one account, or one token, may have open at once: a browser has six connections to
/// a server in all, and pages without a stream ask by themselves.
inline constexpr int max_streams_of_one = 4;
inline constexpr int max_streams = 64;

/// `GET /api/v1/review/events`: tells when sessions, figures or the inbox have become others. A
/// stream ends within a second of `draining`, and of the end of the log-in or token that opened it;
/// being open does not count as a request of the log-in.
/// Lifetime: the arguments outlive the router.
void add_review_event_routes(Router& router, ReviewApi& api, const std::atomic<bool>& draining);

}  // namespace advisor::server
