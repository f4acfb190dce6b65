#pragma once
// What an operator can look at and set going from the console: webhooks with their outbox, chat
// hooks, a backup. Secrets and addresses are never in an answer.

#include <filesystem>

#include "server/review/review_api.hpp"
#include "server/work_thread.hpp"

namespace advisor::server {

/// Thread: any I/O thread; the work is done one piece after the other on a thread of its own, as a
/// test waits for another server, and a backup for the disk.
/// Lifetime: outlives the router.
class OperationsDesk {
public:
    struct Options {
        std::filesystem::path data;
        std::filesystem::path database;
        std::filesystem::path ca_file;  ///< see HttpClient
        std::filesystem::path backups;  ///< folder; empty: "backups" in `data`
        std::filesystem::path scripts;  ///< see make_backup
    };
    explicit OperationsDesk(Options options);

    /// Runs one piece of work. Errors: what it throws; StoreError `busy` when much is waiting.
    [[nodiscard]] Task<TextOrRefused> run(std::function<TextOrRefused()> work) {
        return thread_.run<TextOrRefused>(std::move(work));
    }
    [[nodiscard]] const Options& options() const { return options_; }
    /// Finishes what is queued. Blocks.
    void stop() { thread_.stop(); }

private:
    Options options_;
    WorkThread thread_;
};

void add_review_operations_routes(Router& router, ReviewApi& api, OperationsDesk& desk);

}  // namespace advisor::server
