#include "server/review/review_follower.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <future>
#include <limits>

#include "db/sqlite_store.hpp"
#include "dialogs/json.hpp"
#include "server/log.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;

/// Few enough that writing them keeps turns waiting for some milliseconds only.
constexpr std::size_t turns_a_batch = 256;
/// Of about 1 kB each.
constexpr std::size_t max_remembered = 2048;
constexpr std::chrono::milliseconds look_interval{200};
constexpr std::chrono::minutes delete_interval{1};
constexpr std::size_t deletions_at_once = 100;

/// Against turns that come faster than they are counted: a twentieth of a processor.
constexpr int rest_per_work = 19;
constexpr std::chrono::seconds max_rest{1};

/// Of this thread.
std::chrono::nanoseconds processor_time() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

db::RowId newest_turn(const Connection& connection) {
    return db::sqlite::read_number(connection, "SELECT coalesce(max(id), 0) FROM turn");
}

/// On a processor that is full, turns go first: the console then shows them later. It gets a tenth
/// of what it competes for.
void give_way() {
    constexpr int nice_value = 10;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice_value);  // best effort
}

/// Finished sessions first: few of them go on.
void forget_some(std::map<db::RowId, FoldedSession>& sessions) {
    std::erase_if(sessions, [](const auto& known) { return known.second.summary.left_at.empty(); });
    if (sessions.size() > max_remembered / 2) sessions.clear();
}

/// It reads turns once and summaries rarely: what it keeps of the file is of little use.
Connection open_reader(const std::filesystem::path& file) {
    Connection connection = db::open_sqlite_beside(file, false);
    connection.execute("PRAGMA cache_size = -512");
    return connection;
}

}  // namespace

ScriptFinder scripts_of(ScriptRegistry& registry) {
    return [&registry](const Connection& connection,
                       db::RowId row) -> std::shared_ptr<const dialogs::Script> {
        ScriptPtr pinned = registry.loaded(row);
        if (!pinned) {
            const std::optional<db::StoredScript> stored = db::stored_script(connection, row);
            if (stored) pinned = registry.adopt(*stored);
        }
        if (!pinned) return nullptr;
        return {pinned, &pinned->script};
    };
}

ScriptFinder scripts_of_database() {
    auto known = std::make_shared<std::map<db::RowId, std::shared_ptr<const dialogs::Script>>>();
    return [known](const Connection& connection, db::RowId row) {
        const auto found = known->find(row);
        if (found != known->end()) return found->second;
        std::shared_ptr<const dialogs::Script> script;
        const std::optional<db::StoredScript> stored = db::stored_script(connection, row);
        if (stored) {
            dialogs::LoadResult loaded = dialogs::load_script(stored->body, stored->name);
            if (loaded.script)
                script = std::make_shared<const dialogs::Script>(std::move(*loaded.script));
        }
        return known->emplace(row, std::move(script)).first->second;
    };
}

TurnFolder::TurnFolder(const Connection& source, const Connection& target, ScriptFinder scripts)
    : source_(source), target_(target), scripts_(std::move(scripts)) {}

std::optional<db::Batch> TurnFolder::next(db::RowId position, std::size_t limit, db::RowId last) {
    std::vector<db::FollowedTurn> turns = db::turns_behind(source_, position, limit);
    while (!turns.empty() && turns.back().row > last) turns.pop_back();
    if (turns.empty()) return std::nullopt;
    db::Batch batch;
    batch.epoch = db::counting_epoch(target_);
    batch.from = position;
    if (position != position_ || batch.epoch != epoch_) sessions_.clear();
    if (sessions_.size() > max_remembered) forget_some(sessions_);
    epoch_ = batch.epoch;
    for (const db::FollowedTurn& turn : turns) {
        FoldedSession* session = session_before(turn, batch);
        if (!session) continue;  // deleted meanwhile, or a script of another version
        const auto script = scripts_(source_, session->summary.group.script);
        fold_turn(*script, turn, *session, batch);
    }
    batch.to = turns.back().row;
    batch.turns = turns.size();
    position_ = batch.to;
    return batch;
}

/// The turn's session as it was before the turn, which the batch then knows too. Null when it
/// cannot be folded.
FoldedSession* TurnFolder::session_before(const db::FollowedTurn& turn, db::Batch& batch) {
    auto known = sessions_.find(turn.session);
    if (known == sessions_.end()) {
        const std::optional<db::FollowedSession> session =
            db::followed_session(source_, turn.session);
        const auto script = session ? scripts_(source_, session->group.script) : nullptr;
        if (!script) return nullptr;
        FoldedSession folded = unfolded(*script, *session);
        if (turn.seq > 1) {
            std::optional<db::Summary> summary = db::summary_of(target_, turn.session);
            if (!summary) return nullptr;
            folded.summary = std::move(*summary);
            std::optional<dialogs::State> state =
                dialogs::read_state(*script, db::state_after(source_, turn.session, turn.seq - 1));
            if (state) folded.state = std::move(*state);
        }
        known = sessions_.emplace(turn.session, std::move(folded)).first;
    }
    const auto [entry, is_new] = batch.sessions.try_emplace(turn.session);
    if (is_new && turn.seq > 1) entry->second.before = known->second.summary;
    return &known->second;
}

