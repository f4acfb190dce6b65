#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "server/log.hpp"
#include "server/net/body_source.hpp"
#include "server/net/connection.hpp"
#include "server/net/http_gate.hpp"
#include "server/net/origin.hpp"

namespace advisor::server {
namespace {

namespace beast = boost::beast;
namespace bhttp = beast::http;
using boost::system::error_code;
using Stream = beast::basic_stream<net::ip::tcp, Executor>;
using Parser = bhttp::request_parser<bhttp::string_body>;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for "
    "'script'; trusted-types 'none'";

std::optional<http::Request> to_plain(const Parser& parser) {
    const auto& message = parser.get();
    http::Request request;
    request.method = std::string(message.method_string());
    const std::string_view target(message.target().data(), message.target().size());
    const std::size_t question = target.find('?');
    if (!http::percent_decode(target.substr(0, question), request.path)) return std::nullopt;
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    for (const auto& field : message)
        request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    request.body = message.body();
    return request;
}

bool changes_something(const http::Request& request) {
    return request.method != "GET" && request.method != "HEAD";
}

/// What the gate, the router and the handlers make of a request. Every request has exactly one
/// response.
Task<http::Response> respond(http::Request request, ConnectionContext& context) {
    if (changes_something(request) &&
        !http::origin_allowed(request.header("Origin"), request.header("Host"), context.origins)) {
        co_return http::error_response({ErrorCode::origin_not_allowed,
                                        "This page may not talk to the server; start it with "
                                        "--origin and the page's origin."});
    }
    std::optional<Refusal> refusal;
    try {
        http::Response response = co_await context.router.handle(std::move(request));
        co_return response;
    } catch (const db::StoreError& error) {
        log(LogLevel::error, "request_failed", {{"reason", error.what()}});
        refusal.emplace(
            Refusal{ErrorCode::storage_unavailable,
                    "This could not be stored or read just now; try again in a moment."});
    } catch (const std::exception& error) {
        log(LogLevel::error, "request_failed", {{"reason", error.what()}});
        refusal.emplace(
            Refusal{ErrorCode::internal, "Something went wrong here; it has been noted."});
    }
    co_return http::error_response(*refusal);
}

bhttp::response<bhttp::string_body> head_of(const http::Response& plain, bool keep_alive) {
    bhttp::response<bhttp::string_body> response;
    response.version(11);
    response.result(static_cast<unsigned>(plain.status));
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Opener-Policy", "same-origin");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    response.set("Content-Security-Policy", content_security_policy);
    for (const auto& [name, value] : plain.headers) response.set(name, value);
    response.keep_alive(keep_alive);
    return response;
}

/// Sends a response; false when the peer is gone.
Task<bool> send(Stream& stream, http::Response plain, bool head_only, bool keep_alive) {
    bhttp::response<bhttp::string_body> response = head_of(plain, keep_alive);
    const bool has_body = plain.status != 304;
    const std::size_t size = plain.fixed_body.empty() ? plain.body.size() : plain.fixed_body.size();
    if (has_body) response.content_length(size);
    if (has_body && !head_only)
        response.body() =
            plain.fixed_body.empty() ? std::move(plain.body) : std::string(plain.fixed_body);
    bhttp::response_serializer<bhttp::string_body> serializer(response);
    stream.expires_after(body_timeout);
    if (head_only) {
        auto [error, sent] = co_await bhttp::async_write_header(stream, serializer, as_result);
        co_return !error;
    }
    auto [error, sent] = co_await bhttp::async_write(stream, serializer, as_result);
    co_return !error;
}

bhttp::response<bhttp::empty_body> stream_head(const http::Response& plain, bool chunked,
                                               bool keep_alive) {
    bhttp::response<bhttp::empty_body> response(head_of(plain, keep_alive).base());
    response.chunked(chunked);
    return response;
}

/// Sends a body while it is made: in chunks, or up to the end of the connection for a client of
/// HTTP/1.0. False when the connection cannot be used any more.
Task<bool> send_stream(Stream& stream, http::Response plain, bool chunked, bool head_only,
                       bool keep_alive) {
    bhttp::response<bhttp::empty_body> response = stream_head(plain, chunked, keep_alive);
    bhttp::response_serializer<bhttp::empty_body> serializer(response);
    stream.expires_after(body_timeout);
    auto [head_error, head_size] =
        co_await bhttp::async_write_header(stream, serializer, as_result);
    if (head_error || head_only) co_return !head_error;
    for (;;) {
        stream.expires_never();
        std::optional<std::string> piece = co_await plain.source->next();
        if (!piece) break;
        stream.expires_after(body_timeout);
        if (chunked) {
            auto [error, size] = co_await net::async_write(
                stream, bhttp::make_chunk(net::buffer(*piece)), as_result);
            if (error) co_return false;
        } else {
            auto [error, size] = co_await net::async_write(stream, net::buffer(*piece), as_result);
            if (error) co_return false;
        }
    }
    if (!chunked) co_return false;
    stream.expires_after(body_timeout);
    auto [error, size] = co_await net::async_write(stream, bhttp::make_chunk_last(), as_result);
    co_return !error;
}

/// What happens to a connection next.
enum class Next {
    go_on,   ///< with the rest of the request, or with the next one
    linger,  ///< refused, perhaps before the peer has sent all of it
    close,
    upgrade,  ///< to a WebSocket
};

Task<Next> refuse(Stream& stream, Refusal refusal) {
    co_await send(stream, http::error_response(refusal), false, false);
    co_return Next::linger;
}

/// Says that nothing more comes, then reads and drops what the peer still sends, until it closes
/// too. Closing at once would answer unread bytes with a reset, and a client that is still sending
/// would meet that instead of the answer before it.
Task<> linger(Stream& stream) {
    error_code shutdown_error;
    stream.socket().shutdown(net::ip::tcp::socket::shutdown_send, shutdown_error);
    if (shutdown_error) co_return;  // the peer was first
    std::array<char, 4096> dropped;
    stream.expires_after(linger_timeout);
    for (std::size_t total = 0; total < max_lingering_bytes;) {
        auto [error, size] = co_await stream.async_read_some(net::buffer(dropped), as_result);
        if (error) co_return;
        total += size;
    }
}

bool is_websocket(const http::Request& request) {
    return http::same_word(request.header("Upgrade"), "websocket");
}

/// Lets a drain end a connection that only waits for its next request. One that is busy then must
/// look at `draining` before it waits again. No drain falls between the two: the flag is set before
/// the drain is posted to this thread, so whoever still finds it unset, and begins to wait without
/// leaving the thread, is waiting when the drain arrives.
class IdleWatch final : public Listener {
public:
    IdleWatch(Stream& stream, Hub& hub) : stream_(stream), hub_(hub) { hub_.join(*this); }
    ~IdleWatch() override { hub_.leave(*this); }
    IdleWatch(const IdleWatch&) = delete;
    IdleWatch& operator=(const IdleWatch&) = delete;

