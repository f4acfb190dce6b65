#pragma once
// A real database of made-up sessions in a temporary folder.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "db/sqlite_store.hpp"
#include "dialogs/wire.hpp"
#include "server/commands/random_talk.hpp"
#include "server/secrets.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::server {

namespace fs = std::filesystem;

inline constexpr db::TimePoint first_day{std::chrono::milliseconds{1'700'000'000'000}};

/// `shop_points` is what the answer "shop" gives to tea; `blog` the id of the other answer.
inline std::string drinks(int shop_points = 5, const std::string& blog = "blog",
                          const std::string& more_questions = {}) {
    return dialogs::small_script(
        R"({"id":"kind","label":"Kind","ask":"What is it?","choices":[{"id":"shop","say":"A shop"},{"id":")" +
            blog + R"(","say":"A blog"}]},
           {"id":"stock","label":"Stock","ask":"How many?","when":"kind is shop","number":{"min":1,"max":100}},
           {"id":"live","label":"Live","ask":"Is it live?","yes_no":true})" +
            more_questions,
        R"({"id":"shops","axis":"a","when":"kind is shop","points":{"tea":)" +
            std::to_string(shop_points) + R"(},"because":"B.","evidence":["e"]},
           {"id":"big","axis":"a","when":"stock > 50","points":{"coffee":3},"because":"B.","evidence":["e"]},
           {"id":"blogs","axis":"a","when":"kind is )" +
            blog + R"(","points":{"coffee":5},"because":"B.","evidence":["e"]},
           {"id":"lives","axis":"a","when":"live is yes","points":{"tea":4},"because":"B.","evidence":["e"]})");
}

inline std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_bytes(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class MadeUpSessions : public testing::Test {
protected:
    MadeUpSessions() {
        std::string name = (fs::temp_directory_path() / "advisor-made-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = fs::canonical(name);
        file_ = folder_ / "data" / "advisor.db";
    }
    ~MadeUpSessions() override {
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }

    void store(std::uint64_t sessions, std::uint64_t seed = 1, const std::string& text = drinks()) {
        const std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(file_);
        const dialogs::Script script = dialogs::parse_or_fail(text);
        const db::StoredScript kept = writer->keep_script(
            {0, sha256_hex(text), script.id, text, dialogs::to_json(script.fragments)});
        const TalkPlan plan{script,  kept.id,   "secret",
                            seed,    first_day, first_day + std::chrono::days(10),
                            sessions};
        std::vector<std::vector<db::Turn>> talks;
        std::vector<db::Turn> first, rest;
        for (std::uint64_t number = 0; number < sessions; ++number) {
            talks.push_back(random_talk(plan, number));
            first.push_back(talks.back().front());
        }
        const std::vector<db::AppendResult> opened = writer->append(first);
        for (std::size_t i = 0; i < talks.size(); ++i) {
            for (std::size_t turn = 1; turn < talks[i].size(); ++turn) {
                rest.push_back(std::move(talks[i][turn]));
                rest.back().session = opened[i].session;
            }
        }
        for (const db::AppendResult& result : writer->append(rest))
            ASSERT_EQ(result.outcome, db::AppendResult::Outcome::stored);
    }

    fs::path folder_;
    fs::path file_;
};

}  // namespace advisor::server
