#include "server/commands/analytics_command.hpp"

#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "db/sqlite_store.hpp"
#include "server/config.hpp"
#include "server/review/review_count.hpp"
#include "server/serve.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using db::sqlite::Connection;

/// A folder that goes away with the object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "advisor-check-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no temporary folder can be made in " +
                                     fs::temp_directory_path().string());
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;  // left for the system to clean up
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// A server that runs counts by itself; waits until it has.
std::int64_t wait_for_server(Connection& connection) {
    const db::RowId last = last_turn(connection);
    while (db::followed_row(connection) < last)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return db::sqlite::read_number(connection, "SELECT count(*) FROM session_summary");
}

int rebuild(const fs::path& data) {
    const fs::path file = database_file(data);
    Connection connection = db::open_sqlite_beside(file, true);
    std::unique_ptr<db::Writer> writer;
    try {
        writer = db::open_sqlite_writer(file);
    } catch (const db::StoreError& error) {  // held by a server
        if (error.kind() != db::StoreError::Kind::unusable) throw;
    }
    db::forget_batches(connection);
    const std::int64_t sessions = writer ? count_turns(connection, *writer, last_turn(connection))
                                         : wait_for_server(connection);
    std::cout << "Counted " << sessions << " sessions.\n";
    return 0;
}

int check(const fs::path& data) {
    Connection source = db::open_sqlite_beside(database_file(data), false);
    source.execute("BEGIN");  // one moment, also beside a server
    const TemporaryFolder folder;
    const fs::path copy = folder.path() / "advisor.db";
    const std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(copy);
    const std::int64_t sessions = count_turns(source, *writer, db::followed_row(source));
    const std::string difference =
        db::compare_counters(source, db::open_sqlite_beside(copy, false));
    if (!difference.empty()) {
        std::cerr << "advisor: the counters differ from the turns; \"advisor analytics rebuild\" "
                     "makes them again. "
                  << difference << "\n";
        return 1;
    }
    std::cout << "The counters of " << sessions << " sessions agree with their turns.\n";
    return 0;
}

}  // namespace

void add_analytics_command(CLI::App& app, std::function<int()>& run) {
    auto data = std::make_shared<fs::path>(Config().data);
    CLI::App& analytics =
        *app.add_subcommand("analytics", "Counters of the review console: rebuild or check them");
    analytics.footer(
        "Examples:\n  advisor analytics check\n"
        "  advisor analytics rebuild --data /var/lib/advisor");
    analytics.require_subcommand(1);
    const auto add = [&](const char* name, const char* about, int (*action)(const fs::path&)) {
        CLI::App& command = *analytics.add_subcommand(name, about);
        command.callback([&run, data, action] { run = [data, action] { return action(*data); }; });
        command.add_option("--data", *data, "Folder with the database")
            ->envname("ADVISOR_DATA")
            ->capture_default_str()
            ->type_name("DIR");
    };
    add("check", "Count the turns again and compare; 1 when something differs", check);
    add("rebuild", "Make summaries, counters and the search index again from the turns", rebuild);
}

}  // namespace advisor::server
