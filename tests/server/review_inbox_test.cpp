// Texts that were not understood, accepted as answers.

#include "db/script_versions.hpp"
#include "review_fixture.hpp"

namespace advisor::server {
namespace {

constexpr const char* inbox = "/api/v1/review/inbox";

class Inbox : public Review {
protected:
    /// The row of a text; fails when there is none.
    json row_of(const std::string& text) {
        const json list = get(inbox)["inbox"];
        for (const json& row : list) {
            if (row["text"] == text) return row;
        }
        ADD_FAILURE() << "\"" << text << "\" is not in the inbox: " << list.dump();
        return json{{"id", 0}};
    }
    std::string place(const json& row) { return inbox + ("/" + row["id"].dump()); }
    json accept(const json& row, const json& body, int status = 200) {
        const http::Response response =
            request("editor", "POST", place(row) + "/accept", body.dump());
        EXPECT_EQ(response.status, status) << response.body;
        return json::parse(response.body, nullptr, false);
    }
};

TEST_F(Inbox, SaysWhatBecameOfAText) {
    talk("left", {"Xyzzy plugh!"});
    talk("gave-in", {"xyzzy plugh", "blog"});
    talk("insisted", {"xyzzy  plugh", "xyzzy plugh."});
    const json row = get(place(row_of("xyzzy plugh")), "viewer");
    EXPECT_EQ(row["count"], 4);
    const json& became = row["became"];
    EXPECT_EQ(became["sessions"], 3);
    EXPECT_EQ(became["times"], 4) << became.dump();
    EXPECT_EQ(became["left"], 2) << "one right away, one after the second try";
    EXPECT_EQ(became["unclear_again"], 1);
    ASSERT_EQ(became["answered"].size(), 1U);
    EXPECT_EQ(became["answered"][0]["answer"], "A blog");
    EXPECT_FALSE(row["options"].empty());
}

TEST_F(Inbox, ShowsWhatAcceptingChangesAndStoresNothing) {
    talk("one", {"xyzzy plugh"});
    const json row = row_of("xyzzy plugh");
    const std::string option = get(place(row))["options"][0]["id"];
    const json shown = accept(row, {{"option", option}});
    EXPECT_TRUE(shown["good"].get<bool>()) << shown.dump(1);
    EXPECT_EQ(shown["phrase"], "xyzzy plugh");
    ASSERT_EQ(shown["changes"].size(), 1U) << shown["changes"].dump();
    EXPECT_EQ(shown["changes"][0]["text"], "xyzzy plugh");
    EXPECT_TRUE(shown["changes"][0]["before"].is_null());
    EXPECT_NE(shown["text"].get<std::string>().find("\"xyzzy plugh\""), std::string::npos);
    EXPECT_TRUE(shown["draft"].is_null());
    EXPECT_TRUE(db::drafts(db::open_sqlite_beside(file_, false)).empty());
}

TEST_F(Inbox, SavesADraftWithItsCase) {
    talk("one", {"xyzzy plugh"});
    const json row = row_of("xyzzy plugh");
    const json options = get(place(row))["options"];
    ASSERT_GE(options.size(), 2U);
    const std::string option = options[0]["id"];
    const json saved = accept(row, {{"option", option}, {"save", true}});
    const auto drafts = db::drafts(db::open_sqlite_beside(file_, false));
    ASSERT_EQ(drafts.size(), 1U);
    EXPECT_EQ(saved["draft"], drafts[0].hash);
    EXPECT_EQ(drafts[0].author, "token:editor");
    const json script = row["script"];
    const json cases = get(std::string(inbox) + "/cases?script=" + script.get<std::string>());
    ASSERT_EQ(cases["cases"].size(), 1U);
    EXPECT_EQ(cases["cases"][0]["expected"], option);
    EXPECT_EQ(get(place(row))["accepted"][0]["draft"], drafts[0].hash);
    const json audit = get("/api/v1/review/audit")["audit"];
    EXPECT_EQ(audit[0]["action"], "inbox.accept");
}

TEST_F(Inbox, RefusesWhatBreaksAnotherPhrase) {
    talk("one", {"xyzzy plugh"});
    const json row = row_of("xyzzy plugh");
    const json options = get(place(row))["options"];
    // The label of one answer as a word for the other: it would mean both.
    const json shown = accept(row, {{"option", options[0]["id"]}, {"phrase", options[1]["label"]}});
    EXPECT_FALSE(shown["good"].get<bool>());
    EXPECT_FALSE(shown["broken"].empty() && shown["understood"].get<bool>()) << shown.dump(1);
    accept(row, {{"option", options[0]["id"]}, {"phrase", options[1]["label"]}, {"save", true}},
           422);
    EXPECT_TRUE(db::drafts(db::open_sqlite_beside(file_, false)).empty());
}

TEST_F(Inbox, RefusesBadRequests) {
    talk("one", {"xyzzy plugh"});
    const json row = row_of("xyzzy plugh");
    accept(row, json::object(), 422);
    accept(row, {{"option", "no-such-option"}}, 422);
    accept(row, {{"option", "yes"}, {"phrase", 7}}, 422);
    accept(json{{"id", 999}}, {{"option", "yes"}}, 404);
    EXPECT_EQ(request("viewer", "GET", std::string(inbox) + "/abc").status, 404);
    EXPECT_EQ(request("viewer", "POST", place(row) + "/accept", R"({"option":"yes"})").status, 403);
}

}  // namespace
}  // namespace advisor::server
