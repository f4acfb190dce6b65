#pragma once
// Conversations on a real database in a temporary folder.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "await.hpp"
#include "db/sqlite_store.hpp"
#include "server/conversation.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::server {

namespace fs = std::filesystem;
using nlohmann::json;

/// A real writer with somebody who may do something ahead of each append.
class MeddledWriter final : public db::Writer {
public:
    using Meddle = std::function<void(db::Writer& writer, std::span<const db::Turn> turns)>;

    MeddledWriter(std::unique_ptr<db::Writer> writer, Meddle& meddle)
        : writer_(std::move(writer)), meddle_(meddle) {}
    std::vector<db::AppendResult> append(std::span<const db::Turn> turns) override {
        if (meddle_) meddle_(*writer_, turns);
        return writer_->append(turns);
    }
    db::StoredScript keep_script(const db::StoredScript& script) override {
        return writer_->keep_script(script);
    }
    std::string secret(std::string_view name, const std::string& fresh) override {
        return writer_->secret(name, fresh);
    }
    void change(const std::function<void(db::sqlite::Connection&)>& work) override {
        writer_->change(work);
    }

private:
    std::unique_ptr<db::Writer> writer_;
    Meddle& meddle_;
};

inline std::string small_talk() {
    return dialogs::small_script(
        R"({"id":"kind","label":"Kind","ask":"What is it?","choices":[{"id":"shop","say":"A shop"},{"id":"blog","say":"A blog"}]},
           {"id":"stock","label":"Stock","ask":"How many articles?","when":"kind is shop","number":{"min":1,"max":100}},
           {"id":"live","label":"Live","ask":"Is it live?","yes_no":true})",
        R"({"id":"r1","axis":"a","when":"kind is shop","points":{"tea":5},"because":"B.","evidence":["e"]},
           {"id":"r2","axis":"a","when":"kind is blog","points":{"coffee":5},"because":"B.","evidence":["e"]})");
}

/// A reply as the client gets it.
struct Got {
    std::string reply;
    std::int64_t seq = 0;
    bool is_new = false;
};

/// The reply; throws when the frame was refused.
inline Got got(TakenOrRefused result) {
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        throw std::runtime_error(std::string(entry_of(refusal->code).name) + ": " +
                                 refusal->message);
    }
    Taken taken = std::get<Taken>(std::move(result));
    return {std::move(taken.reply).text(), taken.seq, taken.is_new};
}

class Conversation : public testing::Test {
protected:
    Conversation() {
        std::string name = (fs::temp_directory_path() / "advisor-talk-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        open_store();
    }
    ~Conversation() override {
        close_store();
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }

    void open_store(const std::string& script_text = small_talk()) {
        auto writer = std::make_unique<MeddledWriter>(
            db::open_sqlite_writer(folder_ / "advisor.db"), meddle_);
        ScriptSources sources;
        sources.scripts.push_back({"small.json", script_text, dialogs::parse_or_fail(script_text)});
        scripts_ = std::make_unique<ScriptRegistry>(sources, "small", *writer);
        store_ = std::make_unique<StoreQueue>(std::move(writer),
                                              db::open_sqlite_reader(folder_ / "advisor.db"));
        talks_ = std::make_unique<Conversations>(*store_, *scripts_, "secret");
    }
    void close_store() {
        talks_.reset();
        if (store_) store_->stop();
        store_.reset();
        scripts_.reset();
    }
    void reopen(const std::string& script_text = small_talk()) {
        close_store();
        open_store(script_text);
    }

    static ClientFrame frame(const json& body) {
        auto read = read_frame(body.dump());
        if (const auto* bad = std::get_if<BadFrame>(&read)) {
            throw std::runtime_error(bad->refusal.message);
        }
        return std::get<ClientFrame>(std::move(read));
    }
    static ClientFrame answer(const std::string& id, const std::string& question,
                              const json& value) {
        return frame({{"type", "answer"}, {"id", id}, {"question", question}, {"value", value}});
    }
    static ClientFrame say(const std::string& id, const std::string& text) {
        return frame({{"type", "say"}, {"id", id}, {"text", text}});
    }

    Got start(const json& body, std::optional<Live>& live, const std::string& scope = "here") {
        return got(await(talks_->start(frame(body), "web", scope, live)));
    }
    /// A session with an unguessable id.
    Live begin(const std::string& id = "0123456789abcdef") {
        std::optional<Live> live;
        start({{"type", "start"}, {"id", id}}, live);
        return std::move(live.value());
    }
    Got turn(ClientFrame sent, Live& live) {
        return got(await(talks_->take_turn(std::move(sent), live)));
    }
    ErrorCode refused(ClientFrame sent, Live& live) {
        const TakenOrRefused result = await(talks_->take_turn(std::move(sent), live));
        const auto* refusal = std::get_if<Refusal>(&result);
        if (!refusal) throw std::runtime_error("not refused");
        return refusal->code;
    }
    json resume(Live& live, std::int64_t after = 0) {
        return json::parse(got(await(talks_->catch_up("r", after, live))).reply);
    }
    std::string token(const Live& live) {
        Live copy = live;
        return resume(copy).at("token");
    }
    std::vector<db::TurnRecord> stored(const Live& live) {
        return await(store_->turns(live.row, 0));
    }

    /// An event loop; it outlives the store, whose threads may still be inside of it when a result
    /// is there.
    net::io_context& fresh_loop() {
        return *loops_.emplace_back(std::make_unique<net::io_context>());
    }

    std::vector<std::unique_ptr<net::io_context>> loops_;
    MeddledWriter::Meddle meddle_;
    fs::path folder_;
    std::unique_ptr<ScriptRegistry> scripts_;
    std::unique_ptr<StoreQueue> store_;
    std::unique_ptr<Conversations> talks_;
};

}  // namespace advisor::server
