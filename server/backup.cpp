#include "server/backup.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "db/sqlite_schema.hpp"
#include "db/writer_lock.hpp"
#include "server/review/session_proof.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

constexpr db::RowId sampled_sessions = 100;
constexpr std::string_view digest_note = "backup.digest";
constexpr std::string_view last_note = "backup.last";

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw db::StoreError(db::StoreError::Kind::unusable, file.string() + ": " + why);
}

[[noreturn]] void damaged(const fs::path& file, const std::string& why) {
    throw db::StoreError(db::StoreError::Kind::corrupt, file.string() + ": " + why);
}

/// SHA-256 over bytes that come in pieces.
class Sha256 {
public:
    Sha256() {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw std::runtime_error("SHA-256 failed");
    }
    void add(std::string_view bytes) {
        if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
            throw std::runtime_error("SHA-256 failed");
    }
    std::string hex() {
        std::array<unsigned char, 32> digest{};
        if (EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1)
            throw std::runtime_error("SHA-256 failed");
        static constexpr std::string_view digits = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : digest) {
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        }
        return text;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

/// A file on the way; removed unless it has got its name.
class Unfinished {
public:
    explicit Unfinished(fs::path file) : file_(std::move(file)) { remove(); }
    ~Unfinished() { remove(); }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    [[nodiscard]] const fs::path& file() const { return file_; }

private:
    void remove() const {
        std::error_code ignored;  // what is left is only litter
        for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
            fs::path file = file_;
            fs::remove(file += ending, ignored);
        }
    }
    fs::path file_;
};

fs::path with_ending(fs::path file, const std::string& ending) {
    return file += ending;
}

/// First, last and evenly spread sessions on their own scripts.
void replay_sample(const fs::path& file, const fs::path& scripts, BackupProof& proof) {
    const std::unique_ptr<db::SessionScan> scan = db::open_session_scan(file);
    const ScriptSources today = read_scripts(scripts);
    PinnedScripts pinned(today);
    db::RowId after = 0;
    const db::RowId stride = std::max<db::RowId>(1, proof.counts.last_session / sampled_sessions);
    for (;;) {
        const std::vector<db::ScannedSession> found = scan->page({}, after, 1);
        if (found.empty()) break;
        const db::ScannedSession& session = found.front();
        if (prove_session(*scan, pinned, session))
            ++proof.different;
        else
            ++proof.replayed;
        const db::RowId last = proof.counts.last_session - 1;
        after =
            session.id + stride - 1 >= last && session.id < last ? last : session.id + stride - 1;
        after = std::max(after, session.id);
    }
}

std::string digest_of(const fs::path& file, db::ContentCounts& counts) {
    Sha256 digest;
    counts = db::read_content(file, [&digest](std::string_view bytes) { digest.add(bytes); });
    return digest.hex();
}

/// Gives `from` the name `to` unless that is taken.
void name_new(const fs::path& from, const fs::path& to) {
    if (::link(from.c_str(), to.c_str()) != 0) {
        const int error = errno;
        if (error == EEXIST)
            refuse(to, "exists already; name another file, nothing is overwritten");
        refuse(to, "cannot be made (" + std::generic_category().message(error) + ")");
    }
}

std::string compact_time(db::TimePoint at) {
    std::string text = utc_text(at).substr(0, 19);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text + "Z";
}

bool is_backup_name(const std::string& name) {
    constexpr std::string_view form = "advisor-00000000T000000Z.db";
    if (name.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool fits = form[i] == '0' ? name[i] >= '0' && name[i] <= '9' : name[i] == form[i];
        if (!fits) return false;
    }
    return true;
}

/// Digest and integrity of a copy. Requires: the copy is as it was made.
void prove_content(const fs::path& copy, const fs::path& named, const RestoreOptions& options,
                   BackupProof& proof) {
    if (!db::sqlite::is_advisor_database(copy)) damaged(named, "holds no database");
    db::check_integrity(copy);
    const std::optional<std::string> noted = db::backup_note(copy, digest_note);
    proof.digest = digest_of(copy, proof.counts);
    if (!noted && !options.without_proof)
        refuse(named,
               "has no proof inside, so it was not made by \"advisor backup\" or is damaged; "
               "--without-proof restores it all the same");
    if (noted && *noted != proof.digest)
        damaged(named, "damaged: its content is not what was backed up (SHA-256 " + proof.digest +
                           " instead of " + *noted + "); take an older backup");
}

