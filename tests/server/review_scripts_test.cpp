#include <gmock/gmock.h>

#include <future>
#include <random>
#include <thread>

#include "review_fixture.hpp"
#include "server/review/text_diff.hpp"
#include "server/script_publication.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

/// The fixture's script with another text in it; `from` stands in it once or more.
std::string changed_script(const std::string& from, const std::string& to) {
    std::string text = small_talk();
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not in the script: " + from);
    return text.replace(at, from.size(), to);
}

/// A shop gets coffee where it got tea.
std::string flipped_script() {
    std::string text = changed_script(R"("points":{"tea":5})", R"("points":{"tea":1,"coffee":9})");
    const std::string blog = R"("when":"kind is blog","points":{"coffee":5})";
    return text.replace(text.find(blog), blog.size(),
                        R"("when":"kind is blog","points":{"tea":9})");
}

class ReviewScripts : public Review {
protected:
    static constexpr const char* scripts = "/api/v1/review/scripts";

    http::Response post(const std::string& target, const json& body,
                        const std::string& role = "admin") {
        return request(role, "POST", target, body.dump());
    }
    std::string save(const std::string& text, const std::string& note = "") {
        const http::Response response =
            post("/api/v1/review/scripts/small/drafts", {{"text", text}, {"note", note}}, "editor");
        EXPECT_EQ(response.status, 201) << response.body;
        return json::parse(response.body)["hash"];
    }
    static std::string version(const std::string& hash, const std::string& what = "") {
        return "/api/v1/review/scripts/small/versions/" + hash + what;
    }
    http::Response publish(const std::string& hash, const json& body = json::object()) {
        return post(version(hash, "/publish"), body);
    }
    std::string offered() { return scripts_->offered("small")->hash; }
    /// The entry of the list.
    json listed_version(const std::string& hash) {
        const json list = get(scripts);
        for (const json& entry : list["scripts"]) {
            if (entry["hash"] == hash) return entry;
        }
        return nullptr;
    }
    json ended_replay(const std::string& id) {
        for (;;) {
            json job = get("/api/v1/review/replays/" + id);
            if (job["state"] != "waiting" && job["state"] != "running") return job;
            std::this_thread::yield();
        }
    }
    /// Stops all and starts again with this script file.
    void restart(const std::string& file) {
        close_review();
        close_store();
        open_store(file);
        auto writer_work = std::make_shared<std::promise<void>>();
        std::future<void> done = writer_work->get_future();
        store_->post_change([this, writer_work](db::Writer* writer) {
            take_up_publications(*scripts_, *writer);
            writer_work->set_value();
        });
        done.get();
        open_review();
    }
};

TEST_F(ReviewScripts, ADraftIsSavedPublishedAndRolledBack) {
    restart(small_talk());
    const std::string file = offered();
    const std::string hash = save(flipped_script(), "coffee for shops");
    EXPECT_EQ(hash, sha256_hex(flipped_script()));
    json entry = listed_version(hash);
    EXPECT_EQ(entry["state"], "draft");
    EXPECT_EQ(entry["author"], "token:editor");
    EXPECT_EQ(entry["note"], "coffee for shops");
    const json read = get(version(hash.substr(0, 8)));
    EXPECT_EQ(read["text"], flipped_script());
    EXPECT_EQ(read["good"], true) << read["diagnostics"];
    EXPECT_EQ(read["proof"]["questions"], 3);

    EXPECT_EQ(request("editor", "POST", version(hash, "/publish"), "{}").status, 403);
    EXPECT_EQ(publish(hash, {{"replaces", std::string(64, '0')}}).status, 409);
    EXPECT_EQ(offered(), file);
    EXPECT_EQ(publish(hash, {{"replaces", file}, {"note", "after review"}}).status, 200);
    EXPECT_EQ(offered(), hash);
    EXPECT_EQ(listed_version(hash)["state"], "published");
    EXPECT_EQ(listed_version(file)["state"], "earlier");
    EXPECT_EQ(publish(hash).status, 409) << "it is published already";
    EXPECT_EQ(request("editor", "DELETE", version(hash)).status, 422) << "it was published";

    const http::Response back = post("/api/v1/review/scripts/small/rollback", json::object());
    EXPECT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(offered(), file);
    const json audit = get("/api/v1/review/audit");
    EXPECT_EQ(audit["audit"][0]["action"], "script.rollback");
    EXPECT_EQ(audit["audit"][1]["action"], "script.publish");
    EXPECT_EQ(audit["audit"][1]["who"], "token:admin");
}

