// A session otherwise: its result with other answers or weights, its data to give away, and without
// the texts that its person typed.

#include <algorithm>

#include "dialogs/json.hpp"
#include "dialogs/wire.hpp"
#include "server/review/review_stored.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using dialogs::QuestionIndex;
using dialogs::Script;
using dialogs::State;
using http::Request;
using http::Response;

constexpr std::string_view removed_text = "[removed]";

/// Everything that is stored of one person's session, as it is stored.
TextOrRefused personal_data(const Connection& connection, const ScriptFinder& scripts,
                            const std::string& key) {
    auto loaded = load_stored(connection, scripts, key);
    if (auto* refusal = std::get_if<Refusal>(&loaded)) return std::move(*refusal);
    const StoredSession& stored = std::get<StoredSession>(loaded);
    const std::optional<db::ListedSession> listed = db::listed_session(connection, stored.row);
    ordered_json turns = ordered_json::array();
    for (const db::FollowedTurn& turn : stored.turns) {
        turns.push_back(
            {{"seq", turn.seq},
             {"at", utc_text(turn.at)},
             {"input", parsed(turn.input)},
             {"state", parsed(turn.state)},
             {"reply", parsed("{" + dialogs::expand(stored.script->fragments, turn.reply) + "}")}});
    }
    return dump({{"session", listed ? session_json(*listed) : ordered_json({{"id", key}})},
                 {"messages", messages_json(stored)},
                 {"turns", std::move(turns)},
                 {"notes", notes_json(connection, stored.row)}});
}

Task<Response> get_personal_data(ReviewApi& api, Request request, PathParts parts) {
    const db::Change change = change_of(request, "session.export", parts[0]);
    std::function<TextOrRefused(Connection&)> work =
        [&api, change](Connection& connection) -> TextOrRefused {
        TextOrRefused data = personal_data(connection, api.scripts, change.subject);
        if (std::holds_alternative<std::string>(data)) db::add_audit(connection, change);
        return data;
    };
    Response response = to_response(co_await api.store.change(std::move(work)));
    if (response.status == 200)
        response.headers.emplace_back("Content-Disposition",
                                      "attachment; filename=\"session.json\"");
    co_return response;
}

std::string replaced(std::string text, const std::string& what) {
    if (what.empty()) return text;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;
         at += removed_text.size())
        text.replace(at, what.size(), removed_text);
    return text;
}

/// A text as it stands inside a JSON string.
std::string inside_json(const std::string& text) {
    const std::string quoted = dialogs::json_quoted(text);
    return quoted.substr(1, quoted.size() - 2);
}

/// Puts "[removed]" in place of every text that the person typed, also where a reply quotes it.
void anonymise(std::vector<db::FollowedTurn>& turns) {
    std::vector<std::string> typed;
    for (const db::FollowedTurn& turn : turns) {
        const nlohmann::json input = nlohmann::json::parse(turn.input, nullptr, false);
        if (!input.is_object()) continue;
        if (input.value("type", "") == "say" && input.contains("text") && input["text"].is_string())
            typed.push_back(inside_json(input["text"].get<std::string>()));
    }
    for (db::FollowedTurn& turn : turns) {
        ordered_json input = parsed(turn.input);
        if (input.is_object() && input.contains("text") && input["text"].is_string()) {
            input["text"] = removed_text;
            turn.input = dump(input);
        }
        for (const std::string& text : typed) {
            if (text.size() < 4) continue;  // "yes" and the like tell nobody, and stand everywhere
            turn.reply = replaced(std::move(turn.reply), text);
        }
    }
}

