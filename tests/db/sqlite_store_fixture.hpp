#pragma once
// What the tests of the store share: a temporary folder, small turns, errors as values.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <functional>

#include "db/sqlite.hpp"
#include "db/sqlite_store.hpp"

namespace advisor::db {
namespace fs = std::filesystem;
using Outcome = AppendResult::Outcome;
using std::chrono::milliseconds;

inline constexpr TimePoint start_time{milliseconds{1'700'000'000'000}};

inline std::string text_of(const sqlite::Connection& connection, std::string_view sql) {
    sqlite::Statement statement(connection, sql);
    sqlite::Query query(statement);
    return query.next() ? query.text(0) : "no row";
}

/// What `action` throws; fails the test when it throws nothing.
inline StoreError error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const StoreError& error) {
        return error;
    }
    ADD_FAILURE() << "no StoreError";
    return {StoreError::Kind::other, ""};
}

class SqliteStore : public testing::Test {
protected:
    SqliteStore() {
        std::string name = (fs::temp_directory_path() / "advisor-db-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = fs::canonical(name);
        file_ = folder_ / "advisor.db";
    }
    ~SqliteStore() override {
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }

    /// The first turn of a session; its key is also the key of the turn.
    static Turn opening(Writer& writer, const std::string& key) {
        Turn turn = next(0, 1, key);
        turn.opens =
            NewSession{key, writer.keep_script({0, "hash", "tea", "{}", "{}"}).id, "web", "en"};
        return turn;
    }
    static Turn next(RowId session, std::int64_t seq, const std::string& key) {
        Turn turn;
        turn.session = session;
        turn.seq = seq;
        turn.turn_key = key;
        turn.input = "input " + key;
        turn.reply = "reply " + key;
        turn.state = "state " + key;
        turn.at = start_time + milliseconds{seq};
        return turn;
    }
    static AppendResult append_one(Writer& writer, const Turn& turn) {
        return writer.append({&turn, 1}).at(0);
    }
    static RowId open_session(Writer& writer, const std::string& key) {
        return append_one(writer, opening(writer, key)).session;
    }
    /// A clean database with one session "s" of `turns` turns.
    void make_database(std::int64_t turns = 1) const {
        const auto writer = open_sqlite_writer(file_);
        const RowId session = open_session(*writer, "s");
        for (std::int64_t seq = 2; seq <= turns; ++seq) {
            append_one(*writer, next(session, seq, "t" + std::to_string(seq)));
        }
    }

    fs::path folder_;
    fs::path file_;
};

}  // namespace advisor::db
