// Looking at one version of a script without changing anything: what it favours, its tree, a talk
// on it, what differs from another version, and past sessions on it.

#include <charconv>

#include "dialogs/graph.hpp"
#include "dialogs/json.hpp"
#include "dialogs/simulate.hpp"
#include "dialogs/wire.hpp"
#include "server/review/review_stored.hpp"
#include "server/review/script_desk.hpp"
#include "server/review/script_diff.hpp"
#include "server/review/script_drafts.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using dialogs::Script;
using dialogs::State;
using http::Request;
using http::Response;

constexpr std::size_t most_played_inputs = 300;

using FoundVersion = std::variant<VersionText, Refusal>;

Task<FoundVersion> read_version(ReviewApi& api, std::string script, std::string hash) {
    std::function<FoundVersion(const Connection&)> query = [script, hash](const Connection& from) {
        return find_version(from, script, hash);
    };
    co_return co_await api.store.read(std::move(query));
}

std::variant<Script, Refusal> load_version(const VersionText& version,
                                           const ScriptRegistry& registry) {
    dialogs::LoadResult loaded = dialogs::load_script(version.text, version.script + ".json");
    if (!loaded.script)
        return Refusal{ErrorCode::bad_value,
                       "This version has errors: " + dialogs::to_text(loaded.diagnostics.front())};
    const ScriptPtr offered = registry.offered(version.script);
    if (offered) loaded.script->knowledge = offered->script.knowledge;
    return std::move(*loaded.script);
}

/// Runs `look` with the version that the path names, loaded, on the thread for such work.
Task<TextOrRefused> look_at(ReviewApi& api, PathParts parts,
                            std::function<TextOrRefused(const Script&)> look) {
    const FoundVersion found = co_await read_version(api, parts[0], parts[1]);
    if (const auto* refusal = std::get_if<Refusal>(&found)) co_return *refusal;
    std::function<TextOrRefused()> work = [&api, version = std::get<VersionText>(found),
                                           look = std::move(look)]() -> TextOrRefused {
        const auto script = load_version(version, api.desk.registry);
        if (const auto* refusal = std::get_if<Refusal>(&script)) return *refusal;
        return look(std::get<Script>(script));
    };
    co_return co_await api.desk.checks.run(std::move(work));
}

Task<Response> get_simulation(ReviewApi& api, PathParts parts) {
    std::function<TextOrRefused(const Script&)> look = [](const Script& script) {
        ordered_json answer = parsed(dialogs::to_json(script, dialogs::simulate(script, {})));
        ordered_json names = ordered_json::object();
        for (std::size_t outcome = 0; outcome <= script.tie_outcome(); ++outcome)
            names[script.outcome_id(outcome)] = script.outcome_name(outcome);
        answer["names"] = std::move(names);
        return dump(answer);
    };
    co_return to_response(co_await look_at(api, std::move(parts), std::move(look)));
}

