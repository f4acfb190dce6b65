#pragma once
// What the parts of a turn share. Only for dialogs/engine*.cpp: what stands there, answers and
// their changes, wishes about the talk, typed text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/early_words.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/understand.hpp"

namespace advisor::dialogs::engine {

using Messages = std::vector<Message>;

// Where the talk stands (engine_standing.cpp).

/// The first open question. Everything before it is settled, so its own guard is a plain yes.
[[nodiscard]] std::optional<QuestionIndex> first_open(const std::vector<Fact>& facts);
[[nodiscard]] Progress count(const std::vector<Fact>& facts, const State& state);
/// The question to ask with these facts, or nothing: everything is answered, or the person stopped.
[[nodiscard]] std::optional<QuestionIndex> pending_with(const Script& script, const State& state,
                                                        const std::vector<Fact>& facts);
/// What is pending, how far the conversation is, and the result when it is finished. Returns the
/// facts, which point into `state`.
std::vector<Fact> fill_standing(const Script& script, const State& state, Outputs& outputs);
/// Completes a turn: what is asked next, or the result.
[[nodiscard]] StepResult finish(const Script& script, State state, Messages messages);
/// A turn that only says something; what was pending stays pending.
[[nodiscard]] StepResult remark(const Script& script, State state, MessageKind kind,
                                std::string text);
[[nodiscard]] StepResult reject(Rejection::Code code, std::string message);
/// The result in words, for the end of a talk.
[[nodiscard]] std::string closing_text(const Script& script, const Scorecard& card);
/// “Team size”, “Hiring” and “Growth”.
[[nodiscard]] std::string list_labels(const Script& script,
                                      const std::vector<QuestionIndex>& questions);

// Answers and their changes (engine_answers.cpp).

[[nodiscard]] StepResult answer(const Script& script, State state, const GiveAnswer& input);
[[nodiscard]] StepResult change(const Script& script, State state, const ChangeAnswer& input);
[[nodiscard]] StepResult back(const Script& script, State state);
[[nodiscard]] StepResult skip(const Script& script, State state);
[[nodiscard]] StepResult restart(const Script& script);
/// Sets an answer that is known to fit; asks first when it would drop later ones.
[[nodiscard]] StepResult set_answer(const Script& script, State state, QuestionIndex question,
                                    const Value& value, bool confirmed, Messages messages);
/// Names what a change does, and waits for a yes.
[[nodiscard]] StepResult propose(const Script& script, State state, Consequences consequences);

// Wishes about the talk (engine_wishes.cpp).

inline constexpr std::string_view side_question_text =
    "That is a fair question, but I have no sourced answer to it here.";
[[nodiscard]] StepResult obey(const Script& script, State state, Command command);
/// Help with the pending question, or why it is asked.
[[nodiscard]] StepResult explain(const Script& script, State state, Command command);
/// Shows the result now, or goes on with the questions that were left.
[[nodiscard]] StepResult end_or_go_on(const Script& script, State state, EarlyWish wish);
/// What can be typed for this kind of question, in a sentence.
[[nodiscard]] std::string how_to_answer(const Question& question);
[[nodiscard]] std::string contact_text(const Script& script);

// Typed text (engine_say.cpp).

[[nodiscard]] StepResult say(const Script& script, State state, const Say& input);

}  // namespace advisor::dialogs::engine
