#include "server/review/script_replay.hpp"

#include <charconv>

#include "db/session_scan.hpp"
#include "db/sqlite_store.hpp"
#include "server/log.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t most_waiting = 8;
constexpr std::size_t most_remembered = 32;
constexpr std::size_t most_listed = 200;
constexpr std::size_t sessions_on_page = 200;

std::string_view state_text(std::size_t state) {
    constexpr std::string_view names[] = {"waiting", "running", "done", "cancelled", "failed"};
    return names[state];
}

dialogs::ReplayComparison compare(const dialogs::Script* own, const dialogs::Script& candidate,
                                  const std::vector<std::string>& inputs) {
    if (own) return dialogs::compare_replay(*own, candidate, inputs);
    dialogs::ReplayComparison found;
    found.kind = dialogs::ReplayComparison::Kind::misfit;
    found.misfit =
        dialogs::Misfit{dialogs::Misfit::Kind::broken, "", "its own script cannot be read"};
    return found;
}

}  // namespace

ReplayJobs::ReplayJobs(std::filesystem::path database, ScriptFinder scripts)
    : database_(std::move(database)), scripts_(std::move(scripts)), thread_(most_waiting) {}

ReplayJobs::~ReplayJobs() {
    stop();
}

std::optional<std::string> ReplayJobs::begin(ReplayWish wish) {
    auto job = std::make_shared<Job>();
    job->wish = std::move(wish);
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(mutex_);
        id = next_id_++;
        jobs_.emplace(id, job);
        if (jobs_.size() > most_remembered) {
            jobs_.begin()->second->cancelled = true;
            jobs_.erase(jobs_.begin());
        }
    }
    bool taken = true;
    thread_.post([this, job, &taken](bool can_run) {
        if (can_run)
            run(*job);
        else
            taken = false;  // called before post returns
    });
    if (taken) return std::to_string(id);
    const std::lock_guard lock(mutex_);
    jobs_.erase(id);
    return std::nullopt;
}

void ReplayJobs::run(Job& job) {
    set_state(job, State::running, {});
    try {
        ReplayReport report = replay(job);
        set_state(job, job.cancelled ? State::cancelled : State::done, std::move(report));
    } catch (const std::exception& error) {
        log(LogLevel::error, "replay_failed", {{"error", error.what()}});
        set_state(job, State::failed, {});
    }
}

ReplayReport ReplayJobs::replay(Job& job) const {
    const db::sqlite::Connection connection = db::open_sqlite_beside(database_, false);
    const std::unique_ptr<db::SessionScan> scan = db::open_session_scan(database_);
    const ReplayWish& wish = job.wish;
    ReplayReport report;
    std::optional<db::Place> place;
    do {
        const db::SessionPage page =
            db::list_sessions(connection, wish.sessions, place, sessions_on_page);
        if (!place && page.total) job.total = *page.total;
        for (const db::ListedSession& session : page.sessions) {
            if (job.cancelled || report.sessions >= wish.limit) return report;
            const std::vector<std::string> inputs = scan->inputs(session.summary.id);
            if (inputs.empty()) continue;  // deleted meanwhile
            const auto own = scripts_(connection, session.summary.group.script);
            report.add(session.summary.id, session.key, compare(own.get(), *wish.candidate, inputs),
                       most_listed);
            report.turns += inputs.size();
            job.looked = ++report.sessions;
        }
        place = page.next;
    } while (place);
    return report;
}

void ReplayJobs::set_state(Job& job, State state, ReplayReport report) {
    const std::lock_guard lock(mutex_);
    job.state = state;
    job.report = std::move(report);
}

ReplayJobs::JobPtr ReplayJobs::find(const std::string& id) const {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size()) return nullptr;
    const auto found = jobs_.find(number);
    return found == jobs_.end() ? nullptr : found->second;
}

std::optional<nlohmann::ordered_json> ReplayJobs::describe(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const JobPtr job = find(id);
    if (!job) return std::nullopt;
    const std::int64_t total = job->total;
    const auto limit = static_cast<std::int64_t>(job->wish.limit);
    nlohmann::ordered_json answer{
        {"id", id},
        {"state", state_text(static_cast<std::size_t>(job->state))},
        {"script", job->wish.script},
        {"hash", job->wish.hash},
        {"filter", job->wish.filter},
        {"looked", job->looked.load()},
        {"total",
         total < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(std::min(total, limit))}};
    if (job->state != State::done && job->state != State::cancelled) return answer;
    const ReplayReport& report = job->report;
    answer["sessions"] = report.sessions;
    answer["turns"] = report.turns;
    answer["same"] = report.same;
    answer["other_firmness"] = report.other_firmness;
    answer["open"] = report.open;
    answer["flips"] = flips_json(report);
    answer["misfits"] = misfits_json(report);
    return answer;
}

bool ReplayJobs::cancel(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const JobPtr job = find(id);
    if (job) job->cancelled = true;
    return job != nullptr;
}

void ReplayJobs::stop() {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, job] : jobs_) job->cancelled = true;
    }
    thread_.stop();
}

}  // namespace advisor::server
