#include "server/net/http.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "await.hpp"
#include "server/net/origin.hpp"
#include "server/net/router.hpp"

namespace advisor::http {
namespace {

TEST(Http, EscapesAreDecoded) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", ""},       {"abc", "abc"}, {"%41", "A"},     {"a%2Fb", "a/b"}, {"%c3%A9", "\xC3\xA9"},
        {"a+b", "a+b"}, {"%25", "%"},   {"%2525", "%25"}, {"%0A", "\n"}};
    for (const auto& [text, decoded] : table) {
        std::string out = "old";
        EXPECT_TRUE(percent_decode(text, out)) << text;
        EXPECT_EQ(out, decoded);
    }
}

TEST(Http, BrokenEscapesAreNot) {
    for (const char* text : {"%", "%4", "a%", "%4g", "%g4", "%%", "%-1", "% 1", "%00", "a%00b"}) {
        std::string out;
        EXPECT_FALSE(percent_decode(text, out)) << text;
    }
}

TEST(Http, ParametersAreFoundByName) {
    Request request;
    request.query = "after=5&name=a%20b&empty=&flag&name=second&bad=%4";
    EXPECT_EQ(request.parameter("after"), "5");
    EXPECT_EQ(request.parameter("name"), "a b") << "the first one";
    for (const char* name : {"empty", "flag", "bad", "nosuch", "afte", "after=5", ""})
        EXPECT_EQ(request.parameter(name), "") << name;
    request.query = "";
    EXPECT_EQ(request.parameter("after"), "");
}

TEST(Http, HeadersAreFoundWhateverTheirCase) {
    Request request;
    request.headers = {{"Content-TYPE", "a"}, {"content-type", "b"}};
    EXPECT_EQ(request.header("Content-Type"), "a");
    EXPECT_EQ(request.header("Content-Typ"), "");
}

TEST(Http, EveryErrorHasANameAStatusAndABody) {
    std::set<std::string_view> names;
    for (const server::ErrorEntry& entry : server::error_table) {
        EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
        EXPECT_GE(entry.status, 400);
        const Response response = error_response({entry.code, "Do \"this\"."});
        EXPECT_EQ(response.status, entry.status);
        const nlohmann::json body = nlohmann::json::parse(response.body);
        EXPECT_EQ(body["error"]["code"], entry.name);
        EXPECT_EQ(body["error"]["message"], "Do \"this\".");
    }
}

struct OriginCase {
    const char* origin;
    const char* host;
    bool allowed;
};

TEST(Origin, OnlyOurselvesAndTheListMayTalkToUs) {
    const std::vector<std::string> list{"https://advice.example.org", "http://intranet:8080"};
    const std::vector<OriginCase> table{
        {"", "localhost:8080", true},
        {"http://localhost:8080", "localhost:8080", true},
        {"http://127.0.0.1:8080", "127.0.0.1:8080", true},
        {"http://[::1]:8080", "[::1]:8080", true},
        {"https://advice.example.org", "localhost:8080", true},
        {"https://advice.example.org", "advice.example.org", true},
        {"http://intranet:8080", "localhost:8080", true},
        {"null", "localhost:8080", false},
        {"NULL", "null", false},
        {"http://localhost", "localhost:8080", false},
        {"http://localhost:8081", "localhost:8080", false},
        {"http://127.0.0.1:8080", "localhost:8080", false},
        {"https://localhost:8080", "localhost:8080", false},
        {"http://localhost:8080/", "localhost:8080", false},
        {"http://localhost:8080.evil.example", "localhost:8080", false},
        {"http://evil.example", "localhost:8080", false},
        {"http://evil.example#localhost:8080", "localhost:8080", false},
        {"http://evil@localhost:8080", "localhost:8080", false},
        {"https://advice.example.org.evil.example", "localhost:8080", false},
        {"https://evil-advice.example.org", "localhost:8080", false},
        {"https://advice.example.org:8443", "localhost:8080", false},
        {"https://advice.example.org/", "localhost:8080", false},
        {"http://advice.example.org", "localhost:8080", false},
        {"https://advice.example.or", "localhost:8080", false},
        {"file://", "localhost:8080", false},
        {"http://", "", false},
        {"localhost:8080", "localhost:8080", false},
        {" http://localhost:8080", "localhost:8080", false},
    };
    for (const OriginCase& entry : table)
        EXPECT_EQ(origin_allowed(entry.origin, entry.host, list), entry.allowed)
            << entry.origin << " at " << entry.host;
    EXPECT_FALSE(origin_allowed("https://advice.example.org", "localhost:8080", {}));
}

}  // namespace
}  // namespace advisor::http

