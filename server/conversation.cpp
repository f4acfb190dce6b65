#include "server/conversation.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "dialogs/json.hpp"
#include "dialogs/markdown.hpp"
#include "dialogs/wire.hpp"
#include "server/secrets.hpp"
#include "server/time_text.hpp"
#include "server/transcript.hpp"
#include "server/turn_event.hpp"

namespace advisor::server {
namespace {

using nlohmann::ordered_json;

constexpr int max_attempts = 3;

/// A `start` with a shorter id may be guessed, and must not open what another client began.
constexpr std::size_t unguessable_id_bytes = 16;

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string dump(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Refusal refusal_of(const dialogs::Rejection& rejection) {
    using Code = dialogs::Rejection::Code;
    switch (rejection.code) {
        case Code::unknown_question:
            return {ErrorCode::unknown_question, rejection.message};
        case Code::question_not_pending:
            return {ErrorCode::question_not_pending, rejection.message};
        case Code::not_answered:
            return {ErrorCode::not_answered, rejection.message};
        case Code::unknown_not_allowed:
            return {ErrorCode::unknown_not_allowed, rejection.message};
        case Code::bad_value:
            break;
    }
    return {ErrorCode::bad_value, rejection.message};
}

Refusal refusal_of(const dialogs::FrameFault& fault) {
    return {fault.unknown_type ? ErrorCode::unknown_type : ErrorCode::bad_frame, fault.message};
}

std::string start_members(const std::string& token, const dialogs::Script& script,
                          const std::string& members) {
    const std::string about = R"("token":)" + dialogs::json_quoted(token) + R"(,"script":{"id":)" +
                              dialogs::json_quoted(script.id) + R"(,"title":)" +
                              dialogs::json_quoted(script.title) + R"(,"language":)" +
                              dialogs::json_quoted(script.language) + "},";
    std::string text;
    text.reserve(about.size() + members.size() + 1);  // and the brace that ends a reply
    text += about;
    text += members;
    return text;
}

ordered_json line_json(const dialogs::Script& script, const dialogs::State& state,
                       const TranscriptLine& line, bool latest) {
    ordered_json message{
        {"text", line.text}, {"from", line.from_user ? "user" : "advisor"}, {"seq", line.seq}};
    if (!line.from_user) message["kind"] = line.kind;
    if (line.question) {
        message["question"] = script.questions[*line.question].id;
        message["active"] = latest && state.answers[*line.question].has_value();
    }
    return message;
}

std::string expand(const Live& live, const std::string& reply) {
    return dialogs::expand(live.script->script.fragments, reply);
}

/// The `messages` of a reply to `resume`.
ordered_json lines_json(const dialogs::Script& script, const dialogs::State& state,
                        const std::vector<TranscriptLine>& lines) {
    std::map<dialogs::QuestionIndex, const TranscriptLine*> latest;
    for (const TranscriptLine& line : lines) {
        if (line.question) latest[*line.question] = &line;
    }
    ordered_json messages = ordered_json::array();
    for (const TranscriptLine& line : lines) {
        messages.push_back(
            line_json(script, state, line, line.question && latest[*line.question] == &line));
    }
    return messages;
}

/// The answers in words, for people.
ordered_json labelled_answers(const dialogs::Script& script, const dialogs::State& state) {
    ordered_json answers = ordered_json::array();
    for (dialogs::QuestionIndex i = 0; i < state.answers.size(); ++i) {
        if (!state.answers[i]) continue;
        const dialogs::Question& question = script.questions[i];
        answers.push_back({{"question", question.id},
                           {"label", question.label},
                           {"answer", dialogs::value_text(question, *state.answers[i])}});
    }
    return answers;
}

}  // namespace

Task<TakenOrRefused> refused(Refusal refusal) {
    co_return refusal;
}

OutgoingFrame reply_frame(const std::string& id, const std::string& session, std::int64_t seq,
                          std::string members) {
    OutgoingFrame frame;
    frame.head = R"({"type":"reply","id":)";
    dialogs::append_quoted(frame.head, id);
    frame.head += R"(,"session":")" + session + R"(","seq":)" + std::to_string(seq) + ",";
    frame.tail = std::move(members);
    frame.tail += '}';
    return frame;
}

Conversations::Conversations(StoreQueue& store, ScriptRegistry& scripts, std::string secret)
    : store_(store), scripts_(scripts), secret_(std::move(secret)) {}

std::string Conversations::token_of(const std::string& session) const {
    return keyed_text(secret_, "token:" + session, 32);
}

std::string Conversations::repeated_members(const Live& live, std::int64_t seq,
                                            const std::string& stored) const {
    std::string members = expand(live, stored);
    return seq == 1 ? start_members(token_of(live.key), live.script->script, members) : members;
}

std::string Conversations::report_code(const std::string& session) const {
    return keyed_text(secret_, "report:" + session, 15);
}

db::Turn Conversations::make_turn(const Live& live, const std::string& frame_id,
                                  const dialogs::Input& input,
                                  const dialogs::StepResult& next) const {
    const dialogs::Script& script = live.script->script;
    db::Turn turn;
    turn.session = live.row;
    turn.seq = live.seq + 1;
    turn.turn_key = frame_id;
    turn.input = dialogs::to_json(script, input);
    turn.state = dialogs::to_json(script, next.state);
    std::string report;
    if (next.outputs.result) {
        const std::string code = report_code(live.key);
        report = "/r/" + code;
        turn.finish =
            db::Finish{script.outcome_id(next.outputs.result->outcome),
                       std::string(dialogs::to_text(next.outputs.result->firmness)), code};
    }
    turn.reopens = live.finished && !turn.finish;
    turn.reply = dialogs::reply_members(script, next.state, next.outputs, report);
    turn.at = now();
    turn.event = event_of(live.seq == 0, live.finished, live.state, next);
    return turn;
}

std::string Conversations::session_of(const std::string& frame_id) const {
    return keyed_text(secret_, "session::" + frame_id, 16);
}

Task<TakenOrRefused> Conversations::start(ClientFrame frame, std::string channel,
                                          std::string id_scope, std::optional<Live>& live) {
    const std::optional<std::string> wanted = frame.text("script");
    const std::optional<std::string> locale = frame.text("locale");
    if (!wanted || !locale || locale->size() > 35)
        co_return Refusal{ErrorCode::bad_frame, "\"script\" and \"locale\" are texts."};
    Live fresh;
    fresh.script = scripts_.offered(*wanted);
    if (!fresh.script)
        co_return Refusal{ErrorCode::unknown_script,
                          "There is no script of that name; GET /api/v1/scripts lists them."};
    fresh.key = frame.id.size() >= unguessable_id_bytes
                    ? session_of(frame.id)
                    : keyed_text(secret_, "session:" + id_scope + ":" + frame.id, 16);
    dialogs::StepResult next = dialogs::step(
        fresh.script->script, dialogs::fresh_state(fresh.script->script), dialogs::Start{});
    db::Turn turn = make_turn(fresh, frame.id, dialogs::Start{}, next);
    turn.opens = db::NewSession{fresh.key, fresh.script->row, std::move(channel), *locale};
    db::AppendResult result = co_await store_.append(std::move(turn));

    Taken taken;
    taken.seq = 1;
    taken.is_new = result.outcome == db::AppendResult::Outcome::stored;
    if (taken.is_new) {
        fresh.row = result.session;
        fresh.seq = 1;
        fresh.state = std::move(next.state);
        fresh.finished = next.outputs.result.has_value();
        live = std::move(fresh);
    } else {
        live = co_await load(fresh.key);
        if (!live) co_return Refusal{ErrorCode::internal, "The session cannot be read."};
    }
    taken.reply = reply_frame(
        frame.id, live->key, 1,
        start_members(token_of(live->key), live->script->script, expand(*live, result.reply)));
    co_return taken;
}

/// Steps and writes down the turn. On the heap, as it outlives the wait for the disk, and a
/// coroutine's frame would be made larger by it.
std::variant<Conversations::PreparedPtr, dialogs::Rejection> Conversations::prepare(
    const std::string& frame_id, const dialogs::Input& input, const Live& live) const {
    dialogs::StepResult next = dialogs::step(live.script->script, live.state, input);
    if (next.rejected) return std::move(*next.rejected);
    auto prepared = std::make_unique<Prepared>();
    prepared->turn = make_turn(live, frame_id, input, next);
    prepared->state = std::move(next.state);
    prepared->finished = prepared->turn.finish.has_value();
    return prepared;
}

/// No coroutine: the frame's JSON is gone when the turn waits for the disk.
Task<TakenOrRefused> Conversations::take_turn(ClientFrame frame, Live& live) {
    auto read = dialogs::read_input(live.script->script, frame.body);
    if (const auto* fault = std::get_if<dialogs::FrameFault>(&read))
        return refused(refusal_of(*fault));
    if (auto* rejection = std::get_if<dialogs::Rejection>(&read))
        return settle_unread(std::move(frame.id), live, std::move(*rejection));
    return take_input(std::move(frame.id), std::get<dialogs::Input>(std::move(read)), live);
}

Task<TakenOrRefused> Conversations::settle_unread(std::string frame_id, Live& live,
                                                  dialogs::Rejection rejection) {
    bool try_again = false;  // in vain: the session keeps its script
    TakenOrRefused settled =
        co_await settle_rejection(std::move(frame_id), live, std::move(rejection), try_again);
    co_return settled;
}

Task<TakenOrRefused> Conversations::take_input(std::string frame_id, dialogs::Input input,
                                               Live& live) {
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
        std::variant<PreparedPtr, dialogs::Rejection> outcome = prepare(frame_id, input, live);
        if (auto* rejection = std::get_if<dialogs::Rejection>(&outcome)) {
            bool try_again = false;
            TakenOrRefused settled =
                co_await settle_rejection(frame_id, live, std::move(*rejection), try_again);
            if (!try_again) co_return settled;
            continue;
        }
        Prepared& prepared = *std::get<PreparedPtr>(outcome);
        db::AppendResult result = co_await store_.append(std::move(prepared.turn));
        if (result.outcome == db::AppendResult::Outcome::stored) {
            live.seq = result.seq;
            live.state = std::move(prepared.state);
            live.finished = prepared.finished;
            co_return Taken{reply_frame(frame_id, live.key, result.seq, expand(live, result.reply)),
                            result.seq, true};
        }
        const bool known = co_await reload(live);
        if (!known) co_return Refusal{ErrorCode::session_not_found, "The session is gone."};
        if (result.outcome == db::AppendResult::Outcome::duplicate) {
            co_return Taken{reply_frame(frame_id, live.key, result.seq,
                                        repeated_members(live, result.seq, result.reply)),
                            result.seq, false};
        }
    }
    co_return Refusal{ErrorCode::busy,
                      "The session changed under this turn; send the same frame again."};
}

/// An input that does not fit may be the repetition of one that did, or the connection's view is
/// old.
Task<TakenOrRefused> Conversations::settle_rejection(std::string frame_id, Live& live,
                                                     dialogs::Rejection rejection,
                                                     bool& try_again) {
    const std::optional<db::TurnRecord> stored = co_await store_.turn(live.row, frame_id);
    if (stored) {
        const bool known = co_await reload(live);
        if (!known) co_return Refusal{ErrorCode::session_not_found, "The session is gone."};
        Taken taken;
        taken.seq = stored->seq;
        taken.reply = reply_frame(frame_id, live.key, stored->seq,
                                  repeated_members(live, stored->seq, stored->reply));
        co_return taken;
    }
    const std::int64_t before = live.seq;
    const bool known = co_await reload(live);
    if (!known) co_return Refusal{ErrorCode::session_not_found, "The session is gone."};
    try_again = live.seq != before;
    co_return refusal_of(rejection);
}

Task<std::optional<Taken>> Conversations::repeated(std::string frame_id, const Live& live) {
    const std::optional<db::TurnRecord> stored = co_await store_.turn(live.row, frame_id);
    if (!stored) co_return std::nullopt;
    Taken taken;
    taken.seq = stored->seq;
    taken.reply = reply_frame(frame_id, live.key, stored->seq,
                              repeated_members(live, stored->seq, stored->reply));
    co_return taken;
}

Task<ScriptPtr> Conversations::pinned(db::RowId row) {
    ScriptPtr script = scripts_.loaded(row);
    if (script) co_return script;
    const std::optional<db::StoredScript> stored = co_await store_.script(row);
    if (stored) script = scripts_.adopt(*stored);
    co_return script;
}

Task<std::optional<Live>> Conversations::load(std::string key) {
    const std::optional<db::SessionRecord> record = co_await store_.session(key);
    if (!record) co_return std::nullopt;
    Live live;
    live.row = record->id;
    live.key = record->key;
    live.seq = record->seq;
    live.finished = !record->outcome.empty();
    live.script = co_await pinned(record->script);
    if (!live.script)
        throw db::StoreError(db::StoreError::Kind::corrupt,
                             "the script of a session cannot be read");
    std::optional<dialogs::State> state = dialogs::read_state(live.script->script, record->state);
    if (!state)
        throw db::StoreError(db::StoreError::Kind::corrupt,
                             "the state of a session cannot be read");
    live.state = std::move(*state);
    co_return live;
}

Task<bool> Conversations::reload(Live& live) {
    std::optional<Live> current = co_await load(live.key);
    if (!current) co_return false;
    live = std::move(*current);
    co_return true;
}

Task<std::optional<Refusal>> Conversations::open(std::string session, std::string token,
                                                 std::optional<Live>& live) {
    std::optional<Live> loaded = co_await load(session);
    if (!loaded)
        co_return Refusal{ErrorCode::session_not_found,
                          "There is no such session here; begin a new one."};
    if (!equal_secrets(token, token_of(session)))
        co_return Refusal{ErrorCode::wrong_token, "The token does not belong to this session."};
    live = std::move(loaded);
    co_return std::nullopt;
}

Task<TakenOrRefused> Conversations::catch_up(std::string frame_id, std::int64_t after, Live& live) {
    // The state first: a turn that is stored meanwhile is then left out of both, and an event tells
    // of it.
    const bool known = co_await reload(live);
    if (!known) co_return Refusal{ErrorCode::session_not_found, "The session is gone."};
    // One turn more than asked for: its question tells what the next input answered.
    const std::int64_t from = after > 0 ? after - 1 : 0;
    std::vector<db::TurnRecord> turns = co_await store_.turns(live.row, from);
    std::optional<db::TurnRecord> before;
    if (!turns.empty() && turns.front().seq <= after) {
        before = std::move(turns.front());
        turns.erase(turns.begin());
    }
    while (!turns.empty() && turns.back().seq > live.seq) turns.pop_back();
    const dialogs::Script& script = live.script->script;
    dialogs::Outputs outputs;
    outputs.question = dialogs::pending_question(script, live.state);
    outputs.progress = dialogs::progress_of(script, live.state);
    if (!outputs.question) outputs.result = dialogs::score(script, live.state.answers);
    outputs.facts = live.state.facts;
    if (live.state.early && outputs.progress.remaining > 0 && !live.state.reopened)
        outputs.early = dialogs::EarlyResult{*live.state.early, outputs.progress.remaining};
    if (live.state.proposed)
        outputs.confirm = dialogs::consequences(script, live.state, *live.state.proposed);
    std::string members =
        dialogs::reply_members(script, live.state, outputs, "/r/" + report_code(live.key));
    const std::vector<TranscriptLine> lines =
        transcript(script, turns, before ? &*before : nullptr);
    const ordered_json messages = lines_json(script, live.state, lines);
    constexpr std::string_view no_messages = R"("messages":[])";
    members = expand(live, members);
    members.replace(0, no_messages.size(),
                    "\"answers\":" + dialogs::answers_json(script, live.state.answers) +
                        ",\"messages\":" + dump(messages));
    Taken taken;
    taken.seq = live.seq;
    taken.reply = reply_frame(frame_id, live.key, live.seq,
                              start_members(token_of(live.key), script, members));
    co_return taken;
}

Task<std::variant<std::string, Refusal>> Conversations::report(std::string code, bool markdown) {
    const std::optional<db::SessionRecord> record = co_await store_.session_by_report(code);
    if (!record) co_return Refusal{ErrorCode::not_found, "There is no report at this address."};
    const std::optional<Live> live = co_await load(record->key);
    if (!live) co_return Refusal{ErrorCode::not_found, "There is no report at this address."};
    const dialogs::Script& script = live->script->script;
    if (dialogs::pending_question(script, live->state))
        co_return Refusal{ErrorCode::not_found,
                          "This conversation has been taken up again and has no result yet."};
    dialogs::Scorecard card = dialogs::score(script, live->state.answers);
    const dialogs::Recommendation recommendation =
        dialogs::explain(script, live->state.answers, std::move(card),
                         markdown ? dialogs::Depth::full : dialogs::Depth::turn);
    if (markdown) co_return dialogs::to_markdown(script, live->state.answers, recommendation);
    const ordered_json about{
        {"id", script.id}, {"title", script.title}, {"language", script.language}};
    std::string text =
        R"({"script":)" + dump(about) + R"(,"at":")" + utc_text(record->updated_at) + "\"";
    text +=
        R"(,"answers":)" + dump(labelled_answers(script, live->state)) + R"(,"recommendation":)";
    dialogs::append_json(text, script, live->state.answers, recommendation, "/r/" + code);
    text += '}';
    co_return expand(*live, text);
}

}  // namespace advisor::server
