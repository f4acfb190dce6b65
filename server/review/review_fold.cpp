#include "server/review/review_fold.hpp"

#include <algorithm>

#include "dialogs/json.hpp"
#include "dialogs/overloaded.hpp"
#include "dialogs/parse_json.hpp"
#include "server/review/unclear_text.hpp"

namespace advisor::server {
namespace {

using dialogs::Question;
using dialogs::QuestionIndex;
using dialogs::Script;
using dialogs::State;

constexpr std::size_t max_opening_bytes = 120;

std::string number_class(const Question& question, const dialogs::Amount& amount) {
    if (question.kind == dialogs::QuestionKind::scale) return std::to_string(amount.min);
    // Numbers between two borders have the same effect; a range counts where it begins.
    const auto next =
        std::upper_bound(question.borders.begin(), question.borders.end(), amount.min);
    const std::int64_t low =
        next == question.borders.begin() ? question.limits.min : *std::prev(next);
    const std::int64_t high = next == question.borders.end() ? question.limits.max : *next - 1;
    return std::to_string(low) + "-" + std::to_string(high);
}

/// Works out one turn.
class Folding {
public:
    Folding(const Script& script, const db::FollowedTurn& turn, FoldedSession& session,
            db::Batch& batch)
        : script_(script),
          turn_(turn),
          session_(session),
          summary_(session.summary),
          batch_(batch),
          day_(db::day_of(summary_.started_at)) {}

    void fold(State state) {
        const auto pending = dialogs::pending_question(script_, state);
        const auto before =
            turn_.seq > 1 ? dialogs::pending_question(script_, session_.state) : std::nullopt;
        fold_input(before);
        fold_answers(state);
        if (before && pending != before && state.answers[*before]) fold_time(*before);
        if (pending && (pending != before || turn_.seq == 1)) summary_.asked_at = turn_.at;
        if (pending) reach(*pending);
        fold_result(state, pending);
        summary_.unknown =
            std::count_if(state.answers.begin(), state.answers.end(), [](const auto& answer) {
                return answer && std::holds_alternative<dialogs::Unknown>(*answer);
            });
        session_.state = std::move(state);
    }

private:
    db::QuestionCounts& counts(QuestionIndex question) {
        return batch_.questions[{summary_.group, day_, script_.questions[question].id}];
    }

    void fold_input(std::optional<QuestionIndex> before) {
        auto read = dialogs::read_input(script_, dialogs::parse_json(turn_.input));
        const auto* input = std::get_if<dialogs::Input>(&read);
        if (!input) return;
        const std::string spoken = dialogs::spoken(script_, *input);
        if (!spoken.empty() && turn_.seq <= db::max_indexed_seq)
            batch_.texts.push_back({db::text_row(turn_.session, turn_.seq), spoken});
        const auto* say = std::get_if<dialogs::Say>(input);
        if (!say) return;
        if (summary_.opening.empty())
            summary_.opening = cut(one_line(say->text), max_opening_bytes);
        if (!was_unclear(turn_.reply)) return;
        ++summary_.unclear;
        if (before) ++counts(*before)[db::count_unclear];
        batch_.unclear.push_back({script_.id, before ? script_.questions[*before].id : "",
                                  normalised(say->text), cut(one_line(say->text), 500), turn_.at,
                                  turn_.session});
    }

    void count_answer(QuestionIndex index, const dialogs::Value& value, std::int64_t sign) {
        const Question& question = script_.questions[index];
        db::QuestionCounts& n = counts(index);
        n[db::count_answered] += sign;
        if (std::holds_alternative<dialogs::Unknown>(value)) n[db::count_unknown] += sign;
        if (std::holds_alternative<dialogs::Skipped>(value)) n[db::count_skipped] += sign;
        for (const std::string& answer : counted_answers(question, value))
            batch_.answers[{summary_.group, day_, question.id, answer}] += sign;
    }

