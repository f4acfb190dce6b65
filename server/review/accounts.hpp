#pragma once
// Who may use the console: passwords, cookies, API tokens, one-time links.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/net/router.hpp"
#include "server/review/review_store.hpp"

namespace advisor::server {

inline constexpr std::chrono::minutes login_idle{30};
inline constexpr std::chrono::hours login_longest{12};
inline constexpr std::chrono::hours welcome_longest{72};
inline constexpr std::size_t min_password_characters = 12;
inline constexpr std::size_t max_password_bytes = 256;

/// A secret to give away once, and its hash to store.
struct FreshSecret {
    std::string text;
    std::string hash;
};
[[nodiscard]] FreshSecret fresh_secret();
[[nodiscard]] db::TimePoint utc_now();
[[nodiscard]] db::Welcome welcome_with(const FreshSecret& secret);
/// Path of the page where a link's password is set; the secret is behind "#", which browsers keep
/// to themselves.
[[nodiscard]] std::string welcome_path(const FreshSecret& secret);

/// Names of accounts and tokens: 1 to 64 of a-z, A-Z, 0-9, and . _ - @
[[nodiscard]] bool is_account_name(std::string_view name);

/// Argon2id, 64 MiB, two passes (about 75 ms). Throws std::runtime_error without the memory.
[[nodiscard]] std::string hash_password(const std::string& password);
[[nodiscard]] bool password_fits(const std::string& hash, const std::string& password);

/// Slows down who guesses: after five failures the next try has to wait, one second and then
/// doubling up to 15 minutes. Counted by key: one for the account, one for the address.
/// Thread: any. Keeps at most `max_keys` keys.
class Throttle {
public:
    using Clock = std::chrono::steady_clock;
    /// How long until the next try; zero: now.
    [[nodiscard]] std::chrono::seconds wait(const std::string& key, Clock::time_point now) const;
    void failed(const std::string& key, Clock::time_point now);
    void succeeded(const std::string& key);

    static constexpr std::size_t max_keys = 10'000;
    static constexpr int free_tries = 5;

private:
    struct Tries {
        int failures = 0;
        Clock::time_point next;
        Clock::time_point latest;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Tries> tries_;
};

/// Thread: any I/O thread. Lifetime: outlives the router. Errors: db::StoreError.
class Accounts {
public:
    Accounts(ReviewStore& store, const std::vector<std::string>& origins);

    /// For Router::authenticate_by: an API token by its Authorization header, else a cookie. With a
    /// cookie, a request that changes something also needs the header X-Advisor, which a page of
    /// another site cannot send without being asked for permission first.
    [[nodiscard]] Task<std::variant<Actor, Refusal>> authenticate(const http::Request& request);

    /// The cookie's value for the right name and password.
    [[nodiscard]] Task<std::variant<std::string, Refusal>> log_in(std::string name,
                                                                  std::string password,
                                                                  std::string address);
    /// Uses a one-time link up; logs in.
    [[nodiscard]] Task<std::variant<std::string, Refusal>> welcome(std::string token,
                                                                   std::string password,
                                                                   std::string address);
    /// Sets another password, when the old one is right. All log-ins end.
    [[nodiscard]] Task<std::optional<Refusal>> change_password(Actor actor, std::string old_one,
                                                               std::string new_one);
    [[nodiscard]] Task<bool> log_out(Actor actor);

    /// The Set-Cookie header for this value; an empty one takes the cookie away. With the __Host-
    /// prefix and Secure where the request came by https.
    [[nodiscard]] std::string cookie_header(const http::Request& request,
                                            const std::string& value) const;

    void stop() { hashing_.stop(); }

private:
    [[nodiscard]] Task<std::variant<Actor, Refusal>> by_token(std::string token);
    [[nodiscard]] Task<std::variant<Actor, Refusal>> by_cookie(std::string id);
    [[nodiscard]] Task<std::string> begin(db::RowId reviewer);
    [[nodiscard]] bool by_https(const http::Request& request) const;
    [[nodiscard]] std::optional<Refusal> throttled(const std::string& name,
                                                   const std::string& address) const;

    ReviewStore& store_;
    const std::vector<std::string>& origins_;
    Throttle throttle_;
    WorkThread hashing_;  ///< one hash at a time: each takes 64 MiB
};

}  // namespace advisor::server
