// The inbox of texts that were not understood. A text can be accepted as an answer: that edits the
// text of the script's newest version, shows what the edit would change, and saves it as a draft.

#include "server/review/review_inbox.hpp"

#include <algorithm>

#include "dialogs/json.hpp"
#include "server/review/review_stored.hpp"
#include "server/review/script_drafts.hpp"
#include "server/review/synonym_preview.hpp"
#include "server/review/unclear_text.hpp"
#include "server/time_text.hpp"

namespace advisor::server {

using db::sqlite::Connection;

ordered_json inbox_json(const std::vector<db::InboxRow>& rows) {
    ordered_json list = ordered_json::array();
    for (const db::InboxRow& row : rows) {
        list.push_back({{"id", row.id},
                        {"script", row.text.script},
                        {"question", text_or_null(row.text.question)},
                        {"text", row.text.text},
                        {"example", row.text.example},
                        {"count", row.count},
                        {"first_at", utc_text(row.first_at)},
                        {"last_at", utc_text(row.text.at)},
                        {"session", text_or_null(row.session_key)},
                        {"dismissed", row.dismissed}});
    }
    return list;
}

namespace {

using dialogs::Script;
using dialogs::State;
using http::Request;
using http::Response;

constexpr std::size_t max_sessions = 100;  ///< that one text is followed through
constexpr std::size_t max_inbox_texts = 2'000;
constexpr std::int64_t max_turns = 10'000;  ///< looked at for texts that were typed
constexpr std::size_t max_listed = 200;

/// A row number in a path; 0 for anything else.
db::RowId read_row(const std::string& text) {
    const bool number = !text.empty() && text.size() < 18 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    return number ? std::stoll(text) : 0;
}

Refusal no_row() {
    return {ErrorCode::not_found, "There is no such row."};
}

std::string typed_in(const std::string& input) {
    const nlohmann::json json = nlohmann::json::parse(input, nullptr, false);
    if (!json.is_object() || json.value("type", "") != "say") return {};
    const auto text = json.find("text");
    return text != json.end() && text->is_string() ? text->get<std::string>() : std::string();
}

/// What people did right behind a text that was not understood.
struct Aftermath {
    std::map<std::string, std::int64_t> answers;  ///< in words
    std::int64_t times = 0;
    std::int64_t unclear_again = 0;
    std::int64_t skipped = 0;
    std::int64_t left = 0;
    std::int64_t other = 0;  ///< another question first
};

/// Looks for the text in one session.
void follow_text(const Script& script, const std::vector<db::FollowedTurn>& turns,
                 const db::UnclearText& text, Aftermath& aftermath) {
    const dialogs::Question* question = find_question(script, text.question);
    if (!question) return;
    const auto index = static_cast<std::size_t>(question - script.questions.data());
    for (std::size_t i = 1; i < turns.size(); ++i) {
        if (!was_unclear(turns[i].reply) || normalised(typed_in(turns[i].input)) != text.text)
            continue;
        const std::optional<State> state = dialogs::read_state(script, turns[i].state);
        if (!state || dialogs::pending_question(script, *state) != index) continue;
        ++aftermath.times;
        if (i + 1 == turns.size()) {
            ++aftermath.left;
            continue;
        }
        const std::optional<State> next = dialogs::read_state(script, turns[i + 1].state);
        if (was_unclear(turns[i + 1].reply))
            ++aftermath.unclear_again;
        else if (!next || !next->answers[index])
            ++aftermath.other;
        else if (std::holds_alternative<dialogs::Skipped>(*next->answers[index]))
            ++aftermath.skipped;
        else
            ++aftermath.answers[dialogs::value_text(*question, *next->answers[index])];
    }
}

ordered_json aftermath_json(const Aftermath& aftermath, std::size_t sessions) {
    ordered_json answers = ordered_json::array();
    for (const auto& [answer, count] : aftermath.answers)
        answers.push_back({{"answer", answer}, {"count", count}});
    std::stable_sort(answers.begin(), answers.end(),
                     [](const auto& a, const auto& b) { return a["count"] > b["count"]; });
    return {{"sessions", sessions},           {"times", aftermath.times},
            {"answered", std::move(answers)}, {"unclear_again", aftermath.unclear_again},
            {"skipped", aftermath.skipped},   {"left", aftermath.left},
            {"other", aftermath.other}};
}

ordered_json aftermath_of(const Connection& connection, const ScriptFinder& scripts,
                          const db::UnclearText& text) {
    std::vector<db::RowId> sessions = db::sessions_with(connection, text.text, max_sessions);
    if (sessions.empty()) sessions.push_back(text.session);  // nothing of it is in the index
    Aftermath aftermath;
    for (const db::RowId session : sessions) {
        const auto found = db::followed_session(connection, session);
        const auto script = found ? scripts(connection, found->group.script) : nullptr;
        if (!script || script->id != text.script) continue;
        const auto turns = db::turns_of(connection, session, db::followed_row(connection));
        follow_text(*script, turns, text, aftermath);
    }
    return aftermath_json(aftermath, sessions.size());
}

/// The answers that a phrase can be accepted as.
ordered_json options_json(const dialogs::Question& question) {
    ordered_json options = ordered_json::array();
    for (const dialogs::ChoiceSpec& choice : question.choices)
        options.push_back({{"id", choice.id}, {"label", choice.say}});
    return options;
}

ordered_json accepted_json(const std::vector<db::AcceptedPhrase>& phrases,
                           const db::UnclearText& text) {
    ordered_json list = ordered_json::array();
    for (const db::AcceptedPhrase& phrase : phrases) {
        if (phrase.question != text.question || phrase.text != text.text) continue;
        list.push_back({{"option", phrase.choice},
                        {"phrase", phrase.phrase},
                        {"draft", phrase.draft},
                        {"who", phrase.who},
                        {"at", utc_text(phrase.at)}});
    }
    return list;
}

Task<Response> get_inbox_row(ReviewApi& api, Request, PathParts parts) {
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [&api, id = read_row(parts[0])](const Connection& connection) -> TextOrRefused {
        const std::optional<db::InboxRow> row = db::inbox_row(connection, id);
        if (!row) return no_row();
        ordered_json answer = inbox_json({*row})[0];
        answer["became"] = aftermath_of(connection, api.scripts, row->text);
        answer["accepted"] =
            accepted_json(db::accepted_phrases(connection, row->text.script), row->text);
        const auto newest = db::newest_version(connection, row->text.script);
        const auto script = newest ? api.scripts(connection, newest->id) : nullptr;
        const dialogs::Question* question =
            script ? find_question(*script, row->text.question) : nullptr;
        answer["options"] = question ? options_json(*question) : ordered_json::array();
        answer["version"] = newest ? ordered_json(newest->hash) : ordered_json();
        return dump(answer);
    };
    co_return to_response(co_await api.store.read(std::move(query)));
}

/// The texts of the inbox and of recent sessions that were typed at a question.
std::vector<TypedText> texts_at(const Connection& connection, const ScriptFinder& scripts,
                                const std::string& script, const std::string& question) {
    std::vector<TypedText> texts;
    for (const bool dismissed : {false, true}) {
        for (db::InboxRow& row :
             db::inbox(connection, dismissed, question, std::nullopt, max_inbox_texts)) {
            if (row.text.script == script)
                texts.push_back({std::move(row.text.example), row.count});
        }
    }
    std::map<std::string, std::int64_t> typed;
    for (const db::FollowedTurn& turn : db::latest_typed(connection, script, max_turns)) {
        const std::string text = typed_in(turn.input);
        if (text.empty() || turn.seq < 2) continue;
        const auto session = db::followed_session(connection, turn.session);
        const auto own = session ? scripts(connection, session->group.script) : nullptr;
        if (!own) continue;
        const std::optional<State> before =
            dialogs::read_state(*own, db::state_after(connection, turn.session, turn.seq - 1));
        const auto pending = before ? dialogs::pending_question(*own, *before) : std::nullopt;
        if (pending && own->questions[*pending].id == question) ++typed[text];
    }
    for (const TypedText& known : texts) typed.erase(known.text);
    for (const auto& [text, count] : typed) texts.push_back({text, count});
    return texts;
}

ordered_json readings_json(const std::vector<ChangedReading>& readings) {
    ordered_json list = ordered_json::array();
    for (std::size_t i = 0; i < std::min(readings.size(), max_listed); ++i)
        list.push_back({{"text", readings[i].text},
                        {"count", readings[i].count},
                        {"before", text_or_null(readings[i].before)},
                        {"after", text_or_null(readings[i].after)}});
    return list;
}

/// What is wished: an inbox row as an answer, and whether it is to be saved.
struct Acceptance {
    db::RowId row = 0;
    std::string choice;
    std::string phrase;  ///< empty: the row's text
    bool save = false;
};

std::variant<Acceptance, Refusal> read_acceptance(const Request& request, const std::string& row) {
    auto body = read_json_body(request);
    if (auto* refusal = std::get_if<Refusal>(&body)) return std::move(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const auto text = [&](const char* name) {
        const auto found = given.find(name);
        return found == given.end() || !found->is_string() ? std::string()
                                                           : found->get<std::string>();
    };
    const Acceptance wished{read_row(row), text("option"), text("phrase"),
                            given.contains("save") && given["save"] == true};
    const bool bad_phrase = given.contains("phrase") && !given["phrase"].is_string();
    const bool bad_save = given.contains("save") && !given["save"].is_boolean();
    if (wished.choice.empty() || bad_phrase || bad_save)
        return Refusal{
            ErrorCode::bad_value,
            "Send {\"option\": the answer's id, \"phrase\": what means it (left out: the "
            "text), \"save\": true to make a draft}."};
    return wished;
}

/// A version with a phrase more, and what comes of it.
struct Accepted {
    db::InboxRow row;
    dialogs::Synonym synonym;
    std::string base;  ///< hash of the version that it is made from
    std::string text;
    SynonymPreview preview;
    std::vector<dialogs::Diagnostic> diagnostics;
    bool is_good = false;
};

std::variant<Accepted, Refusal> accept(const Connection& connection, const ScriptFinder& scripts,
                                       const Acceptance& wished) {
    const std::optional<db::InboxRow> row = db::inbox_row(connection, wished.row);
    if (!row) return no_row();
    const auto newest = db::newest_version(connection, row->text.script);
    const auto before = newest ? scripts(connection, newest->id) : nullptr;
    if (!before || !find_question(*before, row->text.question))
        return Refusal{ErrorCode::bad_value,
                       "The newest version of the script does not ask this question any more."};
    Accepted accepted;
    accepted.row = *row;
    accepted.base = newest->hash;
    accepted.synonym = {row->text.question, wished.choice,
                        wished.phrase.empty() ? row->text.example : wished.phrase};
    dialogs::SynonymEdit edit = dialogs::add_synonym(newest->body, accepted.synonym);
    if (!edit.text)
        return Refusal{ErrorCode::bad_value, "This cannot be accepted: " + edit.problem + "."};
    accepted.text = std::move(*edit.text);
    CheckedText checked = check_text(accepted.text, row->text.script);
    accepted.diagnostics = std::move(checked.diagnostics);
    if (!checked.script) return accepted;
    std::vector<LabelledPhrase> labelled;
    for (db::AcceptedPhrase& phrase : db::accepted_phrases(connection, row->text.script)) {
        if (phrase.question == row->text.question)
            labelled.push_back({std::move(phrase.phrase), std::move(phrase.choice)});
    }
    accepted.preview = preview_synonym(
        *before, *checked.script, accepted.synonym,
        texts_at(connection, scripts, row->text.script, row->text.question), labelled);
    accepted.is_good = accepted.preview.is_good() && !dialogs::has_errors(accepted.diagnostics);
    return accepted;
}

ordered_json accepted_json(const Accepted& accepted) {
    const SynonymPreview& preview = accepted.preview;
    return {{"id", accepted.row.id},
            {"script", accepted.row.text.script},
            {"base", accepted.base},
            {"question", accepted.synonym.question},
            {"option", accepted.synonym.choice},
            {"phrase", accepted.synonym.phrase},
            {"good", accepted.is_good},
            {"understood", preview.understood},
            {"reading", text_or_null(preview.reading)},
            {"texts", preview.texts},
            {"phrases", preview.phrases},
            {"changed", preview.changes.size()},
            {"changes", readings_json(preview.changes)},
            {"broken", readings_json(preview.broken)},
            {"diagnostics", diagnostics_json(accepted.diagnostics)},
            {"case",
             {{"question", accepted.synonym.question},
              {"text", accepted.synonym.phrase},
              {"expected", accepted.synonym.choice}}},
            {"text", accepted.text},
            {"draft", nullptr}};
}

/// Saves the version as a draft and the phrase as a case that later ones are checked against.
TextOrRefused save_accepted(Connection& connection, const Accepted& accepted,
                            const db::Change& change) {
    const std::string note = "\"" + accepted.synonym.phrase + "\" means " +
                             accepted.synonym.choice + " at " + accepted.synonym.question;
    const auto saved = save_script_draft(connection, accepted.row.text.script, accepted.text, note,
                                         {change.who, "script.save", "", "", change.at});
    if (const auto* refusal = std::get_if<Refusal>(&saved)) return *refusal;
    const std::string& hash = std::get<db::ScriptDraft>(saved).hash;
    const db::AcceptedPhrase phrase{accepted.row.text.script,
                                    accepted.synonym.question,
                                    accepted.row.text.text,
                                    accepted.synonym.choice,
                                    accepted.synonym.phrase,
                                    hash,
                                    change.who,
                                    change.at};
    db::Change noted = change;
    noted.detail = note;
    db::keep_accepted(connection, phrase, noted);
    ordered_json answer = accepted_json(accepted);
    answer["draft"] = hash;
    return dump(answer);
}

Task<Response> post_accept(ReviewApi& api, Request request, PathParts parts) {
    const auto read = read_acceptance(request, parts[0]);
    if (const auto* refusal = std::get_if<Refusal>(&read)) co_return http::error_response(*refusal);
    const Acceptance wished = std::get<Acceptance>(read);
    co_await counted(api);
    // Worked out beside the chats; only what is to be stored runs on the writer's thread.
    using Outcome = std::variant<Refusal, Accepted>;
    std::function<Outcome(const Connection&)> query =
        [&api, wished](const Connection& connection) -> Outcome {
        std::variant<Accepted, Refusal> result = accept(connection, api.scripts, wished);
        if (auto* refusal = std::get_if<Refusal>(&result)) return std::move(*refusal);
        return std::get<Accepted>(std::move(result));
    };
    const Outcome outcome = co_await api.store.read(std::move(query));
    if (const auto* refusal = std::get_if<Refusal>(&outcome))
        co_return http::error_response(*refusal);
    const Accepted& accepted = std::get<Accepted>(outcome);
    if (!wished.save) co_return json_answer(accepted_json(accepted));
    if (!accepted.is_good)
        co_return http::error_response(
            {ErrorCode::bad_value,
             "This would break the script or another phrase; look at it without \"save\" first."});
    const db::Change change = change_of(request, "inbox.accept", parts[0]);
    std::function<TextOrRefused(Connection&)> work = [&accepted, change](Connection& connection) {
        return save_accepted(connection, accepted, change);
    };
    co_return to_response(co_await api.store.change(std::move(work)));
}

Task<Response> get_inbox(ReviewApi& api, Request request) {
    const auto place = read_place(request);
    if (const auto* refusal = std::get_if<Refusal>(&place))
        co_return http::error_response(*refusal);
    const auto limit = read_limit(request);
    if (const auto* refusal = std::get_if<Refusal>(&limit))
        co_return http::error_response(*refusal);
    const std::string dismissed = query_parameter(request, "dismissed");
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [at = std::get<std::optional<db::Place>>(place), most = std::get<std::size_t>(limit),
         away = dismissed == "yes" || dismissed == "true" || dismissed == "1",
         question = query_parameter(request, "question")](const Connection& connection) {
            const std::vector<db::InboxRow> rows = db::inbox(connection, away, question, at, most);
            ordered_json answer{{"inbox", inbox_json(rows)}, {"next", nullptr}};
            if (rows.size() == most)
                answer["next"] = place_text({rows.back().count, rows.back().id});
            return dump(answer);
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

Task<Response> post_dismiss(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const db::RowId row = read_row(parts[0]);
    if (row == 0 || !given.contains("dismissed") || !given["dismissed"].is_boolean())
        co_return http::error_response(
            {ErrorCode::bad_value, "Send {\"dismissed\": true} or false for a row of the inbox."});
    const bool away = given["dismissed"].get<bool>();
    const db::Change change =
        change_of(request, away ? "inbox.dismiss" : "inbox.restore", parts[0]);
    std::function<bool(Connection&)> work = [row, away, change](Connection& connection) {
        return db::dismiss(connection, row, away, change);
    };
    const bool known = co_await api.store.change(std::move(work));
    if (!known) co_return http::error_response(no_row());
    co_return json_answer({{"id", row}, {"dismissed", away}});
}

/// Phrases that were accepted, as cases to check a script with.
Task<Response> get_cases(ReviewApi& api, Request request, PathParts) {
    std::function<TextOrRefused(const Connection&)> query =
        [script = query_parameter(request, "script")](const Connection& connection) {
            ordered_json list = ordered_json::array();
            for (const db::AcceptedPhrase& phrase : db::accepted_phrases(connection, script))
                list.push_back({{"question", phrase.question},
                                {"text", phrase.phrase},
                                {"expected", phrase.choice},
                                {"draft", phrase.draft},
                                {"who", phrase.who},
                                {"at", utc_text(phrase.at)}});
            return dump({{"script", script}, {"cases", std::move(list)}});
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

}  // namespace

void add_review_inbox_routes(Router& router, ReviewApi& api) {
    using Handler = Task<Response> (*)(ReviewApi&, Request, PathParts);
    const auto add = [&](std::string_view method, std::string_view pattern, Role role,
                         Handler handler) {
        router.add({method, pattern, role, [&api, handler](Request request, PathParts parts) {
                        return handler(api, std::move(request), std::move(parts));
                    }});
    };
    router.add({"GET", "/api/v1/review/inbox", Role::viewer,
                [&api](Request request, PathParts) { return get_inbox(api, std::move(request)); }});
    add("GET", "/api/v1/review/inbox/cases", Role::viewer, get_cases);
    add("GET", "/api/v1/review/inbox/{}", Role::viewer, get_inbox_row);
    add("POST", "/api/v1/review/inbox/{}", Role::editor, post_dismiss);
    add("POST", "/api/v1/review/inbox/{}/accept", Role::editor, post_accept);
}

}  // namespace advisor::server
