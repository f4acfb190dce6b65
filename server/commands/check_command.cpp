#include "server/commands/check_command.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "dialogs/proof.hpp"
#include "server/script_registry.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using dialogs::Diagnostic;
using nlohmann::ordered_json;

/// What is known about one file.
struct Checked {
    fs::path file;
    std::string fine;  ///< what it holds, when it has no error
    std::vector<Diagnostic> diagnostics;
};

std::string today() {
    return utc_text(std::chrono::time_point_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now()))
        .substr(0, 10);
}

Checked check_knowledge(const fs::path& file) {
    Checked checked{file, "", {}};
    dialogs::KnowledgeResult loaded = read_knowledge_file(file);
    checked.diagnostics = std::move(loaded.diagnostics);
    if (loaded.knowledge)
        checked.fine = std::to_string(loaded.knowledge->answers().size()) + " answers";
    return checked;
}

std::string counted(std::size_t count, const char* thing) {
    return std::to_string(count) + " " + thing;
}

Checked check_script(const fs::path& file, const std::string& date) {
    Checked checked{file, "", {}};
    dialogs::LoadResult loaded = read_script_file(file);
    checked.diagnostics = std::move(loaded.diagnostics);
    if (!loaded.script) return checked;
    const dialogs::Script& script = *loaded.script;
    dialogs::ProofOptions options;
    options.date = date;
    const std::string text = read_text_file(file).value_or("");
    dialogs::Proof proof = dialogs::prove(script, text, file.filename().string(), options);
    for (Diagnostic& diagnostic : proof.diagnostics)
        checked.diagnostics.push_back(std::move(diagnostic));
    checked.fine = counted(script.questions.size(), "questions, ") +
                   counted(script.rules.size(), "rules, ") +
                   counted(script.evidence.size(), "sources");
    if (proof.length)
        checked.fine += "; every talk ends after " + std::to_string(proof.length->shortest) +
                        " to " + std::to_string(proof.length->longest) + " questions";
    return checked;
}

void print_text(const Checked& checked, std::ostream& out) {
    for (const Diagnostic& diagnostic : checked.diagnostics)
        out << dialogs::to_text(diagnostic) << "\n";
    if (!dialogs::has_errors(checked.diagnostics))
        out << checked.file.string() << ": fine, " << checked.fine << "\n";
}

std::string number_of(const Diagnostic& diagnostic) {
    std::string number = std::to_string(static_cast<int>(diagnostic.finding));
    number.insert(0, 3 - std::min<std::size_t>(3, number.size()), '0');
    return "D" + number;
}

ordered_json file_json(const Checked& checked) {
    ordered_json findings = ordered_json::array();
    for (const Diagnostic& diagnostic : checked.diagnostics) {
        ordered_json finding{
            {"number", number_of(diagnostic)}, {"level", diagnostic.error ? "error" : "warning"},
            {"file", diagnostic.file},         {"line", diagnostic.line},
            {"pointer", diagnostic.pointer},   {"message", diagnostic.message}};
        if (!diagnostic.witness.empty()) finding["answers"] = diagnostic.witness;
        findings.push_back(std::move(finding));
    }
    return {{"file", checked.file.string()},
            {"ok", !dialogs::has_errors(checked.diagnostics)},
            {"findings", std::move(findings)}};
}

/// A text for a workflow command: percent signs and line breaks would end or alter it.
std::string for_github(const std::string& text, bool property) {
    std::string result;
    for (const char c : text) {
        if (c == '%')
            result += "%25";
        else if (c == '\n')
            result += "%0A";
        else if (c == '\r')
            result += "%0D";
        else if (property && c == ':')
            result += "%3A";
        else if (property && c == ',')
            result += "%2C";
        else
            result += c;
    }
    return result;
}

void print_github(const Checked& checked, std::ostream& out) {
    for (const Diagnostic& diagnostic : checked.diagnostics) {
        std::string message = diagnostic.pointer + ": " + diagnostic.message;
        if (!diagnostic.witness.empty())
            message += " Replay: advisor play --script " + checked.file.string() + " --answers \"" +
                       diagnostic.witness + "\"";
        // Findings in the knowledge file beside a script name that file.
        const fs::path place = checked.file.parent_path() / fs::path(diagnostic.file).filename();
        out << (diagnostic.error ? "::error" : "::warning")
            << " file=" << for_github(place.string(), true)
            << ",line=" << std::max(1, diagnostic.line) << ",title=" << number_of(diagnostic)
            << "::" << for_github(message, false) << "\n";
    }
}

bool is_date(const std::string& text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
        if (text[i] < '0' || text[i] > '9') return false;
    }
    const std::string month = text.substr(5, 2);
    const std::string day = text.substr(8, 2);
    return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

}  // namespace

int check_command(const CheckOptions& options, std::ostream& out) {
    bool failed = false;
    const std::string date = options.date.empty() ? today() : options.date;
    ordered_json files = ordered_json::array();
    for (const fs::path& file : options.files) {
        const Checked checked = is_knowledge_file(file.filename().string())
                                    ? check_knowledge(file)
                                    : check_script(file, date);
        failed = failed || dialogs::has_errors(checked.diagnostics);
        if (options.format == "json")
            files.push_back(file_json(checked));
        else if (options.format == "github")
            print_github(checked, out);
        else
            print_text(checked, out);
    }
    if (options.format == "json")
        out << ordered_json{{"ok", !failed}, {"files", std::move(files)}}.dump(
                   2, ' ', false, ordered_json::error_handler_t::replace)
            << "\n";
    return failed ? 1 : 0;
}

void add_check_command(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<CheckOptions>();
    CLI::App& command = *app.add_subcommand("check", "Check dialog scripts, and prove them");
    command.footer(
        "Examples:\n  advisor check dialogs/scripts/nodejs-vs-python.json\n  advisor check "
        "--format "
        "github my-script.json\n  advisor check --date 2027-06-30 my-script.json\n"
        "Exit code: 0 when there are no errors (warnings do not count), 1 when there are.");
    command.add_option("files", options->files, "Script files")->required()->type_name("FILE");
    command.add_option("--format", options->format, "text, json or github")
        ->check(CLI::IsMember({"text", "json", "github"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    command
        .add_option("--date", options->date,
                    "The day for which sources must not be past their review; today without it")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return is_date(text) ? std::string() : "expected a day such as 2026-11-30";
            },
            "", "date"))
        ->type_name("YYYY-MM-DD");
    command.callback(
        [options, &run] { run = [options] { return check_command(*options, std::cout); }; });
}

}  // namespace advisor::server
