#include <set>

#include "review_fixture.hpp"
#include "server/net/assets.hpp"

namespace advisor::server {
namespace {

/// Who may use each route: written down a second time here, so that a route without a row, or one
/// that lets in more than it should, fails.
const std::map<std::string, Role>& roles_of_routes() {
    static const std::map<std::string, Role> roles{
        {"POST /api/v1/sessions", Role::everyone},
        {"GET /api/v1/sessions/{}", Role::everyone},
        {"POST /api/v1/sessions/{}/turns", Role::everyone},
        {"GET /api/v1/scripts", Role::everyone},
        {"GET /api/v1/reports/{}", Role::everyone},
        {"GET /healthz", Role::everyone},
        {"GET /readyz", Role::everyone},
        {"GET /", Role::everyone},
        {"GET /r/{}", Role::everyone},
        {"GET /review", Role::everyone},
        {"GET /review/{}", Role::everyone},
        {"GET /review/{}/{}", Role::everyone},
        {"POST /api/v1/review/login", Role::everyone},
        {"POST /api/v1/review/welcome", Role::everyone},
        {"POST /api/v1/review/logout", Role::viewer},
        {"POST /api/v1/review/password", Role::viewer},
        {"GET /api/v1/review/me", Role::viewer},
        {"GET /api/v1/review/users", Role::admin},
        {"POST /api/v1/review/users", Role::admin},
        {"POST /api/v1/review/users/{}/reset", Role::admin},
        {"PUT /api/v1/review/users/{}/role", Role::admin},
        {"DELETE /api/v1/review/users/{}", Role::admin},
        {"GET /api/v1/review/tokens", Role::admin},
        {"POST /api/v1/review/tokens", Role::admin},
        {"DELETE /api/v1/review/tokens/{}", Role::admin},
        {"GET /api/v1/review/audit", Role::admin},
        {"GET /api/v1/review/sessions", Role::viewer},
        {"GET /api/v1/review/sessions.csv", Role::viewer},
        {"GET /api/v1/review/sessions.json", Role::viewer},
        {"GET /api/v1/review/sessions/{}", Role::viewer},
        {"POST /api/v1/review/sessions/{}/what-if", Role::viewer},
        {"PUT /api/v1/review/sessions/{}/tags", Role::editor},
        {"POST /api/v1/review/sessions/{}/notes", Role::editor},
        {"DELETE /api/v1/review/sessions/{}/notes/{}", Role::editor},
        {"PUT /api/v1/review/sessions/{}/mark", Role::editor},
        {"DELETE /api/v1/review/sessions/{}", Role::admin},
        {"GET /api/v1/review/sessions/{}/data", Role::admin},
        {"POST /api/v1/review/sessions/{}/anonymise", Role::admin},
        {"GET /api/v1/review/tags", Role::viewer},
        {"GET /api/v1/review/filters", Role::viewer},
        {"PUT /api/v1/review/filters/{}", Role::editor},
        {"DELETE /api/v1/review/filters/{}", Role::editor},
        {"GET /api/v1/review/analytics", Role::viewer},
        {"GET /api/v1/review/events", Role::viewer},
        {"GET /api/v1/review/inbox", Role::viewer},
        {"GET /api/v1/review/inbox/cases", Role::viewer},
        {"GET /api/v1/review/inbox/{}", Role::viewer},
        {"POST /api/v1/review/inbox/{}", Role::editor},
        {"POST /api/v1/review/inbox/{}/accept", Role::editor},
        {"GET /api/v1/review/scripts", Role::viewer},
        {"POST /api/v1/review/scripts/check", Role::editor},
        {"POST /api/v1/review/scripts/{}/drafts", Role::editor},
        {"POST /api/v1/review/scripts/{}/rollback", Role::admin},
        {"GET /api/v1/review/scripts/{}/diff", Role::viewer},
        {"GET /api/v1/review/scripts/{}/versions/{}", Role::viewer},
        {"DELETE /api/v1/review/scripts/{}/versions/{}", Role::editor},
        {"POST /api/v1/review/scripts/{}/versions/{}/publish", Role::admin},
        {"GET /api/v1/review/scripts/{}/versions/{}/simulation", Role::viewer},
        {"GET /api/v1/review/scripts/{}/versions/{}/tree.svg", Role::viewer},
        {"POST /api/v1/review/scripts/{}/versions/{}/play", Role::viewer},
        {"POST /api/v1/review/scripts/{}/versions/{}/replay", Role::editor},
        {"GET /api/v1/review/replays/{}", Role::viewer},
        {"DELETE /api/v1/review/replays/{}", Role::editor},
        {"POST /api/v1/review/sessions/{}/replay", Role::viewer},
        {"GET /api/v1/review/operations", Role::viewer},
        {"GET /api/v1/review/operations/webhooks", Role::viewer},
        {"GET /api/v1/review/operations/webhooks/{}", Role::viewer},
        {"POST /api/v1/review/operations/webhooks/{}/test", Role::admin},
        {"POST /api/v1/review/operations/webhooks/{}/enable", Role::admin},
        {"POST /api/v1/review/operations/webhooks/{}/replay", Role::admin},
        {"POST /api/v1/review/operations/messages/{}/replay", Role::admin},
        {"POST /api/v1/review/operations/backup", Role::admin},
    };
    return roles;
}

std::string name_of(const Route& route) {
    return std::string(route.method) + " " + std::string(route.pattern);
}

bool is_asset(const Route& route) {
    for (const Asset& asset : embedded_assets()) {
        if (asset.path == route.pattern) return true;
    }
    return false;
}

TEST_F(Review, EveryRouteLetsInExactlyTheRolesThatItShould) {
    std::set<std::string> seen;
    for (const Route& route : console_->router.routes()) {
        if (is_asset(route)) {
            EXPECT_EQ(route.role, Role::everyone) << name_of(route);
            continue;
        }
        const auto needed = roles_of_routes().find(name_of(route));
        ASSERT_NE(needed, roles_of_routes().end()) << "no row for " << name_of(route);
        seen.insert(needed->first);
        std::string path(route.pattern);
        for (std::size_t at = 0; (at = path.find("{}", at)) != std::string::npos; at += 1)
            path.replace(at, 2, "x");
        for (const std::string role : {"", "viewer", "editor", "admin"}) {
            const bool may = needed->second == Role::everyone ||
                             (!role.empty() && *read_role(role) >= needed->second);
            const int refused = role.empty() ? 401 : 403;
            const http::Response response =
                request(role, std::string(route.method), path,
                        route.method == "GET" || route.method == "DELETE" ? "" : "{}");
            // A wrong password, and a session's own token, are 401 too.
            const std::string code = response.body.find("not_signed_in") != std::string::npos ||
                                             response.body.find("forbidden") != std::string::npos
                                         ? "refused"
                                         : "";
            const bool own_check = needed->second == Role::everyone ||
                                   name_of(route) == "POST /api/v1/review/password";
            if (may && !own_check) {
                EXPECT_TRUE(code.empty()) << name_of(route) << " as " << role << response.body;
            }
            if (!may) {
                EXPECT_EQ(response.status, refused) << name_of(route) << " as " << role;
            }
        }
    }
    EXPECT_EQ(seen.size(), roles_of_routes().size()) << "a row without a route";
}

TEST_F(Review, ATokenStopsWorkingWhenItIsRemoved) {
    EXPECT_EQ(request("viewer", "GET", "/api/v1/review/me").status, 200);
    db::sqlite::Connection connection = db::open_sqlite_beside(file_, true);
    const db::Change change{"test", "token.remove", "viewer", "", utc_now()};
    ASSERT_TRUE(db::remove_api_token(connection, "viewer", change));
    EXPECT_EQ(request("viewer", "GET", "/api/v1/review/me").status, 401);
}

std::string cookie_of(const http::Response& response) {
    for (const auto& [name, value] : response.headers) {
        if (name == "Set-Cookie") return value.substr(0, value.find(';'));
    }
    return {};
}

/// A link is made, used once, and the account can log in; a reset ends it all.
TEST_F(Review, AnAccountLivesFromItsLinkToItsReset) {
    const json added = json::parse(
        request("admin", "POST", "/api/v1/review/users", R"({"name":"anna","role":"editor"})")
            .body);
    const std::string link = added["link"];
    const std::string token = link.substr(link.find('#') + 1);
    const std::string welcome = R"({"password":"correct horse battery","token":")" + token + "\"}";
    EXPECT_EQ(request("", "POST", "/api/v1/review/welcome",
                      R"({"password":"short","token":")" + token + "\"}")
                  .status,
              422);
    const http::Response first = request("", "POST", "/api/v1/review/welcome", welcome);
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(request("", "POST", "/api/v1/review/welcome", welcome).status, 401) << "used twice";

