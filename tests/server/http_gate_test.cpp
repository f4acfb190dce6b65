// The gate in front of the HTTP parser, as a table of raw heads: what two programs could read
// differently is refused.

#include "server/net/http_gate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace advisor::http {
namespace {

using server::ErrorCode;

struct Head {
    const char* why;
    std::string text;
    std::optional<ErrorCode> refused;
};

constexpr auto bad = ErrorCode::bad_request;
constexpr const char* host = "Host: a\r\n";

/// A head with one line besides the Host.
std::string with(const std::string& line) {
    return "POST /x HTTP/1.1\r\n" + std::string(host) + line + "\r\n\r\n";
}
std::string request(const std::string& line) {
    return line + "\r\n" + host + "\r\n";
}

std::vector<Head> heads() {
    std::string many_lines = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < max_header_lines; ++i) many_lines += "x: y\r\n";
    return {
        // Ordinary requests.
        {"plain GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", {}},
        {"query and escapes", request("GET /a%20b?x=1&y=%2F HTTP/1.1"), {}},
        {"length", with("Content-Length: 5"), {}},
        {"chunks", with("Transfer-Encoding: chunked"), {}},
        {"chunks in capitals", with("TRANSFER-ENCODING: Chunked"), {}},
        {"spaces around a value", with("Content-Length: \t 5 \t"), {}},
        {"an empty value", with("X-Empty:"), {}},
        {"UTF-8 in a value", with("X-Name: \xC3\xA9"), {}},
        {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", {}},
        {"an upgrade",
         with("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"),
         {}},
        {"64 header lines", many_lines + "\r\n", {}},

        // Where the body ends: the shapes of request smuggling.
        {"length and chunks", with("Content-Length: 5\r\nTransfer-Encoding: chunked"), bad},
        {"chunks and length", with("Transfer-Encoding: chunked\r\nContent-Length: 5"), bad},
        {"two lengths that differ", with("Content-Length: 5\r\nContent-Length: 6"), bad},
        {"two lengths that agree", with("Content-Length: 5\r\nContent-Length: 5"), bad},
        {"a list of lengths", with("Content-Length: 5, 5"), bad},
        {"a signed length", with("Content-Length: +5"), bad},
        {"a negative length", with("Content-Length: -5"), bad},
        {"a hexadecimal length", with("Content-Length: 0x5"), bad},
        {"a length with a fraction", with("Content-Length: 5.0"), bad},
        {"a length with a blank inside", with("Content-Length: 5 5"), bad},
        {"an empty length", with("Content-Length:"), bad},
        {"a length beyond 64 bits", with("Content-Length: 18446744073709551617"), bad},
        {"an unknown encoding", with("Transfer-Encoding: xchunked"), bad},
        {"chunked and another", with("Transfer-Encoding: gzip, chunked"), bad},
        {"identity", with("Transfer-Encoding: identity"), bad},
        {"chunked twice in one line", with("Transfer-Encoding: chunked, chunked"), bad},
        {"chunked in two lines", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
         bad},
        {"chunked in quotes", with("Transfer-Encoding: \"chunked\""), bad},
        {"an empty encoding", with("Transfer-Encoding:"), bad},
        {"chunked with a vertical tab",
         with("Transfer-Encoding:\x0b"
              "chunked"),
         bad},
        {"HTTP/1.0 with chunks", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         bad},

        // Names and lines.
        {"a space before the colon", with("Content-Length : 5"), bad},
        {"a tab before the colon", with("Content-Length\t: 5"), bad},
        {"a folded line", with("X-Long: a\r\n b"), bad},
        {"a line folded by a tab", with("X-Long: a\r\n\tb"), bad},
        {"a first line that is folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", bad},
        {"no colon", with("Content-Length 5"), bad},
        {"no name", with(": 5"), bad},
        {"a NUL in a name", with(std::string("Content\0Length: 5", 17)), bad},
        {"a NUL in a value", with(std::string("X: a\0b", 6)), bad},
        {"DEL in a value", with("X: a\x7f"), bad},
        {"UTF-8 in a name", with("X-\xC3\xA9: 5"), bad},
        {"a lone CR in a value", with("X: a\rContent-Length: 5"), bad},
        {"a lone LF", "GET / HTTP/1.1\nHost: a\n\n", bad},
        {"a lone LF between headers", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", bad},
        {"no end", "GET / HTTP/1.1\r\nHost: a\r\n", bad},
        {"65 header lines", many_lines + "x: y\r\n\r\n", ErrorCode::headers_too_large},

        // Host.
        {"no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", bad},
        {"two Hosts", with("Host: b"), bad},
        {"two equal Hosts", with("Host: a"), bad},
        {"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", bad},

        // The request line.
        {"no version", request("GET /"), bad},
        {"HTTP/0.9", request("GET / HTTP/0.9"), ErrorCode::http_version},
        {"HTTP/2", request("GET / HTTP/2.0"), ErrorCode::http_version},
        {"HTTP/1.2", request("GET / HTTP/1.2"), ErrorCode::http_version},
        {"version in small letters", request("GET / http/1.1"), ErrorCode::http_version},
        {"two spaces", request("GET  / HTTP/1.1"), bad},
        {"a space in the target", request("GET /a b HTTP/1.1"), bad},
        {"a tab instead of a space", request("GET\t/ HTTP/1.1"), bad},
        {"a space at the end", request("GET / HTTP/1.1 "), bad},
        {"an absolute target", request("GET http://b/ HTTP/1.1"), bad},
        {"an authority", request("CONNECT b:443 HTTP/1.1"), bad},
        {"an asterisk", request("OPTIONS * HTTP/1.1"), bad},
        {"a fragment", request("GET /#x HTTP/1.1"), bad},
        {"a byte beyond ASCII in the target", request("GET /\xC3\xA9 HTTP/1.1"), bad},
        {"a control character in the target", request("GET /\x01 HTTP/1.1"), bad},
        {"a method that is no token", request("G(T / HTTP/1.1"), bad},
        {"an empty line ahead", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", bad},
        {"nothing", "", bad},
    };
}

TEST(HttpGate, LetsThroughOnlyWhatEverybodyReadsAlike) {
    for (const Head& head : heads()) {
        const std::optional<server::Refusal> refusal = check_head(head.text);
        EXPECT_EQ(refusal.has_value(), head.refused.has_value())
            << head.why << (refusal ? ": " + refusal->message : "");
        if (!refusal || !head.refused) continue;
        EXPECT_EQ(refusal->code, *head.refused) << head.why << ": " << refusal->message;
        EXPECT_FALSE(refusal->message.empty()) << head.why;
    }
}

TEST(HttpGate, NoCutOffHeadIsTaken) {
    const std::string head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    for (std::size_t size = 0; size < head.size(); ++size)
        EXPECT_TRUE(check_head(head.substr(0, size))) << size;
    EXPECT_FALSE(check_head(head));
}

TEST(HttpGate, NoControlCharacterPassesAnywhere) {
    const std::string head = "POST /x HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n";
    for (std::size_t at = 0; at < head.size(); ++at) {
        for (int c = 0; c < 32; ++c) {
            std::string changed = head;
            changed[at] = static_cast<char>(c);
            // A tab may stand in a value; everything that is there already is itself.
            if (c == head[at] || (c == '\t' && changed != head &&
                                  (head[at] == ' ' || head[at] == 'z' || head[at] == 'a')))
                continue;
            EXPECT_TRUE(check_head(changed)) << "byte " << at << " as " << c;
        }
    }
}

}  // namespace
}  // namespace advisor::http
