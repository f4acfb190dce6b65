// The database file: made, found again, refused, held by one writer, damaged, on a full disk.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/db/sqlite_store_fixture.hpp"

namespace advisor::db {
namespace {

constexpr std::uint32_t nobody = 65534;

std::string contents(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void write_file(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// The message is one line that names `file`, and the kind is `unusable`.
void expect_refusal(const StoreError& error, const fs::path& file, const std::string& words) {
    const std::string what = error.what();
    EXPECT_EQ(error.kind(), StoreError::Kind::unusable) << what;
    EXPECT_NE(what.find(file.string()), std::string::npos) << what;
    EXPECT_NE(what.find(words), std::string::npos) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
}

StoreError writer_refusal(const fs::path& file) {
    return error_of([&] { static_cast<void>(open_sqlite_writer(file)); });
}

StoreError reader_refusal(const fs::path& file) {
    return error_of([&] { static_cast<void>(open_sqlite_reader(file)); });
}

/// A child process that runs `action` and ends with what it returns.
pid_t in_child(const std::function<int()>& action) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    int code = 99;
    try {
        code = action();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
    }
    ::_exit(code);
}

int exit_code_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Lets no file of this process grow past `bytes`, as a full disk would.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &old_limit_);
        rlimit limit = old_limit_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &old_limit_);
        std::signal(SIGXFSZ, old_handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit old_limit_{};
    void (*old_handler_)(int);
};

class SqliteFile : public SqliteStore {
protected:
    [[nodiscard]] std::string user_version() const {
        const sqlite::Connection connection(file_, sqlite::Access::read_only);
        return std::to_string(sqlite::read_number(connection, "PRAGMA user_version"));
    }
};

TEST_F(SqliteFile, ReopeningFindsEverythingAndGoesOn) {
    make_database(3);

    const auto writer = open_sqlite_writer(file_);

    const auto reader = open_sqlite_reader(file_);
    const RowId session = reader->session("s")->id;
    EXPECT_EQ(reader->session("s")->seq, 3);
    EXPECT_EQ(reader->turns(session, 0).size(), 3u);
    EXPECT_EQ(append_one(*writer, next(session, 3, "t3")).outcome, Outcome::duplicate);
    EXPECT_EQ(append_one(*writer, next(session, 4, "t4")).outcome, Outcome::stored);
}

TEST_F(SqliteFile, AnEmptyFileBecomesADatabaseOfTheNewestFormat) {
    write_file(file_, "");

    open_sqlite_writer(file_).reset();

    const sqlite::Connection database(file_, sqlite::Access::read_only);
    EXPECT_EQ(sqlite::read_number(database, "PRAGMA application_id"), 0x61647673);
    EXPECT_GT(sqlite::read_number(database, "PRAGMA user_version"), 1);
    EXPECT_EQ(text_of(database, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(text_of(database,
                      "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema "
                      "WHERE type = 'table' AND name IN ('outbox', 'script', 'session', "
                      "'setting', 'turn', 'webhook') ORDER BY name)"),
              "outbox,script,session,setting,turn,webhook");
    EXPECT_EQ(
        sqlite::read_number(database,
                            "SELECT count(*) FROM pragma_table_list "
                            "WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'"),
        0);
}

TEST_F(SqliteFile, AMissingFolderIsMadeAndTheFilesAreForThisUserAlone) {
    const fs::path file = folder_ / "some" / "folder" / "100% new?.db";
    const mode_t old_mask = ::umask(0);
    const auto writer = open_sqlite_writer(file);
    ::umask(old_mask);
    open_session(*writer, "s");

    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
        struct stat status {};
        ASSERT_EQ(::stat((file.string() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777u, 0600u) << suffix;
    }
    EXPECT_TRUE(open_sqlite_reader(file)->session("s"));
}

TEST_F(SqliteFile, EveryConnectionSyncsFullyAndEnforcesForeignKeys) {
    make_database();
    for (const auto access : {sqlite::Access::read_only, sqlite::Access::read_write}) {
        const sqlite::Connection database(file_, access);
        EXPECT_EQ(sqlite::read_number(database, "PRAGMA synchronous"), 2);
        EXPECT_EQ(sqlite::read_number(database, "PRAGMA foreign_keys"), 1);
        EXPECT_EQ(sqlite::read_number(database, "PRAGMA busy_timeout"), 5000);
    }
}

TEST_F(SqliteFile, AFileThatIsNotSqliteIsRefusedUntouched) {
    const std::string text = "my diary, not a database";
    write_file(file_, text);

    expect_refusal(writer_refusal(file_), file_, "not an advisor database");
    expect_refusal(reader_refusal(file_), file_, "not an advisor database");

    EXPECT_EQ(contents(file_), text);
    EXPECT_EQ(names_in(folder_), std::vector<std::string>{"advisor.db"});
}

TEST_F(SqliteFile, ADatabaseOfAnotherProgramIsRefusedUntouched) {
    for (const std::string setup :
         {"CREATE TABLE diary (entry)", "PRAGMA application_id = 7; CREATE TABLE diary (entry)",
          "PRAGMA journal_mode = WAL; CREATE TABLE diary (entry)"}) {
        SCOPED_TRACE(setup);
        write_file(file_, "");
        sqlite::Connection(file_, sqlite::Access::read_write).execute(setup);
        const std::string before = contents(file_);

        expect_refusal(writer_refusal(file_), file_, "not an advisor database");
        expect_refusal(reader_refusal(file_), file_, "not an advisor database");

        EXPECT_EQ(contents(file_), before);
        EXPECT_EQ(names_in(folder_), std::vector<std::string>{"advisor.db"});
        fs::remove(file_);
    }
}

TEST_F(SqliteFile, ADatabaseOfANewerVersionIsRefusedUntouched) {
    make_database();
    const std::string version = user_version();
    sqlite::Connection(file_, sqlite::Access::read_write).execute("PRAGMA user_version = 999");
    const std::string before = contents(file_);

    expect_refusal(writer_refusal(file_), file_, "newer advisor");
    expect_refusal(reader_refusal(file_), file_, "newer advisor");

    EXPECT_EQ(contents(file_), before);
    sqlite::Connection(file_, sqlite::Access::read_write)
        .execute("PRAGMA user_version = " + version);
    EXPECT_TRUE(open_sqlite_reader(file_)->session("s"));
}

TEST_F(SqliteFile, AReaderRefusesAnOlderFormat) {
    make_database();
    const std::string version = user_version();
    sqlite::Connection(file_, sqlite::Access::read_write).execute("PRAGMA user_version = 0");

    expect_refusal(reader_refusal(file_), file_, "older advisor");

    sqlite::Connection(file_, sqlite::Access::read_write)
        .execute("PRAGMA user_version = " + version);
    EXPECT_TRUE(open_sqlite_reader(file_)->session("s"));
}

TEST_F(SqliteFile, AFolderInThePlaceOfTheFileIsRefused) {
    fs::create_directory(file_);
    expect_refusal(writer_refusal(file_), file_, "not an advisor database");
}

TEST_F(SqliteFile, AFolderThatCannotBeMadeIsRefused) {
    write_file(folder_ / "a file", "");
    const fs::path file = folder_ / "a file" / "advisor.db";

    expect_refusal(writer_refusal(file), file, "folder cannot be made");
    expect_refusal(reader_refusal(file), file, "no database there yet");
}

TEST_F(SqliteFile, AFolderOrFileThatThisUserMayNotWriteIsRefused) {
    make_database();
    fs::permissions(folder_, fs::perms(0755));
    fs::permissions(file_, fs::perms(0644));
    fs::create_directory(folder_ / "theirs");
    const auto as_nobody = [](const std::function<int()>& action) {
        return exit_code_of(in_child([&] {
            if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return 98;
            return action();
        }));
    };
    const auto refused_with = [](const fs::path& file, const std::string& words) {
        try {
            open_sqlite_writer(file).reset();
        } catch (const StoreError& error) {
            const std::string what = error.what();
            if (error.kind() == StoreError::Kind::unusable &&
                what.find(words) != std::string::npos) {
                return 0;
            }
            std::fprintf(stderr, "child: %s\n", error.what());
            return 2;
        }
        return 1;
    };
    if (::geteuid() != 0) fs::permissions(folder_ / "theirs", fs::perms(0555));
    if (::geteuid() != 0) fs::permissions(file_, fs::perms(0444));

    EXPECT_EQ(as_nobody([&] {
                  return refused_with(folder_ / "theirs" / "advisor.db",
                                      "its folder cannot be written");
              }),
              0);
    fs::permissions(folder_, fs::perms(0777));
    fs::permissions(file_.string() + ".lock", fs::perms(0666));
    EXPECT_EQ(as_nobody([&] { return refused_with(file_, "this user may not write it"); }), 0);
    EXPECT_EQ(as_nobody([&] { return refused_with(folder_ / "new.db", ""); }), 1)
        << "a folder that may be written is not refused";
}

TEST_F(SqliteFile, AReaderMakesNoDatabase) {
    expect_refusal(reader_refusal(file_), file_, "no database there yet");
    EXPECT_TRUE(names_in(folder_).empty());

    write_file(file_, "");
    expect_refusal(reader_refusal(file_), file_, "no database there yet");
    EXPECT_EQ(names_in(folder_), std::vector<std::string>{"advisor.db"});
}

TEST_F(SqliteFile, AReaderWorksAloneAndLeavesTheDatabaseAsItWas) {
    make_database();
    const std::string before = contents(file_);

    EXPECT_TRUE(open_sqlite_reader(file_)->session("s"));

    EXPECT_EQ(contents(file_), before);
}

TEST_F(SqliteFile, ADamagedDatabaseIsReportedAsCorrupt) {
    make_database(100);
    const auto read_all = [&] {
        const auto reader = open_sqlite_reader(file_);
        reader->turns(reader->session("s")->id, 0);
    };
    EXPECT_NO_THROW(read_all());
    std::string bytes = contents(file_);
    std::fill(bytes.begin() + 4096, bytes.end(), '\xff');  // all but the first page
    write_file(file_, bytes);

    EXPECT_EQ(error_of(read_all).kind(), StoreError::Kind::corrupt);
}

TEST_F(SqliteFile, ASecondWriterIsRefusedUntilTheFirstIsGone) {
    auto first = open_sqlite_writer(file_);
    const std::string words =
        "another advisor serves this folder; stop it or use --data with another folder";
    const fs::path other_name = folder_ / "link.db";
    fs::create_symlink(file_, other_name);

    expect_refusal(writer_refusal(file_), file_, words);
    expect_refusal(writer_refusal(other_name), file_, words);
    EXPECT_EQ(exit_code_of(in_child([&] {
                  try {
                      open_sqlite_writer(file_).reset();
                  } catch (const StoreError& error) {
                      return error.kind() == StoreError::Kind::unusable ? 0 : 2;
                  }
                  return 1;
              })),
              0)
        << "from another process";

    EXPECT_TRUE(open_session(*first, "s"));
    first.reset();
    EXPECT_NO_THROW(open_sqlite_writer(file_).reset());
}

TEST_F(SqliteFile, AKilledWriterLeavesItsTurnsAndNoLock) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = in_child([&] {
        const auto writer = open_sqlite_writer(file_);
        open_session(*writer, "s");
        if (::write(pipe[1], "x", 1) != 1) return 1;
        for (;;) ::pause();
    });
    ::close(pipe[1]);
    char ready = 0;
    EXPECT_EQ(::read(pipe[0], &ready, 1), 1);
    ::close(pipe[0]);
    expect_refusal(writer_refusal(file_), file_, "another advisor serves this folder");
    EXPECT_TRUE(open_sqlite_reader(file_)->session("s")) << "while the other process runs";

    ::kill(child, SIGKILL);
    exit_code_of(child);

    EXPECT_TRUE(open_sqlite_reader(file_)->session("s")) << "a reader alone recovers the log";
    const auto writer = open_sqlite_writer(file_);
    EXPECT_EQ(append_one(*writer, opening(*writer, "s")).outcome, Outcome::duplicate);
}

TEST_F(SqliteFile, AFullDiskStoresNothingAndTheWriterGoesOnLater) {
    const auto writer = open_sqlite_writer(file_);
    const auto reader = open_sqlite_reader(file_);
    const RowId session = open_session(*writer, "s");
    std::vector<Turn> group;
    for (std::int64_t seq = 2; seq < 34; ++seq) {
        group.push_back(next(session, seq, std::to_string(seq)));
        group.back().reply = std::string(20'000, 'r');
    }
    {
        const FileSizeLimit limit(200'000);
        EXPECT_EQ(error_of([&] { writer->append(group); }).kind(), StoreError::Kind::full);
        EXPECT_EQ(reader->session("s")->seq, 1);
        EXPECT_EQ(reader->turns(session, 0).size(), 1u);
        EXPECT_EQ(append_one(*writer, next(session, 2, "small")).outcome, Outcome::stored)
            << "a turn that fits is stored";
    }
    for (Turn& turn : group) ++turn.seq;

    const auto results = writer->append(group);

    EXPECT_EQ(results.back().outcome, Outcome::stored);
    EXPECT_EQ(reader->turns(session, 0).size(), 34u);
}

TEST_F(SqliteFile, ADatabaseAtItsSizeLimitIsFull) {
    make_database();
    sqlite::Connection database(file_, sqlite::Access::read_write);
    const std::string insert = "INSERT INTO setting VALUES ('big', hex(zeroblob(1000000)))";
    const std::string pages =
        std::to_string(sqlite::read_number(database, "PRAGMA page_count") + 1);
    database.execute("PRAGMA max_page_count = " + pages);

    EXPECT_EQ(error_of([&] { database.execute(insert); }).kind(), StoreError::Kind::full);

    database.execute("PRAGMA max_page_count = 100000");
    EXPECT_NO_THROW(database.execute(insert));
}

TEST_F(SqliteFile, ALockHeldByAnotherProgramIsBusy) {
    make_database();
    sqlite::Connection other(file_, sqlite::Access::read_write);
    sqlite::Connection database(file_, sqlite::Access::read_write);
    database.execute("PRAGMA busy_timeout = 0");
    {
        const sqlite::Transaction held(other);
        EXPECT_EQ(error_of([&] { sqlite::Transaction{database}; }).kind(), StoreError::Kind::busy);
    }
    EXPECT_NO_THROW(sqlite::Transaction{database});
}

TEST_F(SqliteFile, AFailedCommitIsRolledBack) {
    make_database();
    sqlite::Connection database(file_, sqlite::Access::read_write);
    {
        sqlite::Transaction transaction(database);
        database.execute("PRAGMA defer_foreign_keys = ON; UPDATE session SET script = 4711");
        EXPECT_THROW(transaction.commit(), StoreError);
        EXPECT_TRUE(database.in_transaction());
    }
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(sqlite::read_number(database, "SELECT script FROM session"), 1);
}

}  // namespace
}  // namespace advisor::db
