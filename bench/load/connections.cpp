#include "bench/load/connections.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "bench/load/process_stats.hpp"

namespace advisor::bench {
namespace {

constexpr unsigned text_opcode = 1;
constexpr unsigned close_opcode = 8;
constexpr unsigned ping_opcode = 9;
constexpr unsigned pong_opcode = 10;

// The key and answer of RFC 6455's example: a fixed pair lets us check the answer without SHA-1.
constexpr std::string_view handshake_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view handshake_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string error_text(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

sockaddr_in address(std::uint32_t host_order, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(host_order);
    result.sin_port = htons(port);
    return result;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Connections::Connections(Target target, std::size_t count, Callbacks callbacks)
    : target_(std::move(target)), callbacks_(std::move(callbacks)), sockets_(count) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) throw std::runtime_error(error_text("epoll_create1"));
}

Connections::~Connections() {
    for (const Socket& socket : sockets_)
        if (socket.fd >= 0) close(socket.fd);
    close(epoll_);
}

void Connections::fail(std::size_t index, const std::string& reason) {
    Socket& socket = sockets_[index];
    if (socket.stage == Stage::gone) return;
    if (socket.stage == Stage::open) --open_count_;
    if (socket.fd >= 0) close(socket.fd);  // leaves the epoll set by itself
    socket.fd = -1;
    socket.stage = Stage::gone;
    ++lost_count_;
    callbacks_.lost(index, reason);
}

void Connections::watch(std::size_t index, bool for_write) {
    Socket& socket = sockets_[index];
    if (socket.waits_for_write == for_write) return;
    epoll_event event{};
    event.events = for_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, socket.fd, &event);
    socket.waits_for_write = for_write;
}

void Connections::connect(std::size_t index) {
    Socket& socket = sockets_[index];
    socket.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket.fd < 0) return fail(index, error_text("socket"));
    const int on = 1;
    setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (target_.sources > 1) {
        setsockopt(socket.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const auto last = static_cast<std::uint32_t>(index % target_.sources);
        const sockaddr_in source = address(0x7f000001U + last, 0);
        if (bind(socket.fd, generic(source), sizeof source) != 0)
            return fail(index, error_text("bind"));
    }
    sockaddr_in server = address(0, target_.port);
    if (inet_pton(AF_INET, target_.host.c_str(), &server.sin_addr) != 1)
        return fail(index, "the host must be an IPv4 address");
    if (::connect(socket.fd, generic(server), sizeof server) != 0 && errno != EINPROGRESS)
        return fail(index, error_text("connect"));
    socket.stage = Stage::connecting;
    socket.waits_for_write = true;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.fd, &event);
}

std::size_t Connections::open_all(std::size_t at_once, std::uint64_t deadline_ns) {
    std::size_t begun = 0;
    while (open_count_ + lost_count_ < size() && now_ns() < deadline_ns) {
        while (begun < size() && begun - open_count_ - lost_count_ < at_once) connect(begun++);
        poll(deadline_ns);
    }
    return open_count_;
}

void Connections::queue_frame(Socket& socket, unsigned opcode, std::string_view payload) {
    mask_ = mask_ * 1664525U + 1013904223U;
    std::array<char, 4> key{};
    std::memcpy(key.data(), &mask_, key.size());
    std::string& out = socket.unsent;
    out.push_back(static_cast<char>(0x80U | opcode));
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(0x80U | payload.size()));
    } else {  // no frame of ours reaches 64 KiB
        out.push_back(static_cast<char>(0x80U | 126U));
        out.push_back(static_cast<char>(payload.size() >> 8U));
        out.push_back(static_cast<char>(payload.size() & 0xffU));
    }
    out.append(key.data(), key.size());
    const std::size_t begin = out.size();
    out.append(payload);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out[begin + i] = static_cast<char>(out[begin + i] ^ key[i % key.size()]);
}

void Connections::send_text(std::size_t index, std::string_view text) {
    if (!is_open(index)) return;
    queue_frame(sockets_[index], text_opcode, text);
    flush(index);
}

void Connections::flush(std::size_t index) {
    Socket& socket = sockets_[index];
    std::size_t sent = 0;
    while (sent < socket.unsent.size()) {
        const ssize_t n =
            send(socket.fd, socket.unsent.data() + sent, socket.unsent.size() - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) break;
        if (n < 0) return fail(index, error_text("send"));
        sent += static_cast<std::size_t>(n);
    }
    socket.unsent.erase(0, sent);
    watch(index, !socket.unsent.empty());
}

