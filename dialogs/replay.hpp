#pragma once
// Stored conversations once more: on their own script, which must give the same state, and on a
// candidate, to see which results would be others. Pure.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dialogs/engine.hpp"

namespace advisor::dialogs {

/// What became of one turn.
struct ReplayedTurn {
    State state;
    std::string fault;  ///< not empty: the input is none of this script, or was refused
};

/// Takes one stored input (dialogs/json.hpp). Never throws for anything that the text can hold.
[[nodiscard]] ReplayedTurn replay_turn(const Script& script, State state, std::string_view input);

/// Takes stored inputs in order, from the first turn of a session; stops at the first fault.
[[nodiscard]] ReplayedTurn replay(const Script& script, std::span<const std::string> inputs);

/// Why a session cannot be played to its end on another script.
struct Misfit {
    enum class Kind {
        question_gone,   ///< an answered question is no longer there
        option_gone,     ///< the answer is no longer offered, or the question takes another kind
        value_refused,   ///< outside the limits, or no longer optional
        question_added,  ///< a question that nobody has answered
        broken,          ///< the inputs do not even fit the session's own script
    };
    Kind kind = Kind::broken;
    std::string question;  ///< its id
    std::string reason;    ///< one sentence
};

/// What makes the result another one.
struct FlipCause {
    std::string question;            ///< empty: no single answer, see `reason`
    std::string answer;              ///< in the words of the session's own script
    std::vector<std::string> rules;  ///< whose points differ for this answer
    bool alone = true;  ///< taking back this difference alone gives the old result again
    std::string reason;
};

/// One session on its own script and on a candidate.
struct ReplayComparison {
    enum class Kind { same, flip, misfit, open };
    Kind kind = Kind::same;
    std::string before;  ///< outcome ids; empty while open
    std::string after;
    Firmness firmness_before = Firmness::too_close;
    Firmness firmness_after = Firmness::too_close;
    std::optional<FlipCause> cause;  ///< of a flip
    std::optional<Misfit> misfit;
    std::string own_state;  ///< the state on the session's own script, as it is stored
};

/// Plays a session on both scripts. As long as both ask the same question, the person's own words
/// go into the candidate, input by input; from the first difference on, the answers that count in
/// the end are carried over by question id, in the candidate's order.
[[nodiscard]] ReplayComparison compare_replay(const Script& own, const Script& candidate,
                                              std::span<const std::string> inputs);

[[nodiscard]] std::string_view to_text(Misfit::Kind kind);

}  // namespace advisor::dialogs
