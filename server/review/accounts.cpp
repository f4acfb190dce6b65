#include "server/review/accounts.hpp"

#include <sodium.h>

#include <algorithm>

#include "dialogs/engine.hpp"
#include "server/log.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;

constexpr std::string_view plain_cookie = "advisor_review";
constexpr std::string_view secure_cookie = "__Host-advisor_review";
constexpr std::size_t max_queued_hashes = 32;
constexpr std::chrono::minutes touch_interval{1};
constexpr std::chrono::seconds longest_wait{15 * 60};
constexpr unsigned long long hash_passes = 2;
constexpr std::size_t hash_bytes = 64U << 20U;

Refusal not_signed_in() {
    return {ErrorCode::not_signed_in,
            "Sign in at /review, or send \"Authorization: Bearer\" with a token of \"advisor token "
            "add\"."};
}

/// Of some password that nobody knows: an unknown account takes as long as a wrong password.
const std::string& nobodys_hash() {
    static const std::string hash = hash_password(random_text(32));
    return hash;
}

Task<std::variant<Actor, Refusal>> nobody(Refusal refusal) {
    co_return refusal;
}

std::string cookie_value(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        std::string_view pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(pair.size() + 1, header.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return std::string(pair.substr(name.size() + 1));
    }
    return {};
}

bool is_change(const http::Request& request) {
    return request.method != "GET" && request.method != "HEAD";
}

std::optional<Refusal> weak(const std::string& password) {
    if (dialogs::count_characters(password) >= min_password_characters &&
        password.size() <= max_password_bytes)
        return std::nullopt;
    return Refusal{ErrorCode::bad_value,
                   "A password has at least 12 characters and at most 256 bytes."};
}

}  // namespace

FreshSecret fresh_secret() {
    FreshSecret secret;
    secret.text = random_text(32);
    secret.hash = sha256_hex(secret.text);
    return secret;
}

db::TimePoint utc_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

db::Welcome welcome_with(const FreshSecret& secret) {
    return {secret.hash, utc_now() + welcome_longest};
}

std::string welcome_path(const FreshSecret& secret) {
    return "/review/welcome#" + secret.text;
}

bool is_account_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return (c < 0x80 && std::isalnum(c) != 0) || c == '.' || c == '_' || c == '-' ||
                      c == '@';
           });
}

std::string hash_password(const std::string& password) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), hash_passes,
                              hash_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("no memory to hash a password");
    hash.resize(hash.find('\0'));
    return hash;
}

bool password_fits(const std::string& hash, const std::string& password) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    std::string text = hash;
    text.resize(crypto_pwhash_STRBYTES, '\0');
    return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

std::chrono::seconds Throttle::wait(const std::string& key, Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    const auto found = tries_.find(key);
    if (found == tries_.end() || found->second.next <= now) return std::chrono::seconds(0);
    return std::chrono::ceil<std::chrono::seconds>(found->second.next - now);
}

void Throttle::failed(const std::string& key, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (tries_.size() >= max_keys && tries_.count(key) == 0) {
        const auto oldest = std::min_element(
            tries_.begin(), tries_.end(),
            [](const auto& a, const auto& b) { return a.second.latest < b.second.latest; });
        tries_.erase(oldest);
    }
    Tries& tries = tries_[key];
    tries.latest = now;
    if (++tries.failures < free_tries) return;
    const int doublings = std::min(tries.failures - free_tries, 10);
    tries.next = now + std::min(std::chrono::seconds(1U << doublings), longest_wait);
}

void Throttle::succeeded(const std::string& key) {
    const std::lock_guard lock(mutex_);
    tries_.erase(key);
}

Accounts::Accounts(ReviewStore& store, const std::vector<std::string>& origins)
    : store_(store), origins_(origins), hashing_(max_queued_hashes) {}

