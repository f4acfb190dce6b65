// JSON text -> Knowledge or diagnostics: everything that is wrong with a file is said at once.

#include <map>
#include <set>

#include "dialogs/json_reader.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {
namespace {

class Loader {
public:
    Loader(const nlohmann::json& document, DiagnosticSink& sink)
        : root_(document, "", sink), sink_(sink) {}

    Knowledge load() {
        root_.allow_only({"same", "names", "unknown", "answers"});
        const SameWords same = same_words();
        std::string unknown = root_.required_text("unknown");
        for (JsonObject& entry : root_.objects("answers", 1, max_knowledge_answers)) {
            answers_.push_back(answer(entry));
            places_.push_back(entry.pointer());
        }
        const std::vector<std::string> names = root_.texts("names");
        if (names.size() > max_names)
            root_.error(Finding::wrong_count, "names",
                        "has more than 64 entries; keep the main ones");
        Knowledge knowledge(answers_, same, names, std::move(unknown));
        compare_phrasings(knowledge);
        return knowledge;
    }

private:
    SameWords same_words() {
        SameWords same;
        const nlohmann::json* value = root_.find("same");
        if (!value) return same;
        if (!value->is_array()) {
            root_.error(Finding::wrong_type, "same", "expected a list [ ... ] of lists of words");
            return same;
        }
        for (std::size_t i = 0; i < value->size(); ++i) {
            std::vector<std::string> group;
            const nlohmann::json& list = (*value)[i];
            for (std::size_t j = 0; list.is_array() && j < list.size(); ++j) {
                if (list[j].is_string()) group.push_back(list[j].get<std::string>());
            }
            const bool whole = list.is_array() && group.size() == list.size();
            if (!whole || group.size() < 2)
                root_.error(Finding::wrong_type, "same/" + std::to_string(i),
                            "expected a list of at least two words with the same meaning");
            else
                same.push_back(std::move(group));
        }
        return same;
    }

    KnowledgeAnswer answer(JsonObject& entry) {
        entry.allow_only({"id", "topic", "ask", "also", "say", "source", "explains_question"});
        KnowledgeAnswer result;
        result.id = entry.id("id");
        if (!result.id.empty() && !ids_.insert(result.id).second)
            entry.error(Finding::duplicate_id, "id",
                        "\"" + result.id + "\" is used twice; choose another");
        result.topic = entry.id("topic");
        result.ask = entry.texts("ask");
        if (result.ask.size() < min_phrasings || result.ask.size() > max_phrasings)
            entry.error(Finding::wrong_count, "ask",
                        "has " + std::to_string(result.ask.size()) + " phrasings; from " +
                            std::to_string(min_phrasings) + " to " + std::to_string(max_phrasings) +
                            " are possible, each as another person would ask");
        result.also = entry.texts("also");
        result.say = entry.required_text("say");
        result.explains_question = entry.flag("explains_question", false);
        if (!entry.has("source")) {
            entry.error(Finding::missing_field, "source",
                        "\"source\" is missing; say where the answer comes from");
            return result;
        }
        JsonObject source = entry.object("source");
        source.allow_only({"name", "url", "as_of"});
        result.source.name = source.required_text("name");
        result.source.url = source.url("url");
        result.source.as_of = source.month("as_of");
        return result;
    }

    /// Two answers that are asked for in the same words could not be told from each other.
    void compare_phrasings(const Knowledge& knowledge) {
        std::map<std::vector<std::string>, std::size_t> owners;
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            for (std::size_t j = 0; j < answers_[i].ask.size(); ++j) {
                const std::string at = places_[i] + "/ask/" + std::to_string(j);
                const std::vector<std::string> words = knowledge.key_words(answers_[i].ask[j]);
                if (words.empty()) {
                    sink_.error(Finding::phrasing_without_words, at,
                                "has no word that tells what it is about; add one");
                    continue;
                }
                const auto [owner, fresh] = owners.emplace(words, i);
                if (!fresh && owner->second != i)
                    sink_.error(Finding::same_phrasing, at,
                                "says the same as a phrasing of \"" + answers_[owner->second].id +
                                    "\"; keep it in one of them");
            }
        }
    }

    JsonObject root_;
    DiagnosticSink& sink_;
    std::vector<KnowledgeAnswer> answers_;
    std::vector<std::string> places_;  ///< of the answers in the file
    std::set<std::string> ids_;
};

}  // namespace

KnowledgeResult load_knowledge(std::string_view text, const std::string& file) {
    KnowledgeResult result;
    const std::optional<nlohmann::json> document =
        read_document(text, file, "leave out what nobody asks", result.diagnostics);
    if (!document) return result;
    const LineMap lines(text);
    DiagnosticSink sink{file, lines, result.diagnostics};
    note_duplicate_keys(sink);
    Knowledge knowledge = Loader(*document, sink).load();
    if (!has_errors(result.diagnostics)) result.knowledge = std::move(knowledge);
    return result;
}

}  // namespace advisor::dialogs
