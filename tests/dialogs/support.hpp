#pragma once
// What the tests of the dialogs share: small scripts, short ways to talk, messages as one text.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dialogs/engine.hpp"
#include "dialogs/explain.hpp"
#include "dialogs/json.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// The text of a script about tea and coffee with these questions and rules, each a list of JSON
/// objects without its brackets. A tie is a lead of at most one point; `team` is an axis that
/// breaks ties; evidence "e" exists.
std::string small_script(const std::string& questions, const std::string& rules = {},
                         const std::string& more = {});

/// Loads a script; throws with its diagnostics when it has errors.
Script parse_or_fail(const std::string& text);

/// A file of the source tree.
std::string read_source(const std::string& path);
/// With the knowledge beside it, if there is some.
Script builtin_script(const std::string& id);

/// Loads a knowledge file; throws with its diagnostics when it has errors.
Knowledge parse_knowledge_or_fail(const std::string& text);

/// Starts a conversation and answers its questions in order, as JSON values.
State answered(const Script& script, const std::vector<std::string>& values);

/// One turn that must not be rejected.
StepResult take(const Script& script, const State& state, const Input& input);
/// One turn by a client frame.
StepResult take_json(const Script& script, const State& state, const std::string& frame);

/// The value of a question from its JSON.
Value value_of(const Script& script, const std::string& question, const std::string& json);
/// The effective answers as JSON text: `{"kind":"shop"}`.
std::string answers_text(const Script& script, const State& state);
/// The ids of questions.
std::vector<std::string> ids(const Script& script, const std::vector<QuestionIndex>& questions);
/// The id of the pending question, or "nothing".
std::string pending(const Script& script, const State& state);
/// The id of the outcome, or "nothing".
std::string outcome(const Script& script, const StepResult& result);

/// The recommendation of these answers as the protocol sends it.
std::string recommendation_text(const Script& script, const Answers& answers);

/// The texts of all messages of that kind, one a line.
std::string said(const StepResult& result, MessageKind kind);

}  // namespace advisor::dialogs
