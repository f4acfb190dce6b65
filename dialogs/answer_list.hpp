#pragma once
// The answers of a talk on one line, as `advisor play --answers` takes them and the proof prints
// them: "kind=shop,extras=audit+on_call,users=3000,size=2..5,shared=yes,budget=unknown".

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

struct ListedAnswer {
    QuestionIndex question = 0;
    Value value;
};

/// What is wrong with a list, in a sentence that says what to write.
struct ListFault {
    std::string message;
};

/// A list of choices is joined by "+", "" is none of them; a range is "2..5"; in a text, "\," is a
/// comma and "\\" a backslash.
[[nodiscard]] std::string to_answer_list(const Script& script, const Answers& answers);
[[nodiscard]] std::string to_answer_value(const Question& question, const Value& value);

/// Reads a list; every value fits its question, and no question stands twice.
[[nodiscard]] std::variant<std::vector<ListedAnswer>, ListFault> read_answer_list(
    const Script& script, std::string_view text);

}  // namespace advisor::dialogs
