#include "server/backup_schedule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

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

}  // namespace

BackupSchedule::BackupSchedule(BackupPlan plan)
    : plan_(std::move(plan)), last_(last_proven(plan_.database)) {
    if (!plan_.folder.empty()) thread_ = std::thread([this] { run(); });
}

BackupSchedule::~BackupSchedule() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::string BackupSchedule::status_json() const {
    const std::lock_guard lock(mutex_);
    nlohmann::ordered_json status{
        {"last_proven_at", nullptr}, {"age_seconds", nullptr}, {"failure", nullptr}};
    if (last_) {
        status["last_proven_at"] = utc_text(*last_);
        status["age_seconds"] = std::chrono::floor<std::chrono::seconds>(now() - *last_).count();
    }
    if (!failure_.empty()) status["failure"] = failure_;
    return status.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

void BackupSchedule::run() {
    std::unique_lock lock(mutex_);
    db::TimePoint next = last_ ? *last_ + plan_.every : now();
    while (!stopping_) {
        if (wake_.wait_until(lock, next, [this] { return stopping_; })) return;
        lock.unlock();
        next = attempt(now());
        lock.lock();
    }
}

db::TimePoint BackupSchedule::attempt(db::TimePoint at) {
    std::string failure;
    try {
        fs::create_directories(plan_.folder);
        const BackupProof proof =
            make_backup(plan_.database, plan_.folder / backup_name(at), at, plan_.scripts);
        const std::size_t removed = remove_old_backups(plan_.folder, plan_.keep);
        log(LogLevel::info, "backup_proved",
            {{"file", proof.file.string()},
             {"bytes", proof.bytes},
             {"sessions", proof.counts.sessions},
             {"replayed", proof.replayed},
             {"replayed_differently", proof.different},
             {"removed", removed}});
    } catch (const std::exception& error) {
        failure = error.what();
        log(LogLevel::error, "backup_failed", {{"error", failure}});
    }
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    if (!failure.empty())
        return at + std::clamp<std::chrono::seconds>(plan_.every / 10, std::chrono::seconds(1),
                                                     std::chrono::hours(1));
    last_ = at;
    return at + plan_.every;
}

}  // namespace advisor::server
