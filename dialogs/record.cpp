#include "dialogs/record.hpp"

#include <nlohmann/json.hpp>

#include "dialogs/json.hpp"
#include "dialogs/json_text.hpp"
#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view file_begin = R"({"advisor_record":1,"sha256":")";
constexpr std::string_view record_begin = R"(","record":)";
constexpr std::string_view file_end = "}\n";
constexpr std::size_t digest_size = 64;

std::string dump(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json points_json(const Script& script, const std::vector<int>& points) {
    ordered_json object = ordered_json::object();
    for (OptionIndex i = 0; i < points.size(); ++i) {
        if (points[i] != 0) object[script.options[i].id] = points[i];
    }
    return object;
}

/// Every fired rule in file order; their points add up to `totals`.
ordered_json ledger_json(const Decision& decision) {
    const Script& script = decision.script;
    ordered_json lines = ordered_json::array();
    const std::vector<Fact> facts = settle(script, decision.answers);
    for (const std::size_t fired : decision.recommendation.card.fired) {
        const Rule& rule = script.rules[fired];
        ordered_json questions = ordered_json::array();
        for (const QuestionIndex question : rule.questions) {
            if (facts[question].status == Fact::Status::answered)
                questions.push_back(script.questions[question].id);
        }
        ordered_json evidence = ordered_json::array();
        for (const EvidenceIndex index : rule.evidence)
            evidence.push_back(script.evidence[index].id);
        lines.push_back({{"rule", rule.id},
                         {"questions", std::move(questions)},
                         {"points", points_json(script, rule.points)},
                         {"evidence", std::move(evidence)}});
    }
    ordered_json totals = ordered_json::object();
    for (OptionIndex i = 0; i < script.options.size(); ++i)
        totals[script.options[i].id] = decision.recommendation.card.totals[i];
    return {{"lines", std::move(lines)}, {"totals", std::move(totals)}};
}

ordered_json answers_in_words(const Decision& decision) {
    ordered_json list = ordered_json::array();
    for (QuestionIndex i = 0; i < decision.answers.size(); ++i) {
        if (!decision.answers[i]) continue;
        const Question& question = decision.script.questions[i];
        list.push_back({{"question", question.id},
                        {"label", question.label},
                        {"asked", question.ask},
                        {"answer", value_text(question, *decision.answers[i])}});
    }
    return list;
}

/// The member as text; empty when it is missing or none.
std::string text_of(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

std::string shortened(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    constexpr std::size_t most = 80;
    if (text.size() <= most) return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
    return text.substr(0, end) + "...";
}

std::string difference(const json& stated, const json& derived, const std::string& pointer) {
    if (stated == derived) return {};
    if (stated.is_object() && derived.is_object()) {
        for (const auto& [key, value] : derived.items()) {
            const std::string at = pointer + "/" + pointer_token(key);
            if (!stated.contains(key)) return at + " is missing";
            const std::string found = difference(stated[key], value, at);
            if (!found.empty()) return found;
        }
        for (const auto& [key, value] : stated.items()) {
            if (!derived.contains(key))
                return pointer + "/" + pointer_token(key) + " does not belong there";
        }
    }
    if (stated.is_array() && derived.is_array() && stated.size() == derived.size()) {
        for (std::size_t i = 0; i < stated.size(); ++i) {
            const std::string found =
                difference(stated[i], derived[i], pointer + "/" + std::to_string(i));
            if (!found.empty()) return found;
        }
    }
    return pointer + " is " + shortened(stated) + ", derived " + shortened(derived);
}

}  // namespace

std::string record_json(const Decision& decision) {
    const Script& script = decision.script;
    const RecordFacts& facts = decision.facts;
    const ordered_json head{{"session", facts.session},
                            {"channel", facts.channel},
                            {"started_at", facts.started_at},
                            {"decided_at", facts.decided_at},
                            {"turns", facts.turns},
                            {"script",
                             {{"id", script.id},
                              {"title", script.title},
                              {"language", script.language},
                              {"hash", facts.script_hash},
                              {"text", facts.script_text}}}};
    std::string text = dump(head);
    text.pop_back();
    text += R"(,"answers":)" + answers_json(script, decision.answers);
    text += R"(,"answers_in_words":)" + dump(answers_in_words(decision));
    text += R"(,"ledger":)" + dump(ledger_json(decision));
    std::string recommendation;
    // Without the report's address: whoever has that may read the talk's later results as well.
    append_json(recommendation, script, decision.answers, decision.recommendation, {});
    text += R"(,"recommendation":)" + expand(render_fragments(script), recommendation);
    return text + "}";
}

std::string record_file(std::string_view record, std::string_view sha256) {
    std::string text(file_begin);
    text += sha256;
    text += record_begin;
    text += record;
    text += file_end;
    return text;
}

bool begins_like_record(std::string_view text) {
    return text.starts_with(file_begin);
}

std::optional<RecordFile> read_record(std::string_view text, std::string& why) {
    const std::size_t record_at = file_begin.size() + digest_size + record_begin.size();
    if (!begins_like_record(text) || text.size() < record_at + file_end.size() ||
        text.substr(file_begin.size() + digest_size, record_begin.size()) != record_begin ||
        !text.ends_with(file_end)) {
        why = "it has not the form of a decision record in JSON, as \"advisor record\" writes it";
        return std::nullopt;
    }
    RecordFile file;
    file.sha256 = text.substr(file_begin.size(), digest_size);
    file.record = text.substr(record_at, text.size() - record_at - file_end.size());
    if (nests_too_deep(file.record)) {
        why = "it nests deeper than a record does";
        return std::nullopt;
    }
    const json record = json::parse(file.record, nullptr, false);
    if (!record.is_object()) {
        why = "it is not valid JSON";
        return std::nullopt;
    }
    const auto script = record.find("script");
    const auto answers = record.find("answers");
    if (script == record.end() || !script->is_object() || answers == record.end()) {
        why = "script or answers are missing";
        return std::nullopt;
    }
    const auto turns = record.find("turns");
    file.facts = {
        text_of(record, "session"),
        text_of(record, "channel"),
        text_of(record, "started_at"),
        text_of(record, "decided_at"),
        turns != record.end() && turns->is_number_integer() ? turns->get<std::int64_t>() : 0,
        text_of(*script, "hash"),
        text_of(*script, "text")};
    file.answers = answers->dump(-1, ' ', false, json::error_handler_t::replace);
    return file;
}

std::string first_difference(std::string_view stated, std::string_view derived) {
    const json left = json::parse(stated, nullptr, false);
    const json right = json::parse(derived, nullptr, false);
    return difference(left, right, "");
}

}  // namespace advisor::dialogs