    void turn_taken(std::int64_t) override {}
    void drain() override {
        if (idle) stream_.cancel();
    }
    bool idle = false;

private:
    Stream& stream_;
    Hub& hub_;
};

using BufferIterator = net::buffers_iterator<net::const_buffers_1>;

/// Finds the end of a head: an empty line, also one without its CR, so that the gate gets to refuse
/// it.
std::pair<BufferIterator, bool> end_of_head(BufferIterator begin, BufferIterator end) {
    for (BufferIterator at = std::find(begin, end, '\n'); at != end;
         at = std::find(at, end, '\n')) {
        if (++at == end) break;
        if (*at == '\n') return {at + 1, true};
        if (*at == '\r' && at + 1 != end && *(at + 1) == '\n') return {at + 2, true};
    }
    return {begin, false};
}

/// Reads up to the empty line behind the headers; `size` is where they end.
Task<Next> read_head(Stream& stream, std::string& pending, std::size_t& size, IdleWatch& watch) {
    stream.expires_after(header_timeout);
    watch.idle = true;
    auto [error, found] = co_await net::async_read_until(
        stream, net::dynamic_buffer(pending, http::max_head_bytes), end_of_head, as_result);
    watch.idle = false;
    if (error == net::error::not_found) {
        Refusal refusal{ErrorCode::headers_too_large, "The request head may have at most 8 KiB."};
        co_return co_await refuse(stream, std::move(refusal));
    }
    if (error) co_return Next::close;  // gone, too slow, or a drain came
    size = found;
    std::optional<Refusal> refusal = http::check_head(std::string_view(pending).substr(0, size));
    if (!refusal) co_return Next::go_on;
    co_return co_await refuse(stream, std::move(*refusal));
}

/// The largest body that the request may have, by its target.
std::size_t body_limit_of(std::string_view head) {
    const std::string_view target = head.substr(std::min(head.find(' ') + 1, head.size()));
    const bool hook = target.starts_with("/hooks/") || target.starts_with("/_matrix/");
    if (target.starts_with("/api/v1/review/scripts/")) return max_script_body_bytes;
    return hook ? max_hook_body_bytes : max_body_bytes;
}

/// Reads the body that the parsed head announces.
Task<Next> read_body(Stream& stream, std::string& pending, Parser& parser) {
    if (parser.is_done()) co_return Next::go_on;
    beast::flat_buffer buffer;
    buffer.commit(net::buffer_copy(buffer.prepare(pending.size()), net::buffer(pending)));
    stream.expires_after(body_timeout);
    if (http::same_word(parser.get()[bhttp::field::expect], "100-continue")) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        auto [write_error, written] =
            co_await net::async_write(stream, net::buffer(go_on), as_result);
        if (write_error) co_return Next::close;
    }
    auto [error, size] = co_await bhttp::async_read(stream, buffer, parser, as_result);
    if (error == bhttp::error::body_limit) {
        Refusal refusal{ErrorCode::message_too_large,
                        "The body may have at most 64 KiB, from a chat tool 256 KiB, with a "
                        "script 2.5 MB."};
        co_return co_await refuse(stream, std::move(refusal));
    }
    if (error) {
        Refusal refusal{ErrorCode::bad_request, "The body is malformed."};
        co_return co_await refuse(stream, std::move(refusal));
    }
    pending.assign(static_cast<const char*>(buffer.cdata().data()), buffer.size());
    co_return Next::go_on;
}

/// What is wrong with a request to upgrade, if anything. `early` bytes behind it are a fault:
/// nobody may talk before the answer.
std::optional<http::Response> refuse_upgrade(const Parser& parser, const http::Request& request,
                                             std::size_t early, const ConnectionContext& context) {
    if (request.path != "/ws")
        return http::error_response({ErrorCode::not_found, "The WebSocket is at /ws."});
    if (!http::origin_allowed(request.header("Origin"), request.header("Host"), context.origins)) {
        log(LogLevel::warning, "origin_refused",
            {{"origin", std::string(request.header("Origin").substr(0, 200))},
             {"host", std::string(request.header("Host").substr(0, 200))}});
        return http::error_response({ErrorCode::origin_not_allowed,
                                     "This page may not talk to the server; start it with --origin "
                                     "and the page's origin."});
    }
    if (request.header("Sec-WebSocket-Version") != "13") {
        http::Response response = http::error_response(
            {ErrorCode::bad_request, "Only version 13 of the WebSocket protocol is spoken here."});
        response.status = 426;
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
        return response;
    }
    if (!beast::websocket::is_upgrade(parser.get()) ||
        request.header("Sec-WebSocket-Key").empty() || early > 0 || !parser.is_done()) {
        return http::error_response({ErrorCode::bad_request,
                                     "This is not a WebSocket handshake: it needs GET, Upgrade, "
                                     "Connection and Sec-WebSocket-Key, and nothing after it."});
    }
    if (context.draining)
        return http::error_response(
            {ErrorCode::draining, "The server is going down; connect again in a moment."});
    return std::nullopt;
}

/// Who is at the other end of a connection.
struct Visitor {
    std::string peer;
    Place place;
};

/// Whether the request may go on. An upgrade that a proxy passes on takes a place of its client's,
/// for the chat may last.
std::optional<Refusal> admit(http::Request& request, Visitor& visitor, Admission& admission) {
    request.peer = admission.client_of(visitor.peer, request.headers);
    std::optional<Refusal> refusal = admission.check(request);
    if (refusal || visitor.place.limited() || !is_websocket(request)) return refusal;
    std::variant<Place, Refusal> place = admission.enter(request.peer);
    if (auto* full = std::get_if<Refusal>(&place)) return std::move(*full);
    visitor.place = std::get<Place>(std::move(place));
    return std::nullopt;
}

/// Serves one request. For an upgrade, `pending` keeps the whole head for the WebSocket handshake.
Task<Next> serve_request(Stream& stream, std::string& pending, Visitor& visitor,
                         ConnectionContext& context, IdleWatch& watch) {
    if (context.draining) co_return Next::close;
    std::size_t head_size = 0;
    const Next after_head = co_await read_head(stream, pending, head_size, watch);
    if (after_head != Next::go_on) co_return after_head;
    Parser parser;
    parser.header_limit(http::max_head_bytes);
    parser.body_limit(body_limit_of(pending));
    error_code error;
    parser.put(net::buffer(pending.data(), head_size), error);
    std::optional<http::Request> request;
    if (!error && parser.is_header_done()) request = to_plain(parser);
    if (!request) {
        Refusal refusal{error == bhttp::error::body_limit ? ErrorCode::message_too_large
                                                          : ErrorCode::bad_request,
                        "The request is malformed or too large."};
        co_return co_await refuse(stream, std::move(refusal));
    }
    std::optional<Refusal> barred = admit(*request, visitor, context.admission);
    if (barred) co_return co_await refuse(stream, std::move(*barred));
    if (is_websocket(*request)) {
        std::optional<http::Response> refusal =
            refuse_upgrade(parser, *request, pending.size() - head_size, context);
        if (!refusal) co_return Next::upgrade;
        co_await send(stream, std::move(*refusal), false, false);
        co_return Next::linger;
    }
    pending.erase(0, head_size);
    const Next after_body = co_await read_body(stream, pending, parser);
    if (after_body != Next::go_on) co_return after_body;
    request->body = std::move(parser.get().body());
    const bool wants_more = parser.get().keep_alive();
    const bool head_only = request->method == "HEAD";
    stream.expires_never();  // a turn has the store's own deadlines
    http::Response response = co_await respond(std::move(*request), context);
    const bool keep_alive = wants_more && !context.draining;
    bool sent = false;
    if (response.source) {
        const bool chunked = parser.get().version() >= 11;
        sent = co_await send_stream(stream, std::move(response), chunked, head_only,
                                    chunked && keep_alive);
    } else {
        sent = co_await send(stream, std::move(response), head_only, keep_alive);
    }
    co_return sent&& keep_alive ? Next::go_on : Next::close;
}

/// Serves requests until the peer leaves, errs, or asks for the WebSocket.
Task<Next> serve_requests(Stream& stream, std::string& pending, Visitor& visitor,
                          ConnectionContext& context, Hub& hub) {
    if (context.connections > context.max_connections) {
        Refusal refusal{ErrorCode::too_many_connections,
                        "The server is full; try again in a moment."};
        co_return co_await refuse(stream, std::move(refusal));
    }
    std::variant<Place, Refusal> place = context.admission.enter(visitor.peer);
    if (auto* refusal = std::get_if<Refusal>(&place))
        co_return co_await refuse(stream, std::move(*refusal));
    visitor.place = std::get<Place>(std::move(place));
    IdleWatch watch(stream, hub);
    Next next = Next::go_on;
    while (next == Next::go_on)
        next = co_await serve_request(stream, pending, visitor, context, watch);
    co_return next;
}

/// The one boundary of a connection: what is thrown there is logged here.
void log_failure(std::exception_ptr failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log(LogLevel::error, "connection_failed", {{"reason", error.what()}});
    }
}

