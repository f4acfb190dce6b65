#include "server/team_chat/hooks_api.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/log.hpp"
#include "server/net/connection.hpp"
#include "server/net/url.hpp"
#include "server/secrets.hpp"
#include "server/team_chat/hook_book.hpp"

namespace advisor::server {
namespace {

using channels::Channel;
using channels::Delivery;
using channels::Event;
using channels::EventKind;
using channels::Hook;
using channels::View;
using http::Request;
using http::Response;
using nlohmann::json;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr std::chrono::hours keep_responses{24};
constexpr std::size_t max_hook_bytes = 256 * 1024;
constexpr int call_attempts = 3;

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string to_text(const Response& response) {
    json headers = json::array();
    for (const auto& [name, value] : response.headers)
        headers.push_back(json::array({name, value}));
    json stored;
    stored["status"] = response.status;
    stored["headers"] = std::move(headers);
    stored["body"] = response.body;
    return dump(stored);
}

Response from_text(const std::string& text) {
    const json stored = json::parse(text);
    Response response;
    response.status = stored.at("status").get<int>();
    for (const json& header : stored.at("headers"))
        response.headers.emplace_back(header.at(0).get<std::string>(),
                                      header.at(1).get<std::string>());
    response.body = stored.at("body").get<std::string>();
    return response;
}

/// What the answer is stored under. Ids are of any length; the row's is not.
std::vector<std::string> ids_of(const Event& event) {
    std::vector<std::string> ids;
    if (!event.dedupe_id.empty()) ids.push_back("d" + sha256_hex(event.dedupe_id));
    if (!event.deed_id.empty()) ids.push_back("m" + sha256_hex(event.deed_id));
    return ids;
}

/// What a stored answer is looked for under.
std::vector<std::string> ids_to_find(const Event& event) {
    std::vector<std::string> ids = ids_of(event);
    if (!event.dedupe_id.empty() && !event.is_retry) ids.resize(1);
    if (event.dedupe_id.empty() && !event.is_retry) ids.clear();
    return ids;
}

Response not_found() {
    return http::error_response(
        {ErrorCode::not_found, "There is no such hook; \"advisor hook list\" shows them."});
}

Response not_authentic() {
    return http::error_response({ErrorCode::wrong_token, "The request is not authentic."});
}

bool has_part(const Channel& channel, std::string_view part) {
    return std::find(channel.parts.begin(), channel.parts.end(), part) != channel.parts.end();
}

/// Where calls may go besides the platform's own hosts.
std::vector<std::string> hosts_of(const Channel& channel, const Hook& hook) {
    std::vector<std::string> hosts = allowed_hosts(hook);
    if (!channel.own_hosts) return hosts;
    for (std::string& host : channel.own_hosts(hook)) hosts.push_back(std::move(host));
    return hosts;
}

void log_call_end(std::exception_ptr failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log(LogLevel::error, "hook_call_failed", {{"reason", error.what()}});
    }
}

}  // namespace

std::vector<std::string> allowed_hosts(const Hook& hook) {
    std::vector<std::string> hosts;
    const std::string text = hook.option("allowed_hosts");
    std::string host;
    for (const char c : text + ",") {
        if (c != ',' && c != ' ') {
            host += c;
        } else if (!host.empty()) {
            hosts.push_back(std::exchange(host, {}));
        }
    }
    return hosts;
}

bool may_call(const Channel& channel, const std::vector<std::string>& allowed,
              std::string_view text) {
    const std::optional<http::Url> url = http::parse_url(text);
    if (!url) return false;
    const auto is_host = [&](std::string_view host) { return http::same_word(host, url->host); };
    if (std::any_of(allowed.begin(), allowed.end(), is_host)) return true;
    return url->tls && std::any_of(channel.hosts.begin(), channel.hosts.end(), is_host);
}

HooksApi::HooksApi(Settings settings, Conversations& conversations, ScriptRegistry& scripts,
                   Hubs& hubs)
    : settings_(std::move(settings)),
      box_(settings_.data),
      reads_(db::open_sqlite_talk_store(settings_.data / "advisor.db"), false),
      writes_(db::open_sqlite_talk_store(settings_.data / "advisor.db"), true),
      codes_(writes_, settings_.secret),
      chat_(conversations, scripts, reads_, writes_, codes_, hubs, settings_.secret) {}

