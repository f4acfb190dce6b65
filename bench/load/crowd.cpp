#include "bench/load/crowd.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace advisor::bench {
namespace {

constexpr std::size_t handshakes_at_once = 64;
constexpr std::size_t idle_turns_at_once = 256;

std::uint64_t to_ns(double seconds) {
    return static_cast<std::uint64_t>(seconds * 1e9);
}

}  // namespace

Crowd::Crowd(const Options& options)
    : options_(options),
      history_(options.history_file),
      book_(options.seed),
      empty_(usage_of(options.pid)),
      connections_(options.target, options.connections,
                   {[](std::size_t) {},
                    [this](std::size_t index, std::string_view text) { on_frame(index, text); },
                    [this](std::size_t index, const std::string& why) { complain(index, why); }}),
      talkers_(options.connections, Talker(book_)),
      asked_at_(options.connections, never) {}

void Crowd::run() {
    const std::uint64_t begin = now_ns();
    connections_.open_all(handshakes_at_once, begin + to_ns(60));
    if (options_.mode == "idle") return run_idle(begin);
    for (std::size_t i = 0; i < connections_.size(); ++i)
        if (connections_.is_open(i)) free_.push_back(i);
    run_turns();
}

Crowd::Consumption Crowd::consumed() const {
    return {usage_of(options_.pid), own_cpu_us(), machine_cpu_us()};
}

/// Takes a turn whose latency counts from `from_ns`.
void Crowd::ask(std::size_t index, std::uint64_t from_ns) {
    Talker& talker = talkers_[index];
    asked_at_[index] = from_ns;
    const std::string& frame = talker.next_frame();
    history_.invoke(index, talker.frame_id(), talker.session(), frame);
    connections_.send_text(index, frame);
}

void Crowd::on_frame(std::size_t index, std::string_view frame) {
    Talker& talker = talkers_[index];
    const Talker::Verdict verdict = talker.check(frame);
    if (verdict == Talker::Verdict::ignored) return;
    const std::uint64_t asked_at = std::exchange(asked_at_[index], never);
    if (verdict == Talker::Verdict::wrong || asked_at == never) {
        history_.fail(index, talker.frame_id(), frame);
        complain(index, asked_at == never ? "a reply to nothing" : talker.complaint());
    } else {
        history_.ok(index, talker.frame_id(), talker.session(), talker.seq(), frame);
        count_turn(asked_at, now_ns(), verdict == Talker::Verdict::finished);
    }
    if (asked_at != never) after_reply(index);
}

/// Closed loop counts the replies of the measured time; open loop the turns scheduled in it,
/// however late.
void Crowd::count_turn(std::uint64_t asked_at, std::uint64_t now, bool finished) {
    ++all_turns_;
    const std::uint64_t counts_at = is_open_loop() ? asked_at : now;
    if (counts_at < measure_from_ || counts_at >= measure_until_) return;
    latencies_.record(now - asked_at);
    if (finished) ++conversations_;
}

void Crowd::after_reply(std::size_t index) {
    if (!is_open_loop()) {
        if (!stopping_) ask(index, now_ns());
        return;
    }
    free_.push_back(index);
    serve_backlog();
}

void Crowd::complain(std::size_t index, const std::string& what) {
    constexpr std::uint64_t said_at_most = 5;
    if (++errors_ <= said_at_most)
        std::fprintf(stderr, "advisor_load: connection %zu: %s\n", index, what.c_str());
}

void Crowd::run_turns() {
    const std::uint64_t begin = now_ns();
    measure_from_ = begin + to_ns(options_.warm_seconds);
    measure_until_ = measure_from_ + to_ns(options_.seconds);
    if (!is_open_loop())
        for (const std::size_t index : std::exchange(free_, {})) ask(index, now_ns());
    pump(begin, measure_from_);
    const Consumption before = consumed();
    pump(begin, measure_until_);
    const Consumption after = consumed();
    stopping_ = true;
    finish_late_turns();
    report_turns(before, after);
}

/// Handles events until `until_ns`; in open loop also begins each turn when its time has come.
void Crowd::pump(std::uint64_t begin_ns, std::uint64_t until_ns) {
    for (std::uint64_t now = now_ns(); now < until_ns; now = now_ns()) {
        std::uint64_t wake = until_ns;
        if (is_open_loop()) wake = std::min(wake, begin_due_turns(begin_ns, now));
        connections_.poll(wake);
    }
}

/// Returns when the next turn is due.
std::uint64_t Crowd::begin_due_turns(std::uint64_t begin_ns, std::uint64_t now) {
    for (;;) {
        const double offset = static_cast<double>(scheduled_) / options_.turns_per_second;
        const std::uint64_t due = begin_ns + to_ns(offset);
        if (due > now) return due;
        ++scheduled_;
        backlog_.push_back(due);
        serve_backlog();
        longest_backlog_ = std::max(longest_backlog_, backlog_.size());
    }
}

/// Begins turns that are due, as far as there are connections free for them.
void Crowd::serve_backlog() {
    while (!backlog_.empty() && !free_.empty()) {
        const std::size_t index = free_.front();
        free_.pop_front();
        if (!connections_.is_open(index)) continue;
        const std::uint64_t scheduled = backlog_.front();
        backlog_.pop_front();
        ask(index, scheduled);
    }
}

