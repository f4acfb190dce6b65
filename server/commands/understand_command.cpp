#include "server/commands/understand_command.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "dialogs/engine.hpp"
#include "dialogs/understand.hpp"
#include "server/commands/side_questions.hpp"
#include "server/commands/understand_eval.hpp"
#include "server/config.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {
namespace {

int fail(const std::string& what) {
    std::cerr << "advisor: " << what << "\n";
    return 1;
}

std::optional<dialogs::Script> load(const std::filesystem::path& file) {
    if (file.empty()) {
        ScriptSources sources = read_scripts({});
        for (ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script) return std::move(source.script);
        }
        return std::nullopt;
    }
    const std::optional<std::string> text = read_text_file(file);
    if (!text) return std::nullopt;
    dialogs::LoadResult loaded = dialogs::load_script(*text, file.filename().string());
    for (const dialogs::Diagnostic& diagnostic : loaded.diagnostics)
        std::cerr << dialogs::to_text(diagnostic) << "\n";
    return std::move(loaded.script);
}

std::string in_words(const dialogs::Question& question, const dialogs::Understood& understood) {
    if (const auto* value = std::get_if<dialogs::UnderstoodValue>(&understood)) {
        std::string text = "“" + dialogs::value_text(question, value->value) + "”";
        if (value->literal) return text;
        text += ", confidence " + std::to_string(value->confidence).substr(0, 4);
        if (value->also) text += ", and a wish: " + std::string(dialogs::to_text(*value->also));
        return text;
    }
    if (const auto* wish = std::get_if<dialogs::UnderstoodCommand>(&understood))
        return "the wish " + std::string(dialogs::to_text(wish->command));
    std::string text = "nothing for sure";
    for (const dialogs::Value& value : std::get<dialogs::NotUnderstood>(understood).candidates)
        text += ", perhaps “" + dialogs::value_text(question, value) + "”";
    return text;
}

int explain(const dialogs::Script& script, const UnderstandOptions& options, std::ostream& out) {
    const dialogs::Question* question = &script.questions.front();
    if (!options.question.empty()) {
        const auto index = script.find_question(options.question);
        if (!index) return fail("the script has no question \"" + options.question + "\"");
        question = &script.questions[*index];
    }
    std::vector<std::string> trace;
    const dialogs::Understood understood = dialogs::understand(*question, options.explain, &trace);
    out << "question " << question->id << ": " << question->ask << "\n";
    for (const std::string& line : trace) out << line << "\n";
    out << "result   " << in_words(*question, understood) << "\n";
    return 0;
}

int evaluate(const dialogs::Script& script, const UnderstandOptions& options, std::ostream& out) {
    const std::optional<std::string> text = read_text_file(options.eval);
    if (!text) return fail("cannot read " + options.eval.string());
    const std::vector<LabelledText> records = read_labelled(*text);
    std::vector<Prediction> predictions;
    predictions.reserve(records.size());
    for (const LabelledText& record : records) predictions.push_back(predict(script, record));
    if (!options.predictions.empty()) {
        std::ofstream file(options.predictions);
        for (std::size_t i = 0; i < records.size(); ++i) {
            const nlohmann::ordered_json line{{"id", records[i].id},
                                              {"value", predictions[i].value},
                                              {"also_intent", predictions[i].also_intent}};
            file << line.dump() << "\n";
        }
        if (!file.flush()) return fail("cannot write " + options.predictions.string());
    }
    out << records.size() << " records\n";
    print(measure(records, predictions), out);
    out << "\nconfusions\n";
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (is_right(records[i].expected, predictions[i].value)) continue;
        out << "  " << records[i].id << " " << std::left << std::setw(15) << records[i].topic
            << " expected " << std::setw(20) << records[i].expected.dump() << " got "
            << std::setw(20) << predictions[i].value.dump() << std::right << " " << records[i].text
            << "\n";
    }
    return 0;
}

}  // namespace

int understand_command(const UnderstandOptions& options, std::ostream& out) {
    if (!options.questions.empty()) {
        const SideQuestionFiles files{options.script, options.questions, options.answers};
        return run_side_questions(files, out, std::cerr);
    }
    const std::optional<dialogs::Script> script = load(options.script);
    if (!script) return fail("the script cannot be read");
    if (!options.eval.empty()) return evaluate(*script, options, out);
    return explain(*script, options, out);
}

}  // namespace advisor::server
