#include "dialogs/wire.hpp"

#include <algorithm>
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

/// The members of an object, without its braces.
std::string members(const ordered_json& object) {
    const std::string text = dump(object);
    return text.substr(1, text.size() - 2);
}

ordered_json ids_of(const Script& script, const std::vector<EvidenceIndex>& evidence) {
    ordered_json ids = ordered_json::array();
    for (const EvidenceIndex index : evidence) ids.push_back(script.evidence[index].id);
    return ids;
}

std::string rule_wire(const Rule& rule, const Script& script) {
    ordered_json points = ordered_json::object();
    for (OptionIndex i = 0; i < rule.points.size(); ++i) {
        if (rule.points[i] != 0) points[script.options[i].id] = rule.points[i];
    }
    return members({{"axis", rule.axis}, {"points", points}, {"because", rule.because}, {"evidence", ids_of(script, rule.evidence)}});
}

std::string role_wire(const RoleSpec& role, const Script& script) {
    ordered_json interview = ordered_json::array();
    for (const InterviewItem& item : role.interview) interview.push_back({{"ask", item.ask}, {"good", item.good}});
    return members({{"must_have", role.must_have}, {"nice_to_have", role.nice_to_have}, {"interview", interview},
                      {"work_sample", role.work_sample}, {"first_90_days", role.first_90_days}, {"risk", role.risk}, {"evidence", ids_of(script, role.evidence)}});
}

}  // namespace

void render_wire(Script& script) {
    for (Question& question : script.questions) question.wire = question_wire(question);
    for (Evidence& evidence : script.evidence) evidence.wire = evidence_wire(evidence);
    for (Rule& rule : script.rules) rule.wire = rule_wire(rule, script);
    for (RoleSpec& role : script.hiring.roles) role.wire = role_wire(role, script);
}

void append_quoted(std::string& out, std::string_view text) {
    // Nearly every text is plain: ids, labels, sentences. The library's writer handles the rest.
    const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
    if (!plain) {
        out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

std::string json_quoted(std::string_view text) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    append_quoted(quoted, text);
    return quoted;
}

}  // namespace advisor::dialogs
