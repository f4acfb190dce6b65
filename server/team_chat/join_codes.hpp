#pragma once
// Short codes that move a session between browser and chat tool.

#include <optional>
#include <string>

#include "server/attempt_limit.hpp"
#include "server/team_chat/talk_queue.hpp"

namespace advisor::server {

/// A code is eight letters and digits (40 random bits), good once, for `lifetime`. The database has
/// its digest only.
/// Thread: from any I/O thread. Lifetime: outlives every coroutine awaiting it.
class JoinCodes {
public:
    static constexpr std::chrono::minutes lifetime{10};

    JoinCodes(TalkQueue& queue, std::string secret)
        : queue_(queue), secret_(std::move(secret)), limit_(30, 60, std::chrono::minutes(1)) {}

    /// A new code for a session: "ABCD-EFGH".
    [[nodiscard]] Task<std::string> make(std::string session);

    enum class Outcome { found, unknown, too_often };
    struct Result {
        Outcome outcome = Outcome::unknown;
        std::string session;
    };
    /// Uses up a code; case, spaces and the dash do not matter. `who` is limited to thirty attempts
    /// a minute, everybody together to sixty.
    [[nodiscard]] Task<Result> take(std::string code, std::string who);

private:
    [[nodiscard]] std::string digest(const std::string& code) const;

    TalkQueue& queue_;
    std::string secret_;
    AttemptLimit limit_;
};

}  // namespace advisor::server
