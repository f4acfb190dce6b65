#pragma once
// What a process and the machine used, read from /proc. For the server under test, which is one
// process.

#include <sys/types.h>

#include <cstdint>

namespace advisor::bench {

/// Nanoseconds on the monotonic clock.
[[nodiscard]] std::uint64_t now_ns();

/// CPU time of a process since it began, in microseconds, and its resident memory now.
struct ProcessUsage {
    double user_us = 0;
    double system_us = 0;
    std::uint64_t rss_bytes = 0;

    [[nodiscard]] double cpu_us() const { return user_us + system_us; }
};

/// All zero when there is no such process. CPU time has the kernel's resolution, usually 10 ms.
[[nodiscard]] ProcessUsage usage_of(pid_t pid);

/// CPU time of this process in microseconds.
[[nodiscard]] double own_cpu_us();

/// CPU time that all processes of the machine have used so far, stolen time included, in
/// microseconds.
[[nodiscard]] double machine_cpu_us();

}  // namespace advisor::bench