Task<Response> get_tree(ReviewApi& api, PathParts parts) {
    std::function<TextOrRefused(const Script&)> look = [](const Script& script) {
        return dialogs::graph_svg(script);
    };
    TextOrRefused picture = co_await look_at(api, std::move(parts), std::move(look));
    Response response = to_response(std::move(picture));
    if (response.status == 200)
        response.headers = {
            {"Content-Type", "image/svg+xml; charset=utf-8"},
            {"Cache-Control", "no-store"},
            {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"}};
    co_return response;
}

Task<Response> get_diff(ReviewApi& api, Request request, PathParts parts) {
    const FoundVersion before =
        co_await read_version(api, parts[0], query_parameter(request, "from"));
    if (const auto* refusal = std::get_if<Refusal>(&before))
        co_return http::error_response(*refusal);
    const FoundVersion after = co_await read_version(api, parts[0], query_parameter(request, "to"));
    if (const auto* refusal = std::get_if<Refusal>(&after))
        co_return http::error_response(*refusal);
    std::function<std::string()> work = [from = std::get<VersionText>(before),
                                         to = std::get<VersionText>(after)] {
        ordered_json answer{{"script", from.script}, {"from", from.hash}, {"to", to.hash}};
        answer.update(script_diff(from.text, to.text));
        return dump(answer);
    };
    std::string text = co_await api.desk.checks.run(std::move(work));
    co_return http::json_response(200, std::move(text));
}

ordered_json step_json(const Script& script, const dialogs::Input& input,
                       const dialogs::Outputs& outputs, bool is_first) {
    ordered_json messages = ordered_json::array();
    for (const dialogs::Message& message : outputs.messages)
        messages.push_back({{"kind", dialogs::to_text(message.kind)}, {"text", message.text}});
    return {{"said", is_first ? ordered_json() : ordered_json(dialogs::spoken(script, input))},
            {"messages", std::move(messages)}};
}

/// A talk from its beginning with these inputs; nothing of it is kept.
TextOrRefused play(const Script& script, const nlohmann::json& inputs) {
    State state = dialogs::fresh_state(script);
    ordered_json steps = ordered_json::array();
    ordered_json last;
    for (std::size_t i = 0; i <= inputs.size(); ++i) {
        dialogs::Input input = dialogs::Start{};
        if (i > 0) {
            auto read = dialogs::read_input(script, inputs[i - 1]);
            if (const auto* fault = std::get_if<dialogs::FrameFault>(&read))
                return Refusal{ErrorCode::bad_frame, fault->message};
            if (const auto* rejection = std::get_if<dialogs::Rejection>(&read))
                return Refusal{ErrorCode::bad_value, rejection->message};
            input = std::get<dialogs::Input>(std::move(read));
        }
        dialogs::StepResult next = dialogs::step(script, std::move(state), input);
        if (next.rejected) return Refusal{ErrorCode::bad_value, next.rejected->message};
        state = std::move(next.state);
        steps.push_back(step_json(script, input, next.outputs, i == 0));
        if (i < inputs.size()) continue;
        const std::string members = dialogs::reply_members(script, state, next.outputs, "");
        last = parsed("{" + dialogs::expand(script.fragments, members) + "}");
    }
    return dump({{"title", script.title}, {"steps", std::move(steps)}, {"reply", std::move(last)}});
}

Task<Response> post_play(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const nlohmann::json inputs =
        std::get<nlohmann::json>(body).value("inputs", nlohmann::json::array());
    if (!inputs.is_array() || inputs.size() > most_played_inputs)
        co_return http::error_response(
            {ErrorCode::bad_value, "\"inputs\" is a list of at most 300 frames."});
    std::function<TextOrRefused(const Script&)> look = [inputs](const Script& script) {
        return play(script, inputs);
    };
    co_return to_response(co_await look_at(api, std::move(parts), std::move(look)));
}

/// The sessions that are meant: a filter as in the list's query, of the version's own script.
std::variant<ReplayWish, Refusal> read_wish(const nlohmann::json& body, const std::string& script) {
    const auto query = body.find("filter");
    const auto limit = body.find("limit");
    const bool fits =
        (query == body.end() || query->is_string()) &&
        (limit == body.end() || (limit->is_number_integer() && *limit >= 1 &&
                                 *limit <= static_cast<std::int64_t>(most_replayed_sessions)));
    if (!fits)
        return Refusal{ErrorCode::bad_value,
                       "\"filter\" is the query of a list, \"limit\" 1 to 200,000 sessions."};
    ReplayWish wish;
    wish.script = script;
    if (query != body.end()) wish.filter = query->get<std::string>();
    if (limit != body.end()) wish.limit = limit->get<std::size_t>();
    Request as_list;
    as_list.query = wish.filter;
    auto filter = read_filter(as_list);
    if (auto* refusal = std::get_if<Refusal>(&filter)) return std::move(*refusal);
    wish.sessions = std::get<db::SessionFilter>(std::move(filter));
    if (!wish.sessions.script.empty() && wish.sessions.script != script)
        return Refusal{ErrorCode::bad_value, "The filter names another script than the version."};
    wish.sessions.script = script;
    return wish;
}

Task<Response> post_replay(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    auto wished = read_wish(std::get<nlohmann::json>(body), parts[0]);
    if (const auto* refusal = std::get_if<Refusal>(&wished))
        co_return http::error_response(*refusal);
    co_await counted(api);
    std::function<TextOrRefused(const Script&)> look =
        [&api, hash = parts[1],
         wish = std::get<ReplayWish>(std::move(wished))](const Script& script) -> TextOrRefused {
        ReplayWish wanted = wish;
        wanted.hash = hash;
        wanted.candidate = std::make_shared<const Script>(script);
        const std::optional<std::string> id = api.desk.replays.begin(std::move(wanted));
        if (!id)
            return Refusal{ErrorCode::busy, "Several replays wait already; stop one, or wait."};
        return dump(*api.desk.replays.describe(*id));
    };
    Response response = to_response(co_await look_at(api, std::move(parts), std::move(look)));
    if (response.status == 200) response.status = 202;
    co_return response;
}

Response no_replay() {
    return http::error_response(
        {ErrorCode::not_found, "There is no such replay; a restart forgets them."});
}

Task<Response> get_replay(ReviewApi& api, PathParts parts) {
    const std::optional<ordered_json> job = api.desk.replays.describe(parts[0]);
    co_return job ? json_answer(*job) : no_replay();
}

Task<Response> delete_replay(ReviewApi& api, PathParts parts) {
    if (!api.desk.replays.cancel(parts[0])) co_return no_replay();
    co_return json_answer({{"cancelled", parts[0]}});
}

ordered_json comparison_json(const dialogs::ReplayComparison& found) {
    using Kind = dialogs::ReplayComparison::Kind;
    constexpr std::string_view kinds[] = {"same", "flip", "misfit", "open"};
    const auto firmness = [](const std::string& outcome, dialogs::Firmness value) {
        return outcome.empty() ? ordered_json() : ordered_json(dialogs::to_text(value));
    };
    return {{"kind", kinds[static_cast<std::size_t>(found.kind)]},
            {"before", text_or_null(found.before)},
            {"firmness_before", firmness(found.before, found.firmness_before)},
            {"after", text_or_null(found.after)},
            {"firmness_after", firmness(found.after, found.firmness_after)},
            {"cause", found.kind == Kind::flip ? cause_json(*found.cause) : ordered_json()},
            {"misfit", found.misfit ? misfit_json(*found.misfit) : ordered_json()}};
}

using FoundSession = std::variant<StoredSession, Refusal>;

/// One session on another version, beside what it was.
Task<Response> post_session_replay(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto& given = std::get<nlohmann::json>(body);
    const auto version = given.find("version");
    if (version == given.end() || !version->is_string())
        co_return http::error_response(
            {ErrorCode::bad_value, "\"version\" is the hash of the version to replay on."});
    std::function<FoundSession(const Connection&)> query =
        [&api, key = parts[0]](const Connection& connection) {
            return load_stored(connection, api.scripts, key);
        };
    const FoundSession session = co_await api.store.read(std::move(query));
    if (const auto* refusal = std::get_if<Refusal>(&session))
        co_return http::error_response(*refusal);
    PathParts wanted;
    wanted.push_back(std::get<StoredSession>(session).script->id);
    wanted.push_back(version->get<std::string>());
    std::function<TextOrRefused(const Script&)> look =
        [stored = std::get<StoredSession>(session),
         hash = wanted[1]](const Script& candidate) -> TextOrRefused {
        std::vector<std::string> inputs;
        for (const db::FollowedTurn& turn : stored.turns) inputs.push_back(turn.input);
        ordered_json answer{{"session", stored.key}, {"version", hash}};
        answer.update(comparison_json(dialogs::compare_replay(*stored.script, candidate, inputs)));
        return dump(answer);
    };
    co_return to_response(co_await look_at(api, std::move(wanted), std::move(look)));
}

}  // namespace

void add_script_look_routes(Router& router, ReviewApi& api) {
    router.add(
        {"GET", "/api/v1/review/scripts/{}/versions/{}/simulation", Role::viewer,
         [&api](Request, PathParts parts) { return get_simulation(api, std::move(parts)); }});
    router.add({"GET", "/api/v1/review/scripts/{}/versions/{}/tree.svg", Role::viewer,
                [&api](Request, PathParts parts) { return get_tree(api, std::move(parts)); }});
    router.add({"GET", "/api/v1/review/replays/{}", Role::viewer,
                [&api](Request, PathParts parts) { return get_replay(api, std::move(parts)); }});
    router.add({"DELETE", "/api/v1/review/replays/{}", Role::editor,
                [&api](Request, PathParts parts) { return delete_replay(api, std::move(parts)); }});
    using Handler = Task<Response> (*)(ReviewApi&, Request, PathParts);
    const auto add = [&](std::string_view method, std::string_view pattern, Role role,
                         Handler handler) {
        router.add({method, pattern, role, [&api, handler](Request request, PathParts parts) {
                        return handler(api, std::move(request), std::move(parts));
                    }});
    };
    add("GET", "/api/v1/review/scripts/{}/diff", Role::viewer, get_diff);
    add("POST", "/api/v1/review/scripts/{}/versions/{}/play", Role::viewer, post_play);
    add("POST", "/api/v1/review/scripts/{}/versions/{}/replay", Role::editor, post_replay);
    add("POST", "/api/v1/review/sessions/{}/replay", Role::viewer, post_session_replay);
}

}  // namespace advisor::server
