#pragma once
// Latencies in buckets whose width grows with the value: 1/64 relative precision from a nanosecond
// to hours. Fixed memory and no sorting, so that recording a latency costs the load tool nothing
// worth mentioning.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace advisor::bench {

/// Counts durations in nanoseconds. Quantiles are exact to about 1 %; the maximum is exact.
class Histogram {
public:
    void record(std::uint64_t nanoseconds) {
        ++buckets_[bucket_of(nanoseconds)];
        ++count_;
        max_ = std::max(max_, nanoseconds);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double max_us() const { return static_cast<double>(max_) / 1e3; }

    /// The value below which `fraction` (0 to 1) of the recorded durations lie; 0 when there are
    /// none.
    [[nodiscard]] double quantile_us(double fraction) const {
        if (count_ == 0) return 0;
        const auto rank = std::min(
            count_ - 1, static_cast<std::uint64_t>(fraction * static_cast<double>(count_)));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen > rank) return static_cast<double>(std::min(middle_of(i), max_)) / 1e3;
        }
        return max_us();
    }

private:
    static constexpr std::size_t per_octave = 64;

    static std::size_t bucket_of(std::uint64_t value) {
        if (value < per_octave) return static_cast<std::size_t>(value);
        const auto octave = static_cast<std::size_t>(std::bit_width(value)) - 7;  // 0 for 64..127
        return (octave + 1) * per_octave + static_cast<std::size_t>((value >> octave) & 63);
    }

    static std::uint64_t middle_of(std::size_t bucket) {
        if (bucket < per_octave) return bucket;
        const std::size_t octave = bucket / per_octave - 1;
        const std::uint64_t low = (per_octave + bucket % per_octave) << octave;
        return low + ((std::uint64_t{1} << octave) >> 1);
    }

    std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>(60 * per_octave);
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace advisor::bench