    void fold_answers(const State& state) {
        for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
            const auto& before = session_.state.answers[i];
            const auto& after = state.answers[i];
            if (before == after) continue;
            if (before) count_answer(i, *before, -1);
            if (after) count_answer(i, *after, 1);
            if (!before || !after) continue;
            ++summary_.edits;
            ++counts(i)[db::count_changed];
        }
    }

    void fold_time(QuestionIndex question) {
        const std::int64_t time_ms =
            std::max<std::int64_t>((turn_.at - summary_.asked_at).count(), 0);
        db::QuestionCounts& n = counts(question);
        n[db::count_time_ms] += time_ms;
        ++n[db::count_timed];
        const auto border =
            std::upper_bound(db::time_borders.begin(), db::time_borders.end(), time_ms);
        ++n[db::count_times + static_cast<std::size_t>(border - db::time_borders.begin())];
    }

    void reach(QuestionIndex question) {
        const std::uint64_t bit = std::uint64_t{1} << (question % 64);
        if ((summary_.reached & bit) != 0) return;
        summary_.reached |= bit;
        ++counts(question)[db::count_reached];
    }

    void fold_result(const State& state, std::optional<QuestionIndex> pending) {
        summary_.left_at = pending ? script_.questions[*pending].id : "";
        summary_.outcome.clear();
        summary_.firmness.clear();
        if (pending) return;
        const dialogs::Scorecard card = dialogs::score(script_, state.answers);
        summary_.outcome = script_.outcome_id(card.outcome);
        summary_.firmness = dialogs::to_text(card.firmness);
        if (!summary_.last_outcome.empty() && summary_.last_outcome != summary_.outcome)
            ++summary_.flips;
        summary_.last_outcome = summary_.outcome;
    }

    const Script& script_;
    const db::FollowedTurn& turn_;
    FoldedSession& session_;
    db::Summary& summary_;
    db::Batch& batch_;
    std::int64_t day_;
};

}  // namespace

std::vector<std::string> counted_answers(const Question& question, const dialogs::Value& value) {
    std::vector<std::string> answers;
    std::visit(
        dialogs::overloaded{
            [&](const dialogs::Unknown&) { answers = {"unknown"}; },
            [&](const dialogs::Skipped&) { answers = {"skipped"}; },
            [&](const dialogs::Choice& choice) {
                answers = {question.choices.at(choice.index).id};
            },
            [&](const dialogs::Choices& choices) {
                for (std::size_t i = 0; i < question.choices.size(); ++i) {
                    if ((choices.mask >> i & 1U) != 0) answers.push_back(question.choices[i].id);
                }
                if (answers.empty()) answers = {"none"};
            },
            [&](const dialogs::Amount& amount) { answers = {number_class(question, amount)}; },
            [&](bool yes) { answers = {yes ? "yes" : "no"}; },
            [&](const dialogs::Text&) { answers = {"text"}; },
        },
        value);
    return answers;
}

FoldedSession unfolded(const Script& script, const db::FollowedSession& session) {
    FoldedSession fresh;
    fresh.summary.id = session.id;
    fresh.summary.group = session.group;
    fresh.summary.started_at = session.started_at;
    fresh.summary.updated_at = session.started_at;
    fresh.summary.asked_at = session.started_at;
    fresh.state = dialogs::fresh_state(script);
    return fresh;
}

void fold_turn(const Script& script, const db::FollowedTurn& turn, FoldedSession& session,
               db::Batch& batch) {
    std::optional<State> state = dialogs::read_state(script, turn.state);
    if (state) Folding(script, turn, session, batch).fold(std::move(*state));
    session.summary.turns = turn.seq;
    session.summary.updated_at = std::max(turn.at, session.summary.updated_at);
    batch.sessions[turn.session].after = session.summary;
}

db::Batch fold_session(const Script& script, const db::FollowedSession& session,
                       const std::vector<db::FollowedTurn>& turns) {
    db::Batch batch;
    FoldedSession folded = unfolded(script, session);
    for (const db::FollowedTurn& turn : turns) fold_turn(script, turn, folded, batch);
    return batch;
}

}  // namespace advisor::server
