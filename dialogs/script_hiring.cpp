// The trade-offs and the hiring advice of a script.

#include "dialogs/script_parts.hpp"

namespace advisor::dialogs {
namespace {

Audience audience(ScriptParts& parts, JsonObject& entry) {
    Audience result;
    const std::vector<std::string> names = entry.texts("outcomes");
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::optional<OptionIndex> option = parts.find_option(names[i]);
        if (option)
            result.outcomes.push_back(*option);
        else if (names[i] == parts.script.tie.outcome)
            result.outcomes.push_back(parts.script.tie_outcome());
        else
            entry.error(Finding::unknown_option, "outcomes/" + std::to_string(i),
                        parts.unknown_option_text(names[i]));
    }
    result.when = parts.condition(entry, "when");
    return result;
}

VerdictSpec verdict(ScriptParts& parts, JsonObject& entry) {
    entry.allow_only({"when", "verdict", "because", "count", "seniority"});
    VerdictSpec result;
    result.when = parts.condition(entry, "when");
    result.verdict = parts.word(entry, "verdict",
                                {Verdict::hire, Verdict::train, Verdict::contract, Verdict::none});
    result.because = entry.required_text("because");
    if (entry.has("count")) result.count = static_cast<int>(entry.whole("count", 1, 0, 100));
    result.seniority = entry.text("seniority");
    return result;
}

RoleSpec read_role(ScriptParts& parts, JsonObject& entry, std::set<std::string>& ids) {
    entry.allow_only({"id", "outcomes", "when", "title", "seniority", "count", "verdicts",
                      "must_have", "nice_to_have", "interview", "work_sample", "first_90_days",
                      "risk", "evidence"});
    RoleSpec role;
    role.id = parts.unique_id(entry, ids);
    role.audience = audience(parts, entry);
    role.title = entry.required_text("title");
    role.seniority = entry.required_text("seniority");
    role.count = static_cast<int>(entry.whole("count", 1, 0, 100));
    role.must_have = entry.texts("must_have");
    if (role.must_have.size() > 6)
        entry.error(Finding::wrong_count, "must_have",
                    "has more than six entries; move the weaker ones to \"nice_to_have\"");
    role.nice_to_have = entry.texts("nice_to_have");
    role.work_sample = entry.text("work_sample");
    role.first_90_days = entry.text("first_90_days");
    role.risk = entry.text("risk");
    role.evidence = parts.cited(entry);
    for (JsonObject& item : entry.objects("interview", 0, 20)) {
        item.allow_only({"ask", "good"});
        InterviewItem interview;
        interview.ask = item.required_text("ask");
        interview.good = item.required_text("good");
        role.interview.push_back(std::move(interview));
    }
    for (JsonObject& item : entry.objects("verdicts", 1, 20))
        role.verdicts.push_back(verdict(parts, item));
    if (!role.verdicts.empty() && !role.verdicts.back().when.empty()) {
        entry.error(Finding::open_verdicts, "verdicts",
                    "the last entry must have no \"when\", so that there is always a verdict");
    }
    return role;
}

}  // namespace

std::vector<ConditionalText> read_conditional_texts(ScriptParts& parts, JsonObject& parent,
                                                    const char* key) {
    std::vector<ConditionalText> result;
    for (JsonObject& entry : parent.objects(key, 0, 200)) {
        entry.allow_only({"outcomes", "when", "say", "evidence"});
        ConditionalText text;
        text.audience = audience(parts, entry);
        text.say = entry.required_text("say");
        text.evidence = parts.cited(entry);
        result.push_back(std::move(text));
    }
    return result;
}

void read_hiring(ScriptParts& parts) {
    if (!parts.root.has("hiring")) return;
    JsonObject spec = parts.root.object("hiring");
    spec.allow_only({"summary", "roles", "notes"});
    parts.script.hiring.summary = read_conditional_texts(parts, spec, "summary");
    parts.script.hiring.notes = read_conditional_texts(parts, spec, "notes");
    std::set<std::string> ids;
    for (JsonObject& entry : spec.objects("roles", 0, 100))
        parts.script.hiring.roles.push_back(read_role(parts, entry, ids));
}

}  // namespace advisor::dialogs
