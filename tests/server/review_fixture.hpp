#pragma once
// The review API on a real database, asked through the table of routes.

#include "conversation_fixture.hpp"
#include "db/sqlite_store.hpp"
#include "server/chat_api.hpp"
#include "server/operations_api.hpp"
#include "server/review/review_api.hpp"
#include "server/review/review_events.hpp"
#include "server/review/script_desk.hpp"

namespace advisor::server {

class Review : public Conversation {
protected:
    Review() {
        file_ = folder_ / "advisor.db";
        open_review();
    }
    ~Review() override { close_review(); }

    void open_review(int keep_days = 0) {
        console_ = std::make_unique<Console>(file_, *store_, *scripts_, *talks_, keep_days);
        add_token("viewer");
        add_token("editor");
        add_token("admin");
    }
    void close_review() { console_.reset(); }

    /// A request with the API token of a role; no header for an empty role.
    http::Response request(const std::string& role, const std::string& method,
                           const std::string& target, const std::string& body = "") {
        http::Request request;
        request.method = method;
        request.path = target.substr(0, target.find('?'));
        if (target.find('?') != std::string::npos)
            request.query = target.substr(target.find('?') + 1);
        request.peer = "192.0.2.1";
        request.body = body;
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        if (!role.empty())
            request.headers.emplace_back("Authorization", "Bearer " + tokens_.at(role));
        return await(console_->router.handle(std::move(request)));
    }
    json get(const std::string& target, const std::string& role = "admin") {
        const http::Response response = request(role, "GET", target);
        EXPECT_EQ(response.status, 200) << target << ": " << response.body;
        return json::parse(response.body, nullptr, false);
    }
    /// The sessions that a query lists, in order.
    std::vector<std::string> listed(const std::string& query) {
        std::vector<std::string> keys;
        const json page = get("/api/v1/review/sessions?" + query);
        for (const json& session : page["sessions"])
            keys.push_back(session["id"].get<std::string>());
        return keys;
    }

    /// A session with these turns behind its start; each is a text that is said.
    std::string talk(const std::string& id, const std::vector<std::string>& texts,
                     const std::string& channel = "web") {
        std::optional<Live> live;
        const std::string long_id = id + "-0123456789abcdef";
        got(await(talks_->start(frame({{"type", "start"}, {"id", long_id}}), channel, "", live)));
        for (std::size_t i = 0; i < texts.size(); ++i)
            got(await(talks_->take_turn(say(long_id + std::to_string(i), texts[i]), *live)));
        return live->key;
    }

    struct Console {
        Console(const fs::path& file, StoreQueue& queue, ScriptRegistry& scripts,
                Conversations& talks, int keep_days)
            : store(file, queue),
              follower(file, queue, scripts, keep_days),
              accounts(store, origins),
              operations({file.parent_path(), file, {}, {}, {}}),
              chat{talks, scripts, queue, hubs, draining},
              desk(file, scripts),
              api{store, follower, accounts, queue, scripts_of(scripts), file, connections, desk} {
            add_chat_routes(router, chat);
            add_page_routes(router);
            add_review_routes(router, api);
            add_review_event_routes(router, api, draining);
            add_review_operations_routes(router, api, operations);
        }
        ~Console() {
            desk.stop();
            accounts.stop();
            operations.stop();
            follower.stop();
            store.stop();
        }
        std::vector<std::string> origins;
        Hubs hubs;
        std::atomic<bool> draining{false};
        std::atomic<std::size_t> connections{0};
        ReviewStore store;
        ReviewFollower follower;
        Accounts accounts;
        OperationsDesk operations;
        ChatApi chat;
        ScriptDesk desk;
        ReviewApi api;
        Router router;
    };

    void add_token(const std::string& role) {
        if (tokens_.count(role) > 0) return;
        db::sqlite::Connection connection = db::open_sqlite_beside(file_, true);
        const FreshSecret secret = fresh_secret();
        const db::Change change{"test", "token.add", role, role, utc_now()};
        ASSERT_TRUE(db::add_api_token(connection, role, role, secret.hash, change));
        tokens_[role] = secret.text;
    }

    fs::path file_;
    std::map<std::string, std::string> tokens_;
    std::unique_ptr<Console> console_;
};

}  // namespace advisor::server
