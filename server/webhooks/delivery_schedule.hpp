#pragma once
// What follows a try to deliver a message: done, again later, or never. Pure: the time and the
// random number come in.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/webhooks/webhook_kind.hpp"

namespace advisor::server {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// The first try and the nine that may follow it: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h,
/// 20 h and 24 h, 75 h 35 min in all (Standard Webhooks 1.0.0).
inline constexpr int max_tries = 10;

/// What a try met.
struct TryResult {
    int status = 0;  ///< 0: no answer
    std::string error;
    std::string retry_after;  ///< the header, as sent
    std::string body;
};

struct Verdict {
    bool delivered = false;
    std::string error;  ///< for people, when not delivered
    /// Nothing and not delivered: dead.
    std::optional<TimePoint> next_try_at;
    /// The webhook wants to be left alone until then, with its other messages too.
    std::optional<TimePoint> not_before;
    std::string disable_because;  ///< not empty: it wants no more messages at all
};

/// `tries` counts this one. `random` is in [0, 1) and spreads the waits by up to a tenth.
[[nodiscard]] Verdict judge(const TryResult& result, WebhookKind kind, int tries, TimePoint now,
                            double random);

/// A Retry-After header as a wait from `now`: seconds, or an HTTP date. At most a day; nothing when
/// it is neither, or in the past.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(std::string_view header,
                                                                   TimePoint now);

}  // namespace advisor::server
