#pragma once
// Where the people of a talk differ, as chat tools show it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "db/team_answers.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/team_answers.hpp"
#include "server/channels/channel.hpp"
#include "server/team_chat/talk_view.hpp"

namespace advisor::server {

/// A difference, and who says what.
struct ToldDifference {
    dialogs::Difference difference;
    /// The names for each value, "Ana and Ben"; empty for a value that is only the talk's.
    std::vector<std::string> names;
    std::size_t number = 0;  ///< among the answers, as `change` and `status` count
    bool is_settled = false;
    std::string settled_by;  ///< may be empty
};

/// The differences about answers that count, in the order of the questions.
[[nodiscard]] std::vector<ToldDifference> tell_differences(const dialogs::Script& script,
                                                           const dialogs::Answers& counted,
                                                           const db::TeamRecord& record);

/// “Live updates”: Ana says “None”, Ben says “Some parts”. What that does to the result, and how to
/// settle it. `is_finished`: the result is there.
[[nodiscard]] std::string difference_text(const dialogs::Script& script, const ToldDifference& told,
                                          bool is_finished);

/// The difference as a question whose options settle it.
[[nodiscard]] channels::QuestionView settle_question(const dialogs::Script& script,
                                                     const ToldDifference& told,
                                                     const ViewPlace& place);

/// The control that opens settle_question.
[[nodiscard]] channels::OptionView settle_control(const ToldDifference& told);

/// The value of the option that was pressed there; nothing when nobody says it any more.
[[nodiscard]] std::optional<dialogs::Value> settled_value(const dialogs::Script& script,
                                                          const ToldDifference& told,
                                                          std::string_view option);

/// The value that the person of this name says, when it is one person's name; case is ignored.
[[nodiscard]] std::optional<dialogs::Value> value_of_name(const dialogs::Question& question,
                                                          const db::TeamRecord& record,
                                                          const std::string& name);

}  // namespace advisor::server
