#include "server/team_chat/key_sets.hpp"

#include <algorithm>
#include <charconv>

#include "server/channels/json_web_token.hpp"
#include "server/log.hpp"

namespace advisor::server {
namespace {

constexpr std::chrono::seconds shortest_use{300};
constexpr std::chrono::seconds longest_use{24 * 3600};
constexpr std::chrono::seconds pause_after_failure{30};
constexpr std::chrono::milliseconds fetch_deadline{3000};

std::chrono::seconds max_age(std::string_view cache_control) {
    constexpr std::string_view name = "max-age=";
    const std::size_t at = cache_control.find(name);
    std::int64_t seconds = 0;
    if (at != std::string_view::npos) {
        const std::string_view digits = cache_control.substr(at + name.size());
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    }
    return std::clamp(std::chrono::seconds(seconds), shortest_use, longest_use);
}

}  // namespace

Task<std::string> KeySets::get(std::string url, std::vector<std::string> allowed) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = sets_.find(url);
        if (found != sets_.end() && Clock::now() < found->second.use_until) {
            std::string text = found->second.text;
            co_return text;
        }
    }
    ClientRequest request;
    request.method = "GET";
    request.url = url;
    request.allowed_hosts = std::move(allowed);
    request.deadline = fetch_deadline;
    const ClientResponse response = co_await client_.send(std::move(request));
    std::string text = keep(url, response);
    co_return text;
}

std::string KeySets::keep(const std::string& url, const ClientResponse& response) {
    const bool good = response.status == 200 && response.error == ClientError::none &&
                      !channels::key_set_fault(response.body);
    if (!good)
        log(LogLevel::warning, "keys_not_fetched",
            {{"status", response.status}, {"reason", response.reason}});
    const Clock::time_point now = Clock::now();
    const std::lock_guard lock(mutex_);
    Set& set = sets_[url];
    if (good) {
        set.text = response.body;
        set.fetched_at = now;
        set.use_until = now + max_age(response.header("Cache-Control"));
    } else {
        if (now - set.fetched_at > longest_use) set.text.clear();
        set.use_until = now + pause_after_failure;
    }
    return set.text;
}

}  // namespace advisor::server
