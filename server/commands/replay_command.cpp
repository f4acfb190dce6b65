#include "server/commands/replay_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "server/commands/replay_run.hpp"
#include "server/day_text.hpp"
#include "server/script_choice.hpp"
#include "server/secrets.hpp"
#include "server/serve.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct ReplayOptions {
    fs::path script;
    fs::path scripts;
    fs::path data = Config().data;
    std::string since, until, outcome;
    std::string format = "text";
    bool verify = false;
    std::size_t limit = 1000;
    unsigned threads = 2;
};

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json flips_json(const ReplayReport& report) {
    ordered_json groups = ordered_json::array();
    for (const auto& [group, count] : report.flip_groups) {
        groups.push_back({{"from", std::get<0>(group)},
                          {"to", std::get<1>(group)},
                          {"question", text_or_null(std::get<2>(group))},
                          {"rules", std::get<3>(group)},
                          {"count", count}});
    }
    ordered_json list = ordered_json::array();
    for (const auto& [id, session] : report.flips) {
        const dialogs::FlipCause& cause = *session.comparison.cause;
        list.push_back({{"session", session.key},
                        {"from", session.comparison.before},
                        {"to", session.comparison.after},
                        {"question", text_or_null(cause.question)},
                        {"answer", text_or_null(cause.answer)},
                        {"rules", cause.rules},
                        {"alone", cause.alone},
                        {"reason", cause.reason}});
    }
    return {{"count", report.flip_count}, {"groups", groups}, {"sessions", list}};
}

ordered_json misfits_json(const ReplayReport& report) {
    ordered_json groups = ordered_json::array();
    for (const auto& [group, count] : report.misfit_groups) {
        groups.push_back(
            {{"kind", group.first}, {"question", text_or_null(group.second)}, {"count", count}});
    }
    ordered_json list = ordered_json::array();
    for (const auto& [id, session] : report.misfits) {
        const dialogs::Misfit& misfit = *session.comparison.misfit;
        list.push_back({{"session", session.key},
                        {"kind", to_text(misfit.kind)},
                        {"question", text_or_null(misfit.question)},
                        {"reason", misfit.reason}});
    }
    return {{"count", report.misfit_count}, {"groups", groups}, {"sessions", list}};
}

ordered_json proof_json(const ReplayReport& report) {
    ordered_json list = ordered_json::array();
    for (const auto& [id, session] : report.faults)
        list.push_back({{"session", session.key}, {"reason", session.fault}});
    return {{"identical", report.proved}, {"different", report.fault_count}, {"sessions", list}};
}

