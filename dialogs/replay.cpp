#include "dialogs/replay.hpp"

#include <array>
#include <utility>

#include "dialogs/json.hpp"
#include "dialogs/replay_cause.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

/// The input of a frame; `fault` gets a sentence otherwise.
std::optional<Input> input_of(const Script& script, const json& frame, std::string& fault) {
    auto read = read_input(script, frame);
    if (auto* input = std::get_if<Input>(&read)) return std::move(*input);
    if (const auto* rejection = std::get_if<Rejection>(&read))
        fault = rejection->message;
    else
        fault = std::get<FrameFault>(read).message;
    return std::nullopt;
}

ReplayedTurn take(const Script& script, State state, const json& frame) {
    ReplayedTurn turn;
    const std::optional<Input> input = input_of(script, frame, turn.fault);
    if (input) {
        StepResult next = step(script, std::move(state), *input);
        if (next.rejected)
            turn.fault = next.rejected->message;
        else
            turn.state = std::move(next.state);
    }
    return turn;
}

std::string pending_id(const Script& script, const State& state) {
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    return pending ? script.questions[*pending].id : std::string();
}

Misfit misfit(Misfit::Kind kind, const std::string& question, std::string reason) {
    return {kind, question, std::move(reason)};
}

/// A session on both scripts at once.
class SideBySide {
public:
    SideBySide(const Script& own, const Script& candidate)
        : own_(own),
          candidate_(candidate),
          here_(fresh_state(own)),
          there_(fresh_state(candidate)) {}

    ReplayComparison compare(std::span<const std::string> inputs) {
        ReplayComparison result;
        for (const std::string& input : inputs) {
            const json frame = json::parse(input, nullptr, false);
            if (together_) follow(frame);
            ReplayedTurn turn = take(own_, std::move(here_), frame);
            if (!turn.fault.empty()) {
                return with_misfit(std::move(result),
                                   misfit(Misfit::Kind::broken, "",
                                          "does not replay on its own script: " + turn.fault));
            }
            here_ = std::move(turn.state);
        }
        result.own_state = to_json(own_, here_);
        const bool finished = !pending_question(own_, here_);
        if (together_ && finished && pending_question(candidate_, there_)) {
            together_ = false;
            parted_ = here_.answers;
        }
        if (!together_) {
            std::optional<Misfit> found = carry_over(finished);
            if (found) return with_misfit(std::move(result), std::move(*found));
        }
        judge(result, finished);
        return result;
    }

private:
    static ReplayComparison with_misfit(ReplayComparison result, Misfit found) {
        result.kind = ReplayComparison::Kind::misfit;
        result.misfit = std::move(found);
        return result;
    }

    /// Takes the input on the candidate, or parts there. Before the session's own script takes it.
    void follow(const json& frame) {
        if (pending_id(own_, here_) == pending_id(candidate_, there_)) {
            ReplayedTurn turn = take(candidate_, there_, frame);
            if (turn.fault.empty()) {
                there_ = std::move(turn.state);
                return;
            }
        }
        together_ = false;
        parted_ = here_.answers;
    }

    /// The answer of the candidate's question that counts in the end; nothing when there is none.
    std::optional<Value> carried(QuestionIndex question, std::optional<Misfit>& problem) const {
        const Question& asked = candidate_.questions[question];
        const std::optional<QuestionIndex> own = own_.find_question(asked.id);
        if (!own || !here_.answers[*own]) return std::nullopt;
        // What the candidate understood by itself stands, unless the person revised it later.
        if (there_.answers[question] && here_.answers[*own] == parted_[*own])
            return there_.answers[question];
        const Value& value = *here_.answers[*own];
        if (std::holds_alternative<Skipped>(value)) {
            if (asked.required)
                problem = misfit(Misfit::Kind::value_refused, asked.id,
                                 "\"" + asked.id + "\" was skipped and can no longer be.");
            return value;
        }
        const std::string words = value_text(own_.questions[*own], value);
        const json wire = json::parse(to_json(own_.questions[*own], value), nullptr, false);
        std::optional<Value> read = read_value(asked, wire);
        std::string why;
        if (!read) {
            problem = misfit(Misfit::Kind::option_gone, asked.id,
                             "\"" + asked.id + "\" no longer takes “" + words + "”.");
        } else if (std::holds_alternative<Unknown>(*read) ? !asked.allow_unknown
                                                          : !fits(asked, *read, why)) {
            problem = misfit(
                Misfit::Kind::value_refused, asked.id,
                "\"" + asked.id + "\" refuses “" + words + "”" + (why.empty() ? "." : ": " + why));
        }
        return read;
    }