Task<std::variant<Actor, Refusal>> Accounts::authenticate(const http::Request& request) {
    const std::string_view authorization = request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (http::same_word(authorization.substr(0, scheme.size()), scheme))
        return by_token(std::string(authorization.substr(scheme.size())));
    const std::string id =
        cookie_value(request.header("Cookie"), by_https(request) ? secure_cookie : plain_cookie);
    if (!id.empty() && is_change(request) && request.header("X-Advisor").empty()) {
        return nobody({ErrorCode::origin_not_allowed,
                       "A change with a cookie needs the header \"X-Advisor: 1\"."});
    }
    return by_cookie(id);
}

Task<std::variant<Actor, Refusal>> Accounts::by_token(std::string token) {
    std::function<std::optional<db::ApiToken>(const Connection&)> query =
        [hash = sha256_hex(token)](const Connection& connection) {
            return db::find_api_token(connection, hash);
        };
    const std::optional<db::ApiToken> found = co_await store_.read(std::move(query));
    const std::optional<Role> role = found ? read_role(found->role) : std::nullopt;
    if (!role) co_return not_signed_in();
    Actor actor;
    actor.name = "token:" + found->name;
    actor.role = *role;
    co_return actor;
}

Task<std::variant<Actor, Refusal>> Accounts::by_cookie(std::string id) {
    if (id.empty()) co_return not_signed_in();
    const std::string hash = sha256_hex(id);
    std::function<std::optional<db::Login>(const Connection&)> query =
        [hash](const Connection& connection) { return db::find_login(connection, hash); };
    const std::optional<db::Login> login = co_await store_.read(std::move(query));
    const db::TimePoint now = utc_now();
    const std::optional<Role> role = login ? read_role(login->reviewer.role) : std::nullopt;
    if (!role || now - login->begun_at > login_longest || now - login->seen_at > login_idle)
        co_return not_signed_in();
    if (now - login->seen_at > touch_interval) {
        std::function<bool(Connection&)> touch = [hash, now](Connection& connection) {
            db::touch_login(connection, hash, now);
            return true;
        };
        co_await store_.change(std::move(touch));
    }
    Actor actor;
    actor.name = login->reviewer.name;
    actor.role = *role;
    actor.login = hash;
    co_return actor;
}

std::optional<Refusal> Accounts::throttled(const std::string& name,
                                           const std::string& address) const {
    const auto now = Throttle::Clock::now();
    const std::chrono::seconds wait =
        std::max(throttle_.wait("account:" + name, now), throttle_.wait("address:" + address, now));
    if (wait.count() == 0) return std::nullopt;
    return Refusal{
        ErrorCode::too_many_tries,
        "Too many tries; wait " + std::to_string(wait.count()) + " seconds before the next one."};
}

Task<std::variant<std::string, Refusal>> Accounts::log_in(std::string name, std::string password,
                                                          std::string address) {
    const std::optional<Refusal> wait = throttled(name, address);
    if (wait) co_return *wait;
    std::function<std::optional<db::Reviewer>(const Connection&)> query =
        [name](const Connection& connection) { return db::find_reviewer(connection, name); };
    const std::optional<db::Reviewer> reviewer = co_await store_.read(std::move(query));
    const bool known =
        reviewer && !reviewer->password.empty() && password.size() <= max_password_bytes;
    if (password.size() > max_password_bytes) password.clear();
    std::function<bool()> check = [hash = known ? reviewer->password : std::string(),
                                   password = std::move(password)] {
        return password_fits(hash.empty() ? nobodys_hash() : hash, password);
    };
    const bool fits = co_await hashing_.run(std::move(check));
    if (!known || !fits) {
        const auto now = Throttle::Clock::now();
        throttle_.failed("account:" + name, now);
        throttle_.failed("address:" + address, now);
        log(LogLevel::warning, "login_failed", {{"address", address}});
        co_return Refusal{ErrorCode::not_signed_in, "The name or the password is wrong."};
    }
    throttle_.succeeded("account:" + name);
    throttle_.succeeded("address:" + address);
    co_return co_await begin(reviewer->id);
}

Task<std::string> Accounts::begin(db::RowId reviewer) {
    FreshSecret secret = fresh_secret();
    std::function<bool(Connection&)> work = [hash = secret.hash, reviewer](Connection& connection) {
        const db::TimePoint now = utc_now();
        db::remove_old_logins(connection, now - login_longest, now - login_idle);
        db::add_login(connection, hash, reviewer, now);
        return true;
    };
    co_await store_.change(std::move(work));
    co_return secret.text;
}

