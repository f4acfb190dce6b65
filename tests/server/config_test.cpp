#include "server/config.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <map>

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

class Settings : public testing::Test {
protected:
    Settings() {
        std::string name = (fs::temp_directory_path() / "advisor-config-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        for (const OptionEntry& entry : option_table())
            ::unsetenv(environment_name(entry.name).c_str());
    }
    ~Settings() override {
        for (const OptionEntry& entry : option_table())
            ::unsetenv(environment_name(entry.name).c_str());
        ::unsetenv("ADVISOR_CONFIG");
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }

    /// Parses a command line of `advisor serve`, as main() does.
    static Config parse(std::vector<std::string> arguments) {
        CLI::App app("test", "advisor");
        CLI::App& serve = *app.add_subcommand("serve", "");
        Config config;
        add_options(serve, config);
        serve.callback([&] {
            if (!config.file.empty()) apply_file(serve, config.file);
        });
        arguments.insert(arguments.begin(), "serve");
        std::reverse(arguments.begin(), arguments.end());
        app.parse(arguments);
        return config;
    }
    std::string write(const std::string& text) const {
        const fs::path file = folder_ / "advisor.toml";
        std::ofstream(file) << text;
        return file.string();
    }

    fs::path folder_;
};

/// A setting's value as text, to compare.
std::string value_of(const Config& config, std::string_view name) {
    const std::map<std::string_view, std::string> values{
        {"host", config.host},
        {"port", std::to_string(config.port)},
        {"data", config.data.string()},
        {"scripts", config.scripts.string()},
        {"default-script", config.default_script},
        {"origin", config.origins.empty() ? "" : config.origins.front()},
        {"public-url", config.public_url},
        {"threads", std::to_string(config.threads)},
        {"max-connections", std::to_string(config.max_connections)},
        {"connections-per-address", std::to_string(config.peer_limits.connections)},
        {"sessions-per-minute", std::to_string(config.peer_limits.sessions_per_minute)},
        {"requests-per-minute", std::to_string(config.peer_limits.requests_per_minute)},
        {"frames-per-second", std::to_string(config.peer_limits.frames_per_second)},
        {"trusted-proxy", config.trusted_proxies.empty() ? "" : config.trusted_proxies.front()},
        {"idle-timeout", std::to_string(config.idle_timeout.count())},
        {"keep-days", std::to_string(config.keep_days)},
        {"log-level", std::to_string(static_cast<int>(config.log_level))},
        {"ca-file", config.ca_file.string()},
        {"backup-dir", config.backup_dir.string()},
        {"backup-every", std::to_string(config.backup_every.count())},
        {"backup-keep", std::to_string(config.backup_keep)},
    };
    const auto found = values.find(name);
    if (found == values.end())
        throw std::runtime_error("a new setting: add it here: " + std::string(name));
    return found->second;
}

struct Sample {
    std::string text;   ///< as it is given
    std::string value;  ///< as value_of tells it
    std::string other;  ///< another one, given elsewhere
    std::string wrong;  ///< one that is refused; empty: any text will do
};

Sample sample_of(std::string_view name) {
    const std::map<std::string_view, Sample> samples{
        {"host", {"0.0.0.0", "0.0.0.0", "127.0.0.2", "not an address"}},
        {"port", {"9000", "9000", "9001", "65536"}},
        {"data", {"other-data", "other-data", "third-data", ""}},
        {"scripts", {"/usr", "/usr", "/etc", "/no/such/folder"}},
        {"default-script", {"tea", "tea", "coffee", ""}},
        {"origin", {"https://a.example", "https://a.example", "https://b.example", "a.example"}},
        {"public-url",
         {"https://a.example", "https://a.example", "https://b.example", "a.example"}},
        {"threads", {"2", "2", "3", "0"}},
        {"max-connections", {"7", "7", "8", "0"}},
        {"connections-per-address", {"7", "7", "0", "-1"}},
        {"sessions-per-minute", {"7", "7", "0", "-1"}},
        {"requests-per-minute", {"7", "7", "0", "-1"}},
        {"frames-per-second", {"7", "7", "0", "-1"}},
        {"trusted-proxy", {"10.0.0.0/8", "10.0.0.0/8", "none", "10.0.0.0/40"}},
        {"idle-timeout", {"30", "30", "40", "1"}},
        {"keep-days", {"30", "30", "40", "-1"}},
        {"log-level", {"debug", "0", "error", "loud"}},
        {"ca-file", {"/etc/passwd", "/etc/passwd", "/etc/group", "/no/such/file"}},
        {"backup-dir", {"kept", "kept", "others", ""}},
        {"backup-every", {"60", "60", "70", "0"}},
        {"backup-keep", {"3", "3", "4", "0"}},
    };
    const auto found = samples.find(name);
    if (found == samples.end())
        throw std::runtime_error("a new setting: add a sample: " + std::string(name));
    return found->second;
}

std::string file_line(const OptionEntry& entry, const std::string& text) {
    return std::string(entry.name) + " = \"" + text + "\"\n";
}

TEST_F(Settings, EveryOneIsAFlagAnEnvironmentVariableAndAKey) {
    for (const OptionEntry& entry : option_table()) {
        const Sample sample = sample_of(entry.name);
        const std::string flag = "--" + std::string(entry.name);
        EXPECT_NE(value_of(parse({}), entry.name), sample.value)
            << "the sample is the default: " << flag;
        EXPECT_EQ(value_of(parse({flag, sample.text}), entry.name), sample.value) << flag;
        EXPECT_EQ(value_of(parse({flag + "=" + sample.text}), entry.name), sample.value) << flag;
        EXPECT_EQ(value_of(parse({"--config", write(file_line(entry, sample.text))}), entry.name),
                  sample.value)
            << flag << " in a file";
        ::setenv(environment_name(entry.name).c_str(), sample.text.c_str(), 1);
        EXPECT_EQ(value_of(parse({}), entry.name), sample.value) << environment_name(entry.name);
        ::unsetenv(environment_name(entry.name).c_str());
    }
}

TEST_F(Settings, AFlagBeatsTheEnvironmentAndThatTheFile) {
    for (const OptionEntry& entry : option_table()) {
        const Sample sample = sample_of(entry.name);
        const std::string flag = "--" + std::string(entry.name);
        const std::string file = write(file_line(entry, sample.other));
        EXPECT_EQ(value_of(parse({flag, sample.text, "--config", file}), entry.name), sample.value)
            << flag << " against a file";
        ::setenv(environment_name(entry.name).c_str(), sample.other.c_str(), 1);
        EXPECT_EQ(value_of(parse({flag, sample.text}), entry.name), sample.value)
            << flag << " against the environment";
        ::setenv(environment_name(entry.name).c_str(), sample.text.c_str(), 1);
        EXPECT_EQ(value_of(parse({"--config", file}), entry.name), sample.value)
            << "the environment against a file: " << flag;
        ::unsetenv(environment_name(entry.name).c_str());
    }
}

TEST_F(Settings, AValueThatDoesNotFitIsRefusedWhereverItStands) {
    for (const OptionEntry& entry : option_table()) {
        const Sample sample = sample_of(entry.name);
        if (sample.wrong.empty()) continue;
        const std::string flag = "--" + std::string(entry.name);
        EXPECT_THROW(parse({flag, sample.wrong}), CLI::ParseError) << flag;
        EXPECT_THROW(parse({"--config", write(file_line(entry, sample.wrong))}), CLI::ParseError)
            << flag << " in a file";
    }
}

TEST_F(Settings, AKeyThatDoesNotExistIsAnError) {
    for (const char* text : {"prot = 9000\n", "PORT = 9000\n", "help = true\n", "config = \"x\"\n",
                             "[serve]\nport = 9000\n", "[other]\nport = 9000\n"}) {
        EXPECT_THROW(parse({"--config", write(text)}), CLI::ParseError) << text;
    }
    EXPECT_THROW(parse({"--prot", "9000"}), CLI::ParseError);
    EXPECT_THROW(parse({"--config", (folder_ / "nosuch").string()}), CLI::ParseError);
}

TEST_F(Settings, TheEnvironmentMayNameTheFile) {
    const std::string file = write("port = 9000 # a comment\n\nthreads = 2\n");
    ::setenv("ADVISOR_CONFIG", file.c_str(), 1);
    const Config config = parse({"--threads", "3"});
    EXPECT_EQ(config.port, 9000);
    EXPECT_EQ(config.threads, 3U);
}

TEST_F(Settings, SeveralOriginsStandWithCommas) {
    const std::vector<std::string> both{"https://a.example", "http://b.example:8080"};
    EXPECT_EQ(parse({"--origin", "https://a.example,http://b.example:8080"}).origins, both);
    EXPECT_EQ(parse({"--origin", "https://a.example", "--origin", "http://b.example:8080"}).origins,
              both);
    ::setenv("ADVISOR_ORIGIN", "https://a.example,http://b.example:8080", 1);
    EXPECT_EQ(parse({}).origins, both);
    ::unsetenv("ADVISOR_ORIGIN");
    EXPECT_EQ(parse({"--config", write("origin = \"https://a.example,http://b.example:8080\"\n")})
                  .origins,
              both)
        << "as a text in a file";
    EXPECT_EQ(
        parse({"--config", write("origin = [\"https://a.example\", \"http://b.example:8080\"]\n")})
            .origins,
        both)
        << "as a list in a file";
    for (const char* wrong :
         {"https://a.example/", "https://a.example/x", "ftp://a.example", "*", "null", "https://"})
        EXPECT_THROW(parse({"--origin", wrong}), CLI::ParseError) << wrong;
}

TEST_F(Settings, AHostIsAnAddress) {
    for (const char* host : {"127.0.0.1", "0.0.0.0", "::1", "::", "localhost"})
        EXPECT_EQ(parse({"--host", host}).host, host);
    for (const char* host : {"", "256.0.0.1", "1.2.3", "example"})
        EXPECT_THROW(parse({"--host", host}), CLI::ParseError) << host;
}

}  // namespace
}  // namespace advisor::server
