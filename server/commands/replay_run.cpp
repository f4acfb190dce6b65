#include "server/commands/replay_run.hpp"

#include <exception>
#include <mutex>
#include <thread>

#include "server/review/session_proof.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t sessions_on_page = 256;

/// Keeps the entry unless `most` earlier ones are known.
void keep(std::map<db::RowId, ReplayedSession>& list, ReplayedSession entry, std::size_t most) {
    const db::RowId id = entry.id;
    list.emplace(id, std::move(entry));
    if (list.size() > most) list.erase(std::prev(list.end()));
}

void merge(std::map<db::RowId, ReplayedSession>& into, std::map<db::RowId, ReplayedSession> from,
           std::size_t most) {
    into.merge(from);
    while (into.size() > most) into.erase(std::prev(into.end()));
}

void merge(ReplayReport& into, ReplayReport from, std::size_t most) {
    into.sessions += from.sessions;
    into.turns += from.turns;
    into.other_scripts += from.other_scripts;
    into.same += from.same;
    into.other_firmness += from.other_firmness;
    into.open += from.open;
    into.flip_count += from.flip_count;
    into.misfit_count += from.misfit_count;
    into.proved += from.proved;
    into.fault_count += from.fault_count;
    for (const auto& [group, count] : from.flip_groups) into.flip_groups[group] += count;
    for (const auto& [group, count] : from.misfit_groups) into.misfit_groups[group] += count;
    merge(into.flips, std::move(from.flips), most);
    merge(into.misfits, std::move(from.misfits), most);
    merge(into.faults, std::move(from.faults), most);
}

/// Hands out pages of sessions to the workers.
class Pages {
public:
    explicit Pages(const ReplayJob& job)
        : filter_(job.filter), scan_(db::open_session_scan(job.database)) {}

    /// An empty page: nothing is left.
    std::vector<db::ScannedSession> next() {
        const std::lock_guard lock(mutex_);
        std::vector<db::ScannedSession> page = scan_->page(filter_, after_, sessions_on_page);
        if (!page.empty()) after_ = page.back().id;
        return page;
    }

private:
    std::mutex mutex_;
    const db::ScanFilter& filter_;
    std::unique_ptr<db::SessionScan> scan_;
    db::RowId after_ = 0;
};

/// One thread's part of the work.
class Worker {
public:
    Worker(const ReplayJob& job, const ScriptSources& today)
        : job_(job), scan_(db::open_session_scan(job.database)), scripts_(today) {}

    void work(Pages& pages) {
        for (;;) {
            const std::vector<db::ScannedSession> page = pages.next();
            if (page.empty()) return;
            for (const db::ScannedSession& session : page) replay(session);
        }
    }

    ReplayReport report;

private:
    void replay(const db::ScannedSession& session) {
        const PinnedScript* own = scripts_.find(*scan_, session.script);
        if (job_.candidate && own && own->script.id != job_.candidate->script.id) {
            ++report.other_scripts;
            return;
        }
        ++report.sessions;
        if (job_.prove) prove(session);
        if (job_.candidate) compare(session, own);
    }

    void prove(const db::ScannedSession& session) {
        if (!job_.candidate) report.turns += scan_->inputs(session.id).size();
        std::optional<ProofFault> fault = prove_session(*scan_, scripts_, session);
        if (!fault) {
            ++report.proved;
            return;
        }
        ++report.fault_count;
        if (fault->seq > 0)
            fault->reason = "turn " + std::to_string(fault->seq) + ": " + fault->reason;
        keep(report.faults, {session.id, session.key, {}, std::move(fault->reason)},
             job_.most_listed);
    }

    void compare(const db::ScannedSession& session, const PinnedScript* own) {
        const std::vector<std::string> inputs = scan_->inputs(session.id);
        report.turns += inputs.size();
        dialogs::ReplayComparison found;
        if (own) {
            found = dialogs::compare_replay(own->script, job_.candidate->script, inputs);
        } else {
            found.kind = dialogs::ReplayComparison::Kind::misfit;
            found.misfit =
                dialogs::Misfit{dialogs::Misfit::Kind::broken, "", "its own script cannot be read"};
        }
        count(session, std::move(found));
    }

    void count(const db::ScannedSession& session, dialogs::ReplayComparison found) {
        using Kind = dialogs::ReplayComparison::Kind;
        switch (found.kind) {
            case Kind::same:
                ++report.same;
                if (found.firmness_before != found.firmness_after) ++report.other_firmness;
                break;
            case Kind::open:
                ++report.open;
                break;
            case Kind::flip:
                ++report.flip_count;
                ++report.flip_groups[{found.before, found.after, found.cause->question,
                                      found.cause->rules}];
                keep(report.flips, {session.id, session.key, std::move(found), {}},
                     job_.most_listed);
                break;
            case Kind::misfit:
                ++report.misfit_count;
                ++report.misfit_groups[{std::string(to_text(found.misfit->kind)),
                                        found.misfit->question}];
                keep(report.misfits, {session.id, session.key, std::move(found), {}},
                     job_.most_listed);
                break;
        }
    }

    const ReplayJob& job_;
    std::unique_ptr<db::SessionScan> scan_;
    PinnedScripts scripts_;
};

}  // namespace

ReplayReport run_replay(const ReplayJob& job, const ScriptSources& today) {
    Pages pages(job);
    std::vector<std::unique_ptr<Worker>> workers;
    for (unsigned i = 0; i < std::max(1U, job.threads); ++i)
        workers.push_back(std::make_unique<Worker>(job, today));
    std::vector<std::exception_ptr> errors(workers.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < workers.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                workers[i]->work(pages);
            } catch (...) {
                errors[i] = std::current_exception();  // thrown again below, on the caller's thread
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors) {
        if (error) std::rethrow_exception(error);
    }
    ReplayReport report;
    for (const auto& worker : workers) merge(report, std::move(worker->report), job.most_listed);
    return report;
}

}  // namespace advisor::server
