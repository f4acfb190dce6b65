#include "server/config.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "server/net/peer_address.hpp"
#include "server/net/url.hpp"

namespace advisor::server {
namespace {

template <auto Member>
void bind_plain(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    app.add_option(flag, config.*Member, help)->capture_default_str();
}

void bind_host(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    const auto check = [](std::string& text) {
        const bool address = text == "localhost" || text.find(':') != std::string::npos ||
                             CLI::ValidIPV4(text).empty();
        return address ? std::string()
                       : "\"" + text + "\" is not an address such as 127.0.0.1, 0.0.0.0 or ::1";
    };
    app.add_option(flag, config.host, help)
        ->capture_default_str()
        ->check(CLI::Validator(check, "", "address"));
}

void bind_data(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    app.add_option(flag, config.data, help)->capture_default_str();
}

void bind_scripts(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    app.add_option(flag, config.scripts, help)->check(CLI::ExistingDirectory);
}

void bind_public_url(CLI::App& app, const std::string& flag, const std::string& help,
                     Config& config) {
    const auto check = [](std::string& text) {
        return http::parse_url(text) ? std::string()
                                     : "\"" + text +
                                           "\" is not an address such as "
                                           "https://advice.example.org";
    };
    app.add_option(flag, config.public_url, help)->check(CLI::Validator(check, "", "url"));
}

bool is_origin(std::string_view text) {
    const std::size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    return host > 0 && text.size() > host && text.find('/', host) == std::string_view::npos;
}

void bind_origins(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    const auto check = [](std::string& text) {
        return is_origin(text) ? std::string()
                               : "\"" + text +
                                     "\" is not an origin such as https://advice.example.org "
                                     "(no path, no slash at the end)";
    };
    app.add_option(flag, config.origins, help)
        ->delimiter(',')
        ->check(CLI::Validator(check, "", "origin"));
}

void bind_threads(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    app.add_option(flag, config.threads, help)->capture_default_str()->check(CLI::Range(1, 64));
}

void bind_connections(CLI::App& app, const std::string& flag, const std::string& help,
                      Config& config) {
    app.add_option(flag, config.max_connections, help)
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
}

template <auto Member>
void bind_peer_limit(CLI::App& app, const std::string& flag, const std::string& help,
                     Config& config) {
    app.add_option(flag, config.peer_limits.*Member, help)
        ->capture_default_str()
        ->check(CLI::Range(0, 1000000));
}

void bind_proxies(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    const auto check = [](std::string& text) {
        return text == "none" || parse_range(text)
                   ? std::string()
                   : "\"" + text + "\" is not an address or a range such as 10.0.0.0/8, or none";
    };
    app.add_option(flag, config.trusted_proxies, help)
        ->delimiter(',')
        ->default_str("127.0.0.0/8,::1")
        ->check(CLI::Validator(check, "", "range"));
}

void bind_idle(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    const auto set = [&config](const int& seconds) {
        config.idle_timeout = std::chrono::seconds(seconds);
    };
    app.add_option_function<int>(flag, set, help)->default_str("120")->check(CLI::Range(2, 86400));
}

void bind_keep_days(CLI::App& app, const std::string& flag, const std::string& help,
                    Config& config) {
    app.add_option(flag, config.keep_days, help)
        ->capture_default_str()
        ->check(CLI::Range(0, 36500));
}

void bind_log_level(CLI::App& app, const std::string& flag, const std::string& help,
                    Config& config) {
    static const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                                        {"info", LogLevel::info},
                                                        {"warning", LogLevel::warning},
                                                        {"error", LogLevel::error}};
    const auto set = [&config](const std::string& name) { config.log_level = levels.at(name); };
    app.add_option_function<std::string>(flag, set, help)
        ->default_str("info")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

void bind_backup_dir(CLI::App& app, const std::string& flag, const std::string& help,
                     Config& config) {
    app.add_option(flag, config.backup_dir, help);
}

void bind_backup_every(CLI::App& app, const std::string& flag, const std::string& help,
                       Config& config) {
    const auto set = [&config](const int& seconds) {
        config.backup_every = std::chrono::seconds(seconds);
    };
    app.add_option_function<int>(flag, set, help)
        ->default_str("86400")
        ->check(CLI::Range(1, 31'536'000));
}

void bind_backup_keep(CLI::App& app, const std::string& flag, const std::string& help,
                      Config& config) {
    app.add_option(flag, config.backup_keep, help)
        ->capture_default_str()
        ->check(CLI::Range(1, 100000));
}

void bind_ca_file(CLI::App& app, const std::string& flag, const std::string& help, Config& config) {
    app.add_option(flag, config.ca_file, help)->check(CLI::ExistingFile);
}

constexpr std::array<OptionEntry, 21> options{{
    {"host", "ADDRESS", "Address to listen on; 0.0.0.0 for every interface", bind_host},
    {"port", "PORT", "Port to listen on; 0 takes a free one", bind_plain<&Config::port>},
    {"data", "DIR", "Folder for the database; made when it is not there", bind_data},
    {"scripts", "DIR", "Folder with dialog scripts (*.json) instead of the built-in ones",
     bind_scripts},
    {"default-script", "ID", "Script that a conversation begins with when none is named",
     bind_plain<&Config::default_script>},
    {"origin", "ORIGIN",
     "A page's origin that may talk to the server besides its own, such as "
     "https://advice.example.org behind TLS; several with commas",
     bind_origins},
    {"threads", "N", "I/O threads", bind_threads},
    {"max-connections", "N", "Connections at the same time; more are told to come back",
     bind_connections},
    {"connections-per-address", "N",
     "Connections of one client's address at the same time; 0 for any number",
     bind_peer_limit<&PeerLimits::connections>},
    {"sessions-per-minute", "N", "New sessions of one address a minute; 0 for any number",
     bind_peer_limit<&PeerLimits::sessions_per_minute>},
    {"requests-per-minute", "N", "Requests of one address to the API a minute; 0 for any number",
     bind_peer_limit<&PeerLimits::requests_per_minute>},
    {"frames-per-second", "N", "Frames on one WebSocket a second, on average; 0 for any number",
     bind_peer_limit<&PeerLimits::frames_per_second>},
    {"trusted-proxy", "RANGES",
     "Reverse proxies, whose X-Forwarded-For is believed and which have no limits of their own; "
     "several with commas, or none",
     bind_proxies},
    {"idle-timeout", "SECONDS", "Closes a WebSocket whose peer does not answer pings for so long",
     bind_idle},
    {"public-url", "URL",
     "Address under which people reach the server, such as https://advice.example.org; for links "
     "in chat tools and webhooks",
     bind_public_url},
    {"ca-file", "FILE", "Certificate authorities (PEM) that webhooks may have besides the system's",
     bind_ca_file},
    {"keep-days", "DAYS", "Deletes sessions that were not used for so many days; 0 keeps them all",
     bind_keep_days},
    {"log-level", "LEVEL", "debug, info, warning or error", bind_log_level},
    {"backup-dir", "DIR", "Folder for backups by the clock; without it there are none",
     bind_backup_dir},
    {"backup-every", "SECONDS", "Time between two backups", bind_backup_every},
    {"backup-keep", "N", "Keep so many backups, remove older ones", bind_backup_keep},
}};

}  // namespace

std::span<const OptionEntry> option_table() {
    return options;
}

std::string environment_name(std::string_view option) {
    std::string name = "ADVISOR_";
    for (const char c : option)
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

void add_options(CLI::App& app, Config& config) {
    for (const OptionEntry& entry : options) {
        const std::string flag = "--" + std::string(entry.name);
        entry.bind(app, flag, std::string(entry.help), config);
        app.get_option(flag)
            ->envname(environment_name(entry.name))
            ->type_name(std::string(entry.placeholder));
    }
    app.add_option("--config", config.file, "File with these settings, one \"name = value\" a line")
        ->envname("ADVISOR_CONFIG")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
}

void apply_file(CLI::App& app, const std::filesystem::path& file) {
    // CLI11 reads configuration files for the whole program only, not for one command of it.
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(file.string())) {
        CLI::Option* option = item.parents.empty() && item.name != "config"
                                  ? app.get_option_no_throw("--" + item.name)
                                  : nullptr;
        if (!option || item.name == "help")
            throw CLI::ConfigError(file.string() + ": there is no setting \"" + item.fullname() +
                                   "\"");
        if (option->count() > 0) continue;  // the command line or the environment has said it
        option->add_result(item.inputs);
        option->run_callback();
    }
}

}  // namespace advisor::server
