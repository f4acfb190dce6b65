#pragma once
// The simulated people together: opens their connections, gives each its turns, measures and prints
// the report.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/connections.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/history.hpp"
#include "bench/load/options.hpp"
#include "bench/load/process_stats.hpp"
#include "bench/load/report.hpp"
#include "bench/load/talker.hpp"

namespace advisor::bench {

/// One run in mode closed, open or idle. Used once.
/// Lifetime: borrows the options. Thread: one.
class Crowd {
public:
    explicit Crowd(const Options& options);
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Measures and prints one line to standard output.
    void run();
    /// True when every reply came and was right.
    [[nodiscard]] bool is_clean() const { return errors_ == 0 && unanswered_ == 0; }

private:
    /// What the run has used up so far.
    struct Consumption {
        ProcessUsage server;
        double own_us = 0;
        double machine_us = 0;
    };

    static constexpr std::uint64_t never = ~std::uint64_t{0};

    [[nodiscard]] bool is_open_loop() const { return options_.mode == "open"; }
    [[nodiscard]] Consumption consumed() const;

    void ask(std::size_t index, std::uint64_t from_ns);
    void on_frame(std::size_t index, std::string_view frame);
    void complain(std::size_t index, const std::string& what);
    void count_turn(std::uint64_t asked_at, std::uint64_t now, bool finished);
    void after_reply(std::size_t index);

    void run_turns();
    void pump(std::uint64_t begin_ns, std::uint64_t until_ns);
    std::uint64_t begin_due_turns(std::uint64_t begin_ns, std::uint64_t now);
    void serve_backlog();
    void finish_late_turns();
    void report_turns(const Consumption& before, const Consumption& after) const;

    void run_idle(std::uint64_t begin_ns);
    void settle();
    void take_one_turn_each();

    [[nodiscard]] Report begin_report() const;
    void print(const Report& report) const;

    const Options& options_;
    History history_;
    QuestionBook book_;
    ProcessUsage empty_;  ///< the server before the first connection
    Connections connections_;
    std::vector<Talker> talkers_;
    std::vector<std::uint64_t> asked_at_;  ///< per connection; `never` while no turn is under way
    std::deque<std::size_t> free_;  ///< connections without a turn under way, longest free first
    std::deque<std::uint64_t> backlog_;  ///< scheduled times of turns that found no free connection
    Histogram latencies_;
    std::uint64_t measure_from_ = 0;
    std::uint64_t measure_until_ = never;
    std::uint64_t scheduled_ = 0;
    std::uint64_t conversations_ = 0;
    std::uint64_t errors_ = 0;
    std::uint64_t unanswered_ = 0;
    std::size_t all_turns_ = 0;
    std::size_t longest_backlog_ = 0;
    bool stopping_ = false;
};

}  // namespace advisor::bench