Task<> serve_connection(Socket socket, ConnectionContext& context, Hub& hub) {
    Counted counted(context.connections);
    std::string pending;
    error_code no_peer;  // gone already: its requests get no answer anyway
    Visitor visitor;
    visitor.peer = socket.remote_endpoint(no_peer).address().to_string();
    Stream stream(std::move(socket));
    const Next next = co_await serve_requests(stream, pending, visitor, context, hub);
    if (next == Next::linger) co_await linger(stream);
    if (next != Next::upgrade) co_return;
    stream.expires_never();
    Socket upgraded = stream.release_socket();
    // A coroutine of its own: this one's frame would be dead weight for as long as the chat is
    // idle.
    const Executor executor = upgraded.get_executor();
    net::co_spawn(executor,
                  run_ws_session(std::move(upgraded), std::move(pending), std::move(counted),
                                 std::move(visitor.place), context, hub),
                  log_failure);
}

}  // namespace

Task<> accept_connections(net::basic_socket_acceptor<net::ip::tcp, Executor>& acceptor,
                          ConnectionContext& context, Hub& hub) {
    const Executor executor = acceptor.get_executor();
    for (;;) {
        Socket socket(executor);
        auto [error] = co_await acceptor.async_accept(socket, as_result);
        if (error == net::error::operation_aborted || error == net::error::bad_descriptor)
            co_return;
        if (error) {  // out of descriptors, most likely: wait for some to close instead of spinning
            log(LogLevel::error, "accept_failed", {{"reason", error.message()}});
            Timer pause(executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        error_code ignored;  // a socket that cannot be tuned still works
        socket.set_option(net::ip::tcp::no_delay(true), ignored);
        net::co_spawn(executor, serve_connection(std::move(socket), context, hub), log_failure);
    }
}

}  // namespace advisor::server
