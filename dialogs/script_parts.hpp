#pragma once
// What reading the parts of a script shares. Only for dialogs/script_*.cpp.

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/json_reader.hpp"
#include "dialogs/phrase_reader.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// A script that is being read, with the names that are known so far. Borrows the document and the
/// sink.
struct ScriptParts {
    JsonObject root;
    DiagnosticSink& sink;
    Script script;
    std::set<std::string> option_ids;  ///< of the tie, too
    std::set<std::string> evidence_ids;
    std::set<std::string> used_evidence;
    WordLists lists;
    std::vector<std::string> subjects;
    bool adaptive = false;  ///< the script asks for adaptive order

    /// The word of the list that the field says; else notes a diagnostic and returns the first.
    template <typename Word>
    [[nodiscard]] Word word(JsonObject& entry, const char* key, std::initializer_list<Word> words) {
        const std::string text = entry.required_text(key);
        std::string known;
        for (const Word candidate : words) {
            if (to_text(candidate) == text) return candidate;
            known += (known.empty() ? "\"" : ", \"") + std::string(to_text(candidate)) + "\"";
        }
        if (!text.empty()) entry.error(Finding::unknown_word, key, "expected one of " + known);
        return *words.begin();
    }

    /// An id that is not in `taken` yet, and is then.
    [[nodiscard]] std::string unique_id(JsonObject& entry, std::set<std::string>& taken,
                                        const char* key = "id");
    /// A condition over the first `visible` questions; without it, over those read so far.
    [[nodiscard]] Condition condition(JsonObject& entry, const char* key);
    [[nodiscard]] Condition condition(JsonObject& entry, const char* key, std::size_t visible);
    /// What the field "evidence" names.
    [[nodiscard]] std::vector<EvidenceIndex> cited(JsonObject& entry);
    [[nodiscard]] std::optional<OptionIndex> find_option(std::string_view id) const;
    [[nodiscard]] std::string unknown_option_text(const std::string& name) const;
};

/// What to do about a name that is none of `ids`, to end a message with.
[[nodiscard]] std::string remedy(const std::string& name, const std::set<std::string>& ids);

/// Reads "questions". Requires: options, tie and evidence have been read.
void read_questions(ScriptParts& parts);
/// Sets Question::borders. Requires: questions and rules have been read.
void note_borders(Script& script);

/// Reads a list of texts that are shown for some outcomes. Requires: questions have been read.
[[nodiscard]] std::vector<ConditionalText> read_conditional_texts(ScriptParts& parts,
                                                                  JsonObject& parent,
                                                                  const char* key);
/// Reads "hiring". Requires: questions have been read.
void read_hiring(ScriptParts& parts);

}  // namespace advisor::dialogs
