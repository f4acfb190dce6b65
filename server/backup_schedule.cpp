#include "server/backup_schedule.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "server/backup.hpp"
#include "server/day_text.hpp"
#include "server/log.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

db::TimePoint now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::optional<db::TimePoint> last_proven(const fs::path& database) {
    const std::optional<std::string> note = db::backup_note(database, "backup.last");
    const auto json = nlohmann::json::parse(note.value_or(""), nullptr, false);
    if (!json.is_object() || !json.contains("at") || !json["at"].is_string()) return std::nullopt;
    return read_day(json["at"].get<std::string>());
}

/// Makes one backup; the reason when it failed, else empty.
std::string back_up(const BackupPlan& plan, db::TimePoint at) {
    try {
        fs::create_directories(plan.folder);
        remove_abandoned(plan.folder);
        const BackupProof proof =
            make_backup(plan.database, plan.folder / backup_name(at), at, plan.scripts);
        const std::size_t removed = remove_old_backups(plan.folder, plan.keep);
        log(LogLevel::info, "backup_proved",
            {{"file", proof.file.string()},
             {"bytes", proof.bytes},
             {"sessions", proof.counts.sessions},
             {"replayed", proof.replayed},
             {"replayed_differently", proof.different},
             {"removed", removed}});
        return {};
    } catch (const std::exception& error) {
        log(LogLevel::error, "backup_failed", {{"error", error.what()}});
        return error.what();
    }
}

}  // namespace

struct BackupSchedule::Shared {
    BackupPlan plan;
    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;
    bool ended = true;  ///< the thread is gone, or has never been
    std::optional<db::TimePoint> last;
    std::string failure;

    void run() {
        std::unique_lock lock(mutex);
        db::TimePoint next = last ? *last + plan.every : now();
        while (!changed.wait_until(lock, next, [this] { return stopping; })) {
            lock.unlock();
            const db::TimePoint at = now();
            std::string reason = back_up(plan, at);
            lock.lock();
            failure = std::move(reason);
            if (failure.empty()) last = at;
            next = at + (failure.empty() ? plan.every
                                         : std::clamp<std::chrono::seconds>(plan.every / 10,
                                                                            std::chrono::seconds(1),
                                                                            std::chrono::hours(1)));
        }
        ended = true;
        changed.notify_all();
    }
};

BackupSchedule::BackupSchedule(BackupPlan plan) : shared_(std::make_shared<Shared>()) {
    shared_->last = last_proven(plan.database);
    shared_->plan = std::move(plan);
    if (shared_->plan.folder.empty()) return;
    shared_->ended = false;
    std::thread([shared = shared_] { shared->run(); }).detach();
}

BackupSchedule::~BackupSchedule() {
    std::unique_lock lock(shared_->mutex);
    shared_->stopping = true;
    shared_->changed.notify_all();
    shared_->changed.wait_for(lock, std::chrono::seconds(1), [this] { return shared_->ended; });
}

std::string BackupSchedule::status_json() const {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->plan.folder.empty() && !shared_->last) return {};
    nlohmann::ordered_json status{
        {"last_proven_at", nullptr}, {"age_seconds", nullptr}, {"failure", nullptr}};
    if (shared_->last) {
        status["last_proven_at"] = utc_text(*shared_->last);
        status["age_seconds"] =
            std::chrono::floor<std::chrono::seconds>(now() - *shared_->last).count();
    }
    if (!shared_->failure.empty()) status["failure"] = shared_->failure;
    return status.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace advisor::server