    http::Request me;
    me.method = "GET";
    me.path = "/api/v1/review/me";
    me.headers = {{"Cookie", cookie_of(first)}};
    EXPECT_EQ(json::parse(await(console_->router.handle(me)).body),
              json({{"name", "anna"}, {"role", "editor"}}));
    http::Request change = me;
    change.method = "PUT";
    change.path = "/api/v1/review/filters/mine";
    change.body = R"({"query":"q=x"})";
    change.headers.emplace_back("Content-Type", "application/json");
    EXPECT_EQ(await(console_->router.handle(change)).status, 403)
        << "a cookie alone changes nothing";
    change.headers.emplace_back("X-Advisor", "1");
    EXPECT_EQ(await(console_->router.handle(change)).status, 200);

    const std::string login = R"({"name":"anna","password":"correct horse battery"})";
    EXPECT_EQ(request("", "POST", "/api/v1/review/login", login).status, 200);
    EXPECT_EQ(request("admin", "POST", "/api/v1/review/users/anna/reset", "{}").status, 200);
    EXPECT_EQ(await(console_->router.handle(me)).status, 401) << "a reset ends log-ins";
    EXPECT_EQ(request("", "POST", "/api/v1/review/login", login).status, 401);
}

TEST_F(Review, GuessingIsSlowedDown) {
    const std::string wrong = R"({"name":"nobody","password":"wrong"})";
    for (int i = 0; i < Throttle::free_tries; ++i)
        EXPECT_EQ(request("", "POST", "/api/v1/review/login", wrong).status, 401);
    EXPECT_EQ(request("", "POST", "/api/v1/review/login", wrong).status, 429);
}

