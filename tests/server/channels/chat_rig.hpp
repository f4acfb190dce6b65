#pragma once
// The doors of the chat tools on a real database in a temporary folder, and requests as the
// platforms send them.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "db/sqlite_store.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/signature.hpp"
#include "server/team_chat/hook_book.hpp"
#include "server/team_chat/hooks_api.hpp"
#include "tests/dialogs/support.hpp"
#include "tests/server/await.hpp"

namespace advisor::server {

namespace fs = std::filesystem;
using nlohmann::json;

inline std::string url_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0)
            out += c;
        else
            out += "%" + channels::to_hex({&c, 1});
    }
    return out;
}

inline std::string form_body(const json& fields) {
    std::string body;
    for (const auto& [name, value] : fields.items())
        body += (body.empty() ? "" : "&") + name + "=" + url_escaped(value.get<std::string>());
    return body;
}

inline json fixture(const std::string& path) {
    return json::parse(dialogs::read_source("tests/fixtures/channels/" + path));
}

class ChatRig : public testing::Test {
protected:
    static constexpr const char* secret = "8f742231b10e8888abcd99example00";

    ChatRig() {
        std::string name = (fs::temp_directory_path() / "advisor-chat-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        open();
    }
    ~ChatRig() override {
        close();
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }

    /// Read once: the product's scripts are large.
    static const ScriptSources& sources() {
        static const ScriptSources all = [] {
            ScriptSources read;
            for (const char* id : {"nodejs-vs-python", "sql-or-document"}) {
                const std::string file = std::string(id) + ".json";
                read.scripts.push_back({file, dialogs::read_source("dialogs/scripts/" + file),
                                        dialogs::builtin_script(id)});
            }
            return read;
        }();
        return all;
    }

    void open() {
        auto writer = db::open_sqlite_writer(folder_ / "advisor.db");
        scripts_ = std::make_unique<ScriptRegistry>(sources(), "nodejs-vs-python", *writer);
        store_ = std::make_unique<StoreQueue>(std::move(writer),
                                              db::open_sqlite_reader(folder_ / "advisor.db"));
        conversations_ = std::make_unique<Conversations>(*store_, *scripts_, "secret");
        HooksApi::Settings settings{folder_, "secret", "https://advisor.example.org", nullptr};
        api_ = std::make_unique<HooksApi>(settings, *conversations_, *scripts_, hubs_);
        reader_ = db::open_sqlite_reader(folder_ / "advisor.db");
    }
    void close() {
        reader_.reset();
        if (api_) api_->stop();
        api_.reset();
        conversations_.reset();
        if (store_) store_->stop();
        store_.reset();
        scripts_.reset();
    }

    /// A hook as `advisor hook add` stores it, beside the server.
    void add_hook(const std::string& platform, const std::string& id, bool shared = false,
                  std::map<std::string, std::string, std::less<>> options = {}) {
        channels::Hook hook;
        hook.id = id;
        hook.platform = platform;
        hook.secrets = {secret};
        hook.shared = shared;
        hook.options = std::move(options);
        db::open_sqlite_talk_store(folder_ / "advisor.db")
            ->put_hook(seal_hook(hook, SecretBox(folder_)));
    }

    http::Response send(const http::Request& request) {
        PathParts parts;
        if (!match_path("/hooks/{}/{}", request.path, parts) &&
            !match_path("/hooks/{}/{}/{}", request.path, parts))
            throw std::runtime_error("no route: " + request.path);
        return await(api_->deliver(request, parts));
    }

    // Mattermost, user by user.
    http::Request command(const std::string& text, const std::string& user = "anna",
                          const std::string& trigger = {}) {
        json fields = fixture("mattermost/slash_command.json");
        fields["token"] = secret;
        fields["text"] = text;
        fields["user_id"] = user;
        fields["user_name"] = user;
        fields["trigger_id"] = trigger.empty() ? "t" + std::to_string(++count_) : trigger;
        http::Request request;
        request.method = "POST";
        request.path = "/hooks/mattermost/m1/command";
        request.headers = {{"Authorization", "Token " + std::string(secret)},
                           {"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = form_body(fields);
        return request;
    }
    /// Presses the control with that id ("opta") of an answer's first attachment.
    http::Request press(const json& answer, const std::string& id, const std::string& user = "anna",
                        const std::string& trigger = {}, const std::string& chosen = {}) {
        const json* context = nullptr;
        for (const json& action : card_of(answer).at("actions")) {
            if (action.at("id") == id) context = &action.at("integration").at("context");
        }
        if (!context) throw std::runtime_error("no control " + id + " in " + answer.dump());
        json body = fixture("mattermost/action_request_button.json");
        body["user_id"] = user;
        body["user_name"] = user;
        body["trigger_id"] = trigger.empty() ? "t" + std::to_string(++count_) : trigger;
        body["context"] = *context;
        if (!chosen.empty()) body["context"]["selected_option"] = chosen;
        http::Request request;
        request.method = "POST";
        request.path = "/hooks/mattermost/m1/action";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = body.dump();
        return request;
    }
    static const json& card_of(const json& answer) {
        return answer.contains("update") ? answer["update"]["props"]["attachments"][0]
                                         : answer.at("attachments").at(0);
    }
    json ask(const http::Request& request) {
        const http::Response response = send(request);
        if (response.status != 200)
            throw std::runtime_error(std::to_string(response.status) + " " + response.body);
        return json::parse(response.body);
    }

    /// The latest session as it is stored.
    Live latest() {
        const auto sessions = reader_->latest_sessions(1, 0);
        return await(conversations_->attach(sessions.at(0).key)).value();
    }
    std::size_t session_count() { return reader_->latest_sessions(1000, 0).size(); }

    fs::path folder_;
    Hubs hubs_;
    std::unique_ptr<ScriptRegistry> scripts_;
    std::unique_ptr<StoreQueue> store_;
    std::unique_ptr<Conversations> conversations_;
    std::unique_ptr<HooksApi> api_;
    std::unique_ptr<db::Reader> reader_;
    int count_ = 0;
};

}  // namespace advisor::server