namespace advisor::server {
namespace {

struct PathCase {
    const char* pattern;
    const char* path;
    bool fits;
    PathParts parts;
};

TEST(Router, APatternFitsSegmentBySegment) {
    const std::vector<PathCase> table{
        {"/", "/", true, {}},
        {"/", "//", false, {}},
        {"/", "/a", false, {}},
        {"/a", "/a", true, {}},
        {"/a", "/a/", false, {}},
        {"/a", "/A", false, {}},
        {"/a/b", "/a", false, {}},
        {"/a", "/a/b", false, {}},
        {"/a/{}", "/a/x", true, {"x"}},
        {"/a/{}", "/a/", false, {}},
        {"/a/{}", "/a", false, {}},
        {"/a/{}", "/a/x/y", false, {}},
        {"/a/{}/b", "/a/x/b", true, {"x"}},
        {"/a/{}/b", "/a//b", false, {}},
        {"/a/{}/b", "/a/x/c", false, {}},
        {"/{}/{}", "/x/y", true, {"x", "y"}},
        {"/a/{}", "/a/{}", true, {"{}"}},
        {"/a/{}", "/a/..", true, {".."}},
        {"/r/{}", "/r/a b", true, {"a b"}},
    };
    for (const PathCase& entry : table) {
        PathParts parts{"old"};
        EXPECT_EQ(match_path(entry.pattern, entry.path, parts), entry.fits)
            << entry.pattern << " " << entry.path;
        if (entry.fits) {
            EXPECT_EQ(parts, entry.parts) << entry.pattern << " " << entry.path;
        }
    }
}

Task<http::Response> echo(http::Request request, PathParts parts, std::string name) {
    http::Response response;
    response.body = name + " " + request.method + (parts.empty() ? "" : " " + parts[0]);
    co_return response;
}

http::Response ask(const std::string& method, const std::string& path) {
    Router router;
    router.add({"GET", "/a/{}", Role::everyone, [](http::Request request, PathParts parts) {
                    return echo(std::move(request), std::move(parts), "get");
                }});
    router.add({"POST", "/a/{}", Role::everyone, [](http::Request request, PathParts parts) {
                    return echo(std::move(request), std::move(parts), "post");
                }});
    http::Request request;
    request.method = method;
    request.path = path;
    return await(router.handle(std::move(request)));
}

TEST(Router, FindsTheHandlerOfMethodAndPath) {
    EXPECT_EQ(ask("GET", "/a/x").body, "get GET x");
    EXPECT_EQ(ask("POST", "/a/x").body, "post POST x");
    EXPECT_EQ(ask("HEAD", "/a/x").body, "get HEAD x") << "whoever writes it drops the body";
}

TEST(Router, TellsWhatIsMissing) {
    EXPECT_EQ(ask("GET", "/b").status, 404);
    const http::Response wrong = ask("DELETE", "/a/x");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_NE(std::find(wrong.headers.begin(), wrong.headers.end(),
                        std::pair<std::string, std::string>("Allow", "GET, POST")),
              wrong.headers.end());
    EXPECT_EQ(ask("get", "/a/x").status, 405) << "methods are in capitals";
}

}  // namespace
}  // namespace advisor::server