Task<std::variant<std::string, Refusal>> Accounts::welcome(std::string token, std::string password,
                                                           std::string address) {
    const std::optional<Refusal> wait = throttled("", address);
    if (wait) co_return *wait;
    if (const std::optional<Refusal> refusal = weak(password)) co_return *refusal;
    const std::string hash = sha256_hex(token);
    std::function<bool(const Connection&)> query = [hash](const Connection& connection) {
        return db::find_welcome(connection, hash, utc_now()).has_value();
    };
    const bool holds = co_await store_.read(std::move(query));
    std::optional<db::Reviewer> reviewer;
    if (holds) {
        std::function<std::string()> make = [password] { return hash_password(password); };
        std::string hashed = co_await hashing_.run(std::move(make));
        std::function<std::optional<db::Reviewer>(Connection&)> use =
            [hash, hashed = std::move(hashed)](Connection& connection) {
                db::Change change;
                change.action = "user.welcome";
                change.at = utc_now();
                return db::use_welcome(connection, hash, hashed, change);
            };
        reviewer = co_await store_.change(std::move(use));
    }
    if (!reviewer) {
        throttle_.failed("address:" + address, Throttle::Clock::now());
        co_return Refusal{ErrorCode::not_signed_in,
                          "This link was used already or is too old; \"advisor user reset NAME\" "
                          "gives another."};
    }
    co_return co_await begin(reviewer->id);
}

Task<std::optional<Refusal>> Accounts::change_password(Actor actor, std::string old_one,
                                                       std::string new_one) {
    if (actor.login.empty()) co_return Refusal{ErrorCode::forbidden, "A token has no password."};
    if (std::optional<Refusal> refusal = weak(new_one)) co_return refusal;
    if (std::optional<Refusal> wait = throttled(actor.name, "")) co_return wait;
    std::function<std::optional<db::Reviewer>(const Connection&)> query =
        [name = actor.name](const Connection& connection) {
            return db::find_reviewer(connection, name);
        };
    const std::optional<db::Reviewer> reviewer = co_await store_.read(std::move(query));
    if (!reviewer) co_return not_signed_in();
    std::function<std::string()> work = [hash = reviewer->password, old_one, new_one] {
        return password_fits(hash, old_one) ? hash_password(new_one) : std::string();
    };
    std::string hashed = co_await hashing_.run(std::move(work));
    if (hashed.empty()) {
        throttle_.failed("account:" + actor.name, Throttle::Clock::now());
        co_return Refusal{ErrorCode::forbidden, "The old password is wrong."};
    }
    std::function<bool(Connection&)> set = [id = reviewer->id, name = actor.name,
                                            hashed = std::move(hashed)](Connection& connection) {
        const db::Change change{name, "user.password", name, "", utc_now()};
        db::set_password(connection, id, hashed, change);
        return true;
    };
    co_await store_.change(std::move(set));
    co_return std::nullopt;
}

Task<bool> Accounts::log_out(Actor actor) {
    std::function<bool(Connection&)> work = [hash = actor.login](Connection& connection) {
        db::remove_login(connection, hash);
        return true;
    };
    co_return co_await store_.change(std::move(work));
}

/// Behind a proxy that ends TLS: it says so, or the operator has named the page's origin.
bool Accounts::by_https(const http::Request& request) const {
    if (request.header("X-Forwarded-Proto") == "https") return true;
    const std::string origin = "https://" + std::string(request.header("Host"));
    return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

std::string Accounts::cookie_header(const http::Request& request, const std::string& value) const {
    const bool secure = by_https(request);
    std::string header(secure ? secure_cookie : plain_cookie);
    header += "=" + value + "; Path=/; HttpOnly; SameSite=Strict";
    if (secure) header += "; Secure";
    header += "; Max-Age=" + std::to_string(value.empty() ? 0 : login_longest.count() * 3600);
    return header;
}

}  // namespace advisor::server
