#include "dialogs/wire.hpp"

#include <nlohmann/json.hpp>

namespace advisor::dialogs {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& value) { return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

ordered_json options_of(const Question& question) {
    ordered_json options = ordered_json::array();
    if (question.kind == QuestionKind::boolean) return options;
    for (const ChoiceSpec& choice : question.choices) {
        ordered_json option{{"id", choice.id}, {"label", choice.say}};
        if (!choice.help.empty()) option["help"] = choice.help;
        if (!choice.means.empty()) option["means"] = choice.means;
        options.push_back(std::move(option));
    }
    return options;
}

ordered_json ranges_of(const Question& question) {
    ordered_json ranges = ordered_json::array();
    for (const RangeSpec& range : question.ranges) {
        ordered_json entry{{"label", range.say}, {"min", range.amount.min}, {"max", range.amount.max}};
        if (!range.means.empty()) entry["means"] = range.means;
        ranges.push_back(std::move(entry));
    }
    return ranges;
}

std::string question_wire(const Question& question) {
    ordered_json wire;
    wire["id"] = question.id;
    wire["topic"] = question.topic.empty() ? ordered_json() : ordered_json(question.topic);
    wire["label"] = question.label;
    wire["text"] = question.ask;
    wire["help"] = question.help;
    wire["why"] = question.why;
    wire["kind"] = to_text(question.kind);
    wire["options"] = options_of(question);
    if (question.kind == QuestionKind::number || question.kind == QuestionKind::scale) {
        wire["min"] = question.limits.min;
        wire["max"] = question.limits.max;
    }
    if (question.kind == QuestionKind::number) {
        wire["unit"] = question.unit;
        wire["ranges"] = ranges_of(question);
    }
    if (question.kind == QuestionKind::scale) {
        wire["low"] = question.low;
        wire["high"] = question.high;
    }
    if (question.kind == QuestionKind::text) wire["max_length"] = question.max_length;
    wire["allow_unknown"] = question.allow_unknown;
    wire["may_skip"] = !question.required;
    return dump(wire);
}

std::string evidence_wire(const Evidence& evidence) {
    ordered_json wire{{"id", evidence.id}, {"claim", evidence.claim}, {"stance", to_text(evidence.stance)}, {"source", evidence.source}};
    if (!evidence.url.empty()) wire["url"] = evidence.url;
    wire["as_of"] = evidence.as_of;
    wire["review_by"] = evidence.review_by;
    return dump(wire);
}

std::string role_wire(const RoleSpec& role, const Script& script) {
    ordered_json interview = ordered_json::array();
    for (const InterviewItem& item : role.interview) interview.push_back({{"ask", item.ask}, {"good", item.good}});
    ordered_json evidence = ordered_json::array();
    for (const EvidenceIndex index : role.evidence) evidence.push_back(script.evidence[index].id);
    ordered_json wire{{"must_have", role.must_have}, {"nice_to_have", role.nice_to_have}, {"interview", interview},
                      {"work_sample", role.work_sample}, {"first_90_days", role.first_90_days}, {"risk", role.risk}, {"evidence", evidence}};
    const std::string text = dump(wire);
    return text.substr(1, text.size() - 2);
}

}  // namespace

void render_wire(Script& script) {
    for (Question& question : script.questions) question.wire = question_wire(question);
    for (Evidence& evidence : script.evidence) evidence.wire = evidence_wire(evidence);
    for (RoleSpec& role : script.hiring.roles) role.wire = role_wire(role, script);
}

std::string json_quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace advisor::dialogs
