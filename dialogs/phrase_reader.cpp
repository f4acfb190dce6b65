#include "dialogs/phrase_reader.hpp"

#include <cmath>

namespace advisor::dialogs {
namespace {

/// A weighted phrase has a negative weight here, so that it is told from a plain text.
std::vector<Cue> cues(JsonObject& item, DiagnosticSink& sink, const char* key) {
    std::vector<Cue> result;
    const nlohmann::json* list = item.find(key);
    if (!list) return result;
    if (!list->is_array()) {
        (void)item.texts(key);  // says what is wrong
        return result;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const nlohmann::json& entry = (*list)[i];
        const std::string place = item.at(std::string(key) + "/" + std::to_string(i));
        if (entry.is_string()) {
            result.push_back({entry.get<std::string>(), 1});
            continue;
        }
        JsonObject cue(entry, place, sink);
        if (!entry.is_object()) continue;
        cue.allow_only({"say", "weight"});
        double weight = 1;
        if (const nlohmann::json* given = cue.find("weight")) {
            weight = given->is_number() ? given->get<double>() : 0;
            if (!(weight > 0 && weight <= 1))
                sink.error(Finding::wrong_type, place + "/weight",
                           "expected a number above 0 and at most 1");
        }
        std::vector<std::string> texts;
        if (const nlohmann::json* say = cue.find("say"); say && say->is_string())
            texts.push_back(say->get<std::string>());
        else
            texts = cue.texts("say");
        if (texts.empty())
            sink.error(Finding::missing_field, place, "\"say\" is missing: the phrases");
        for (std::string& text : texts) result.push_back({std::move(text), -weight});
    }
    return result;
}

}  // namespace

void read_phrases(JsonObject& item, DiagnosticSink& sink, ChoiceSpec& choice) {
    for (Cue& cue : cues(item, sink, "also")) {
        const bool phrase = cue.say.starts_with('@') || cue.weight < 0;
        cue.weight = std::abs(cue.weight);
        if (phrase)
            choice.cues.push_back(std::move(cue));
        else
            choice.also.push_back(std::move(cue.say));
    }
    choice.against = cues(item, sink, "not");
    choice.told = cues(item, sink, "told");
    choice.told_against = cues(item, sink, "told_not");
    for (std::vector<Cue>* list : {&choice.against, &choice.told, &choice.told_against}) {
        for (Cue& cue : *list) cue.weight = std::abs(cue.weight);
    }
}

}  // namespace advisor::dialogs
