#pragma once
// What is fuzzed, in one table: each body takes any bytes, and ends the process when something that
// is promised for all of them does not hold. libFuzzer runs one of them with bytes that it makes up
// (fuzz_main.cpp); GoogleTest runs all of them on the seeds (seeds_test.cpp).

#include <span>
#include <string_view>
#include <vector>

namespace advisor::fuzz {

struct Target {
    std::string_view name;  ///< also the folder of its seeds
    void (*body)(std::string_view bytes);
};

/// Scripts, conditions, frames, requests and typed texts.
[[nodiscard]] std::span<const Target> core_targets();
/// One for each platform: a request as it comes, checked, parsed and answered.
[[nodiscard]] std::span<const Target> channel_targets();

[[nodiscard]] std::vector<Target> all_targets();

/// Ends the process with `what` when `holds` is false, also where assert() is off.
void expect(bool holds, std::string_view what);

}  // namespace advisor::fuzz
