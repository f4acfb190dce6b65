// The fuzz targets on their seeds, which include what fuzzing has found: whole, cut short, and with
// single bytes changed.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "server/channels/channels.hpp"
#include "tests/fuzz/targets.hpp"

namespace advisor::fuzz {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class Seeds : public testing::TestWithParam<Target> {};

TEST_P(Seeds, HoldWhateverBecomesOfThem) {
    const Target target = GetParam();
    target.body("");
    std::mt19937 random(7);
    std::size_t seeds = 0;
    for (const auto& entry :
         fs::directory_iterator(fs::path(ADVISOR_SOURCE_DIR) / "tests/fuzz/seeds" / target.name)) {
        const std::string seed = read(entry.path());
        ++seeds;
        target.body(seed);
        for (int i = 0; i < 50 && !seed.empty(); ++i) {
            target.body(std::string_view(seed).substr(0, random() % seed.size()));
            std::string changed = seed;
            changed[random() % changed.size()] = static_cast<char>(random() % 256);
            target.body(changed);
        }
    }
    EXPECT_GT(seeds, 0U) << "tests/fuzz/seeds/" << target.name;
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Seeds, testing::ValuesIn(all_targets()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FuzzTargets, EveryPlatformHasOne) {
    for (const channels::Channel* channel : channels::all_channels()) {
        std::string wanted(channel->name);  // of a program, and of a test
        std::ranges::replace(wanted, '-', '_');
        const bool found = std::ranges::any_of(
            channel_targets(), [&](const Target& target) { return target.name == wanted; });
        EXPECT_TRUE(found) << channel->name;
    }
}

TEST(FuzzTargetsDeathTest, AnExpectationThatDoesNotHoldEndsTheProcess) {
    EXPECT_DEATH(expect(false, "the moon is square"), "the moon is square");
    expect(true, "");
}

}  // namespace
}  // namespace advisor::fuzz