TEST_F(ReviewScripts, ABrokenDraftIsKeptAndNeverPublished) {
    const std::string before = offered();
    const std::string hash = save(changed_script("kind is shop", "knid is shop"));
    const json read = get(version(hash));
    EXPECT_EQ(read["good"], false);
    ASSERT_FALSE(read["diagnostics"].empty());
    EXPECT_EQ(read["diagnostics"][0]["number"], "D014");
    EXPECT_GT(read["diagnostics"][0]["line"], 0);
    const http::Response refused = publish(hash);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, testing::HasSubstr("D014"));
    EXPECT_EQ(offered(), before);

    const std::string no_json = save("{ \"script\": ");
    EXPECT_EQ(publish(no_json).status, 422);
    EXPECT_EQ(get(version(no_json))["diagnostics"][0]["level"], "error");
    EXPECT_EQ(request("editor", "DELETE", version(no_json)).status, 200);
    EXPECT_EQ(request("viewer", "GET", version(no_json)).status, 404);
    EXPECT_EQ(offered(), before);
}

TEST_F(ReviewScripts, WhatCannotBeADraftIsRefused) {
    const std::string drafts = "/api/v1/review/scripts/small/drafts";
    EXPECT_EQ(post(drafts, {{"text", ""}}).status, 422);
    EXPECT_EQ(post(drafts, {{"text", 7}}).status, 422);
    EXPECT_EQ(post(drafts, {{"text", R"({"script":"other"})"}}).status, 422);
    EXPECT_EQ(post(drafts, {{"text", std::string(100, '[')}}).status, 422);
    EXPECT_EQ(post(drafts, {{"text", std::string(dialogs::max_script_bytes + 1, ' ')}}).status,
              413);
    EXPECT_EQ(post("/api/v1/review/scripts/No%20id/drafts", {{"text", "{}"}}).status, 422);
    EXPECT_EQ(request("admin", "GET", version("12345")).status, 404);
}

TEST_F(ReviewScripts, APublishedVersionLastsUntilTheFileChanges) {
    restart(small_talk());
    const std::string hash = save(flipped_script());
    ASSERT_EQ(publish(hash).status, 200);
    restart(small_talk());
    EXPECT_EQ(offered(), hash) << "the file is what it was";
    const std::string other = changed_script("What is it?", "What will it be?");
    restart(other);
    EXPECT_EQ(offered(), sha256_hex(other)) << "the file has changed";
    restart(other);
    EXPECT_EQ(offered(), sha256_hex(other));
    EXPECT_EQ(post("/api/v1/review/scripts/small/rollback", json::object()).status, 200);
    EXPECT_EQ(offered(), hash) << "what was published before the file changed";
}

/// Random walks over the script; with `publish` another version is published ahead of every turn.
class PinnedTalk : public ReviewScripts {
protected:
    std::vector<json> walk(unsigned seed, const std::vector<std::string>& versions) {
        std::mt19937 random(seed);
        const std::vector<std::string> texts{"shop", "blog", "20",   "yes",     "no",
                                             "skip", "back", "why?", "restart", "I don't know"};
        std::optional<Live> live;
        const std::string id =
            "walk-0123456789abcdef-" + std::to_string(seed) + (versions.empty() ? "a" : "b");
        std::vector<json> replies;
        const auto note = [&](TakenOrRefused result) {
            json reply = json::parse(got(std::move(result)).reply);
            for (const char* own : {"id", "session", "token"}) reply.erase(own);
            if (reply["recommendation"].is_object()) reply["recommendation"].erase("report");
            replies.push_back(reply);
        };
        note(await(talks_->start(frame({{"type", "start"}, {"id", id}}), "web", "", live)));
        for (int turn = 0; turn < 12; ++turn) {
            if (!versions.empty()) {
                const std::string& next =
                    versions[static_cast<std::size_t>(turn) % versions.size()];
                EXPECT_EQ(publish(next).status, 200);
                EXPECT_EQ(offered(), next);
            }
            const std::string& text = texts[random() % texts.size()];
            note(await(talks_->take_turn(say(id + std::to_string(turn), text), *live)));
        }
        return replies;
    }
};

TEST_F(PinnedTalk, ATalkIsTheSameWhateverIsPublishedBetweenItsTurns) {
    const std::string file = offered();
    const std::string flipped = save(flipped_script());
    const std::string other = save(changed_script("Is it live?", "Does it move?"));
    for (unsigned seed = 1; seed <= 10; ++seed) {
        const std::vector<json> quiet = walk(seed, {});
        EXPECT_EQ(walk(seed, {flipped, other, file}), quiet) << "seed " << seed;
    }
}

