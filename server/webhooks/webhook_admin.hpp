#pragma once
// What `advisor webhook` does, apart from its command line.

#include <filesystem>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace advisor::server {

/// What the command line cannot mean; the message says what to do.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct WebhookOptions {
    std::filesystem::path data;
    std::filesystem::path ca_file;
    std::string name;                ///< of a webhook, or of a message to replay
    std::vector<std::string> words;  ///< of `add`: a kind, an address, or both
    std::string kind;
    std::string url;
    std::string url_file;     ///< "-": standard input
    std::string secret_file;  ///< "-": standard input
    std::vector<std::string> events;
    std::vector<std::string> allowed_hosts;
    int overlap_hours = 24;
    bool json = false;
};

// Each returns an exit code. Errors: UsageError; db::StoreError; std::runtime_error.

[[nodiscard]] int webhook_add(const WebhookOptions& options, std::istream& in, std::ostream& out);
[[nodiscard]] int webhook_list(const WebhookOptions& options, std::ostream& out);
/// Sends one test at once, from here, and says how it went.
[[nodiscard]] int webhook_test(const WebhookOptions& options, std::ostream& out);
[[nodiscard]] int webhook_replay(const WebhookOptions& options, std::ostream& out);
[[nodiscard]] int webhook_rotate(const WebhookOptions& options, std::istream& in,
                                 std::ostream& out);
[[nodiscard]] int webhook_enable(const WebhookOptions& options, std::ostream& out);
[[nodiscard]] int webhook_remove(const WebhookOptions& options, std::ostream& out);

}  // namespace advisor::server
