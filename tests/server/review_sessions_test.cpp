#include "review_fixture.hpp"
#include "server/net/body_source.hpp"

namespace advisor::server {
namespace {

using Keys = std::vector<std::string>;

std::string body_of(const http::Response& response) {
    std::string body;
    while (const std::optional<std::string> piece = await(response.source->next())) {
        EXPECT_FALSE(piece->empty());
        body += *piece;
    }
    return body;
}

TEST_F(Review, ListsTheLatestFirstAndPageByPage) {
    Keys keys;
    for (int i = 0; i < 7; ++i)
        keys.insert(keys.begin(), talk("t" + std::to_string(i), {"a shop"}));
    EXPECT_EQ(listed(""), keys);
    Keys paged;
    std::string query = "limit=3";
    for (int page = 0; page < 5; ++page) {
        const json got_page = get("/api/v1/review/sessions?" + query);
        for (const json& session : got_page["sessions"]) paged.push_back(session["id"]);
        if (got_page["next"].is_null()) break;
        query = "limit=3&cursor=" + got_page["next"].get<std::string>();
    }
    EXPECT_EQ(paged, keys);
}

TEST_F(Review, FiltersBySeveralThingsAtOnce) {
    const std::string shop = talk("a", {"a shop", "20", "yes"});
    const std::string blog = talk("b", {"a blog", "yes"}, "http");
    const std::string open = talk("c", {"a shop"});
    EXPECT_EQ(listed("outcome=tea"), Keys({shop}));
    EXPECT_EQ(listed("outcome=coffee&channel=http"), Keys({blog}));
    EXPECT_EQ(listed("outcome=coffee&channel=web"), Keys());
    EXPECT_EQ(listed("state=open"), Keys({open}));
    EXPECT_EQ(listed("left_at=stock"), Keys({open}));
    EXPECT_EQ(listed("state=finished&script=small"), Keys({blog, shop}));
    EXPECT_EQ(listed("script=other"), Keys());
    EXPECT_EQ(listed("from=2000-01-01&to=2001-01-01"), Keys());
    EXPECT_EQ(listed("max_duration=3600").size(), 3U);
    EXPECT_EQ(listed("min_duration=3600").size(), 0U);
    const std::string path = "/api/v1/review/sessions/" + shop;
    EXPECT_EQ(request("editor", "PUT", path + "/tags", R"({"tags":["good","x"]})").status, 200);
    EXPECT_EQ(request("editor", "PUT", path + "/mark", R"({"reviewed":true,"rating":4})").status,
              200);
    EXPECT_EQ(listed("tag=good"), Keys({shop}));
    EXPECT_EQ(listed("tag=good&outcome=coffee"), Keys());
    EXPECT_EQ(listed("reviewed=yes"), Keys({shop}));
    EXPECT_EQ(listed("reviewed=no"), Keys({open, blog}));
    EXPECT_EQ(listed("rating=4"), Keys({shop}));
    for (const char* wrong : {"state=maybe", "from=yesterday", "rating=9", "limit=0", "cursor=x",
                              "reviewed=perhaps", "min_duration=-1"}) {
        EXPECT_EQ(request("viewer", "GET", std::string("/api/v1/review/sessions?") + wrong).status,
                  400)
            << wrong;
    }
}

TEST_F(Review, FindsWhatWasTypedWhateverTurnItStandsIn) {
    const std::string one = talk("a", {"a shop with umbrellas", "20"});
    const std::string two = talk("b", {"a blog about umbrellas and Zürich", "yes"});
    EXPECT_EQ(listed("q=umbrellas"), Keys({two, one}));
    EXPECT_EQ(listed("q=UMBRELLAS+20"), Keys({one}));
    EXPECT_EQ(listed("q=umbrel"), Keys({two, one})) << "the last word may be half typed";
    EXPECT_EQ(listed("q=zurich"), Keys({two}));
    EXPECT_EQ(listed("q=%22about+umbrellas%22"), Keys({two}));
    EXPECT_EQ(listed("q=%22umbrellas+about%22"), Keys());
    EXPECT_EQ(listed("q=umbrellas&channel=http"), Keys());
    EXPECT_EQ(listed("q=" + one), Keys({one}));
    EXPECT_EQ(listed("q=umbrellas&limit=1"), Keys({two}));
}

TEST_F(Review, NoQueryIsAnError) {
    talk("a", {"a shop"});
    for (const char* text : {"%22", "%22%22%22", "AND", "NOT", "a+OR", "*", "NEAR(a+b)", "(", "a*b",
                             "-a", "^a", "text:a", "%27;DROP+TABLE+turn;--", "%FF%FE", "a%22b"}) {
        EXPECT_EQ(request("viewer", "GET", std::string("/api/v1/review/sessions?q=") + text).status,
                  200)
            << text;
    }
    EXPECT_EQ(listed("").size(), 1U);
}

TEST_F(Review, ShowsOneSessionAsItWas) {
    const std::string key = talk("a", {"zzgrk", "a shop", "20", "yes"});
    const json session = get("/api/v1/review/sessions/" + key);
    EXPECT_EQ(session["outcome"], "tea");
    EXPECT_EQ(session["unclear"], 1);
    EXPECT_EQ(session["messages"][0]["from"], "advisor");
    EXPECT_EQ(session["answers"][0]["value"], "shop");
    EXPECT_EQ(session["timing"].size(), 5U);
    EXPECT_TRUE(session["timing"][1]["unclear"].get<bool>());
    EXPECT_EQ(session["timing"][2]["understood"][0]["question"], "kind");
    EXPECT_EQ(session["ledger"][0]["points"], json({{"tea", 5}}));
    EXPECT_EQ(session["recommendation"]["outcome"], "tea");
    EXPECT_EQ(request("viewer", "GET", "/api/v1/review/sessions/nope").status, 404);
}

TEST_F(Review, WhatIfShowsAnotherResultAndLeavesTheRecordAlone) {
    const std::string key = talk("a", {"a shop", "20", "yes"});
    const std::string path = "/api/v1/review/sessions/" + key;
    const json before = get(path);
    const auto what_if = [&](const std::string& body) {
        return json::parse(request("viewer", "POST", path + "/what-if", body).body);
    };
    const json other = what_if(R"({"answers":{"kind":"blog"}})");
    EXPECT_EQ(other["original"]["outcome"], "tea");
    EXPECT_EQ(other["what_if"]["outcome"], "coffee");
    EXPECT_EQ(other["dropped"], json({"stock"}));
    EXPECT_FALSE(other["same_outcome"].get<bool>());
    EXPECT_EQ(what_if(R"({"weights":{"r1":-3}})")["what_if"]["scores"]["tea"], -3);
    EXPECT_EQ(what_if(R"({"weights":{"r1":{"coffee":9}}})")["what_if"]["outcome"], "coffee");
    EXPECT_EQ(what_if(R"({"answers":{"kind":null}})")["what_if"]["pending"], "kind");
    for (const char* wrong :
         {R"({"answers":{"nope":1}})", R"({"answers":{"kind":"nope"}})", R"({"answers":[1]})",
          R"({"weights":{"nope":1}})", R"({"weights":{"r1":"x"}})", "[]", "{"}) {
        const int status = request("viewer", "POST", path + "/what-if", wrong).status;
        EXPECT_TRUE(status == 400 || status == 422) << wrong << status;
    }
    EXPECT_EQ(get(path), before);
}

TEST_F(Review, ExportsAreWholeAndSafe) {
    const std::string formula = talk("a", {"=HYPERLINK(\"http://x\") a shop", "20", "yes"});
    for (int i = 0; i < 450; ++i) talk("t" + std::to_string(i), {});
    EXPECT_EQ(request("editor", "POST", "/api/v1/review/sessions/" + formula + "/notes",
                      R"({"text":"+cmd, \"quoted\"\nnext line"})")
                  .status,
              200);
    const std::string csv = body_of(request("viewer", "GET", "/api/v1/review/sessions.csv"));
    EXPECT_NE(csv.find("\"'=HYPERLINK(\"\"http://x\"\") a shop\""), std::string::npos);
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = csv.find("\r\n", at)) != std::string::npos; ++at) ++lines;
    EXPECT_EQ(lines, 452U) << "a head and 451 sessions";
    const json all = json::parse(body_of(request("viewer", "GET", "/api/v1/review/sessions.json")));
    EXPECT_EQ(all["sessions"].size(), 451U);
    EXPECT_EQ(all["sessions"][450]["answers"]["kind"], "shop");
    const json none =
        json::parse(body_of(request("viewer", "GET", "/api/v1/review/sessions.json?script=other")));
    EXPECT_EQ(none, json({{"sessions", json::array()}}));
}