void Connections::poll(std::uint64_t deadline_ns) {
    std::array<epoll_event, 256> events;
    const std::uint64_t now = now_ns();
    const std::uint64_t wait = deadline_ns > now ? deadline_ns - now : 0;
    const timespec timeout{static_cast<time_t>(wait / 1'000'000'000),
                           static_cast<long>(wait % 1'000'000'000)};
    const int count =
        epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const auto index = static_cast<std::size_t>(event.data.u64);
        if (sockets_[index].fd >= 0 && (event.events & EPOLLOUT) != 0) on_writable(index);
        if (sockets_[index].fd >= 0 && (event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0)
            on_readable(index);
    }
}

void Connections::on_writable(std::size_t index) {
    Socket& socket = sockets_[index];
    if (socket.stage == Stage::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        errno = error;
        if (error != 0) return fail(index, error_text("connect"));
        const std::string host = target_.host + ":" + std::to_string(target_.port);
        socket.unsent.append("GET ")
            .append(target_.path)
            .append(" HTTP/1.1\r\nHost: ")
            .append(host);
        socket.unsent.append("\r\nOrigin: http://").append(host);
        socket.unsent.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        socket.unsent.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
        socket.unsent.append(handshake_key).append("\r\nSec-WebSocket-Protocol: ");
        socket.unsent.append(target_.subprotocol).append("\r\n\r\n");
        socket.stage = Stage::shaking;
    }
    flush(index);
}

void Connections::on_readable(std::size_t index) {
    static std::array<char, 1U << 16U> buffer;
    Socket& socket = sockets_[index];
    const ssize_t n = recv(socket.fd, buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return fail(index, error_text("recv"));
    if (n == 0) return fail(index, "closed by the server");

    std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
    const bool continued = !socket.unread.empty();
    if (continued) bytes = socket.unread.append(bytes);
    std::size_t used = 0;
    if (socket.stage == Stage::shaking) used = take_handshake(index, bytes);
    if (socket.stage == Stage::open) used += take_frames(index, bytes.substr(used));
    if (socket.fd < 0) return;
    if (continued) {
        socket.unread.erase(0, used);
    } else {
        socket.unread.assign(bytes.substr(used));
    }
}

std::size_t Connections::take_handshake(std::size_t index, std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::string_view head = bytes.substr(0, end);
    const bool accepted = head.starts_with("HTTP/1.1 101") &&
                          head.find(handshake_accept) != std::string_view::npos &&
                          head.find(target_.subprotocol) != std::string_view::npos;
    if (!accepted) {
        fail(index, "handshake refused: " + std::string(head.substr(0, head.find("\r\n"))));
        return 0;
    }
    sockets_[index].stage = Stage::open;
    ++open_count_;
    callbacks_.opened(index);
    return end + 4;
}

std::size_t Connections::take_frames(std::size_t index, std::string_view bytes) {
    std::size_t used = 0;
    while (is_open(index) && bytes.size() - used >= 2) {
        const auto byte = [&](std::size_t at) {
            return static_cast<unsigned>(static_cast<unsigned char>(bytes[used + at]));
        };
        std::size_t header = 2;
        std::uint64_t length = byte(1) & 0x7fU;
        if ((byte(1) & 0x80U) != 0 || (byte(0) & 0x70U) != 0) {
            fail(index, "a masked frame or reserved bits from the server");
            break;
        }
        if (length >= 126) {
            const std::size_t width = length == 126 ? 2 : 8;
            header += width;
            if (bytes.size() - used < header) break;
            length = 0;
            for (std::size_t i = 0; i < width; ++i) length = length << 8U | byte(2 + i);
        }
        if (bytes.size() - used < header || bytes.size() - used - header < length) break;
        const std::string_view payload =
            bytes.substr(used + header, static_cast<std::size_t>(length));
        const unsigned first = byte(0);
        used += header + payload.size();
        take_frame(index, first & 0x0fU, (first & 0x80U) != 0, payload);
    }
    return used;
}

void Connections::take_frame(std::size_t index, unsigned opcode, bool final,
                             std::string_view payload) {
    Socket& socket = sockets_[index];
    if (opcode == close_opcode) {
        unsigned code = 1005;
        if (payload.size() >= 2)
            code = static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8U |
                   static_cast<unsigned char>(payload[1]);
        return fail(index, "closed by the server with " + std::to_string(code));
    }
    if (opcode == ping_opcode) {
        queue_frame(socket, pong_opcode, payload);
        return flush(index);
    }
    if (opcode > text_opcode) return;
    if (final && socket.fragment.empty()) return callbacks_.message(index, payload);
    socket.fragment.append(payload);
    if (!final) return;
    const std::string whole = std::exchange(socket.fragment, {});
    callbacks_.message(index, whole);
}

}  // namespace advisor::bench
