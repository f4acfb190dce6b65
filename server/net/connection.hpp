#pragma once
// What one accepted connection needs; http_server.cpp reads its requests, ws_session.cpp takes over
// an upgraded one.

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "server/conversation.hpp"
#include "server/hub.hpp"
#include "server/net/admission.hpp"
#include "server/net/router.hpp"

namespace advisor::server {

using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

inline constexpr std::chrono::seconds header_timeout{10};
inline constexpr std::chrono::seconds body_timeout{30};
inline constexpr std::chrono::seconds close_timeout{5};
inline constexpr std::chrono::seconds linger_timeout{2};
inline constexpr std::size_t max_lingering_bytes = 16 * 1024 * 1024;
inline constexpr std::size_t max_body_bytes = 64 * 1024;
inline constexpr std::size_t max_hook_body_bytes = 256 * 1024;   ///< from chat tools
inline constexpr std::size_t max_script_body_bytes = 2'500'000;  ///< a script of 1 MiB as JSON text

/// Shared by all connections of a server; outlives them.
struct ConnectionContext {
    const Router& router;
    Conversations& conversations;
    Hubs& hubs;
    const std::vector<std::string>& origins;  ///< allowed besides the server's own
    std::chrono::seconds idle_timeout;  ///< of a WebSocket whose peer does not even answer pings
    std::size_t max_connections;
    Admission& admission;
    const std::atomic<bool>& draining;
    std::atomic<std::size_t>& connections;  ///< open ones
};

/// Counts a connection for as long as it lives.
class Counted {
public:
    explicit Counted(std::atomic<std::size_t>& count) : count_(&count) { ++*count_; }
    Counted(Counted&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    ~Counted() {
        if (count_) --*count_;
    }
    Counted& operator=(Counted&&) = delete;

private:
    std::atomic<std::size_t>* count_;
};

/// Accepts connections until the acceptor is closed. `hub` belongs to this I/O thread.
[[nodiscard]] Task<> accept_connections(
    net::basic_socket_acceptor<net::ip::tcp, Executor>& acceptor, ConnectionContext& context,
    Hub& hub);

/// Runs one browser chat until the peer leaves, goes idle or the server drains.
/// `head` is the upgrade request as read, checked by the gate and for its Origin; `place` is the
/// client's.
[[nodiscard]] Task<> run_ws_session(Socket socket, std::string head, Counted counted, Place place,
                                    ConnectionContext& context, Hub& hub);

}  // namespace advisor::server
