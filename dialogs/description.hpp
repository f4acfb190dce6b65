#pragma once
// Facts that a text states without having been asked: a description of a project, or a remark
// beside an answer. Only what a script lists as `told` counts, and only when it is plain: what is
// found is offered to the person, never taken.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/score.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// An answer that a text states.
struct FoundFact {
    QuestionIndex question = 0;
    Value value;
    bool operator==(const FoundFact&) const = default;
};

/// The facts of a text, by question. A question that the text says two things about is left out.
/// Deterministic; `trace` gets a line for each match when it is not null.
[[nodiscard]] std::vector<FoundFact> read_description(const Script& script, std::string_view text,
                                                      std::vector<std::string>* trace = nullptr);

/// True for a text of several sentences, or a long one: then it is read as a description, not as an
/// answer to the question that happens to be pending.
[[nodiscard]] bool is_description(std::string_view text);

/// Those of the facts that could be taken over now: their question has no answer yet, takes the
/// value, and applies once the others are taken over.
[[nodiscard]] std::vector<FoundFact> fitting_facts(const Script& script, const Answers& answers,
                                                   const std::vector<FoundFact>& found);

/// "Developers: “4 developers”; Python skill: “Very well”".
[[nodiscard]] std::string list_facts(const Script& script, const std::vector<FoundFact>& facts);

}  // namespace advisor::dialogs
