#include "support.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "dialogs/wire.hpp"

namespace advisor::dialogs {

std::string small_script(const std::string& questions, const std::string& rules,
                         const std::string& more) {
    const std::string default_rule =
        R"({"id":"r","axis":"a","when":"always","points":{"tea":1},"because":"Because.","evidence":["e"]})";
    return R"({"script":"small","title":"Tea or coffee?","intro":"Hello.",
"options":[{"id":"tea","name":"Tea","say":"Make tea."},{"id":"coffee","name":"Coffee","say":"Make coffee."}],
"tie":{"outcome":"either","name":"Either","say":"Both are fine.","margin":1,"between":["tea","coffee"],"tie_breakers":["team"]},
"clear_margin":4,
"questions":[)" +
           questions + R"(],
"rules":[)" +
           (rules.empty() ? default_rule : rules) +
           R"(],
"evidence":[{"id":"e","claim":"C.","stance":"supports","source":"S","as_of":"2026-01","review_by":"2027-01"}])" +
           more + "}";
}

Script parse_or_fail(const std::string& text) {
    LoadResult result = load_script(text, "test.json");
    std::string problems;
    for (const Diagnostic& diagnostic : result.diagnostics) {
        if (diagnostic.error) problems += to_text(diagnostic) + "\n";
    }
    if (!result.script) throw std::runtime_error(problems);
    return std::move(*result.script);
}

std::string read_source(const std::string& path) {
    std::ifstream stream(std::filesystem::path(ADVISOR_SOURCE_DIR) / path, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Script builtin_script(const std::string& id) {
    Script script = parse_or_fail(read_source("dialogs/scripts/" + id + ".json"));
    const std::string knowledge = "dialogs/scripts/" + id + ".knowledge.json";
    if (std::filesystem::exists(std::filesystem::path(ADVISOR_SOURCE_DIR) / knowledge))
        script.knowledge =
            std::make_shared<const Knowledge>(parse_knowledge_or_fail(read_source(knowledge)));
    return script;
}

Knowledge parse_knowledge_or_fail(const std::string& text) {
    KnowledgeResult result = load_knowledge(text, "test.knowledge.json");
    std::string problems;
    for (const Diagnostic& diagnostic : result.diagnostics) problems += to_text(diagnostic) + "\n";
    if (!result.knowledge) throw std::runtime_error(problems);
    return std::move(*result.knowledge);
}

StepResult take(const Script& script, const State& state, const Input& input) {
    StepResult result = step(script, state, input);
    if (result.rejected) throw std::runtime_error("rejected: " + result.rejected->message);
    return result;
}

StepResult take_json(const Script& script, const State& state, const std::string& frame) {
    auto read = read_input(script, nlohmann::json::parse(frame));
    if (const auto* rejection = std::get_if<Rejection>(&read)) {
        throw std::runtime_error("rejected: " + rejection->message);
    }
    if (const auto* fault = std::get_if<FrameFault>(&read))
        throw std::runtime_error(fault->message);
    return take(script, state, std::get<Input>(read));
}

State answered(const Script& script, const std::vector<std::string>& values) {
    State state = fresh_state(script);
    for (const std::string& value : values) {
        const std::optional<QuestionIndex> question = pending_question(script, state);
        if (!question) throw std::runtime_error("nothing is pending for " + value);
        const std::string& id = script.questions[*question].id;
        state = take(script, state, GiveAnswer{id, value_of(script, id, value)}).state;
    }
    return state;
}

Value value_of(const Script& script, const std::string& question, const std::string& json) {
    const auto index = script.find_question(question);
    if (!index) throw std::runtime_error("no question " + question);
    if (json == "\"skipped\"") return Skipped{};
    const std::optional<Value> value =
        read_value(script.questions[*index], nlohmann::json::parse(json));
    if (!value) throw std::runtime_error(json + " is no value of " + question);
    return *value;
}

std::string answers_text(const Script& script, const State& state) {
    return answers_json(script, state.answers);
}

std::vector<std::string> ids(const Script& script, const std::vector<QuestionIndex>& questions) {
    std::vector<std::string> result;
    for (const QuestionIndex question : questions) result.push_back(script.questions[question].id);
    return result;
}

std::string pending(const Script& script, const State& state) {
    const auto question = pending_question(script, state);
    return question ? script.questions[*question].id : "nothing";
}

std::string outcome(const Script& script, const StepResult& result) {
    return result.outputs.result ? script.outcome_id(result.outputs.result->outcome) : "nothing";
}

std::string recommendation_text(const Script& script, const Answers& answers) {
    std::string text;
    append_json(text, script, answers, explain(script, answers, score(script, answers)), "/r/x");
    return expand(script.fragments, text);
}

std::string said(const StepResult& result, MessageKind kind) {
    std::string text;
    for (const Message& message : result.outputs.messages) {
        if (message.kind == kind) text += (text.empty() ? "" : "\n") + message.text;
    }
    return text;
}

}  // namespace advisor::dialogs