TEST_F(ReviewScripts, AReplayNamesWhatFlipsAndWhy) {
    const std::string shop = talk("one", {"shop", "20", "yes"});
    const std::string blog = talk("two", {"blog", "no"});
    talk("three", {"shop"});
    const std::string hash = save(flipped_script());
    const http::Response begun =
        post(version(hash, "/replay"), {{"filter", "state=finished"}}, "editor");
    ASSERT_EQ(begun.status, 202) << begun.body;
    const json job = ended_replay(json::parse(begun.body)["id"]);
    EXPECT_EQ(job["state"], "done") << job;
    EXPECT_EQ(job["sessions"], 2);
    EXPECT_EQ(job["flips"]["count"], 2);
    EXPECT_EQ(job["flips"]["sessions"][0]["session"], shop);
    EXPECT_EQ(job["flips"]["sessions"][0]["question"], "kind");
    EXPECT_EQ(job["flips"]["sessions"][1]["session"], blog);

    const std::string gone =
        save(changed_script(R"({"id":"blog","say":"A blog"})", R"({"id":"site","say":"A blog"})"));
    const json one = json::parse(
        post("/api/v1/review/sessions/" + shop + "/replay", {{"version", hash}}, "viewer").body);
    EXPECT_EQ(one["kind"], "flip") << one;
    EXPECT_EQ(one["cause"]["question"], "kind");
    EXPECT_EQ(post("/api/v1/review/sessions/" + shop + "/replay", {{"version", gone}}).status, 422)
        << "its rules name a choice that is gone";
    EXPECT_EQ(post(version(hash, "/replay"), {{"filter", "rating=9"}}).status, 400);
    EXPECT_EQ(post(version(hash, "/replay"), {{"limit", 0}}).status, 422);
    EXPECT_EQ(request("admin", "GET", "/api/v1/review/replays/99").status, 404);
}

TEST_F(ReviewScripts, ADraftIsLookedAtFromAllSides) {
    const std::string file = offered();
    const std::string hash = save(flipped_script());
    const json diff = get("/api/v1/review/scripts/small/diff?from=" + file + "&to=" + hash);
    ASSERT_EQ(diff["changes"].size(), 2U) << diff;
    EXPECT_EQ(diff["changes"][0]["part"], "rules");
    EXPECT_EQ(diff["changes"][0]["id"], "r1");
    EXPECT_EQ(diff["changes"][0]["change"], "changed");
    EXPECT_EQ(diff["changes"][0]["fields"][0]["field"], "points");
    const json shares = get(version(hash, "/simulation"));
    EXPECT_EQ(shares["exact"], true);
    EXPECT_TRUE(shares["outcomes"].contains("coffee"));
    const http::Response tree = request("viewer", "GET", version(hash, "/tree.svg"));
    EXPECT_THAT(tree.body, testing::StartsWith("<svg "));

    const json played =
        json::parse(post(version(hash, "/play"),
                         {{"inputs",
                           {{{"type", "answer"}, {"question", "kind"}, {"value", "blog"}},
                            {{"type", "say"}, {"text", "yes"}}}}},
                         "viewer")
                        .body);
    ASSERT_EQ(played["steps"].size(), 3U) << played;
    EXPECT_EQ(played["steps"][1]["said"], "A blog");
    EXPECT_EQ(played["reply"]["recommendation"]["outcome"], "tea");
    EXPECT_EQ(get("/api/v1/review/sessions?limit=10")["sessions"].size(), 0U)
        << "nothing of it is a session";
    EXPECT_EQ(post(version(hash, "/play"), {{"inputs", {{{"type", "nonsense"}}}}}).status, 400);
    EXPECT_EQ(post(version(hash, "/play"), {{"inputs", "x"}}).status, 422);
}

TEST(DiffLines, LeadFromOneTextToTheOther) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string before, after;
        const auto line = [&] {
            return std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
        };
        for (auto i = random() % 12; i > 0; --i) before += line();
        for (auto i = random() % 12; i > 0; --i) after += line();
        std::string old_text, new_text;
        for (const DiffLine& each : diff_lines(before, after)) {
            if (each.kind != DiffLine::Kind::added) old_text += std::string(each.text) + "\n";
            if (each.kind != DiffLine::Kind::removed) new_text += std::string(each.text) + "\n";
        }
        EXPECT_EQ(old_text, before);
        EXPECT_EQ(new_text, after);
    }
    const std::string text = "a\nb\nc\n";
    std::size_t changed = 0;
    for (const DiffLine& each : diff_lines(text, "a\nx\nc\n"))
        changed += each.kind == DiffLine::Kind::same ? 0 : 1;
    EXPECT_EQ(changed, 2U) << "as few as there can be";
}

}  // namespace
}  // namespace advisor::server
