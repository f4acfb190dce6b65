#include "server/commands/author_commands.hpp"

#include <iostream>
#include <memory>

#include "dialogs/graph.hpp"
#include "server/script_choice.hpp"

namespace advisor::server {
namespace {

void add_files(CLI::App& command, std::filesystem::path& script, std::filesystem::path& out) {
    command.add_option("--script", script, "Script file; without it the built-in default one")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    command.add_option("--out", out, "Where to write it; without it to the terminal")
        ->type_name("FILE");
}

void add_simulate(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<SimulateOptions>();
    CLI::App& command = *app.add_subcommand(
        "simulate", "Show which outcomes a script favours over all mixes of answers");
    command.footer(
        "Examples:\n  advisor simulate\n  advisor simulate --script my-script.json --format svg "
        "--out "
        "shares.svg\n  advisor simulate --samples 200000 --seed 7 --format json\n"
        "Every answer of a question counts the same; of a number, every stretch that no condition "
        "tells apart does.");
    add_files(command, options->script, options->out);
    command.add_option("--format", options->format, "table, json or svg")
        ->check(CLI::IsMember({"table", "json", "svg"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    command
        .add_option("--samples", options->simulation.samples,
                    "Random talks instead of all; without it exact where that is feasible")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}));
    command.add_option("--seed", options->simulation.seed, "For the random talks")
        ->capture_default_str();
    command.add_flag("--unknown", options->simulation.unknown,
                     "\"I don't know\" is one answer more");
    command.add_flag("--numbers-by-value", options->simulation.numbers_by_value,
                     "Every single number counts the same");
    command.callback([options, &run] {
        run = [options] { return simulate_command(*options, std::cout, std::cerr); };
    });
}

void add_graph(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<GraphOptions>();
    CLI::App& command =
        *app.add_subcommand("graph", "Draw the questions of a script as a flow chart");
    command.footer(
        "Examples:\n  advisor graph --out tree.svg\n  advisor graph --script my-script.json "
        "--format "
        "mermaid");
    add_files(command, options->script, options->out);
    command.add_option("--format", options->format, "svg or mermaid")
        ->check(CLI::IsMember({"svg", "mermaid"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    command.callback([options, &run] {
        run = [options] { return graph_command(*options, std::cout, std::cerr); };
    });
}

}  // namespace

int simulate_command(const SimulateOptions& options, std::ostream& out, std::ostream& errors) {
    const std::optional<ScriptSource> chosen = choose_script(options.script, errors);
    if (!chosen) return 1;
    const dialogs::Simulation simulation = dialogs::simulate(chosen->script, options.simulation);
    const std::string text = options.format == "json" ? dialogs::to_json(chosen->script, simulation)
                             : options.format == "svg"
                                 ? dialogs::to_svg(chosen->script, simulation)
                                 : dialogs::to_table(chosen->script, simulation);
    return write_result(options.out, text, out, errors) ? 0 : 1;
}

int graph_command(const GraphOptions& options, std::ostream& out, std::ostream& errors) {
    const std::optional<ScriptSource> chosen = choose_script(options.script, errors);
    if (!chosen) return 1;
    const std::string text = options.format == "mermaid" ? dialogs::graph_mermaid(chosen->script)
                                                         : dialogs::graph_svg(chosen->script);
    return write_result(options.out, text, out, errors) ? 0 : 1;
}

void add_author_commands(CLI::App& app, std::function<int()>& run) {
    add_simulate(app, run);
    add_graph(app, run);
}

}  // namespace advisor::server
