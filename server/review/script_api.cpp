// Versions of scripts over HTTP: the list, a version with what was found in it, drafts, publishing
// and going back.

#include <map>
#include <set>

#include "dialogs/wire.hpp"
#include "server/review/review_api.hpp"
#include "server/review/script_desk.hpp"
#include "server/review/script_drafts.hpp"
#include "server/script_publication.hpp"
#include "server/secrets.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using http::Request;
using http::Response;

/// What people did with versions, by script and hash.
using VersionName = std::pair<std::string, std::string>;
struct VersionNotes {
    std::map<VersionName, db::ScriptDraft> drafts;
    std::map<VersionName, db::Publication> published;  ///< the latest of each
};

VersionNotes notes_on_versions(const Connection& connection) {
    VersionNotes notes;
    for (db::ScriptDraft& draft : db::drafts(connection))
        notes.drafts.emplace(VersionName(draft.script, draft.hash), std::move(draft));
    for (db::Publication& publication : db::publications(connection)) {
        VersionName name(publication.script, publication.hash);
        notes.published.insert_or_assign(std::move(name), std::move(publication));
    }
    return notes;
}

ordered_json version_json(const db::ScriptVersion& version, const VersionNotes& notes,
                          const ScriptRegistry& registry, bool is_draft) {
    const VersionName name(version.name, version.hash);
    const auto draft = notes.drafts.find(name);
    const auto publication = notes.published.find(name);
    const bool was_published = publication != notes.published.end();
    const ScriptPtr offered = registry.offered(version.name);
    const bool is_offered = offered && offered->hash == version.hash;
    std::string author, note;
    if (draft != notes.drafts.end()) {
        author = draft->second.author;
        note = draft->second.note;
    } else if (was_published) {
        author = publication->second.who;
        note = publication->second.note;
    }
    return {
        {"script", version.name},
        {"hash", version.hash},
        {"state", is_offered ? "published"
                  : is_draft ? "draft"
                             : "earlier"},
        {"author", text_or_null(author)},
        {"note", note},
        {"added_at", utc_text(version.added_at)},
        {"published_at",
         was_published ? ordered_json(utc_text(publication->second.at)) : ordered_json()},
        {"published_by", was_published ? ordered_json(publication->second.who) : ordered_json()},
        {"from_file", registry.file_hash(version.name) == version.hash},
        {"sessions", version.sessions},
        {"first_used", time_or_null(version.first_used)},
        {"last_used", time_or_null(version.last_used)}};
}

/// Drafts first, then what was ever offered; each the latest first.
ordered_json versions_json(const Connection& connection, const ScriptRegistry& registry,
                           const std::string& script) {
    const VersionNotes notes = notes_on_versions(connection);
    const std::vector<db::ScriptVersion> kept = db::script_versions(connection);
    std::set<VersionName> known;
    for (const db::ScriptVersion& version : kept) known.emplace(version.name, version.hash);
    ordered_json list = ordered_json::array();
    for (const db::ScriptDraft& draft : db::drafts(connection)) {
        if (known.count({draft.script, draft.hash}) > 0) continue;
        if (!script.empty() && draft.script != script) continue;
        db::ScriptVersion version;
        version.name = draft.script;
        version.hash = draft.hash;
        version.added_at = draft.at;
        list.push_back(version_json(version, notes, registry, true));
    }
    for (const db::ScriptVersion& version : kept) {
        if (script.empty() || version.name == script)
            list.push_back(version_json(version, notes, registry, false));
    }
    return list;
}

Task<Response> get_scripts(ReviewApi& api, Request request) {
    co_await counted(api);
    std::function<TextOrRefused(const Connection&)> query =
        [&api, script = query_parameter(request, "script")](const Connection& connection) {
            return dump({{"scripts", versions_json(connection, api.desk.registry, script)}});
        };
    co_return to_response(co_await api.store.read(std::move(query)));
}

/// `{"good","diagnostics","proof","questions","rules"}`
ordered_json check_json(const CheckedText& checked) {
    ordered_json answer{{"good", checked.is_good()},
                        {"diagnostics", diagnostics_json(checked.diagnostics)},
                        {"proof", nullptr}};
    if (!checked.script) return answer;
    const dialogs::Script& script = *checked.script;
    answer["proof"] = {{"questions", script.questions.size()},
                       {"rules", script.rules.size()},
                       {"options", script.options.size()},
                       {"sources", script.evidence.size()},
                       {"shortest", nullptr},
                       {"longest", nullptr}};
    if (checked.length) {
        answer["proof"]["shortest"] = checked.length->shortest;
        answer["proof"]["longest"] = checked.length->longest;
    }
    return answer;
}

using FoundVersion = std::variant<VersionText, Refusal>;

Task<FoundVersion> read_version(ReviewApi& api, PathParts parts) {
    std::function<FoundVersion(const Connection&)> query = [parts](const Connection& connection) {
        return find_version(connection, parts[0], parts[1]);
    };
    co_return co_await api.store.read(std::move(query));
}

