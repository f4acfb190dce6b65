#include "server/net/http_client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "server/net/name_lookup.hpp"
#include "server/net/public_address.hpp"
#include "server/net/url.hpp"

namespace advisor::server {
namespace {

namespace beast = boost::beast;
namespace bhttp = beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Stream = beast::basic_stream<net::ip::tcp, Executor>;
using TlsStream = net::ssl::stream<Stream>;
using Parser = bhttp::response_parser<bhttp::string_body>;
using Message = bhttp::request<bhttp::string_body>;
using Endpoints = std::vector<net::ip::tcp::endpoint>;

constexpr std::size_t max_head_bytes = 16 * 1024;
constexpr int max_interim_responses = 4;

ClientResponse failed(ClientError error, std::string reason) {
    ClientResponse response;
    response.error = error;
    response.reason = std::move(reason);
    return response;
}

ClientResponse timed_out() {
    return failed(ClientError::timed_out, "no complete answer in time");
}

net::ip::address to_address(const AddressBytes& bytes) {
    if (bytes.size() == 4) {
        net::ip::address_v4::bytes_type v4{};
        std::copy(bytes.begin(), bytes.end(), v4.begin());
        return net::ip::address_v4(v4);
    }
    net::ip::address_v6::bytes_type v6{};
    std::copy(bytes.begin(), bytes.end(), v6.begin());
    return net::ip::address_v6(v6);
}

/// The endpoints of a lookup, or why it must not be connected to. One address that is not public
/// spoils all: a name that means both the internet and this network is a trick or a mistake.
std::optional<ClientResponse> check_addresses(const http::Url& url,
                                              const std::vector<AddressBytes>& found, bool allowed,
                                              Endpoints& endpoints) {
    if (found.empty()) return failed(ClientError::unknown_host, url.host + " has no address");
    for (const AddressBytes& bytes : found) {
        const net::ip::address address = to_address(bytes);
        if (!allowed && !is_public_address(bytes)) {
            return failed(ClientError::private_address,
                          url.host + " is at " + address.to_string() +
                              ", which is not a public address; allow the host by name if it is "
                              "meant");
        }
        endpoints.emplace_back(address, url.port);
    }
    return std::nullopt;
}

Message make_message(const ClientRequest& request, const http::Url& url) {
    Message message;
    message.version(11);
    message.method_string(request.method);
    message.target(url.target);
    message.set(bhttp::field::host, url.authority());
    message.set(bhttp::field::user_agent, "advisor");
    message.set(bhttp::field::connection, "close");
    for (const auto& [name, value] : request.headers) message.set(name, value);
    message.body() = request.body;
    message.content_length(request.body.size());
    return message;
}

bool ran_out_of_time(const error_code& error) {
    return error == beast::error::timeout || error == net::error::timed_out;
}

ClientResponse failed_reading(const error_code& error) {
    if (ran_out_of_time(error)) return timed_out();
    if (error == bhttp::error::body_limit || error == bhttp::error::header_limit)
        return failed(ClientError::too_large, "the answer is too large");
    return failed(ClientError::broken, "the connection ended before the answer did");
}

void take_head(const Parser& parser, ClientResponse& response) {
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get())
        response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
}

/// Reads past interim answers (1xx) up to the head of the real one.
template <typename AnyStream>
Task<error_code> read_head(AnyStream& stream, beast::flat_buffer& buffer,
                           std::optional<Parser>& parser) {
    for (int i = 0; i < max_interim_responses; ++i) {
        parser.emplace();
        parser->header_limit(max_head_bytes);
        parser->body_limit(max_response_bytes);
        auto [error, size] = co_await bhttp::async_read_header(stream, buffer, *parser, as_result);
        if (error || parser->get().result_int() / 100 != 1) co_return error;
    }
    co_return error_code(bhttp::error::bad_status);
}

/// Sends the message and reads the answer on a stream that is connected.
template <typename AnyStream>
Task<ClientResponse> exchange(AnyStream& stream, const Message& message) {
    auto [write_error, written] = co_await bhttp::async_write(stream, message, as_result);
    if (ran_out_of_time(write_error)) co_return timed_out();
    // Any other failure to write may be a peer that has answered already and does not listen.
    beast::flat_buffer buffer;
    std::optional<Parser> parser;
    const error_code head_error = co_await read_head(stream, buffer, parser);
    ClientResponse response;
    if (head_error) response = failed_reading(head_error);
    // A length that is too large is found before the head is done with, and after it was read.
    if (head_error && head_error != bhttp::error::body_limit) co_return response;
    if (!head_error && !parser->is_done()) {
        auto [body_error, size] = co_await bhttp::async_read(stream, buffer, *parser, as_result);
        // A body that ends with the connection may end so without TLS's own farewell.
        const bool ended = body_error == net::ssl::error::stream_truncated && parser->need_eof();
        if (body_error && !ended) response = failed_reading(body_error);
    }
    take_head(*parser, response);
    if (response.error == ClientError::none) response.body = std::move(parser->get().body());
    co_return response;
}

Task<error_code> connect(Stream& stream, const Endpoints& endpoints) {
    error_code last = net::error::host_not_found;
    for (const net::ip::tcp::endpoint& endpoint : endpoints) {
        auto [error] = co_await stream.async_connect(endpoint, as_result);
        if (!error || ran_out_of_time(error)) co_return error;
        last = error;
    }
    co_return last;
}

ClientResponse failed_handshake(const http::Url& url, const error_code& error, SSL* ssl) {
    if (ran_out_of_time(error)) return timed_out();
    const long verdict = SSL_get_verify_result(ssl);
    const std::string why =
        verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict);
    return failed(ClientError::tls_failed, "no TLS with " + url.host + ": " + why);
}