/// Free-text answers, in the input that gave them and in every snapshot behind it.
void anonymise_answers(const Script& script, std::vector<db::FollowedTurn>& turns) {
    for (db::FollowedTurn& turn : turns) {
        ordered_json input = parsed(turn.input);
        ordered_json state = parsed(turn.state);
        for (const dialogs::Question& question : script.questions) {
            if (question.kind != dialogs::QuestionKind::text) continue;
            if (input.is_object() && input.value("question", "") == question.id &&
                input.contains("value") && input["value"].is_string() &&
                input["value"] != "unknown")
                input["value"] = removed_text;
            if (!state.is_object() || !state.contains("answers")) continue;
            ordered_json& answers = state["answers"];
            if (!answers.contains(question.id) || !answers[question.id].is_string() ||
                answers[question.id] == "unknown" || answers[question.id] == "skipped")
                continue;
            turn.reply = replaced(std::move(turn.reply),
                                  inside_json(answers[question.id].get<std::string>()));
            answers[question.id] = removed_text;
        }
        if (input.is_object()) turn.input = dump(input);
        if (state.is_object()) turn.state = dump(state);
    }
}

TextOrRefused anonymise_session(Connection& connection, const ScriptFinder& scripts,
                                const db::Change& change) {
    auto loaded = load_stored(connection, scripts, change.subject);
    if (auto* refusal = std::get_if<Refusal>(&loaded)) return std::move(*refusal);
    StoredSession& stored = std::get<StoredSession>(loaded);
    const std::optional<db::FollowedSession> session = db::followed_session(connection, stored.row);
    const std::optional<db::Batch> before = batch_of_session(connection, scripts, stored.row);
    if (!session || !before) return no_session();
    anonymise(stored.turns);
    anonymise_answers(*stored.script, stored.turns);
    const db::RowId followed = db::followed_row(connection);
    std::vector<db::FollowedTurn> counted_turns;
    for (const db::FollowedTurn& turn : stored.turns) {
        if (turn.row <= followed) counted_turns.push_back(turn);
    }
    const db::Batch after = fold_session(*stored.script, *session, counted_turns);
    db::rewrite_session(connection, stored.row, stored.turns, *before, after, change);
    return dump({{"anonymised", change.subject}});
}

Task<Response> post_anonymise(ReviewApi& api, Request request, PathParts parts) {
    const db::Change change = change_of(request, "session.anonymise", parts[0]);
    std::function<TextOrRefused(Connection&)> work = [&api, change](Connection& connection) {
        return anonymise_session(connection, api.scripts, change);
    };
    co_return to_response(co_await api.store.change(std::move(work)));
}

/// Puts the wished answers in. Errors: a refusal names the question.
std::optional<Refusal> change_answers(const Script& script, const nlohmann::json& wished,
                                      State& state) {
    if (!wished.is_object())
        return Refusal{ErrorCode::bad_value, "\"answers\" is an object of question and value."};
    for (const auto& [id, value] : wished.items()) {
        const auto index = script.find_question(id);
        if (!index)
            return Refusal{ErrorCode::unknown_question, "There is no question \"" + id + "\"."};
        if (value.is_null()) {
            state.answers[*index].reset();
            continue;
        }
        const dialogs::Question& question = script.questions[*index];
        const std::optional<dialogs::Value> read = dialogs::read_value(question, value);
        std::string why = "This is no answer to the question.";
        if (!read || !dialogs::fits(question, *read, why))
            return Refusal{ErrorCode::bad_value, "\"" + id + "\": " + why};
        state.answers[*index] = *read;
    }
    return std::nullopt;
}

constexpr int most_points = 1000;

bool are_points(const nlohmann::json& value) {
    return value.is_number_integer() && value >= -most_points && value <= most_points;
}