std::optional<Hook> HooksApi::opened(const db::HookRecord& record) const {
    std::string mac_key = keyed_text(settings_.secret, "mac:" + record.id, 32);
    std::optional<Hook> hook = open_hook(record, box_, std::move(mac_key), settings_.public_url);
    if (!hook)
        log(LogLevel::error, "hook_sealed",
            {{"hook", record.id}, {"reason", "its secret was sealed with another key"}});
    return hook;
}

Task<Response> HooksApi::deliver(Request request, PathParts parts) {
    const Channel* channel = channels::find_channel(parts[0]);
    std::string part = parts.size() > 2 ? parts[2] : std::string();
    if (!channel || !has_part(*channel, part)) co_return not_found();
    if (request.body.size() > max_hook_bytes) {
        const Refusal refusal{ErrorCode::message_too_large, "At most 256 KiB."};
        co_return http::error_response(refusal);
    }
    std::string id = parts[1];
    using Found = std::optional<db::HookRecord>;
    std::function<Found(db::TalkStore&)> job = [id](db::TalkStore& store) {
        return store.hook(id);
    };
    const Found record = co_await reads_.run(std::move(job));
    if (!record || record->platform != channel->name) co_return not_found();
    std::optional<Hook> hook = opened(*record);
    if (!hook) {
        const Refusal refusal{
            ErrorCode::internal,
            "The secret of this hook cannot be read; \"advisor hook rotate\" sets "
            "it anew."};
        co_return http::error_response(refusal);
    }
    if (channel->keys_url) co_await add_keys(*channel, *hook);
    if (!channel->verify(Delivery{request, part}, *hook, now())) {
        log(LogLevel::warning, "hook_refused", {{"platform", hook->platform}, {"hook", hook->id}});
        co_return not_authentic();
    }
    co_return co_await authentic(*channel, *hook, request, std::move(part));
}

Task<> HooksApi::add_keys(const Channel& channel, Hook& hook) {
    std::string url = channel.keys_url(hook);
    if (url.empty()) co_return;
    std::vector<std::string> allowed = hosts_of(channel, hook);
    std::string keys = co_await keys_.get(std::move(url), std::move(allowed));
    if (!keys.empty()) hook.secrets.insert(hook.secrets.begin(), std::move(keys));
}

Task<Response> HooksApi::deliver_matrix(Request request, PathParts parts) {
    const Channel* channel = channels::find_channel("matrix");
    if (!channel || request.body.size() > max_hook_bytes) co_return not_found();
    using Found = std::vector<db::HookRecord>;
    std::function<Found(db::TalkStore&)> job = [](db::TalkStore& store) {
        return store.hooks("matrix");
    };
    const Found records = co_await reads_.run(std::move(job));
    std::string part;
    for (const std::string& step : parts) part += (part.empty() ? "" : "/") + step;
    std::optional<Hook> found;
    for (const db::HookRecord& record : records) {
        std::optional<Hook> hook = opened(record);
        if (hook && channel->verify(Delivery{request, part}, *hook, now())) found = std::move(hook);
    }
    if (found) co_return co_await authentic(*channel, *found, request, std::move(part));
    Response response = http::json_response(
        403, R"({"errcode":"M_FORBIDDEN","error":"The token belongs to no hook here."})");
    co_return response;
}

Task<Response> HooksApi::authentic(const Channel& channel, const Hook& hook, const Request& request,
                                   std::string part) {
    channels::Incoming incoming = channel.parse(Delivery{request, part}, hook);
    if (incoming.at_once) co_return std::move(*incoming.at_once);
    Response response = channels::empty_reply();
    for (const Event& event : incoming.events) response = co_await answer(channel, hook, event);
    co_return response;
}

