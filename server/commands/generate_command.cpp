#include "server/commands/generate_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>

#include "db/sqlite_store.hpp"
#include "dialogs/wire.hpp"
#include "server/commands/random_talk.hpp"
#include "server/day_text.hpp"
#include "server/review/review_count.hpp"
#include "server/script_choice.hpp"
#include "server/secrets.hpp"
#include "server/serve.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using Talks = std::vector<std::vector<db::Turn>>;

constexpr std::uint64_t talks_in_group = 2000;

struct GenerateOptions {
    fs::path data;
    fs::path script;
    std::uint64_t sessions = 1000;
    std::uint64_t seed = 1;
    int days = 90;
    std::string until;
};

struct Stored {
    std::uint64_t sessions = 0;
    std::uint64_t turns = 0;
    std::uint64_t there_already = 0;
};

Talks make_talks(const TalkPlan& plan, std::uint64_t from, std::uint64_t to) {
    Talks talks;
    talks.reserve(to - from);
    for (std::uint64_t number = from; number < to; ++number)
        talks.push_back(random_talk(plan, number));
    return talks;
}

/// The first turns give the sessions their rows; the other turns go in a second group.
void store(db::Writer& writer, Talks talks, Stored& stored) {
    std::vector<db::Turn> turns;
    turns.reserve(talks.size());
    for (std::vector<db::Turn>& talk : talks) turns.push_back(std::move(talk.front()));
    const std::vector<db::AppendResult> opened = writer.append(turns);
    turns.clear();
    for (std::size_t i = 0; i < talks.size(); ++i) {
        if (opened[i].outcome != db::AppendResult::Outcome::stored) {
            ++stored.there_already;
            continue;
        }
        ++stored.sessions;
        stored.turns += talks[i].size();
        for (std::size_t turn = 1; turn < talks[i].size(); ++turn) {
            talks[i][turn].session = opened[i].session;
            turns.push_back(std::move(talks[i][turn]));
        }
    }
    static_cast<void>(writer.append(turns));
}

/// The next talks are made while the ones before are written.
Stored store_all(const TalkPlan& plan, db::Writer& writer) {
    Stored stored;
    const auto make = [&plan](std::uint64_t from) {
        return make_talks(plan, from, std::min(plan.talks, from + talks_in_group));
    };
    std::future<Talks> next = std::async(std::launch::async, make, std::uint64_t{0});
    for (std::uint64_t from = 0; from < plan.talks; from += talks_in_group) {
        Talks talks = next.get();
        if (from + talks_in_group < plan.talks)
            next = std::async(std::launch::async, make, from + talks_in_group);
        store(writer, std::move(talks), stored);
    }
    return stored;
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    return static_cast<int>(seconds.count() * 10) / 10.0;
}

/// The console's lists, figures and search know the sessions at once.
void count_and_say(const fs::path& file, db::Writer& writer) {
    const auto begun = std::chrono::steady_clock::now();
    const db::sqlite::Connection source = db::open_sqlite_beside(file, false);
    const std::int64_t sessions = count_turns(source, writer, last_turn(source));
    std::cout << "counted and indexed " << sessions << " sessions in " << seconds_since(begun)
              << " s\n";
}

int generate(const GenerateOptions& options) {
    const std::optional<ScriptSource> source = choose_script(options.script, std::cerr);
    if (!source) return 1;
    const auto begun = std::chrono::steady_clock::now();
    const std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(database_file(options.data));
    const db::StoredScript kept =
        writer->keep_script({0, sha256_hex(source->text), source->script.id, source->text,
                             dialogs::to_json(source->script.fragments)});
    const db::TimePoint until =
        options.until.empty()
            ? db::TimePoint{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())}
            : *read_day(options.until);
    const TalkPlan plan{source->script,
                        kept.id,
                        writer->secret("session_key", random_text(32)),
                        options.seed,
                        until - std::chrono::days(options.days),
                        until,
                        options.sessions};
    const Stored stored = store_all(plan, *writer);
    std::cout << "stored " << stored.sessions << " sessions with " << stored.turns << " turns of \""
              << source->script.id << "\" in " << seconds_since(begun) << " s";
    if (stored.there_already > 0)
        std::cout << "; " << stored.there_already
                  << " were there already (choose another --seed for more)";
    std::cout << std::endl;
    count_and_say(database_file(options.data), *writer);
    return 0;
}

}  // namespace

void add_generate_command(CLI::App& app, std::function<int()>& run) {
    auto options = std::make_shared<GenerateOptions>();
    CLI::App& command =
        *app.add_subcommand("generate", "Fill a folder with made-up sessions, to try things out");
    command.footer(
        "Examples:\n  advisor generate --sessions 1000 --data try-out\n  advisor generate "
        "--sessions 200000 --data try-out --seed 7 --days 365 --until 2026-11-01");
    command
        .add_option("--data", options->data, "Folder with the database; made when it is not there")
        ->required()
        ->type_name("DIR");
    command.add_option("--sessions", options->sessions, "How many")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000'000))
        ->type_name("N");
    command.add_option("--seed", options->seed, "The same seed gives the same talks")
        ->capture_default_str()
        ->type_name("N");
    command.add_option("--days", options->days, "They begin within so many days")
        ->capture_default_str()
        ->check(CLI::Range(1, 36500))
        ->type_name("N");
    command.add_option("--until", options->until, "Day on which they end; without it today (UTC)")
        ->type_name("DATE")
        ->check([](const std::string& text) {
            return read_day(text) ? std::string()
                                  : "\"" + text + "\" is not a day such as 2026-11-23";
        });
    command
        .add_option("--script", options->script, "Script file; without it the built-in default one")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    command.callback([options, &run] { run = [options] { return generate(*options); }; });
}

}  // namespace advisor::server
