#include "bench/load/options.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace advisor::bench {
namespace {

struct Option {
    std::string_view name;
    std::string_view help;
    std::function<void(Options&, const std::string&)> set;
};

double positive(const std::string& text) {
    const double value = std::stod(text);
    if (value <= 0) throw std::invalid_argument(text);
    return value;
}

std::size_t count(const std::string& text) {
    return static_cast<std::size_t>(std::stoul(text));
}

const auto& table() {
    static const std::array options{
        Option{"--mode", "closed | open | idle | ready",
               [](Options& o, const std::string& v) { o.mode = v; }},
        Option{"--host", "IPv4 address of the server (127.0.0.1)",
               [](Options& o, const std::string& v) { o.target.host = v; }},
        Option{"--port", "its port",
               [](Options& o, const std::string& v) {
                   o.target.port = static_cast<std::uint16_t>(std::stoul(v));
               }},
        Option{"--path", "of the WebSocket (/ws)",
               [](Options& o, const std::string& v) { o.target.path = v; }},
        Option{"--conns", "connections (64)",
               [](Options& o, const std::string& v) { o.connections = count(v); }},
        Option{"--sources", "local addresses 127.0.0.1, .2, ... to connect from (1)",
               [](Options& o, const std::string& v) {
                   o.target.sources = static_cast<unsigned>(std::stoul(v));
               }},
        Option{"--rate", "turns per second of mode open (1000)",
               [](Options& o, const std::string& v) { o.turns_per_second = positive(v); }},
        Option{"--secs", "seconds to measure (5)",
               [](Options& o, const std::string& v) { o.seconds = positive(v); }},
        Option{"--warm", "seconds before that (1); in mode idle, to settle before each reading",
               [](Options& o, const std::string& v) { o.warm_seconds = std::stod(v); }},
        Option{"--seed", "of the answers (1)",
               [](Options& o, const std::string& v) { o.seed = std::stoull(v); }},
        Option{"--pid", "of the server, to read its CPU time and memory",
               [](Options& o, const std::string& v) { o.pid = std::stoi(v); }},
        Option{"--cpu", "processor to run the tool on",
               [](Options& o, const std::string& v) { o.cpu = std::stoi(v); }},
        Option{"--label", "first word of the output",
               [](Options& o, const std::string& v) { o.label = v; }},
        Option{"--history", "file to write every frame and reply to, as JSON lines (slow)",
               [](Options& o, const std::string& v) { o.history_file = v; }},
    };
    return options;
}

void check(const Options& options) {
    constexpr std::array modes{"closed", "open", "idle", "ready"};
    if (std::find(modes.begin(), modes.end(), options.mode) == modes.end())
        throw std::invalid_argument("--mode is one of closed, open, idle, ready");
    if ((options.mode == "ready") != !options.server.empty())
        throw std::invalid_argument(
            "mode ready, and no other, takes the server's command after --");
    if (options.mode != "ready" && options.target.port == 0)
        throw std::invalid_argument("--port is missing");
    if (options.connections == 0 || options.target.sources == 0 || options.target.sources > 250)
        throw std::invalid_argument("--conns is at least 1, --sources 1 to 250");
}

}  // namespace

Options parse_options(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            options.server.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (words[i] == "--json") {
            options.json = true;
            continue;
        }
        const auto option = std::find_if(table().begin(), table().end(),
                                         [&](const Option& o) { return o.name == words[i]; });
        if (option == table().end()) throw std::invalid_argument("unknown option " + words[i]);
        if (++i == words.size()) throw std::invalid_argument(words[i - 1] + " needs a value");
        try {
            option->set(options, words[i]);
        } catch (const std::exception&) {
            throw std::invalid_argument(words[i - 1] + " cannot be \"" + words[i] + "\"");
        }
    }
    check(options);
    return options;
}

std::string usage_text() {
    std::string text =
        "usage: advisor_load [option value]... [--json] [-- server command]\n"
        "Drives a server that speaks advisor.v1. Mode ready starts the server itself and expects\n"
        "\"listening on http://HOST:PORT\" as the first line that it prints.\n";
    for (const Option& option : table()) {
        std::string line = "  " + std::string(option.name);
        line.resize(14, ' ');
        text += line + std::string(option.help) + "\n";
    }
    return text;
}

}  // namespace advisor::bench
