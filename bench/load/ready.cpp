#include "bench/load/ready.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/process_stats.hpp"
#include "bench/load/report.hpp"

namespace advisor::bench {
namespace {

/// A child process with its standard output on a pipe. Ends with the object.
class Server {
public:
    explicit Server(std::vector<std::string> command) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error("cannot make a pipe");
        std::vector<char*> words;
        for (std::string& word : command) words.push_back(word.data());
        words.push_back(nullptr);
        pid_ = fork();
        if (pid_ < 0) throw std::runtime_error("cannot start a process");
        if (pid_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
            close(ends[1]);
            execvp(words[0], words.data());
            _exit(127);
        }
        close(ends[1]);
        output_ = ends[0];
    }
    ~Server() {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
        close(output_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Errors: std::runtime_error when the output ends before a line does.
    std::string first_line() {
        std::string line;
        for (char c = 0; read(output_, &c, 1) == 1; line += c)
            if (c == '\n') return line;
        throw std::runtime_error("the server ended without a line of output");
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
    int output_ = -1;
};

Target target_of(const std::string& line, Target target) {
    constexpr std::string_view greeting = "listening on http://";
    const std::size_t colon = line.rfind(':');
    if (!line.starts_with(greeting) || colon < greeting.size())
        throw std::runtime_error("not a greeting: " + line);
    target.host = line.substr(greeting.size(), colon - greeting.size());
    target.port = static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1)));
    return target;
}

double ms_since(std::uint64_t begin_ns) {
    return static_cast<double>(now_ns() - begin_ns) / 1e6;
}

}  // namespace

void measure_ready(const Options& options) {
    const std::uint64_t begin = now_ns();
    Server server(options.server);
    const std::string line = server.first_line();
    const double greeted_ms = ms_since(begin);
    std::string reason = "no handshake within 30 s";
    Connections connections(target_of(line, options.target), 1,
                            {[](std::size_t) {}, [](std::size_t, std::string_view) {},
                             [&](std::size_t, const std::string& why) { reason = why; }});
    if (connections.open_all(1, begin + 30'000'000'000) != 1) throw std::runtime_error(reason);
    const double ready_ms = ms_since(begin);

    Report report(options.label);
    report.add("mode", options.mode);
    report.add("greeted_ms", greeted_ms, 1);
    report.add("ready_ms", ready_ms, 1);
    report.add("server_cpu_ms", usage_of(server.pid()).cpu_us() / 1e3, 0);
    report.add("server_rss_mb", static_cast<double>(usage_of(server.pid()).rss_bytes) / 1e6, 1);
    std::puts((options.json ? report.json() : report.line()).c_str());
}

}  // namespace advisor::bench
