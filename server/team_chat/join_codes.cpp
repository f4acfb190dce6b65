#include "server/team_chat/join_codes.hpp"

#include <cctype>

#include "server/secrets.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t code_bytes = 5;  // eight letters

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string normal(const std::string& code) {
    std::string text;
    for (const char c : code) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

}  // namespace

std::string JoinCodes::digest(const std::string& code) const {
    return keyed_text(secret_, "code:" + normal(code), 20);
}

Task<std::string> JoinCodes::make(std::string session) {
    std::string code = random_text(code_bytes);
    std::string stored = digest(code);
    std::function<bool(db::TalkStore&)> job = [stored, session](db::TalkStore& store) {
        store.add_code(stored, session, now() + lifetime);
        return true;
    };
    co_await queue_.run(std::move(job));
    for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    code.insert(code.size() / 2, "-");
    co_return code;
}

Task<JoinCodes::Result> JoinCodes::take(std::string code, std::string who) {
    Result result;
    if (!limit_.allow(who, AttemptLimit::Clock::now())) {
        result.outcome = Outcome::too_often;
        co_return result;
    }
    std::string stored = digest(code);
    using Found = std::optional<std::string>;
    std::function<Found(db::TalkStore&)> job = [stored](db::TalkStore& store) {
        return store.take_code(stored, now());
    };
    Found session = co_await queue_.run(std::move(job));
    if (session) {
        result.outcome = Outcome::found;
        result.session = std::move(*session);
    }
    co_return result;
}

}  // namespace advisor::server
