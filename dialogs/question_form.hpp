#pragma once
// Is a text a question of the user, or does it answer one? Looks at its form only.

#include "dialogs/knowledge_words.hpp"

namespace advisor::dialogs {

enum class QuestionForm {
    none,    ///< a statement
    terse,   ///< a few words without a verb: "node vs python speed"
    likely,  ///< a question mark, or words such as "no idea what X is", but no clear question
    clear    ///< "what is X", "can X do Y", "explain X"
};

/// The form of one sentence.
[[nodiscard]] QuestionForm question_form(const Sentence& sentence);

/// True when the sentence speaks of the user's own side or holds a number: it may well be an
/// answer.
[[nodiscard]] bool tells_facts(const Sentence& sentence);

}  // namespace advisor::dialogs
