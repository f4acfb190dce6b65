#include "server/commands/side_questions.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "dialogs/knowledge.hpp"
#include "server/config.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::shared_ptr<const dialogs::Knowledge> load(const fs::path& script, std::ostream& errors) {
    if (script.empty()) {
        const ScriptSources sources = read_scripts({});
        for (const ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script) return source.script.knowledge;
        }
        return nullptr;
    }
    const dialogs::LoadResult loaded = read_script_file(script);
    for (const dialogs::Diagnostic& diagnostic : loaded.diagnostics)
        errors << dialogs::to_text(diagnostic) << "\n";
    return loaded.script ? loaded.script->knowledge : nullptr;
}

/// What the advisor says to one question, and what it goes by.
ordered_json reply(const dialogs::Knowledge& knowledge, const ordered_json& record) {
    const std::string text = record.value("text", "");
    const std::optional<dialogs::SideAnswer> found = dialogs::answer_side_question(knowledge, text);
    ordered_json line{{"id", record.value("id", "")}};
    if (!found) {
        line["text"] = knowledge.unknown();
        line["topic"] = "unknown";
        return line;
    }
    const dialogs::KnowledgeAnswer& answer = knowledge.answers()[found->answer];
    line["text"] = answer.say;
    line["topic"] = answer.topic;
    line["answer"] = answer.id;
    line["source"] = answer.source.name;
    line["score"] = static_cast<int>(found->score * 1000 + 0.5) / 1000.0;
    line["matched"] = found->matched;
    line["sure"] = found->sure;
    return line;
}

}  // namespace

int run_side_questions(const SideQuestionFiles& files, std::ostream& out, std::ostream& errors) {
    const std::shared_ptr<const dialogs::Knowledge> knowledge = load(files.script, errors);
    if (!knowledge) {
        errors << "advisor: the script has no knowledge file that can be used\n";
        return 1;
    }
    const std::optional<std::string> questions = read_text_file(files.questions);
    if (!questions) {
        errors << "advisor: cannot read " << files.questions.string() << "\n";
        return 1;
    }
    std::ofstream answers(files.answers, std::ios::binary);
    std::istringstream lines(*questions);
    std::string line;
    std::map<std::string, int> topics;
    int number = 0;
    int count = 0;
    while (std::getline(lines, line)) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const ordered_json record = ordered_json::parse(line, nullptr, false);
        const bool usable = record.is_object() && record.contains("id") &&
                            record["id"].is_string() && record.contains("text") &&
                            record["text"].is_string();
        if (!usable) {
            errors << "advisor: " << files.questions.string() << ":" << number
                   << ": expected {\"id\": \"...\", \"text\": \"...\"}\n";
            return 1;
        }
        const ordered_json told = reply(*knowledge, record);
        answers << told.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << "\n";
        ++topics[told["topic"].get<std::string>()];
        ++count;
    }
    answers.flush();
    if (!answers) {
        errors << "advisor: cannot write " << files.answers.string() << "\n";
        return 1;
    }
    const int unknown = topics["unknown"];
    out << count << " questions, " << count - unknown << " answered, " << unknown
        << " without an answer\n";
    for (const auto& [topic, times] : topics) {
        if (times > 0) out << "  " << topic << ": " << times << "\n";
    }
    return 0;
}

}  // namespace advisor::server
