// One session: the talk as the person saw it, what was understood, the result and its reasons.

#include <algorithm>
#include <limits>

#include "dialogs/json.hpp"
#include "dialogs/understand.hpp"
#include "dialogs/wire.hpp"
#include "server/review/review_stored.hpp"
#include "server/time_text.hpp"
#include "server/transcript.hpp"

namespace advisor::server {

using db::sqlite::Connection;
using dialogs::QuestionIndex;
using dialogs::Script;
using dialogs::State;

std::variant<StoredSession, Refusal> load_stored(const Connection& connection,
                                                 const ScriptFinder& scripts,
                                                 const std::string& key) {
    StoredSession stored;
    stored.key = key;
    stored.row = db::session_row(connection, key).value_or(0);
    const auto session = db::followed_session(connection, stored.row);
    if (!session) return no_session();
    stored.script = scripts(connection, session->group.script);
    stored.turns = db::turns_of(connection, stored.row, std::numeric_limits<db::RowId>::max());
    if (stored.script && !stored.turns.empty()) {
        std::optional<State> state = dialogs::read_state(*stored.script, stored.turns.back().state);
        if (state) {
            stored.state = std::move(*state);
            return stored;
        }
    }
    return Refusal{ErrorCode::internal, "This version cannot read the session's script."};
}

ordered_json parsed(const std::string& text) {
    return ordered_json::parse(text, nullptr, false);
}

ordered_json recommendation_json(const Script& script, const State& state,
                                 const std::string& report) {
    dialogs::Scorecard card = dialogs::score(script, state.answers);
    const dialogs::Recommendation recommendation =
        dialogs::explain(script, state.answers, std::move(card));
    std::string text;
    dialogs::append_json(text, script, state.answers, recommendation, report);
    return parsed(dialogs::expand(script.fragments, text));
}

ordered_json messages_json(const StoredSession& stored) {
    std::vector<db::TurnRecord> turns;
    turns.reserve(stored.turns.size());
    for (const db::FollowedTurn& turn : stored.turns)
        turns.push_back({turn.seq, "", turn.input, turn.reply, turn.at});
    ordered_json messages = ordered_json::array();
    for (const TranscriptLine& line : transcript(*stored.script, turns)) {
        ordered_json message{{"seq", line.seq},
                             {"at", utc_text(line.at)},
                             {"from", line.from_user ? "user" : "advisor"},
                             {"kind", line.from_user ? ordered_json() : ordered_json(line.kind)},
                             {"text", line.text}};
        if (line.question) message["question"] = stored.script->questions[*line.question].id;
        messages.push_back(std::move(message));
    }
    return messages;
}

ordered_json notes_json(const Connection& connection, db::RowId row) {
    ordered_json notes = ordered_json::array();
    for (const db::Note& note : db::notes_of(connection, row)) {
        notes.push_back(
            {{"id", note.id}, {"at", utc_text(note.at)}, {"who", note.who}, {"text", note.text}});
    }
    return notes;
}

namespace {

using http::Request;
using http::Response;

ordered_json value_json(const dialogs::Question& question, const dialogs::Value& value) {
    return parsed(dialogs::to_json(question, value));
}

ordered_json answer_json(const Script& script, QuestionIndex index, const dialogs::Value& value) {
    const dialogs::Question& question = script.questions[index];
    return {{"question", question.id},
            {"label", question.label},
            {"answer", dialogs::value_text(question, value)},
            {"value", value_json(question, value)}};
}

ordered_json answers_json(const Script& script, const State& state) {
    ordered_json answers = ordered_json::array();
    for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
        if (state.answers[i]) answers.push_back(answer_json(script, i, *state.answers[i]));
    }
    return answers;
}

std::string report_of(const Connection& connection, db::RowId row) {
    db::sqlite::Statement statement(connection,
                                    "SELECT coalesce(report_code, '') FROM session WHERE id = ?1");
    db::sqlite::Query query(statement, row);
    const std::string code = query.next() ? query.text(0) : "";
    return code.empty() ? code : "/r/" + code;
}

/// How sure the reading of a typed text was; 1 for an answer that was chosen.
double confidence_of(const dialogs::Question& question, const nlohmann::json& input,
                     const dialogs::Value& value) {
    const auto text = input.find("text");
    if (text == input.end() || !text->is_string()) return 1;
    const dialogs::Understood understood =
        dialogs::understand(question, text->get_ref<const std::string&>());
    const auto* read = std::get_if<dialogs::UnderstoodValue>(&understood);
    return read && read->value == value ? read->confidence : 1;
}

/// The answers that a turn gave, changed or took away.
ordered_json understood_json(const Script& script, const State& before, const State& after,
                             const nlohmann::json& input) {
    ordered_json list = ordered_json::array();
    for (QuestionIndex i = 0; i < after.answers.size(); ++i) {
        if (before.answers[i] == after.answers[i]) continue;
        if (!after.answers[i]) {
            list.push_back({{"question", script.questions[i].id}, {"dropped", true}});
            continue;
        }
        ordered_json answer = answer_json(script, i, *after.answers[i]);
        answer["confidence"] = confidence_of(script.questions[i], input, *after.answers[i]);
        list.push_back(std::move(answer));
    }
    return list;
}

ordered_json turns_json(const StoredSession& stored) {
    const Script& script = *stored.script;
    ordered_json list = ordered_json::array();
    State before = dialogs::fresh_state(script);
    db::TimePoint earlier = stored.turns.front().at;
    for (const db::FollowedTurn& turn : stored.turns) {
        std::optional<State> after = dialogs::read_state(script, turn.state);
        if (!after) after = before;
        const nlohmann::json input = nlohmann::json::parse(turn.input, nullptr, false);
        const auto pending =
            turn.seq > 1 ? dialogs::pending_question(script, before) : std::nullopt;
        const bool unclear = turn.reply.find(R"("kind":"unclear")") != std::string::npos;
        list.push_back(
            {{"seq", turn.seq},
             {"at", utc_text(turn.at)},
             {"elapsed_ms", (turn.at - earlier).count()},
             {"type", input.is_object() ? input.value("type", "") : std::string()},
             {"question", pending ? ordered_json(script.questions[*pending].id) : ordered_json()},
             {"understood", understood_json(script, before, *after, input)},
             {"unclear", unclear}});
        before = std::move(*after);
        earlier = turn.at;
    }
    return list;
}

/// All questions as the chat sends them, with what each offers.
ordered_json questions_json(const Script& script) {
    ordered_json list = ordered_json::array();
    for (const dialogs::Question& question : script.questions)
        list.push_back(parsed(script.fragments.at("q:" + question.id)));
    return list;
}

/// Every rule that fired with its points; they add up to the scores.
ordered_json ledger_json(const Script& script, const State& state) {
    ordered_json ledger = ordered_json::array();
    for (const std::size_t fired : dialogs::score(script, state.answers).fired) {
        const dialogs::Rule& rule = script.rules[fired];
        ordered_json questions = ordered_json::array();
        for (const QuestionIndex question : rule.questions)
            questions.push_back(script.questions[question].id);
        ordered_json points = ordered_json::object();
        for (std::size_t i = 0; i < rule.points.size(); ++i) {
            if (rule.points[i] != 0) points[script.options[i].id] = rule.points[i];
        }
        ordered_json evidence = ordered_json::array();
        for (const dialogs::EvidenceIndex index : rule.evidence)
            evidence.push_back(script.evidence[index].id);
        ledger.push_back({{"rule", rule.id},
                          {"questions", std::move(questions)},
                          {"points", std::move(points)},
                          {"because", rule.because},
                          {"evidence", std::move(evidence)}});
    }
    return ledger;
}

TextOrRefused describe(const Connection& connection, const ScriptFinder& scripts,
                       const std::string& key) {
    auto loaded = load_stored(connection, scripts, key);
    if (auto* refusal = std::get_if<Refusal>(&loaded)) return std::move(*refusal);
    const StoredSession& stored = std::get<StoredSession>(loaded);
    const Script& script = *stored.script;
    const std::optional<db::ListedSession> listed = db::listed_session(connection, stored.row);
    ordered_json answer =
        listed ? session_json(*listed) : ordered_json{{"id", key}, {"session", key}};
    const std::string report = report_of(connection, stored.row);
    const auto pending = dialogs::pending_question(script, stored.state);
    answer["script_title"] = script.title;
    answer["script_language"] = script.language;
    answer["pending"] = pending ? ordered_json({{"id", script.questions[*pending].id},
                                                {"text", script.questions[*pending].ask}})
                                : ordered_json();
    answer["messages"] = messages_json(stored);
    answer["timing"] = turns_json(stored);
    answer["answers"] = answers_json(script, stored.state);
    answer["ledger"] = ledger_json(script, stored.state);
    answer["questions"] = questions_json(script);
    answer["recommendation"] =
        pending ? ordered_json() : recommendation_json(script, stored.state, report);
    answer["report"] = pending ? ordered_json() : text_or_null(report);
    answer["record"] = pending || report.empty()
                           ? ordered_json()
                           : ordered_json("/api/v1/reports/" + report.substr(3) + ".md");
    answer["review_notes"] = notes_json(connection, stored.row);
    return dump(answer);
}

Task<Response> get_session(ReviewApi& api, PathParts parts) {
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [&api, key = parts[0]](const Connection& connection) {
            return describe(connection, api.scripts, key);
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

}  // namespace

void add_review_one_routes(Router& router, ReviewApi& api) {
    router.add({"GET", "/api/v1/review/sessions/{}", Role::viewer,
                [&api](Request, PathParts parts) { return get_session(api, std::move(parts)); }});
    add_review_changed_routes(router, api);
}

}  // namespace advisor::server