void print_json(const ReplayReport& report, const ReplayJob& job, std::ostream& out) {
    ordered_json document;
    if (job.candidate)
        document["script"] = {{"id", job.candidate->script.id}, {"hash", job.candidate->hash}};
    document["sessions"] = report.sessions;
    document["turns"] = report.turns;
    if (job.candidate) {
        document["same"] = report.same;
        document["other_firmness"] = report.other_firmness;
        document["open"] = report.open;
        document["other_scripts"] = report.other_scripts;
        document["flips"] = flips_json(report);
        document["misfits"] = misfits_json(report);
    }
    if (job.prove) document["verified"] = proof_json(report);
    out << document.dump(2, ' ', true, ordered_json::error_handler_t::replace) << "\n";
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

void print_flips(const ReplayReport& report, std::size_t limit, std::ostream& out) {
    if (report.flip_count == 0) return;
    out << "\nResults that change:\n";
    for (const auto& [group, count] : report.flip_groups) {
        const auto& [from, to, question, rules] = group;
        out << "  " << count << "x  " << from << " -> " << to << "  because of "
            << (question.empty() ? "no single answer" : "\"" + question + "\"");
        if (!rules.empty()) out << " (rules " << joined(rules) << ")";
        out << "\n";
    }
    if (limit == 0) return;
    out << "Sessions:\n";
    std::size_t shown = 0;
    for (const auto& [id, session] : report.flips) {
        if (++shown > limit) break;
        const dialogs::FlipCause& cause = *session.comparison.cause;
        out << "  " << session.key << "  " << session.comparison.before << " -> "
            << session.comparison.after << "  " << cause.question
            << (cause.answer.empty() ? "" : " = " + cause.answer) << "\n";
    }
    if (report.flip_count > shown) out << "  ... (--limit shows more)\n";
}

void print_misfits(const ReplayReport& report, std::ostream& out) {
    if (report.misfit_count == 0) return;
    out << "\nSessions that no longer fit:\n";
    for (const auto& [group, count] : report.misfit_groups)
        out << "  " << count << "x  " << group.first
            << (group.second.empty() ? "" : " \"" + group.second + "\"") << "\n";
    for (const auto& [id, session] : report.misfits)
        out << "  " << session.key << "  " << session.comparison.misfit->reason << "\n";
    if (report.misfit_count > report.misfits.size()) out << "  ... (--limit shows more)\n";
}

void print_text(const ReplayReport& report, const ReplayJob& job, std::ostream& out) {
    out << report.sessions << " sessions with " << report.turns << " turns";
    if (report.other_scripts > 0)
        out << "; " << report.other_scripts << " of other scripts left out";
    out << "\n";
    if (job.candidate) {
        out << report.same << " keep their result (" << report.other_firmness
            << " of them with another firmness), " << report.flip_count << " change it, "
            << report.misfit_count << " no longer fit, " << report.open << " were never finished\n";
        print_flips(report, job.most_listed, out);
        print_misfits(report, out);
    }
    if (!job.prove) return;
    out << report.proved << " give their stored state again, byte for byte; " << report.fault_count
        << " do not\n";
    for (const auto& [id, session] : report.faults)
        out << "  " << session.key << "  " << session.fault << "\n";
}

db::ScanFilter filter_of(const ReplayOptions& options) {
    db::ScanFilter filter;
    if (!options.since.empty()) filter.since = read_day(options.since);
    if (!options.until.empty()) filter.until = read_day(options.until);
    filter.outcome = options.outcome;
    return filter;
}

int replay_sessions(const ReplayOptions& options) {
    std::optional<PinnedScript> candidate;
    if (!options.script.empty()) {
        std::optional<ScriptSource> source = choose_script(options.script, std::cerr);
        if (!source) {
            std::cerr << "advisor: the candidate has errors (above); correct them, \"advisor check "
                         "FILE\" helps\n";
            return 2;
        }
        candidate = PinnedScript{0, sha256_hex(source->text), std::move(source->script)};
    }
    ReplayJob job;
    job.database = database_file(options.data);
    job.filter = filter_of(options);
    job.candidate = candidate ? &*candidate : nullptr;
    job.prove = options.verify || !candidate;
    job.most_listed = options.limit;
    job.threads = options.threads;
    const auto begun = std::chrono::steady_clock::now();
    const ReplayReport report = run_replay(job, read_scripts(options.scripts));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    if (options.format == "json")
        print_json(report, job, std::cout);
    else
        print_text(report, job, std::cout);
    std::cerr << "replayed in " << static_cast<int>(seconds.count() * 10) / 10.0 << " s\n";
    return report.clean() ? 0 : 1;
}

}  // namespace

void add_replay_command(CLI::App& app, std::function<int()>& run) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App& command = *app.add_subcommand(
        "replay", "Replay stored sessions on a new script, or on their own as a proof");
    command.footer(
        "Examples:\n  advisor replay --script new.json --since 2026-11-01\n  advisor replay "
        "--script new.json --outcome nodejs --format json\n  advisor replay --verify --data "
        "/var/lib/advisor\nExit code: 0 nothing changes, 1 results change, sessions no longer fit "
        "or do not give their state again, 2 wrong usage.");
    command
        .add_option("--script", options->script,
                    "The candidate; only sessions of a script with its id are compared")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    command.add_option("--data", options->data, "Folder with the database")
        ->envname("ADVISOR_DATA")
        ->capture_default_str()
        ->type_name("DIR");
    command
        .add_option("--scripts", options->scripts,
                    "Folder with the scripts that the server offers, for what they know beside "
                    "the talk; without it the built-in ones")
        ->envname("ADVISOR_SCRIPTS")
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
    const auto is_day = [](const std::string& text) {
        return read_day(text)
                   ? std::string()
                   : "\"" + text + "\" is not a day such as 2026-11-23 or 2026-11-23T16:20Z";
    };
    command.add_option("--since", options->since, "Sessions begun at this time (UTC) or later")
        ->check(is_day)
        ->type_name("DATE");
    command.add_option("--until", options->until, "Sessions begun before this time (UTC)")
        ->check(is_day)
        ->type_name("DATE");
    command
        .add_option("--outcome", options->outcome,
                    "Sessions with this outcome; \"open\" for those without")
        ->type_name("ID");
    command.add_option("--format", options->format, "text or json")
        ->capture_default_str()
        ->check(CLI::IsMember({"text", "json"}));
    command.add_flag("--verify", options->verify,
                     "Each session must give its stored state again on its own script; done by "
                     "itself without --script");
    command
        .add_option("--limit", options->limit,
                    "Name at most so many sessions of each kind; all are counted")
        ->capture_default_str()
        ->check(CLI::Range(0, 1'000'000))
        ->type_name("N");
    command.add_option("--threads", options->threads, "Threads to use")
        ->capture_default_str()
        ->check(CLI::Range(1, 64))
        ->type_name("N");
    command.callback([options, &run] { run = [options] { return replay_sessions(*options); }; });
}

}  // namespace advisor::server
