#include "dialogs/facts_json.hpp"

#include <algorithm>

#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

std::optional<QuestionIndex> question_in(const Script& script, const json& id) {
    if (!id.is_string()) return std::nullopt;
    return script.find_question(id.get_ref<const std::string&>());
}

bool read_facts(const Script& script, const json& facts, State& state) {
    if (!facts.is_array()) return false;
    for (const json& entry : facts) {
        const bool whole =
            entry.is_object() && entry.contains("question") && entry.contains("value");
        const auto question = whole ? question_in(script, entry["question"]) : std::nullopt;
        if (!question) return false;
        std::optional<Value> value = read_value(script.questions[*question], entry["value"]);
        std::string why;
        if (!value || !fits(script.questions[*question], *value, why)) return false;
        state.facts.push_back({*question, std::move(*value)});
    }
    return true;
}

bool read_questions(const Script& script, const json& document, const char* key,
                    std::vector<QuestionIndex>& questions) {
    const auto ids = document.find(key);
    if (ids == document.end()) return true;
    if (!ids->is_array()) return false;
    for (const json& id : *ids) {
        const auto question = question_in(script, id);
        if (!question) return false;
        questions.push_back(*question);
    }
    return true;
}

void append_questions(std::string& out, const Script& script, std::string_view key,
                      const std::vector<QuestionIndex>& questions) {
    if (questions.empty()) return;
    out.append(",\"").append(key).append("\":[");
    for (const QuestionIndex question : questions) {
        if (out.back() != '[') out += ',';
        append_quoted(out, script.questions[question].id);
    }
    out += ']';
}

}  // namespace

std::variant<Input, Rejection, FrameFault> read_take_facts(const json& frame) {
    const auto accept = frame.find("accept");
    const FrameFault fault{false,
                           "\"facts\" needs \"accept\": true for all that are offered, false for "
                           "none, or a list of question ids."};
    if (accept == frame.end()) return fault;
    if (accept->is_boolean()) return Input(TakeFacts{{}, accept->get<bool>()});
    if (!accept->is_array()) return fault;
    TakeFacts facts;
    for (const json& id : *accept) {
        if (!id.is_string()) return fault;
        facts.questions.push_back(id.get<std::string>());
    }
    return Input(std::move(facts));
}

std::string take_facts_json(const TakeFacts& facts) {
    if (facts.all) return R"({"type":"facts","accept":true})";
    if (facts.questions.empty()) return R"({"type":"facts","accept":false})";
    std::string text = R"({"type":"facts","accept":[)";
    for (const std::string& id : facts.questions)
        text += (text.back() == '[' ? "" : ",") + json_quoted(id);
    return text + "]}";
}

std::string spoken_facts(const Script& script, const TakeFacts& facts) {
    if (facts.all) return "Yes, take these over";
    std::string text;
    for (const std::string& id : facts.questions) {
        const auto question = script.find_question(id);
        if (question) text += (text.empty() ? "" : ", ") + script.questions[*question].label;
    }
    return text.empty() ? "No, ask me instead" : "Take over: " + text;
}

void append_state_facts(std::string& out, const Script& script, const State& state) {
    if (!state.facts.empty()) {
        out += R"(,"facts":[)";
        for (const FoundFact& fact : state.facts) {
            const Question& question = script.questions[fact.question];
            if (out.back() != '[') out += ',';
            out += R"({"question":)" + json_quoted(question.id) + R"(,"value":)" +
                   to_json(question, fact.value) + "}";
        }
        out += ']';
    }
    append_questions(out, script, "taken_over", state.taken_over);
    append_questions(out, script, "answered", state.answered);
}

bool read_state_facts(const Script& script, const json& document, State& state) {
    const auto facts = document.find("facts");
    if (facts != document.end() && !read_facts(script, *facts, state)) return false;
    return read_questions(script, document, "taken_over", state.taken_over) &&
           read_questions(script, document, "answered", state.answered);
}

void append_offered_facts(std::string& out, const Script& script,
                          const std::vector<FoundFact>& facts) {
    if (facts.empty()) return;
    out += R"(,"facts":[)";
    for (const FoundFact& fact : facts) {
        const Question& question = script.questions[fact.question];
        if (out.back() != '[') out += ',';
        out += R"({"question":)" + json_quoted(question.id) + R"(,"label":)" +
               json_quoted(question.label) + R"(,"value":)" + to_json(question, fact.value) +
               R"(,"text":)" + json_quoted(value_text(question, fact.value)) + "}";
    }
    out += ']';
}

}  // namespace advisor::dialogs