/// Moves the database and its log out of the way. Requires: nobody has it open.
fs::path move_aside(const fs::path& database, db::TimePoint now) {
    fs::path aside = with_ending(database, ".before-" + compact_time(now));
    for (int i = 2; fs::exists(aside); ++i)
        aside = with_ending(database, ".before-" + compact_time(now) + "-" + std::to_string(i));
    for (const char* ending : {"-wal", "-shm", ""}) {
        const fs::path from = with_ending(database, ending);
        std::error_code error;
        if (!fs::exists(from, error)) continue;
        fs::rename(from, with_ending(aside, ending), error);
        if (error) refuse(from, "cannot be moved aside (" + error.message() + ")");
    }
    return aside;
}

}  // namespace

std::string backup_name(db::TimePoint at) {
    return "advisor-" + compact_time(at) + ".db";
}

BackupProof make_backup(const fs::path& database, const fs::path& file, db::TimePoint now,
                        const fs::path& scripts) {
    if (fs::exists(file)) refuse(file, "exists already; name another file, nothing is overwritten");
    const Unfinished copy(with_ending(file, ".partial-" + std::to_string(::getpid())));
    BackupProof proof;
    proof.file = file;
    Sha256 copied;
    const db::ContentCounts counts = db::copy_database(
        database, copy.file(), [&copied](std::string_view bytes) { copied.add(bytes); });
    const std::string wanted = copied.hex();
    db::sync_file(copy.file());
    db::check_integrity(copy.file());
    proof.digest = digest_of(copy.file(), proof.counts);
    if (proof.digest != wanted || proof.counts != counts)
        damaged(copy.file(), "the copy is not what was copied; check the disk");
    replay_sample(copy.file(), scripts, proof);
    db::set_backup_note(copy.file(), digest_note, proof.digest);
    db::sync_file(copy.file());
    name_new(copy.file(), file);
    db::sync_file(file);
    proof.bytes = fs::file_size(file);
    const nlohmann::ordered_json note{{"at", utc_text(now)},
                                      {"file", fs::absolute(file).string()},
                                      {"sessions", counts.sessions},
                                      {"turns", counts.turns}};
    db::set_backup_note(database, last_note, note.dump(-1, ' ', true));
    return proof;
}

std::size_t remove_old_backups(const fs::path& folder, std::size_t keep) {
    std::vector<fs::path> backups;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (is_backup_name(entry.path().filename().string())) backups.push_back(entry.path());
    }
    std::sort(backups.rbegin(), backups.rend());
    std::size_t removed = 0;
    for (std::size_t i = keep; i < backups.size(); ++i) removed += fs::remove(backups[i]) ? 1 : 0;
    return removed;
}

void remove_abandoned(const fs::path& folder) {
    constexpr std::string_view partial = ".partial-";
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const std::size_t end = name.find(partial);
        if (end == std::string::npos || !is_backup_name(name.substr(0, end))) continue;
        const int maker = std::atoi(name.c_str() + end + partial.size());
        if (maker > 0 && ::kill(maker, 0) != 0 && errno == ESRCH) abandoned.push_back(entry.path());
    }
    for (const fs::path& file : abandoned) fs::remove(file);
}

Restored restore_backup(const fs::path& file, const fs::path& database, db::TimePoint now,
                        const RestoreOptions& options) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) refuse(file, "is not a file that can be read");
    const fs::path log = with_ending(file, "-wal");
    if (fs::exists(log, error) && fs::file_size(log, error) > 0)
        refuse(file,
               "has a log beside it, so it is a database in use and no backup; make one with "
               "\"advisor backup\"");
    fs::create_directories(fs::absolute(database).parent_path(), error);
    if (error) refuse(database, "its folder cannot be made (" + error.message() + ")");
    const db::WriterLock lock(database);
    if (fs::exists(database) && !options.replace)
        refuse(database,
               "there is a database already; --replace moves it aside and takes its place");
    const Unfinished copy(with_ending(database, ".restoring"));
    fs::copy_file(file, copy.file(), error);
    if (error) refuse(copy.file(), "cannot be written (" + error.message() + ")");
    fs::permissions(copy.file(), fs::perms::owner_read | fs::perms::owner_write, error);
    Restored result;
    result.proof.file = file;
    result.proof.bytes = fs::file_size(copy.file());
    prove_content(copy.file(), file, options, result.proof);
    db::bring_up_to_date(copy.file());
    db::set_backup_note(copy.file(), digest_note, "");
    replay_sample(copy.file(), options.scripts, result.proof);
    db::sync_file(copy.file());
    if (fs::exists(database) || fs::exists(with_ending(database, "-wal")))
        result.moved_aside = move_aside(database, now);
    fs::rename(copy.file(), database);
    db::sync_file(database);
    return result;
}

}  // namespace advisor::server
