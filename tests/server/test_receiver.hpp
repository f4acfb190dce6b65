#pragma once
// Somebody on loopback who is sent requests and answers with the bytes that the test wants, on the
// test's own event loop.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <string>
#include <vector>

#include "server/task.hpp"

namespace advisor::server {

class TestReceiver {
public:
    using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

    /// An answer of this text is never sent; the connection stays open.
    static constexpr const char* silence = "silence";

    explicit TestReceiver(net::io_context& io)
        : acceptor_(io, {net::ip::make_address("127.0.0.1"), 0}) {
        net::co_spawn(io, accept(), net::detached);
    }

    [[nodiscard]] std::string url(const std::string& path = "/hook") const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
    }
    void close() {
        acceptor_.close();
        held_.clear();
    }

    /// `HTTP/1.1 200 ...` with these headers, each ended by a line break.
    static std::string answer(int status, const std::string& headers = "",
                              const std::string& body = "") {
        return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    std::deque<std::string> answers;    ///< used up in order; then it answers with 204
    std::vector<std::string> requests;  ///< heads and bodies as they came
    std::size_t most_at_once = 0;

    /// The value of a header of request `index`, or an empty text.
    [[nodiscard]] std::string header(std::size_t index, const std::string& name) const {
        const std::string& text = requests.at(index);
        const std::size_t at = text.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const std::size_t begin = at + name.size() + 4;
        return text.substr(begin, text.find("\r\n", begin) - begin);
    }
    [[nodiscard]] std::string body(std::size_t index) const {
        const std::string& text = requests.at(index);
        return text.substr(text.find("\r\n\r\n") + 4);
    }

private:
    Task<> accept() {
        for (;;) {
            Socket socket(acceptor_.get_executor());
            auto [error] = co_await acceptor_.async_accept(socket, as_result);
            if (error) co_return;
            net::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), net::detached);
        }
    }

    Task<> serve(Socket socket) {
        ++open_;
        most_at_once = std::max(most_at_once, open_);
        std::string text;
        auto [head_error, head] = co_await net::async_read_until(socket, net::dynamic_buffer(text),
                                                                 "\r\n\r\n", as_result);
        std::size_t length = 0;
        const std::size_t at = text.find("Content-Length: ");
        if (!head_error && at != std::string::npos) length = std::stoul(text.substr(at + 16));
        if (text.size() < head + length) {
            const std::size_t rest = head + length - text.size();
            co_await net::async_read(socket, net::dynamic_buffer(text), net::transfer_exactly(rest),
                                     as_result);
        }
        requests.push_back(text);
        std::string reply = answer(204);
        if (!answers.empty()) {
            reply = answers.front();
            answers.pop_front();
        }
        if (reply == silence) {
            held_.push_back(std::move(socket));
        } else {
            co_await net::async_write(socket, net::buffer(reply), as_result);
        }
        --open_;
    }

    net::basic_socket_acceptor<net::ip::tcp, Executor> acceptor_;
    std::vector<Socket> held_;
    std::size_t open_ = 0;
};

}  // namespace advisor::server
