#include "server/backup.hpp"

#include <thread>

#include "db/session_scan.hpp"
#include "db/writer_lock.hpp"
#include "made_up_sessions.hpp"

namespace advisor::server {
namespace {

class Backup : public MadeUpSessions {
protected:
    BackupProof back_up(const std::string& name = "copy.db") {
        return make_backup(file_, folder_ / name, first_day, {});
    }
    Restored restore(const fs::path& from, bool replace = false) {
        RestoreOptions options;
        options.replace = replace;
        return restore_backup(from, restored_, first_day, options);
    }
    static std::string content(const fs::path& file) {
        std::string bytes;
        static_cast<void>(db::read_content(file, [&](std::string_view part) { bytes += part; }));
        return bytes;
    }
    /// What restoring throws; empty when it succeeds.
    std::string refusal(const fs::path& from, bool replace = false) {
        try {
            static_cast<void>(restore(from, replace));
        } catch (const db::StoreError& error) {
            return error.what();
        }
        return {};
    }

    fs::path restored_ = folder_ / "new" / "advisor.db";
};

TEST_F(Backup, IsProvedAndRestoredWithTheSameContent) {
    store(150);
    const BackupProof proof = back_up();
    EXPECT_EQ(proof.counts.sessions, 150);
    EXPECT_GE(proof.replayed, 100U);
    EXPECT_EQ(proof.different, 0U);
    EXPECT_NE(db::backup_note(file_, "backup.last").value_or("").find("\"sessions\":150"),
              std::string::npos);
    const Restored restored = restore(proof.file);
    EXPECT_EQ(restored.proof.digest, proof.digest);
    EXPECT_EQ(content(restored_), content(file_));
    // The restored database goes on: a writer opens it and takes a turn.
    const std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(restored_);
    EXPECT_EQ(writer->secret("x", "fresh"), "fresh");
}

TEST_F(Backup, OverwritesNothing) {
    store(3);
    write_bytes(folder_ / "copy.db", "mine");
    EXPECT_THROW(static_cast<void>(back_up()), db::StoreError);
    EXPECT_EQ(bytes_of(folder_ / "copy.db"), "mine");
}

TEST_F(Backup, IsOfOneMomentWhileSomebodyWrites) {
    store(20);
    std::jthread writing([&](const std::stop_token& stop) {
        for (std::uint64_t seed = 2; !stop.stop_requested(); ++seed) store(5, seed);
    });
    std::vector<BackupProof> proofs;
    for (int i = 0; i < 5; ++i) proofs.push_back(back_up("copy" + std::to_string(i) + ".db"));
    writing.request_stop();
    writing.join();
    for (const BackupProof& proof : proofs) {
        EXPECT_EQ(proof.different, 0U);
        EXPECT_EQ(refusal(proof.file, true), "");
    }
}

TEST_F(Backup, NoFlippedByteReachesTheRestoredContent) {
    store(12);
    const fs::path good = back_up().file;
    const std::string untouched = bytes_of(good);
    ASSERT_EQ(refusal(good, true), "") << "the untouched copy is restored";
    const std::string wanted = content(restored_);
    const fs::path flipped_file = folder_ / "flipped.db";
    SteadyRandom random(7);
    int rejected = 0;
    constexpr int rounds = 150;
    for (int round = 0; round < rounds; ++round) {
        std::string flipped = untouched;
        const std::size_t at = random.below(flipped.size());
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.below(8)));
        write_bytes(flipped_file, flipped);
        if (!refusal(flipped_file, true).empty()) {
            ++rejected;
            continue;
        }
        // It lay where nothing is stored.
        ASSERT_EQ(content(restored_), wanted) << "byte " << at;
    }
    EXPECT_GT(rejected, 0) << "most of a small database is unused space, but not all";
}

TEST_F(Backup, AChangedRowIsFoundThatSqliteItselfDoesNotSee) {
    store(12);
    const fs::path good = back_up().file;
    std::string bytes = bytes_of(good);
    const std::size_t at = bytes.find(R"("type":"start")");
    ASSERT_NE(at, std::string::npos);
    bytes[at + 1] = 'T';
    write_bytes(folder_ / "bad.db", bytes);
    EXPECT_NO_THROW(db::check_integrity(folder_ / "bad.db"));
    EXPECT_NE(refusal(folder_ / "bad.db").find("not what was backed up"), std::string::npos);
    EXPECT_FALSE(fs::exists(restored_));
}

TEST_F(Backup, ADatabaseThatIsThereIsKeptAside) {
    store(10);
    const fs::path copy = back_up().file;
    ASSERT_EQ(refusal(copy), "");
    EXPECT_NE(refusal(copy).find("--replace"), std::string::npos);
    const std::string before = content(restored_);
    const Restored restored = restore(copy, true);
    EXPECT_EQ(content(restored.moved_aside), before);
}

TEST_F(Backup, IsNotRestoredUnderARunningServer) {
    store(3);
    const fs::path copy = back_up().file;
    fs::create_directories(restored_.parent_path());
    {
        const db::WriterLock held(restored_);
        EXPECT_NE(refusal(copy).find("another advisor serves"), std::string::npos);
    }
    EXPECT_EQ(refusal(copy), "");
}

TEST_F(Backup, ACopyWithoutProofNeedsToBeAskedFor) {
    store(3);
    fs::copy_file(file_, folder_ / "plain.db");
    EXPECT_NE(refusal(folder_ / "plain.db").find("--without-proof"), std::string::npos);
    RestoreOptions options;
    options.without_proof = true;
    EXPECT_EQ(
        restore_backup(folder_ / "plain.db", restored_, first_day, options).proof.counts.sessions,
        3);
}

TEST_F(Backup, OnlyTheNewestAreKept) {
    for (const char* name : {"advisor-20260101T000000Z.db", "advisor-20260102T000000Z.db",
                             "advisor-20260103T000000Z.db", "mine.db", "advisor-notes.db"})
        write_bytes(folder_ / name, "x");
    EXPECT_EQ(remove_old_backups(folder_, 2), 1U);
    EXPECT_FALSE(fs::exists(folder_ / "advisor-20260101T000000Z.db"));
    EXPECT_TRUE(fs::exists(folder_ / "advisor-20260103T000000Z.db"));
    EXPECT_TRUE(fs::exists(folder_ / "mine.db"));
    EXPECT_TRUE(fs::exists(folder_ / "advisor-notes.db"));
}

}  // namespace
}  // namespace advisor::server
