#pragma once
// The command line of the load tool.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/connections.hpp"

namespace advisor::bench {

struct Options {
    std::string mode = "closed";  ///< closed, open, idle or ready
    Target target;
    std::size_t connections = 64;
    double turns_per_second = 1000;  ///< open only
    double seconds = 5;              ///< measured
    double warm_seconds =
        1;                   ///< before that, not measured; in `idle`, settling before each reading
    std::uint64_t seed = 1;  ///< of the choice of answers
    int pid = 0;   ///< of the server: CPU and memory are read from /proc; 0 for not at all
    int cpu = -1;  ///< pins the tool to this processor; -1 leaves it free
    bool json = false;
    std::string label;
    std::string history_file;         ///< empty for none
    std::vector<std::string> server;  ///< `ready` only: the command that starts the server
};

/// Reads the command line. Errors: std::invalid_argument with a sentence for the user.
[[nodiscard]] Options parse_options(int argc, char** argv);

/// How to call the tool.
[[nodiscard]] std::string usage_text();

}  // namespace advisor::bench