TEST(Throttle, DoublesUpToAQuarterOfAnHourAndForgetsAfterASuccess) {
    Throttle throttle;
    const Throttle::Clock::time_point now{};
    for (int i = 0; i < Throttle::free_tries - 1; ++i) throttle.failed("a", now);
    EXPECT_EQ(throttle.wait("a", now).count(), 0);
    throttle.failed("a", now);
    EXPECT_EQ(throttle.wait("a", now).count(), 1);
    throttle.failed("a", now);
    EXPECT_EQ(throttle.wait("a", now).count(), 2);
    for (int i = 0; i < 30; ++i) throttle.failed("a", now);
    EXPECT_EQ(throttle.wait("a", now).count(), 15 * 60);
    EXPECT_EQ(throttle.wait("b", now).count(), 0);
    throttle.succeeded("a");
    EXPECT_EQ(throttle.wait("a", now).count(), 0);
}

TEST(Passwords, AreHashedWithASaltAndChecked) {
    const std::string hash = hash_password("correct horse battery");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << hash;
    EXPECT_NE(hash, hash_password("correct horse battery"));
    EXPECT_TRUE(password_fits(hash, "correct horse battery"));
    EXPECT_FALSE(password_fits(hash, "correct horse batterz"));
    EXPECT_FALSE(password_fits("", ""));
}

TEST(CsvCell, IsNeverAFormula) {
    for (const std::string text : {"=1+1", "+1", "-1", "@a", "\tx", "\rx", "\uFF1D1", "\uFF20x"})
        EXPECT_EQ(csv_cell(text), "\"'" + text + "\"");
    EXPECT_EQ(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    EXPECT_EQ(csv_cell(""), "\"\"");
}

}  // namespace
}  // namespace advisor::server
