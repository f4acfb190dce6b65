#pragma once
// What another version of a script reads in texts that people typed: looked at before it is saved.

#include <cstdint>
#include <string>
#include <vector>

#include "dialogs/script.hpp"
#include "dialogs/synonym.hpp"

namespace advisor::server {

/// A text that was typed at the question, and how often.
struct TypedText {
    std::string text;
    std::int64_t count = 1;
};

/// A text that the two versions read differently. Readings are in words; empty: not understood.
struct ChangedReading {
    std::string text;
    std::int64_t count = 1;
    std::string before;
    std::string after;
};

/// A phrase that has to mean an answer.
struct LabelledPhrase {
    std::string phrase;
    std::string choice;
};

struct SynonymPreview {
    bool understood = false;  ///< the phrase is read as the answer
    std::string reading;      ///< of the phrase by the new version
    std::vector<ChangedReading> changes;
    /// Phrases of the question's answers, and the given ones, that meant their answer before and
    /// do not now.
    std::vector<ChangedReading> broken;
    std::size_t texts = 0;  ///< how many were looked at
    std::size_t phrases = 0;

    /// True when the new version does what was wished and harms nothing that is known.
    [[nodiscard]] bool is_good() const { return understood && broken.empty(); }
};

/// Reads `texts` and the labelled phrases at the synonym's question with both versions. Pure.
/// Requires: both versions have the question.
[[nodiscard]] SynonymPreview preview_synonym(const dialogs::Script& before,
                                             const dialogs::Script& after,
                                             const dialogs::Synonym& synonym,
                                             const std::vector<TypedText>& texts,
                                             const std::vector<LabelledPhrase>& labelled);

/// The question of this id; null when there is none.
[[nodiscard]] const dialogs::Question* find_question(const dialogs::Script& script,
                                                     const std::string& id);

}  // namespace advisor::server