/// Waits a while for the turns still under way, so that slow ones are not left out of the
/// latencies; whoever has not been answered by then enters with the time waited so far.
void Crowd::finish_late_turns() {
    const std::uint64_t give_up = now_ns() + to_ns(5);
    const auto waiting = [&] {
        return !backlog_.empty() || std::any_of(asked_at_.begin(), asked_at_.end(),
                                                [](std::uint64_t asked) { return asked != never; });
    };
    while (waiting() && connections_.open_count() > 0 && now_ns() < give_up)
        connections_.poll(give_up);
    const std::uint64_t now = now_ns();
    const auto leave = [&](std::uint64_t asked) {
        ++unanswered_;
        if (is_open_loop() && asked >= measure_from_ && asked < measure_until_)
            latencies_.record(now - asked);
    };
    for (const std::uint64_t asked : asked_at_)
        if (asked != never) leave(asked);
    for (const std::uint64_t scheduled : backlog_) leave(scheduled);
}

void Crowd::report_turns(const Consumption& before, const Consumption& after) const {
    const auto turns = static_cast<double>(latencies_.count());
    const double per_turn = 1 / std::max(1.0, turns);
    const double window_us = options_.seconds * 1e6;
    const double server_us = after.server.cpu_us() - before.server.cpu_us();
    const double own_us = after.own_us - before.own_us;
    const double others_us = after.machine_us - before.machine_us - server_us - own_us;

    Report report = begin_report();
    if (is_open_loop()) report.add("rate", options_.turns_per_second, 0);
    report.add("secs", options_.seconds, 1);
    report.add("turns", turns, 0);
    report.add("conversations", static_cast<double>(conversations_), 0);
    report.add("turns_per_s", turns / options_.seconds, 0);
    for (const auto& [name, fraction] :
         {std::pair{"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99}, {"p999_us", 0.999}})
        report.add(name, latencies_.quantile_us(fraction), 0);
    report.add("max_us", latencies_.max_us(), 0);
    report.add("errors", static_cast<double>(errors_), 0);
    report.add("unanswered", static_cast<double>(unanswered_), 0);
    report.add("server_us_per_turn", server_us * per_turn, 2);
    report.add("server_user_us_per_turn", (after.server.user_us - before.server.user_us) * per_turn,
               2);
    report.add("server_cpu_pct", 100 * server_us / window_us, 0);
    report.add("server_rss_mb", static_cast<double>(after.server.rss_bytes) / 1e6, 1);
    report.add("tool_us_per_turn", own_us * per_turn, 2);
    report.add("tool_cpu_pct", 100 * own_us / window_us, 0);
    report.add("others_pct", 100 * std::max(0.0, others_us) / window_us, 0);
    report.add("questions", static_cast<double>(book_.size()), 0);
    if (is_open_loop()) report.add("backlog", static_cast<double>(longest_backlog_), 0);
    print(report);
}

void Crowd::run_idle(std::uint64_t begin_ns) {
    const double ramp_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    const auto opened = static_cast<double>(std::max<std::size_t>(1, connections_.open_count()));
    settle();
    const ProcessUsage open = usage_of(options_.pid);
    take_one_turn_each();
    settle();
    const ProcessUsage talked = usage_of(options_.pid);
    const std::size_t turns = all_turns_;

    const auto per_connection = [&](const ProcessUsage& usage) {
        return (static_cast<double>(usage.rss_bytes) - static_cast<double>(empty_.rss_bytes)) /
               opened;
    };
    Report report = begin_report();
    report.add("open", static_cast<double>(connections_.open_count()), 0);
    report.add("turns", static_cast<double>(turns), 0);
    report.add("errors", static_cast<double>(errors_), 0);
    report.add("unanswered", opened - static_cast<double>(turns), 0);
    report.add("ramp_s", ramp_s, 2);
    report.add("accept_cpu_us", (open.cpu_us() - empty_.cpu_us()) / opened, 1);
    report.add("rss_empty_mb", static_cast<double>(empty_.rss_bytes) / 1e6, 1);
    report.add("rss_open_mb", static_cast<double>(open.rss_bytes) / 1e6, 1);
    report.add("rss_after_turn_mb", static_cast<double>(talked.rss_bytes) / 1e6, 1);
    report.add("bytes_per_conn_open", per_connection(open), 0);
    report.add("bytes_per_conn_after_turn", per_connection(talked), 0);
    print(report);
}

void Crowd::settle() {
    const std::uint64_t until = now_ns() + to_ns(options_.warm_seconds);
    while (now_ns() < until) connections_.poll(until);
}

void Crowd::take_one_turn_each() {
    const std::uint64_t give_up = now_ns() + to_ns(60);
    measure_from_ = never;
    stopping_ = true;  // no second turn
    std::size_t asked = 0;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        if (!connections_.is_open(i)) continue;
        ask(i, now_ns());
        ++asked;
        while (asked - all_turns_ > idle_turns_at_once && errors_ == 0 && now_ns() < give_up)
            connections_.poll(give_up);
    }
    while (all_turns_ < asked && errors_ == 0 && now_ns() < give_up) connections_.poll(give_up);
}

Report Crowd::begin_report() const {
    Report report(options_.label);
    report.add("mode", options_.mode);
    report.add("conns", static_cast<double>(options_.connections), 0);
    return report;
}

void Crowd::print(const Report& report) const {
    std::puts((options_.json ? report.json() : report.line()).c_str());
}

}  // namespace advisor::bench
