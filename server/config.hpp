#pragma once
// The settings of `advisor serve`, from one table: flag, environment variable, configuration key,
// help and docs.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/log.hpp"
#include "server/net/peer_budget.hpp"

namespace CLI {
class App;
}

namespace advisor::server {

struct Config {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0: any free one
    std::filesystem::path data = "advisor-data";
    std::filesystem::path scripts;  ///< empty: the built-in ones
    std::string default_script = "nodejs-vs-python";
    std::vector<std::string> origins;  ///< pages besides our own that may talk to us
    std::string public_url;            ///< under which people reach us; empty: where we listen
    std::size_t threads = 1;           ///< I/O threads
    std::size_t max_connections = 15000;
    PeerLimits peer_limits;  ///< of each address that is no trusted proxy's
    std::vector<std::string> trusted_proxies{"127.0.0.0/8", "::1"};  ///< addresses and ranges
    std::chrono::seconds idle_timeout{120};
    int keep_days = 0;  ///< sessions that were not used for so long are deleted; 0: never
    LogLevel log_level = LogLevel::info;
    std::filesystem::path backup_dir;  ///< empty: no backups by the clock
    std::chrono::seconds backup_every{86400};
    std::size_t backup_keep = 14;
    std::filesystem::path ca_file;  ///< empty: the system's certificate authorities alone
    std::filesystem::path file;     ///< where to read further settings; empty: nowhere
};

/// One setting. `--NAME`, `ADVISOR_NAME` (upper case, `-` as `_`) and the key NAME in the
/// configuration file.
struct OptionEntry {
    std::string_view name;
    std::string_view placeholder;
    std::string_view help;
    void (*bind)(CLI::App& app, const std::string& flag, const std::string& help, Config& config);
};

[[nodiscard]] std::span<const OptionEntry> option_table();

/// `ADVISOR_MAX_CONNECTIONS` for `max-connections`.
[[nodiscard]] std::string environment_name(std::string_view option);

/// Puts every setting on the command, and `--config FILE`. `config` outlives the parsing.
void add_options(CLI::App& app, Config& config);

/// Takes the settings of a configuration file that neither the command line nor the environment has
/// set. Call after parsing. Throws CLI::ParseError for a setting that does not exist or a value
/// that does not fit.
void apply_file(CLI::App& app, const std::filesystem::path& file);

}  // namespace advisor::server