/// Says whose certificate the peer has to have: that of a name, also sent to it, or of an address.
bool expect_host(SSL* ssl, const std::string& host) {
    error_code error;
    static_cast<void>(net::ip::make_address(host, error));
    if (!error) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

Task<ClientResponse> exchange_tls(Stream stream, net::ssl::context& context, const http::Url& url,
                                  const Message& message) {
    TlsStream tls(std::move(stream), context);
    if (!expect_host(tls.native_handle(), url.host))
        co_return failed(ClientError::bad_url, url.host + " cannot be in a certificate");
    auto [error] = co_await tls.async_handshake(net::ssl::stream_base::client, as_result);
    if (error) co_return failed_handshake(url, error, tls.native_handle());
    ClientResponse response = co_await exchange(tls, message);
    co_return response;
}

}  // namespace

std::string_view to_text(ClientError error) {
    static constexpr std::array<std::string_view, 10> names{
        "none",          "bad_url",    "plain_http", "unknown_host", "private_address",
        "not_connected", "tls_failed", "timed_out",  "too_large",    "broken"};
    return names[static_cast<std::size_t>(error)];
}

std::string_view ClientResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (http::same_word(key, name)) return value;
    }
    return {};
}

/// Made when it is first used: OpenSSL takes some megabytes, which a server that calls nobody does
/// not need.
struct HttpClient::Tls {
    net::ssl::context& context() {
        std::call_once(made_, [this] { make(); });
        return *context_;
    }

private:
    void make() {
        context_.emplace(net::ssl::context::tls_client);
        context_->set_options(net::ssl::context::default_workarounds | net::ssl::context::no_tlsv1 |
                              net::ssl::context::no_tlsv1_1);
        context_->set_verify_mode(net::ssl::verify_peer);
        error_code error;
        context_->set_default_verify_paths(error);  // without them only `ca_file` is trusted
    }

    std::once_flag made_;
    std::optional<net::ssl::context> context_;
};

HttpClient::HttpClient(const std::filesystem::path& ca_file) : tls_(std::make_unique<Tls>()) {
    if (ca_file.empty()) return;
    error_code error;
    tls_->context().load_verify_file(ca_file.string(), error);
    if (error)
        throw std::runtime_error(ca_file.string() + ": no certificates in it (" + error.message() +
                                 "); it needs one or more in PEM");
}

HttpClient::~HttpClient() = default;

Task<ClientResponse> HttpClient::send(ClientRequest request) {
    const Clock::time_point until = Clock::now() + request.deadline;
    const std::optional<http::Url> url = http::parse_url(request.url);
    if (!url) co_return failed(ClientError::bad_url, "not an http or https address");
    const bool allowed = std::ranges::any_of(request.allowed_hosts, [&](const std::string& host) {
        return http::same_word(host, url->host);
    });
    if (!url->tls && !allowed)
        co_return failed(ClientError::plain_http, url->host + " is addressed by plain http");
    const std::optional<std::vector<AddressBytes>> found = co_await look_up(url->host, until);
    if (!found) co_return timed_out();
    Endpoints endpoints;
    std::optional<ClientResponse> refusal = check_addresses(*url, *found, allowed, endpoints);
    if (refusal) co_return std::move(*refusal);

    const Executor executor = co_await net::this_coro::executor;
    Stream stream(executor);
    stream.expires_at(until);
    const error_code error = co_await connect(stream, endpoints);
    if (ran_out_of_time(error)) co_return timed_out();
    if (error)
        co_return failed(ClientError::not_connected,
                         "no connection to " + url->host + ": " + error.message());
    const Message message = make_message(request, *url);
    ClientResponse response;
    if (url->tls)
        response = co_await exchange_tls(std::move(stream), tls_->context(), *url, message);
    else
        response = co_await exchange(stream, message);
    co_return response;
}

}  // namespace advisor::server
