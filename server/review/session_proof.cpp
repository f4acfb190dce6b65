#include "server/review/session_proof.hpp"

#include "dialogs/json.hpp"
#include "dialogs/replay.hpp"

namespace advisor::server {
namespace {

/// True for a turn whose reply told something beside the talk and changed no answer.
bool told_beside(const dialogs::Script& script, const dialogs::State& before,
                 const dialogs::State& stored, const std::string& reply) {
    if (reply.find(R"("kind":"info")") == std::string::npos) return false;
    return dialogs::answers_json(script, before.answers) ==
           dialogs::answers_json(script, stored.answers);
}

std::optional<ProofFault> wrong_result(const dialogs::Script& script,
                                       const db::ScannedSession& session,
                                       const dialogs::State& state) {
    std::string outcome;
    if (!dialogs::pending_question(script, state))
        outcome = script.outcome_id(dialogs::score(script, state.answers).outcome);
    if (outcome == session.outcome) return std::nullopt;
    const auto name = [](const std::string& id) { return id.empty() ? "no outcome" : id; };
    return ProofFault{0,
                      "the answers give " + name(outcome) + ", stored is " + name(session.outcome)};
}

}  // namespace

const PinnedScript* PinnedScripts::find(db::SessionScan& scan, db::RowId row) {
    const auto known = by_row_.find(row);
    if (known != by_row_.end()) return known->second.get();
    std::unique_ptr<PinnedScript> pinned;
    if (const std::optional<db::StoredScript> stored = scan.script(row)) {
        dialogs::LoadResult loaded = dialogs::load_script(stored->body, stored->name);
        if (loaded.script) {
            pinned = std::make_unique<PinnedScript>();
            pinned->row = row;
            pinned->hash = stored->hash;
            pinned->script = std::move(*loaded.script);
            for (const ScriptSource& source : today_.scripts) {
                if (source.script.id == pinned->script.id)
                    pinned->script.knowledge = source.script.knowledge;
            }
        }
    }
    return (by_row_[row] = std::move(pinned)).get();
}

std::optional<ProofFault> find_fault(db::SessionScan& scan, const dialogs::Script& script,
                                     db::RowId session) {
    dialogs::State state = dialogs::fresh_state(script);
    std::int64_t wanted = 1;
    for (const db::ScannedTurn& turn : scan.turns(session)) {
        if (turn.seq != wanted++)
            return ProofFault{turn.seq, "turn " + std::to_string(wanted - 1) + " is missing"};
        dialogs::ReplayedTurn next = dialogs::replay_turn(script, state, turn.input);
        if (next.fault.empty() && dialogs::to_json(script, next.state) == turn.state) {
            state = std::move(next.state);
            continue;
        }
        std::optional<dialogs::State> stored = dialogs::read_state(script, turn.state);
        if (!stored) return ProofFault{turn.seq, "the stored state cannot be read"};
        if (!told_beside(script, state, *stored, turn.reply)) {
            return ProofFault{turn.seq, next.fault.empty()
                                            ? "the input gives another state than the stored one"
                                            : "the input is refused: " + next.fault};
        }
        state = std::move(*stored);
    }
    return std::nullopt;
}

std::optional<ProofFault> prove_session(db::SessionScan& scan, PinnedScripts& scripts,
                                        const db::ScannedSession& session) {
    const PinnedScript* pinned = scripts.find(scan, session.script);
    if (!pinned) return ProofFault{0, "its script cannot be read"};
    const std::vector<std::string> inputs = scan.inputs(session.id);
    const std::optional<std::string> snapshot = scan.snapshot(session.id);
    if (!snapshot || inputs.empty()) return ProofFault{0, "it has no turns"};
    dialogs::ReplayedTurn end = dialogs::replay(pinned->script, inputs);
    if (!end.fault.empty() || dialogs::to_json(pinned->script, end.state) != *snapshot) {
        if (std::optional<ProofFault> fault = find_fault(scan, pinned->script, session.id))
            return fault;
        std::optional<dialogs::State> stored = dialogs::read_state(pinned->script, *snapshot);
        if (!stored) return ProofFault{0, "the stored state cannot be read"};
        end.state = std::move(*stored);
    }
    return wrong_result(pinned->script, session, end.state);
}

}  // namespace advisor::server