    std::optional<Misfit> gone() const {
        for (QuestionIndex i = 0; i < own_.questions.size(); ++i) {
            const std::string& id = own_.questions[i].id;
            if (here_.answers[i] && !candidate_.find_question(id))
                return misfit(Misfit::Kind::question_gone, id,
                              "there is no question \"" + id + "\" any more; the answer was “" +
                                  value_text(own_.questions[i], *here_.answers[i]) + "”.");
        }
        return std::nullopt;
    }

    std::optional<Misfit> carry_over(bool finished) {
        if (std::optional<Misfit> found = gone()) return found;
        State state = fresh_state(candidate_);
        while (const std::optional<QuestionIndex> pending = pending_question(candidate_, state)) {
            const Question& question = candidate_.questions[*pending];
            std::optional<Misfit> problem;
            const std::optional<Value> value = carried(*pending, problem);
            if (problem) return problem;
            if (!value) {
                if (!finished) break;  // it was left open on its own script as well
                return misfit(Misfit::Kind::question_added, question.id,
                              "\"" + question.id + "\" is asked now, and nobody answered it.");
            }
            const Input input = std::holds_alternative<Skipped>(*value)
                                    ? Input(Skip{})
                                    : Input(GiveAnswer{question.id, *value});
            StepResult next = step(candidate_, std::move(state), input);
            if (next.rejected)
                return misfit(Misfit::Kind::value_refused, question.id, next.rejected->message);
            state = std::move(next.state);
        }
        there_ = std::move(state);
        return std::nullopt;
    }

    void judge(ReplayComparison& result, bool finished) const {
        if (!finished) {
            result.kind = ReplayComparison::Kind::open;
            return;
        }
        const Scorecard before = score(own_, here_.answers);
        result.before = own_.outcome_id(before.outcome);
        result.firmness_before = before.firmness;
        const Scorecard after = score(candidate_, there_.answers);
        result.after = candidate_.outcome_id(after.outcome);
        result.firmness_after = after.firmness;
        if (result.before == result.after) return;
        result.kind = ReplayComparison::Kind::flip;
        result.cause = cause_of({own_, here_.answers, before}, {candidate_, there_.answers, after});
    }

    const Script& own_;
    const Script& candidate_;
    State here_;
    State there_;
    bool together_ = true;
    Answers parted_;  ///< the answers on its own script where the two parted
};

}  // namespace

ReplayedTurn replay_turn(const Script& script, State state, std::string_view input) {
    return take(script, std::move(state), json::parse(input, nullptr, false));
}

ReplayedTurn replay(const Script& script, std::span<const std::string> inputs) {
    ReplayedTurn turn{fresh_state(script), {}};
    for (const std::string& input : inputs) {
        turn = replay_turn(script, std::move(turn.state), input);
        if (!turn.fault.empty()) break;
    }
    return turn;
}

ReplayComparison compare_replay(const Script& own, const Script& candidate,
                                std::span<const std::string> inputs) {
    return SideBySide(own, candidate).compare(inputs);
}

std::string_view to_text(Misfit::Kind kind) {
    static constexpr std::array<std::string_view, 5> names{
        "question_gone", "option_gone", "value_refused", "question_added", "broken"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace advisor::dialogs