Task<Response> get_version(ReviewApi& api, Request, PathParts parts) {
    const FoundVersion found = co_await read_version(api, std::move(parts));
    if (const auto* refusal = std::get_if<Refusal>(&found))
        co_return http::error_response(*refusal);
    const auto& version = std::get<VersionText>(found);
    std::function<ordered_json(const Connection&)> query = [&api,
                                                            version](const Connection& connection) {
        for (ordered_json& each : versions_json(connection, api.desk.registry, version.script)) {
            if (each["hash"] == version.hash) return std::move(each);
        }
        return ordered_json{{"script", version.script}, {"hash", version.hash}};
    };
    ordered_json answer = co_await api.store.read(std::move(query));
    std::function<ordered_json()> work = [version] {
        return check_json(check_text(version.text, version.script));
    };
    const ordered_json checked = co_await api.desk.checks.run(std::move(work));
    answer["text"] = version.text;
    answer.update(checked);
    co_return json_answer(answer);
}

/// A member that is a text; nothing when it is something else. Missing: an empty text.
std::optional<std::string> text_member(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    if (found == body.end()) return std::string();
    if (!found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

Task<Response> post_check(ReviewApi& api, Request request, PathParts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto text = text_member(std::get<nlohmann::json>(body), "text");
    const auto script = text_member(std::get<nlohmann::json>(body), "script");
    if (!text || text->empty() || !script)
        co_return http::error_response(
            {ErrorCode::bad_value,
             "\"text\" is the script; \"script\" the id that it is to have."});
    std::function<ordered_json()> work = [text = *text, script = *script] {
        return check_json(check_text(text, script));
    };
    const ordered_json checked = co_await api.desk.checks.run(std::move(work));
    co_return json_answer(checked);
}

using SavedDraft = std::variant<db::ScriptDraft, Refusal>;

Task<Response> post_draft(ReviewApi& api, Request request, PathParts parts) {
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) co_return http::error_response(*refusal);
    const auto text = text_member(std::get<nlohmann::json>(body), "text");
    const auto note = text_member(std::get<nlohmann::json>(body), "note");
    if (!text || !note)
        co_return http::error_response(
            {ErrorCode::bad_value, "\"text\" is the script, \"note\" what is new in it."});
    const db::Change change = change_of(request, "script.draft", parts[0]);
    std::function<SavedDraft(Connection&)> work = [script = parts[0], text = *text, note = *note,
                                                   change](Connection& connection) {
        return save_script_draft(connection, script, text, note, change);
    };
    const SavedDraft saved = co_await api.store.change(std::move(work));
    if (const auto* refusal = std::get_if<Refusal>(&saved))
        co_return http::error_response(*refusal);
    const auto& draft = std::get<db::ScriptDraft>(saved);
    std::function<ordered_json()> look = [draft] {
        return check_json(check_text(draft.body, draft.script));
    };
    const ordered_json checked = co_await api.desk.checks.run(std::move(look));
    ordered_json answer{{"script", draft.script}, {"hash", draft.hash}};
    answer.update(checked);
    co_return json_answer(answer, 201);
}

Task<Response> delete_draft(ReviewApi& api, Request request, PathParts parts) {
    const db::Change change = change_of(request, "script.draft.remove", parts[0], parts[1]);
    std::function<TextOrRefused(Connection&)> work =
        [parts, change](Connection& connection) -> TextOrRefused {
        const FoundVersion found = find_version(connection, parts[0], parts[1]);
        if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
        const auto& version = std::get<VersionText>(found);
        if (!version.is_draft)
            return Refusal{ErrorCode::bad_value,
                           "This version was published; sessions may be pinned to it, so it "
                           "stays."};
        if (!db::remove_draft(connection, version.script, version.hash, change))
            return Refusal{ErrorCode::not_found, "There is no such draft here."};
        return dump({{"removed", version.hash}});
    };
    co_return to_response(co_await api.store.change(std::move(work)));
}

using Checked = std::variant<std::shared_ptr<const Candidate>, Refusal>;

/// A version that may be offered. Errors: a refusal with the first error of one that may not.
Checked check_candidate(const VersionText& version, const std::string& replaces,
                        const std::string& note) {
    CheckedText checked = check_text(version.text, version.script);
    if (!checked.is_good()) {
        std::size_t errors = 0;
        std::string first;
        for (const dialogs::Diagnostic& diagnostic : checked.diagnostics) {
            if (diagnostic.error && errors++ == 0) first = dialogs::to_text(diagnostic);
        }
        return Refusal{ErrorCode::bad_value, "Not published: " + std::to_string(errors) +
                                                 (errors == 1 ? " error. " : " errors, first ") +
                                                 first};
    }
    const std::string fragments =
        version.fragments.empty() ? dialogs::to_json(checked.script->fragments) : version.fragments;
    return std::make_shared<const Candidate>(
        Candidate{{0, version.hash, version.script, version.text, fragments},
                  std::move(*checked.script),
                  replaces,
                  note});
}

Task<Response> publish_version(ReviewApi& api, VersionText version, std::string replaces,
                               std::string note, db::Change change) {
    std::function<Checked()> look = [version, replaces, note] {
        return check_candidate(version, replaces, note);
    };
    const Checked checked = co_await api.desk.checks.run(std::move(look));
    if (const auto* refusal = std::get_if<Refusal>(&checked))
        co_return http::error_response(*refusal);
    const auto candidate = std::get<std::shared_ptr<const Candidate>>(checked);
    change.detail = version.hash + (note.empty() ? "" : " " + note);
    std::function<TextOrRefused(Connection&)> work =
        [&api, candidate, change](Connection& connection) -> TextOrRefused {
        const auto published = publish_script(connection, api.desk.registry, *candidate, change);
        if (const auto* refusal = std::get_if<Refusal>(&published)) return *refusal;
        return dump({{"script", candidate->stored.name}, {"published", candidate->stored.hash}});
    };
    co_return to_response(co_await api.store.change(std::move(work)));
}

/// The members `note` and `replaces` of a body. Errors: a refusal.
std::variant<std::pair<std::string, std::string>, Refusal> read_publishing(const Request& request) {
    constexpr std::size_t max_note_bytes = 1000;
    const auto body = read_json_body(request);
    if (const auto* refusal = std::get_if<Refusal>(&body)) return *refusal;
    const auto note = text_member(std::get<nlohmann::json>(body), "note");
    const auto replaces = text_member(std::get<nlohmann::json>(body), "replaces");
    if (!note || !replaces || note->size() > max_note_bytes)
        return Refusal{ErrorCode::bad_value,
                       "\"note\" is a text of at most 1,000 bytes, \"replaces\" the hash of the "
                       "version that is published now."};
    return std::pair(*note, *replaces);
}

Task<Response> post_publish(ReviewApi& api, Request request, PathParts parts) {
    const auto given = read_publishing(request);
    if (const auto* refusal = std::get_if<Refusal>(&given))
        co_return http::error_response(*refusal);
    const auto& [note, replaces] = std::get<std::pair<std::string, std::string>>(given);
    db::Change change = change_of(request, "script.publish", parts[0]);
    const FoundVersion found = co_await read_version(api, std::move(parts));
    if (const auto* refusal = std::get_if<Refusal>(&found))
        co_return http::error_response(*refusal);
    VersionText version = std::get<VersionText>(found);
    Response response =
        co_await publish_version(api, std::move(version), replaces, note, std::move(change));
    co_return response;
}

/// What was published before the version that is offered now.
FoundVersion version_before(const Connection& connection, const ScriptRegistry& registry,
                            const std::string& script) {
    const ScriptPtr offered = registry.offered(script);
    const auto before =
        offered ? db::publication_before(connection, script, offered->hash) : std::nullopt;
    if (!before)
        return Refusal{ErrorCode::not_found, "No other version of this script was published."};
    return find_version(connection, script, before->hash);
}

Task<Response> post_rollback(ReviewApi& api, Request request, PathParts parts) {
    const auto given = read_publishing(request);
    if (const auto* refusal = std::get_if<Refusal>(&given))
        co_return http::error_response(*refusal);
    const auto& [note, replaces] = std::get<std::pair<std::string, std::string>>(given);
    db::Change change = change_of(request, "script.rollback", parts[0]);
    std::function<FoundVersion(const Connection&)> query =
        [&api, script = parts[0]](const Connection& connection) {
            return version_before(connection, api.desk.registry, script);
        };
    const FoundVersion found = co_await api.store.read(std::move(query));
    if (const auto* refusal = std::get_if<Refusal>(&found))
        co_return http::error_response(*refusal);
    VersionText version = std::get<VersionText>(found);
    Response response =
        co_await publish_version(api, std::move(version), replaces, note, std::move(change));
    co_return response;
}

}  // namespace

void add_script_routes(Router& router, ReviewApi& api) {
    using Handler = Task<Response> (*)(ReviewApi&, Request, PathParts);
    const auto add = [&](std::string_view method, std::string_view pattern, Role role,
                         Handler handler) {
        router.add({method, pattern, role, [&api, handler](Request request, PathParts parts) {
                        return handler(api, std::move(request), std::move(parts));
                    }});
    };
    router.add({"GET", "/api/v1/review/scripts", Role::viewer, [&api](Request request, PathParts) {
                    return get_scripts(api, std::move(request));
                }});
    add("POST", "/api/v1/review/scripts/check", Role::editor, post_check);
    add("POST", "/api/v1/review/scripts/{}/drafts", Role::editor, post_draft);
    add("POST", "/api/v1/review/scripts/{}/rollback", Role::admin, post_rollback);
    add("GET", "/api/v1/review/scripts/{}/versions/{}", Role::viewer, get_version);
    add("DELETE", "/api/v1/review/scripts/{}/versions/{}", Role::editor, delete_draft);
    add("POST", "/api/v1/review/scripts/{}/versions/{}/publish", Role::admin, post_publish);
    add_script_look_routes(router, api);
}

}  // namespace advisor::server
