#include "bench/load/process_stats.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace advisor::bench {
namespace {

double us_per_tick() {
    return 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double to_us(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace

std::uint64_t now_ns() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
}

ProcessUsage usage_of(pid_t pid) {
    ProcessUsage usage;
    const std::string folder = "/proc/" + std::to_string(pid);
    std::ifstream stat(folder + "/stat");
    std::string line;
    if (pid <= 0 || !std::getline(stat, line)) return usage;

    // The name in the second field may hold spaces and brackets; the fields after its last bracket
    // are plain.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user_ticks = 0;
    double system_ticks = 0;
    fields >> user_ticks >> system_ticks;
    usage.user_us = user_ticks * us_per_tick();
    usage.system_us = system_ticks * us_per_tick();

    std::ifstream memory(folder + "/statm");
    std::uint64_t total_pages = 0;
    std::uint64_t resident_pages = 0;
    memory >> total_pages >> resident_pages;
    usage.rss_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return usage;
}

double own_cpu_us() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return to_us(usage.ru_utime) + to_us(usage.ru_stime);
}

double machine_cpu_us() {
    std::ifstream stat("/proc/stat");
    std::string label;
    std::array<double, 8> ticks{};  // user nice system idle iowait irq softirq steal
    stat >> label;
    for (double& value : ticks) stat >> value;
    return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) * us_per_tick();
}

}  // namespace advisor::bench
