#include "server/webhooks/delivery_schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace advisor::server {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::array<milliseconds, max_tries - 1> waits{5s,  5min, 30min, 2h, 5h,
                                                        10h, 14h,  20h,   24h};
constexpr milliseconds longest_pause = 24h;
/// How long a webhook that is overloaded, and does not say for how long, is left alone.
constexpr milliseconds usual_pause = 30s;

bool is_overloaded(int status) {
    return status == 429 || status == 502 || status == 504;
}

/// Slack says so when the channel or the app is gone for good; elsewhere 404 may be a server that
/// is being set up.
bool is_gone(const TryResult& result, WebhookKind kind) {
    return result.status == 410 || (kind == WebhookKind::slack && result.status == 404);
}

milliseconds with_jitter(milliseconds wait, double random) {
    return wait + milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * 0.1 *
                                                         std::clamp(random, 0.0, 1.0)));
}

std::string words(const TryResult& result) {
    if (result.status == 0) return result.error;
    const bool redirect = result.status >= 300 && result.status < 400;
    return "HTTP " + std::to_string(result.status) +
           (redirect ? " (redirects are not followed)" : "");
}

}  // namespace

std::optional<milliseconds> retry_after(std::string_view header, TimePoint now) {
    long long seconds = 0;
    const char* end = header.data() + header.size();
    const auto [stop, error] = std::from_chars(header.data(), end, seconds);
    if (error == std::errc() && stop == end) {
        if (seconds <= 0) return std::nullopt;
        return std::min<milliseconds>(std::chrono::seconds(std::min(seconds, 86400LL)),
                                      longest_pause);
    }
    if (error == std::errc::result_out_of_range && stop == end) return longest_pause;
    std::tm fields{};
    const std::string text(header);
    const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
    if (!rest || *rest != '\0') return std::nullopt;
    const TimePoint until{std::chrono::seconds(::timegm(&fields))};
    if (until <= now) return std::nullopt;
    return std::min(until - now, longest_pause);
}

Verdict judge(const TryResult& result, WebhookKind kind, int tries, TimePoint now, double random) {
    Verdict verdict;
    verdict.delivered = result.status >= 200 && result.status < 300;
    if (verdict.delivered) return verdict;
    verdict.error = words(result);
    if (is_gone(result, kind)) {
        verdict.disable_because = verdict.error + ": it wants no more messages";
        return verdict;
    }
    const std::optional<milliseconds> asked = retry_after(result.retry_after, now);
    if (asked || is_overloaded(result.status))
        verdict.not_before = now + with_jitter(asked.value_or(usual_pause), random);
    if (tries >= max_tries) return verdict;
    const milliseconds wait = with_jitter(waits[static_cast<std::size_t>(tries - 1)], random);
    verdict.next_try_at = std::max(now + wait, verdict.not_before.value_or(TimePoint{}));
    return verdict;
}

}  // namespace advisor::server
