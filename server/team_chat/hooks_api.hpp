#pragma once
// The doors of the chat tools: POST /hooks/<platform>/<hook id>[/<part>]. Authenticate, parse, look
// for a stored answer, let the talk go on, render, store the answer, respond.

#include <atomic>
#include <string>

#include "server/channels/channel.hpp"
#include "server/net/http_client.hpp"
#include "server/net/router.hpp"
#include "server/sealed_secret.hpp"
#include "server/team_chat/join_codes.hpp"
#include "server/team_chat/key_sets.hpp"
#include "server/team_chat/talk_queue.hpp"
#include "server/team_chat/team_chat.hpp"

namespace advisor::server {

/// What the handlers need; serve.cpp makes it. Hooks are looked up for each request, so that one
/// that is added, changed or removed beside the server counts at once.
/// Thread: from any I/O thread. Lifetime: outlives the router; `stop` comes before the end of the
/// I/O loops that requests ran on.
class HooksApi {
public:
    struct Settings {
        std::filesystem::path data;
        std::string secret;      ///< makes digests and marks; the same for the life of the database
        std::string public_url;  ///< for hooks that have none of their own
        /// Open connections: a call counts as one, so that a drain waits for it. May be null.
        std::atomic<std::size_t>* connections = nullptr;
    };
    HooksApi(Settings settings, Conversations& conversations, ScriptRegistry& scripts, Hubs& hubs);

    [[nodiscard]] Task<http::Response> deliver(http::Request request, PathParts parts);
    /// A Matrix homeserver has one fixed path; its token tells which hook it is.
    [[nodiscard]] Task<http::Response> deliver_matrix(http::Request request, PathParts parts);
    [[nodiscard]] JoinCodes& codes() { return codes_; }
    void stop() {
        reads_.stop();
        writes_.stop();
    }

private:
    [[nodiscard]] std::optional<channels::Hook> opened(const db::HookRecord& record) const;
    /// Puts the keys that the platform publishes before the hook's secrets.
    [[nodiscard]] Task<> add_keys(const channels::Channel& channel, channels::Hook& hook);
    [[nodiscard]] Task<http::Response> authentic(const channels::Channel& channel,
                                                 const channels::Hook& hook,
                                                 const http::Request& request, std::string part);
    [[nodiscard]] Task<http::Response> answer(const channels::Channel& channel,
                                              const channels::Hook& hook,
                                              const channels::Event& event);
    [[nodiscard]] Task<> call(channels::OutboundCall call, std::vector<std::string> allowed,
                              std::string hook);
    /// One after the other: a room is entered before anything is said in it.
    [[nodiscard]] Task<> call_all(std::vector<channels::OutboundCall> calls,
                                  std::vector<std::string> allowed, std::string hook);
    void send(const channels::Channel& channel, const channels::Hook& hook,
              std::vector<channels::OutboundCall> calls, Executor executor);

    Settings settings_;
    SecretBox box_;
    TalkQueue reads_;  ///< waits for no writer
    TalkQueue writes_;
    JoinCodes codes_;
    TeamChat chat_;
    HttpClient client_;
    KeySets keys_{client_};
};

void add_hook_routes(Router& router, HooksApi& api);

/// The hosts of the option `allowed_hosts`, which has commas or spaces between them.
[[nodiscard]] std::vector<std::string> allowed_hosts(const channels::Hook& hook);

/// True when a call may go to this address: https to one of the platform's own hosts, or one of
/// `allowed`.
[[nodiscard]] bool may_call(const channels::Channel& channel,
                            const std::vector<std::string>& allowed, std::string_view url);

}  // namespace advisor::server
