// advisor_load: drives a server that speaks advisor.v1 with many simulated people and says how it
// did.
//
//   closed   every connection has one turn under way at all times, whole conversations one after
//   another open     turns begin on a fixed schedule whatever the server does; latency counts from
//   the scheduled time idle     opens the connections, reads the server's memory, takes one turn on
//   each, reads it again ready    starts the server and times its way to the first WebSocket
//   handshake
//
// One thread, so that one processor is enough for the tool and the figures of a server on another
// one stay clean. Exit: 0 when every reply came and was right, 1 when not, 2 for a wrong command
// line.

#include <sched.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "bench/load/crowd.hpp"
#include "bench/load/options.hpp"
#include "bench/load/ready.hpp"

namespace {

void allow_many_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// After this, a server started by mode ready stays on the same processor unless its command says
/// otherwise.
void pin_to(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        throw std::runtime_error("cannot run on processor " + std::to_string(cpu));
}

int run(const advisor::bench::Options& options) {
    allow_many_descriptors();
    if (options.cpu >= 0) pin_to(options.cpu);
    if (options.mode == "ready") {
        advisor::bench::measure_ready(options);
        return 0;
    }
    advisor::bench::Crowd crowd(options);
    crowd.run();
    return crowd.is_clean() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(advisor::bench::parse_options(argc, argv));
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "advisor_load: %s\n%s", error.what(),
                     advisor::bench::usage_text().c_str());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "advisor_load: %s\n", error.what());
        return 1;
    }
}