std::optional<db::Batch> batch_of_session(const Connection& connection, const ScriptFinder& scripts,
                                          db::RowId session) {
    const std::optional<db::FollowedSession> found = db::followed_session(connection, session);
    if (!found) return std::nullopt;
    const auto script = scripts(connection, found->group.script);
    if (!script) return db::Batch{};
    return fold_session(*script, *found,
                        db::turns_of(connection, session, db::followed_row(connection)));
}

ReviewFollower::ReviewFollower(const std::filesystem::path& file, StoreQueue& store,
                               ScriptRegistry& scripts, int keep_days)
    : store_(store),
      reader_(open_reader(file)),
      scripts_(scripts_of(scripts)),
      folder_(reader_, reader_, scripts_),
      keep_days_(keep_days),
      thread_([this] { loop(); }) {}

ReviewFollower::~ReviewFollower() {
    stop();
}

void ReviewFollower::nudge() {
    {
        const std::lock_guard lock(mutex_);
        nudged_ = true;
    }
    wake_.notify_one();
}

void ReviewFollower::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

std::chrono::nanoseconds rest_after(std::chrono::nanoseconds work, std::size_t counted,
                                    std::int64_t arrived) {
    if (arrived <= static_cast<std::int64_t>(counted)) return std::chrono::nanoseconds{0};
    return std::min<std::chrono::nanoseconds>(work * rest_per_work, max_rest);
}

void ReviewFollower::loop() {
    give_way();
    auto next_deletion = std::chrono::steady_clock::now();
    bool failed = false;
    for (;;) {
        std::chrono::nanoseconds rest = look_interval;
        try {
            const db::RowId newest_before = newest_turn(reader_);
            const Stretch done = follow();
            if (done.turns > 0)
                rest = rest_after(done.work, done.turns, newest_turn(reader_) - newest_before);
            failed = false;
            if (keep_days_ > 0 && done.turns == 0 &&
                std::chrono::steady_clock::now() >= next_deletion) {
                delete_old();
                next_deletion = std::chrono::steady_clock::now() + delete_interval;
            }
        } catch (const std::exception& error) {  // tried again; said once
            if (!failed) log(LogLevel::error, "follower_failed", {{"reason", error.what()}});
            failed = true;
            rest = look_interval * 10;
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, rest, [&] { return stopping_ || nudged_; });
        nudged_ = false;
        if (stopping_) return;
    }
}

/// Adds one stretch of turns; none when there is none behind the last one.
ReviewFollower::Stretch ReviewFollower::follow() {
    const std::chrono::nanoseconds began = processor_time();
    // One moment for all that is read, so that a turn and its session's summary fit.
    reader_.execute("BEGIN");
    std::optional<db::Batch> batch;
    try {
        batch = folder_.next(db::followed_row(reader_), turns_a_batch,
                             std::numeric_limits<db::RowId>::max());
    } catch (...) {  // the transaction ends in any case
        reader_.execute("COMMIT");
        throw;
    }
    reader_.execute("COMMIT");
    if (!batch) return {};
    struct Addition {
        db::Batch batch;
        std::chrono::nanoseconds work{0};
    };
    auto addition = std::make_shared<Addition>(Addition{std::move(*batch)});
    write([addition](Connection& connection) {
        const std::chrono::nanoseconds write_began = processor_time();
        const bool added = db::add_batch(connection, addition->batch);
        addition->work = processor_time() - write_began;
        return added;
    });
    return {addition->batch.turns, processor_time() - began + addition->work};
}

/// Runs a change on the writer thread and waits for it. False when it says so or was not run.
/// Errors: what it throws.
bool ReviewFollower::write(std::function<bool(Connection&)> work) {
    auto done = std::make_shared<std::promise<bool>>();
    std::future<bool> result = done->get_future();
    store_.post_change(
        [done, work = std::move(work)](db::Writer* writer) {
            bool worked = false;
            try {
                if (writer)
                    writer->change([&](Connection& connection) { worked = work(connection); });
                done->set_value(worked);
            } catch (...) {  // thrown by get()
                done->set_exception(std::current_exception());
            }
        },
        true);
    return result.get();
}

void ReviewFollower::delete_old() {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const db::TimePoint border = now - std::chrono::days(keep_days_);
    for (const db::RowId session : db::sessions_older_than(reader_, border, deletions_at_once)) {
        const std::optional<db::FollowedSession> found = db::followed_session(reader_, session);
        if (!found) continue;
        const db::Change change{"retention", "session.delete", found->key,
                                "older than " + std::to_string(keep_days_) + " days", now};
        write([this, session, change](Connection& connection) {
            const std::optional<db::Batch> batch = batch_of_session(connection, scripts_, session);
            if (batch) db::delete_session(connection, session, *batch, change);
            return batch.has_value();
        });
    }
}

}  // namespace advisor::server
