#include "server/commands/decide_command.hpp"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "dialogs/description.hpp"
#include "server/commands/scenarios.hpp"
#include "server/config.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {
namespace {

std::optional<dialogs::Script> load(const std::filesystem::path& file, std::ostream& errors) {
    if (file.empty()) {
        ScriptSources sources = read_scripts({});
        for (ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script) return std::move(source.script);
        }
        errors << "advisor: the built-in script cannot be read\n";
        return std::nullopt;
    }
    const std::optional<std::string> text = read_text_file(file);
    if (!text) {
        errors << "advisor: cannot read " << file.string() << "\n";
        return std::nullopt;
    }
    dialogs::LoadResult loaded = dialogs::load_script(*text, file.filename().string());
    for (const dialogs::Diagnostic& diagnostic : loaded.diagnostics)
        errors << dialogs::to_text(diagnostic) << "\n";
    if (!loaded.script)
        errors << "advisor: " << file.string() << " has errors; correct the lines above\n";
    return std::move(loaded.script);
}

void add_command(CLI::App& app, std::function<int()>& run, const char* name, const char* about,
                 const char* examples, bool describe) {
    const auto options = std::make_shared<DecideOptions>();
    options->describe = describe;
    CLI::App& command = *app.add_subcommand(name, about);
    command.footer(std::string("Examples:\n") + examples);
    CLI::Option* scenarios =
        command.add_option("--scenarios", options->scenarios, "Projects, one JSON object a line")
            ->type_name("FILE")
            ->check(CLI::ExistingFile);
    CLI::Option* predictions =
        command.add_option("--predictions", options->predictions, "Where to write the advice")
            ->needs(scenarios)
            ->type_name("FILE");
    scenarios->needs(predictions);
    if (describe)
        command.add_option("--explain", options->explain, "A description: what is read out of it")
            ->excludes(scenarios)
            ->type_name("TEXT");
    else
        scenarios->required();
    command.add_option("--script", options->script, "Script file; without it the built-in default")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
    command.callback([options, &run] {
        if (options->scenarios.empty() && options->explain.empty())
            throw CLI::RequiredError("--scenarios or --explain");
        run = [options] { return decide_command(*options, std::cout, std::cerr); };
    });
}

int explain(const dialogs::Script& script, const std::string& text, std::ostream& out) {
    std::vector<std::string> trace;
    const std::vector<dialogs::FoundFact> facts = dialogs::read_description(script, text, &trace);
    for (const std::string& line : trace) out << line << "\n";
    out << (facts.empty() ? "nothing for sure" : dialogs::list_facts(script, facts)) << "\n";
    return 0;
}

}  // namespace

int decide_command(const DecideOptions& options, std::ostream& out, std::ostream& errors) {
    const std::optional<dialogs::Script> script = load(options.script, errors);
    if (!script) return 1;
    if (!options.explain.empty()) return explain(*script, options.explain, out);
    const std::optional<std::string> text = read_text_file(options.scenarios);
    if (!text) {
        errors << "advisor: cannot read " << options.scenarios.string() << "\n";
        return 1;
    }
    std::vector<Scenario> scenarios;
    std::vector<Decided> decided;
    std::vector<std::string> remarks;
    try {
        scenarios = read_scenarios(*text, options.describe ? "description" : "facts");
        for (const Scenario& scenario : scenarios)
            decided.push_back(options.describe ? decide_description(*script, scenario)
                                               : decide_facts(*script, scenario, remarks));
    } catch (const BadScenario& error) {
        errors << "advisor: " << options.scenarios.string() << ", " << error.what() << "\n";
        return 2;
    }
    for (const std::string& remark : remarks)
        errors << "advisor: " << options.scenarios.string() << ", " << remark << "\n";
    std::ofstream file(options.predictions);
    for (const Decided& one : decided) file << to_line(one) << "\n";
    if (!file.flush()) {
        errors << "advisor: cannot write " << options.predictions.string() << "\n";
        return 1;
    }
    print_advice_quality(scenarios, decided, out);
    return 0;
}

void add_decide_commands(CLI::App& app, std::function<int()>& run) {
    add_command(
        app, run, "decide", "Advise on projects whose facts are known, and measure the advice",
        "  advisor decide --scenarios tests/corpora/scenarios.jsonl --predictions out.jsonl\n"
        "  advisor decide --scenarios mine.jsonl --predictions out.jsonl --script mine.json",
        false);
    add_command(
        app, run, "describe", "Advise on projects from their descriptions alone",
        "  advisor describe --scenarios tests/corpora/scenarios.jsonl --predictions out.jsonl\n"
        "  advisor describe --explain \"A chat for gamers, 12k online. Three Node developers.\"",
        true);
}

}  // namespace advisor::server
