#pragma once
// Many WebSocket client connections on one thread and one epoll. Speaks just enough of RFC 6455 for
// a load tool: masked text frames out, text in any fragmentation in, pings answered, no extensions.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::bench {

/// Where to connect to. `sources` local addresses 127.0.0.1, 127.0.0.2, ... are used in turn, since
/// one address has too few ports for many tens of thousands of connections and servers may limit
/// connections per address.
struct Target {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string path = "/ws";
    std::string subprotocol = "advisor.v1";
    unsigned sources = 1;
};

/// Owns the sockets. Connections are named by their index, 0 to size - 1, which never changes.
/// Thread: one. Callbacks run inside `poll` and `send_text` and may call `send_text` for any
/// connection.
class Connections {
public:
    struct Callbacks {
        std::function<void(std::size_t)> opened;                     ///< handshake done
        std::function<void(std::size_t, std::string_view)> message;  ///< one whole text message
        std::function<void(std::size_t, const std::string& reason)>
            lost;  ///< gone, for whatever reason
    };

    Connections(Target target, std::size_t count, Callbacks callbacks);
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// Begins the handshake of connection `index`. Failures come through `lost`.
    void connect(std::size_t index);
    /// Sends one text message; does nothing when the connection is not open.
    void send_text(std::size_t index, std::string_view text);
    /// Handles whatever happens until `deadline_ns` (monotonic), but returns after the first batch
    /// of events.
    void poll(std::uint64_t deadline_ns);
    /// Opens all connections, `at_once` at a time. Returns how many are open before `deadline_ns`.
    std::size_t open_all(std::size_t at_once, std::uint64_t deadline_ns);

    [[nodiscard]] bool is_open(std::size_t index) const {
        return sockets_[index].stage == Stage::open;
    }
    [[nodiscard]] std::size_t size() const { return sockets_.size(); }
    [[nodiscard]] std::size_t open_count() const { return open_count_; }
    [[nodiscard]] std::size_t lost_count() const { return lost_count_; }

private:
    enum class Stage { fresh, connecting, shaking, open, gone };
    struct Socket {
        int fd = -1;
        Stage stage = Stage::fresh;
        bool waits_for_write = false;
        std::string unread;    ///< bytes of an incomplete frame
        std::string unsent;    ///< bytes the kernel did not take yet
        std::string fragment;  ///< payload of an unfinished message
    };

    void fail(std::size_t index, const std::string& reason);
    void watch(std::size_t index, bool for_write);
    void flush(std::size_t index);
    void on_writable(std::size_t index);
    void on_readable(std::size_t index);
    std::size_t take_handshake(std::size_t index, std::string_view bytes);
    std::size_t take_frames(std::size_t index, std::string_view bytes);
    void take_frame(std::size_t index, unsigned opcode, bool final, std::string_view payload);
    void queue_frame(Socket& socket, unsigned opcode, std::string_view payload);

    Target target_;
    Callbacks callbacks_;
    std::vector<Socket> sockets_;
    std::size_t open_count_ = 0;
    std::size_t lost_count_ = 0;
    std::uint32_t mask_ = 0x9e3779b9;
    int epoll_ = -1;
};

}  // namespace advisor::bench