TEST_F(Review, AnonymisingTakesTypedTextOutEverywhere) {
    const std::string key =
        talk("a", {"call Petronella about it", "a shop, says Petronella", "20"});
    EXPECT_EQ(listed("q=petronella"), Keys({key}));
    const std::string path = "/api/v1/review/sessions/" + key;
    EXPECT_EQ(request("admin", "POST", path + "/anonymise", "{}").status, 200);
    EXPECT_EQ(listed("q=petronella"), Keys());
    EXPECT_EQ(get(path + "/data").dump().find("etronella"), std::string::npos);
    EXPECT_EQ(get("/api/v1/review/inbox").dump().find("etronella"), std::string::npos);
    EXPECT_EQ(get(path)["answers"][0]["value"], "shop") << "what was chosen stays";
}

TEST_F(Review, TheInboxGroupsWhatWasNotUnderstood) {
    talk("a", {"Zzgrk!"});
    talk("b", {"zzgrk"});
    talk("c", {"qwrtz"});
    const json rows = get("/api/v1/review/inbox")["inbox"];
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["text"], "zzgrk");
    EXPECT_EQ(rows[0]["count"], 2);
    EXPECT_EQ(rows[0]["question"], "kind");
    const std::string row = "/api/v1/review/inbox/" + rows[0]["id"].dump();
    EXPECT_EQ(request("editor", "POST", row, R"({"dismissed":true})").status, 200);
    EXPECT_EQ(get("/api/v1/review/inbox")["inbox"].size(), 1U);
    EXPECT_EQ(get("/api/v1/review/inbox?dismissed=yes")["inbox"].size(), 1U);
    EXPECT_EQ(get("/api/v1/review/audit")["audit"][0]["action"], "inbox.dismiss");
}

TEST_F(Review, TellsOfScriptsAndOperations) {
    talk("a", {"a shop"});
    const json scripts = get("/api/v1/review/scripts")["scripts"];
    ASSERT_EQ(scripts.size(), 1U);
    EXPECT_EQ(scripts[0]["script"], "small");
    EXPECT_EQ(scripts[0]["sessions"], 1);
    const json operations = get("/api/v1/review/operations");
    EXPECT_EQ(operations["status"], "ok");
    EXPECT_GT(operations["database"]["bytes"], 0);
    EXPECT_TRUE(operations["backup"].is_null());
}

}  // namespace
}  // namespace advisor::server