/// Gives rules other points: an object names options, a number is what the rule's own points then
/// weigh, with their signs.
std::optional<Refusal> change_weights(const nlohmann::json& wished, Script& script) {
    const Refusal wrong{ErrorCode::bad_value,
                        "\"weights\" is an object of rule and points: a whole number, or an object "
                        "of option and whole number, -1,000 to 1,000."};
    if (!wished.is_object()) return wrong;
    for (const auto& [id, value] : wished.items()) {
        const auto rule =
            std::find_if(script.rules.begin(), script.rules.end(),
                         [&, name = id](const auto& each) { return each.id == name; });
        if (rule == script.rules.end())
            return Refusal{ErrorCode::bad_value, "There is no rule \"" + id + "\"."};
        if (are_points(value)) {
            const int weight = value.get<int>();
            for (int& points : rule->points)
                points = points > 0 ? weight : points < 0 ? -weight : 0;
            continue;
        }
        if (!value.is_object()) return wrong;
        for (const auto& [option, points] : value.items()) {
            const auto found =
                std::find_if(script.options.begin(), script.options.end(),
                             [&, name = option](const auto& each) { return each.id == name; });
            if (found == script.options.end() || !are_points(points)) return wrong;
            rule->points[static_cast<std::size_t>(found - script.options.begin())] =
                points.get<int>();
        }
    }
    script.fragments = dialogs::render_fragments(script);
    return std::nullopt;
}

ordered_json result_json(const Script& script, const State& state) {
    const auto pending = dialogs::pending_question(script, state);
    const dialogs::Scorecard card = dialogs::score(script, state.answers);
    ordered_json scores = ordered_json::object();
    for (std::size_t i = 0; i < card.totals.size(); ++i)
        scores[script.options[i].id] = card.totals[i];
    return {{"outcome", pending ? ordered_json() : ordered_json(script.outcome_id(card.outcome))},
            {"firmness", pending ? ordered_json() : ordered_json(dialogs::to_text(card.firmness))},
            {"scores", std::move(scores)},
            {"margin", card.margin},
            {"pending", pending ? ordered_json(script.questions[*pending].id) : ordered_json()},
            {"answers", parsed(dialogs::answers_json(script, state.answers))},
            {"recommendation", pending ? ordered_json() : recommendation_json(script, state, "")}};
}

TextOrRefused what_if(const Connection& connection, const ScriptFinder& scripts,
                      const std::string& key, const nlohmann::json& body) {
    auto loaded = load_stored(connection, scripts, key);
    if (auto* refusal = std::get_if<Refusal>(&loaded)) return std::move(*refusal);
    const StoredSession& stored = std::get<StoredSession>(loaded);
    Script changed = *stored.script;
    State state = dialogs::fresh_state(changed);
    state.answers = stored.state.answers;
    if (body.contains("answers")) {
        if (auto refusal = change_answers(changed, body["answers"], state)) return *refusal;
    }
    if (body.contains("weights")) {
        if (auto refusal = change_weights(body["weights"], changed)) return *refusal;
    }
    ordered_json dropped = ordered_json::array();
    for (const QuestionIndex index : dialogs::prune(changed, state.answers))
        dropped.push_back(changed.questions[index].id);
    State original = dialogs::fresh_state(*stored.script);
    original.answers = stored.state.answers;
    ordered_json before = result_json(*stored.script, original);
    ordered_json after = result_json(changed, state);
    const bool same = before["outcome"] == after["outcome"];
    return dump({{"session", key},
                 {"original", std::move(before)},
                 {"what_if", std::move(after)},
                 {"same_outcome", same},
                 {"dropped", std::move(dropped)}});
}

Task<Response> post_what_if(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    std::function<TextOrRefused(const Connection&)> query =
        [&api, key = parts[0], wished = std::get<nlohmann::json>(body)](
            const Connection& connection) { return what_if(connection, api.scripts, key, wished); };
    co_return to_response(co_await api.store.read(std::move(query)));
}

}  // namespace

void add_review_changed_routes(Router& router, ReviewApi& api) {
    router.add({"GET", "/api/v1/review/sessions/{}/data", Role::admin,
                [&api](Request request, PathParts parts) {
                    return get_personal_data(api, std::move(request), std::move(parts));
                }});
    router.add({"POST", "/api/v1/review/sessions/{}/what-if", Role::viewer,
                [&api](Request request, PathParts parts) {
                    return post_what_if(api, std::move(request), std::move(parts));
                }});
    router.add({"POST", "/api/v1/review/sessions/{}/anonymise", Role::admin,
                [&api](Request request, PathParts parts) {
                    return post_anonymise(api, std::move(request), std::move(parts));
                }});
}

}  // namespace advisor::server
