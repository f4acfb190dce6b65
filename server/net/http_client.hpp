#pragma once
// Outgoing HTTP: one request, one response, within a deadline. Never follows a redirect and never
// connects to an address that is not of the public internet, unless the host was allowed by name.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http.hpp"
#include "server/task.hpp"

namespace advisor::server {

/// Why there is no whole response.
enum class ClientError {
    none,
    bad_url,          ///< not an http or https address, or a broken one
    plain_http,       ///< http to a host that was not allowed by name
    unknown_host,     ///< the name has no address
    private_address,  ///< the name has an address that is not public, and was not allowed
    not_connected,    ///< refused or unreachable
    tls_failed,       ///< no TLS 1.2, or a certificate that is not valid for the host
    timed_out,        ///< `deadline` has passed
    too_large,        ///< the response has more than `max_response_bytes`, or 16 KiB of headers
    broken,           ///< closed early, or no HTTP
};

/// The error as it stands in logs and lists: "timed_out".
[[nodiscard]] std::string_view to_text(ClientError error);

inline constexpr std::size_t max_response_bytes = 256 * 1024;

struct ClientRequest {
    std::string method = "POST";
    std::string url;
    http::Headers headers;  ///< besides Host, Content-Length, User-Agent and Connection
    std::string body;
    /// Hosts as in the URL, without a port, that may be reached by plain http and at private
    /// addresses.
    std::vector<std::string> allowed_hosts;
    std::chrono::milliseconds deadline{15000};  ///< from the name's lookup to the last byte
};

/// `status` is 0 until a response's head was read. A peer that answers and then fails to send its
/// whole body leaves a status and an error.
struct ClientResponse {
    ClientError error = ClientError::none;
    std::string reason;  ///< for `error`, in words; has nothing of the URL but its host
    int status = 0;
    http::Headers headers;
    std::string body;

    /// The value of the first header of that name, or an empty text.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// A 2xx status: the peer has taken the request, whatever became of its body.
    [[nodiscard]] bool accepted() const { return status >= 200 && status < 300; }
};

/// Thread: from any I/O thread. Lifetime: outlives every coroutine awaiting it.
/// Errors are results; only a fault of our own is thrown.
class HttpClient {
public:
    /// Trusts the system's certificate authorities, and those in `ca_file` (PEM) when it is given.
    /// Throws std::runtime_error with a sentence when that cannot be read.
    explicit HttpClient(const std::filesystem::path& ca_file = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Looks the name up once, checks what it found, and connects to exactly that.
    [[nodiscard]] Task<ClientResponse> send(ClientRequest request);

private:
    struct Tls;
    std::unique_ptr<Tls> tls_;
};

}  // namespace advisor::server
