#include "server/record_api.hpp"

#include <memory>

#include "dialogs/job_ad.hpp"
#include "server/decision_record.hpp"

namespace advisor::server {
namespace {

using http::Request;
using http::Response;

/// A session with a result and all that a record is made of.
struct Reported {
    db::SessionRecord session;
    db::StoredScript stored;
    ScriptPtr script;
    Finished result;
};
using ReportedPtr = std::unique_ptr<Reported>;

/// Null when there is no report at this address, or none at the moment.
Task<ReportedPtr> find_reported(ChatApi& api, std::string code) {
    ReportedPtr none;
    const std::optional<db::SessionRecord> session = co_await api.store.session_by_report(code);
    if (!session) co_return none;
    const std::optional<db::StoredScript> stored = co_await api.store.script(session->script);
    if (!stored) co_return none;
    ScriptPtr script = api.scripts.loaded(session->script);
    if (!script) script = api.scripts.adopt(*stored);
    if (!script) co_return none;
    std::optional<Finished> result = finished(script->script, *session);
    if (!result) co_return none;
    auto reported = std::make_unique<Reported>();
    reported->session = *session;
    reported->stored = *stored;
    reported->script = std::move(script);
    reported->result = std::move(*result);
    co_return reported;
}

Response not_there(const char* what) {
    return http::error_response({ErrorCode::not_found, what});
}

Response download(std::string text, const char* type, const std::string& name, bool attached) {
    Response response;
    response.headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}};
    response.headers.emplace_back(
        "Content-Disposition",
        (attached ? "attachment; filename=\"" : "inline; filename=\"") + name + "\"");
    response.body = std::move(text);
    return response;
}

Response record_response(const Reported& found, const std::string& format) {
    const auto text = [&](RecordFormat wanted) {
        return make_record(found.script->script, found.stored, found.session, found.result, wanted);
    };
    const std::string name = "decision-" + found.session.key + "." + format;
    if (format == "json") return download(text(RecordFormat::json), "application/json", name, true);
    if (format == "md")
        return download(text(RecordFormat::markdown), "text/markdown; charset=utf-8", name, true);
    Response response = download(text(RecordFormat::html), "text/html; charset=utf-8", name, false);
    // Like that of every page, but with the one style inside; the page itself forbids scripts.
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src " + record_style_source() +
            "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
            "require-trusted-types-for 'script'; trusted-types 'none'");
    return response;
}

Task<Response> get_record(ChatApi& api, std::string code, std::string format) {
    const ReportedPtr found = co_await find_reported(api, std::move(code));
    co_return found ? record_response(*found, format)
                    : not_there("There is no report at this address, or it has no result now.");
}

Response job_ad_response(const Reported& found, const std::string& id) {
    const dialogs::Script& script = found.script->script;
    const std::optional<dialogs::Role> role =
        dialogs::find_role(script, found.result.recommendation, id);
    if (!role) return not_there("The hiring plan of this report has no such role.");
    std::optional<std::string> text = dialogs::job_ad(script, *role);
    if (!text) return not_there("Nobody is to be found for this role, so there is no job ad.");
    return download(std::move(*text), "text/markdown; charset=utf-8", "job-ad-" + id + ".md", true);
}

Task<Response> get_job_ad(ChatApi& api, PathParts parts) {
    std::string code = parts[0];
    std::string role = parts[1];
    if (!role.ends_with(".md")) co_return not_there("A job ad is at roles/ROLE.md.");
    role.resize(role.size() - 3);
    const ReportedPtr found = co_await find_reported(api, std::move(code));
    co_return found ? job_ad_response(*found, role)
                    : not_there("There is no report at this address, or it has no result now.");
}

}  // namespace

void add_record_routes(Router& router, ChatApi& api) {
    router.add(
        {"GET", "/api/v1/reports/{}/record.json", Role::everyone, [&api](Request, PathParts parts) {
             return get_record(api, std::move(parts[0]), "json");
         }});
    router.add(
        {"GET", "/api/v1/reports/{}/record.md", Role::everyone,
         [&api](Request, PathParts parts) { return get_record(api, std::move(parts[0]), "md"); }});
    router.add(
        {"GET", "/api/v1/reports/{}/record.html", Role::everyone, [&api](Request, PathParts parts) {
             return get_record(api, std::move(parts[0]), "html");
         }});
    router.add({"GET", "/api/v1/reports/{}/roles/{}", Role::everyone,
                [&api](Request, PathParts parts) { return get_job_ad(api, std::move(parts)); }});
}

}  // namespace advisor::server
