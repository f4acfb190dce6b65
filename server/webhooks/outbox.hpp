#pragma once
// The thread that delivers what the outbox holds.

#include <filesystem>
#include <memory>
#include <string>

#include "server/script_registry.hpp"

namespace advisor::server {

/// Sends events to webhooks from a thread of its own, so that neither its waits for the disk nor
/// its requests slow a conversation. It sees what the store's writer and other processes commit by
/// looking whether the database has changed; without a webhook it looks once a second.
/// Lifetime: borrows the scripts; the database outlives it.
class OutboxRunner {
public:
    struct Options {
        std::filesystem::path data;      ///< folder of the key
        std::filesystem::path database;  ///< exists, of this version
        std::string public_url;          ///< stands before the path of a report
        std::filesystem::path ca_file;   ///< see HttpClient
    };

    /// Errors: db::StoreError; std::runtime_error when `ca_file` cannot be read.
    OutboxRunner(Options options, ScriptRegistry& scripts);
    ~OutboxRunner();
    OutboxRunner(const OutboxRunner&) = delete;
    OutboxRunner& operator=(const OutboxRunner&) = delete;

    void start();
    /// Begins nothing new, gives what is under way a moment, and joins the thread. Blocks.
    /// What was cut off is sent again, under the same id, after the next start.
    void stop();

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace advisor::server
