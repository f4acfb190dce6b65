#include "dialogs/script_parts.hpp"

#include <algorithm>

#include "dialogs/condition_parser.hpp"

namespace advisor::dialogs {

std::string remedy(const std::string& name, const std::set<std::string>& ids) {
    std::string hint = did_you_mean(name, {ids.begin(), ids.end()});
    return hint.empty() ? " add it or correct the name" : hint;
}

std::string ScriptParts::unique_id(JsonObject& entry, std::set<std::string>& taken,
                                   const char* key) {
    std::string id = entry.id(key);
    if (!id.empty() && !taken.insert(id).second) {
        entry.error(Finding::duplicate_id, key,
                    "\"" + id + "\" is used twice; ids are names for ever, choose another");
    }
    return id;
}

Condition ScriptParts::condition(JsonObject& entry, const char* key) {
    return condition(entry, key, script.questions.size());
}

Condition ScriptParts::condition(JsonObject& entry, const char* key, std::size_t visible) {
    const std::string text = entry.text(key);
    if (text.empty()) return {};
    ConditionResult result = parse_condition(text, script.questions, visible);
    for (ConditionError& error : result.errors)
        entry.error(error.finding, key, std::move(error.message));
    return std::move(result.condition);
}

std::vector<EvidenceIndex> ScriptParts::cited(JsonObject& entry) {
    std::vector<EvidenceIndex> result;
    const std::vector<std::string> names = entry.texts("evidence");
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = std::find_if(script.evidence.begin(), script.evidence.end(),
                                        [&](const Evidence& item) { return item.id == names[i]; });
        if (found == script.evidence.end()) {
            entry.error(Finding::unknown_evidence, "evidence/" + std::to_string(i),
                        "no evidence \"" + names[i] + "\";" + remedy(names[i], evidence_ids));
            continue;
        }
        result.push_back(static_cast<EvidenceIndex>(found - script.evidence.begin()));
        used_evidence.insert(names[i]);
    }
    return result;
}

std::string ScriptParts::unknown_option_text(const std::string& name) const {
    return "no option \"" + name + "\";" + remedy(name, option_ids);
}

std::optional<OptionIndex> ScriptParts::find_option(std::string_view id) const {
    for (OptionIndex i = 0; i < script.options.size(); ++i) {
        if (script.options[i].id == id) return i;
    }
    return std::nullopt;
}

}  // namespace advisor::dialogs
