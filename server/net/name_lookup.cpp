#include "server/net/name_lookup.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace advisor::server {
namespace {

using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, Executor>;

/// Shared by the waiting coroutine and the thread, whoever lives longer.
struct Lookup {
    std::mutex mutex;
    Timer* timer = nullptr;  ///< null when nobody waits any more
    bool done = false;
    std::vector<AddressBytes> found;
};

/// Tells the thread that nobody waits, also when the coroutine is destroyed with its event loop.
class Waiting {
public:
    Waiting(Lookup& lookup, Timer& timer) : lookup_(lookup) { lookup_.timer = &timer; }
    ~Waiting() {
        const std::lock_guard lock(lookup_.mutex);
        lookup_.timer = nullptr;
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

private:
    Lookup& lookup_;
};

void add_address(const sockaddr& address, std::vector<AddressBytes>& found) {
    const auto add = [&found](const auto& bytes) {
        const auto* first = reinterpret_cast<const unsigned char*>(&bytes);
        found.emplace_back(first, first + sizeof bytes);
    };
    if (address.sa_family == AF_INET)
        add(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    else if (address.sa_family == AF_INET6)
        add(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

/// This machine's own name means it everywhere, also where no hosts file says so (RFC 6761, 6.3).
bool is_localhost(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost");
}

std::vector<AddressBytes> ask_system(const std::string& host) {
    if (is_localhost(host)) {
        AddressBytes six(16, 0);
        six.back() = 1;
        return {{127, 0, 0, 1}, six};
    }
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    std::vector<AddressBytes> found;
    if (getaddrinfo(host.c_str(), nullptr, &wanted, &list) != 0) return found;
    for (const addrinfo* entry = list; entry; entry = entry->ai_next)
        add_address(*entry->ai_addr, found);
    freeaddrinfo(list);
    return found;
}

void run_lookup(const std::shared_ptr<Lookup>& lookup, const std::string& host) {
    std::vector<AddressBytes> found = ask_system(host);
    const std::lock_guard lock(lookup->mutex);
    lookup->found = std::move(found);
    lookup->done = true;
    // Under the lock: while somebody waits, the event loop exists.
    if (!lookup->timer) return;
    net::post(lookup->timer->get_executor(), [lookup] {
        const std::lock_guard again(lookup->mutex);
        if (lookup->timer) lookup->timer->cancel();
    });
}

}  // namespace

Task<std::optional<std::vector<AddressBytes>>> look_up(
    std::string host, std::chrono::steady_clock::time_point until) {
    const Executor executor = co_await net::this_coro::executor;
    Timer timer(executor);
    timer.expires_at(until);
    auto lookup = std::make_shared<Lookup>();
    const Waiting waiting(*lookup, timer);
    std::thread(run_lookup, lookup, std::move(host)).detach();
    // The thread's call to cancel comes through this loop, so not before the wait has begun.
    co_await timer.async_wait(as_result);
    std::optional<std::vector<AddressBytes>> result;
    const std::lock_guard lock(lookup->mutex);
    if (lookup->done) result = std::move(lookup->found);
    co_return result;
}

}  // namespace advisor::server
