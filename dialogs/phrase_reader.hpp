#pragma once
// Reads the words and phrases by which an answer of a script is recognised.

#include "dialogs/json_reader.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Reads `also` and `not` of an answer: plain texts, and objects {"say", "weight"} with phrases.
/// Notes a diagnostic for what is wrong with them.
void read_phrases(JsonObject& item, DiagnosticSink& sink, ChoiceSpec& choice);

}  // namespace advisor::dialogs
