#pragma once
// Typed wishes to revise an answer: "change the team size to 6", "go back to the live question",
// "actually we are 6 people". The question is found by its label, its topic and what it is
// `called`.

#include <optional>
#include <string_view>

#include "dialogs/score.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

struct TypedChange {
    std::optional<QuestionIndex> question;  ///< absent: it is not clear which one
    std::optional<Value> value;             ///< absent: ask again
    bool guessed = false;  ///< the question was not named; only its value was: ask before applying
};

/// Reads `text` as a wish to revise; nothing when it is none. `pending` is the question that waits:
/// what answers it is no wish to revise another one.
[[nodiscard]] std::optional<TypedChange> read_typed_change(const Script& script,
                                                           const Answers& answers,
                                                           std::optional<QuestionIndex> pending,
                                                           std::string_view text);

/// A yes or a no and next to nothing else: true, false; nothing for every other text.
[[nodiscard]] std::optional<bool> is_plain_yes_or_no(std::string_view text);

}  // namespace advisor::dialogs