Task<Response> HooksApi::answer(const Channel& channel, const Hook& hook, const Event& event) {
    if (event.kind == EventKind::ignore) co_return channel.render(event, View{}, hook).response;
    const std::string id = hook.id;
    using Found = std::optional<std::string>;
    std::vector<std::string> wanted = ids_to_find(event);
    if (!wanted.empty()) {
        std::function<Found(db::TalkStore&)> look = [id, wanted](db::TalkStore& store) {
            return store.response(id, wanted);
        };
        const Found stored = co_await reads_.run(std::move(look));
        if (stored) co_return from_text(*stored);
    }
    const View view = co_await chat_.handle(hook, event);
    channels::Rendered rendered = channel.render(event, view, hook);
    const std::vector<std::string> ids = ids_of(event);
    if (!ids.empty() && !view.is_secret) {
        const std::string text = to_text(rendered.response);
        const std::string talk = view.session;
        std::function<Found(db::TalkStore&)> keep = [id, ids, text, talk](db::TalkStore& store) {
            return store.keep_response(id, ids, text, talk, now(), keep_responses);
        };
        const Found earlier = co_await writes_.run(std::move(keep));
        if (earlier) co_return from_text(*earlier);  // the other one makes the calls as well
    }
    const Executor executor = co_await net::this_coro::executor;
    send(channel, hook, std::move(rendered.calls), executor);
    co_return std::move(rendered.response);
}

void HooksApi::send(const Channel& channel, const Hook& hook,
                    std::vector<channels::OutboundCall> calls, Executor executor) {
    std::vector<std::string> allowed = hosts_of(channel, hook);
    std::vector<channels::OutboundCall> permitted;
    for (channels::OutboundCall& one : calls) {
        if (!may_call(channel, allowed, one.url)) {
            const std::optional<http::Url> url = http::parse_url(one.url);
            log(LogLevel::warning, "hook_call_refused",
                {{"hook", hook.id},
                 {"host", url ? url->host : std::string("no address")},
                 {"reason", "not the platform's host; --option allowed_hosts=HOST allows one"}});
            continue;
        }
        permitted.push_back(std::move(one));
    }
    if (!permitted.empty())
        net::co_spawn(executor, call_all(std::move(permitted), std::move(allowed), hook.id),
                      log_call_end);
}

Task<> HooksApi::call_all(std::vector<channels::OutboundCall> calls,
                          std::vector<std::string> allowed, std::string hook) {
    for (channels::OutboundCall& one : calls) {
        Task<> made = call(std::move(one), allowed, hook);
        co_await std::move(made);
    }
}

/// One call, tried again a little later when the peer cannot take it just now.
Task<> HooksApi::call(channels::OutboundCall one, std::vector<std::string> allowed,
                      std::string hook) {
    std::optional<Counted> counted;
    if (settings_.connections) counted.emplace(*settings_.connections);
    ClientRequest request;
    request.method = one.method;
    request.url = one.url;
    request.headers = one.headers;
    request.body = one.body;
    request.allowed_hosts = allowed;
    for (int attempt = 1; attempt <= call_attempts; ++attempt) {
        ClientRequest copy = request;
        const ClientResponse response = co_await client_.send(std::move(copy));
        if (response.accepted()) co_return;
        const bool later = response.status == 0 || response.status == 429 || response.status >= 500;
        log(LogLevel::warning, "hook_call_failed",
            {{"hook", hook},
             {"status", response.status},
             {"reason", response.reason},
             {"attempt", attempt}});
        if (!later || attempt == call_attempts) co_return;
        const Executor executor = co_await net::this_coro::executor;
        Timer pause(executor, std::chrono::seconds(2 * attempt));
        co_await pause.async_wait(as_result);
    }
}

void add_hook_routes(Router& router, HooksApi& api) {
    const auto deliver = [&api](Request request, PathParts parts) {
        return api.deliver(std::move(request), std::move(parts));
    };
    const auto matrix = [&api](Request request, PathParts parts) {
        return api.deliver_matrix(std::move(request), std::move(parts));
    };
    for (const std::string_view method : {"POST", "PUT"}) {
        router.add({method, "/hooks/{}/{}", Role::everyone, deliver});
        router.add({method, "/hooks/{}/{}/{}", Role::everyone, deliver});
    }
    for (const std::string_view method : {"GET", "POST", "PUT"}) {
        router.add({method, "/_matrix/app/v1/{}", Role::everyone, matrix});
        router.add({method, "/_matrix/app/v1/{}/{}", Role::everyone, matrix});
    }
}

}  // namespace advisor::server
