#include "server/operations_api.hpp"

#include <sstream>

#include "db/talk_store.hpp"
#include "server/backup.hpp"
#include "server/time_text.hpp"
#include "server/webhooks/webhook_admin.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using http::Request;
using http::Response;
namespace fs = std::filesystem;

constexpr std::size_t max_waiting = 16;

WebhookOptions options_for(const OperationsDesk& desk, const std::string& name) {
    WebhookOptions options;
    options.data = desk.options().data;
    options.ca_file = desk.options().ca_file;
    options.name = name;
    options.json = true;
    return options;
}

/// What `advisor webhook` says, as JSON.
ordered_json listed(const OperationsDesk& desk, const std::string& name) {
    std::ostringstream out;
    static_cast<void>(webhook_list(options_for(desk, name), out));
    return ordered_json::parse(out.str(), nullptr, false);
}

/// Runs a command of `advisor webhook`; what it cannot do is a refusal in its words.
template <typename Work>
TextOrRefused refused_or(Work work) {
    try {
        return dump(work());
    } catch (const db::StoreError&) {
        throw;
    } catch (const UsageError& error) {
        return Refusal{ErrorCode::bad_value, error.what()};
    } catch (const std::runtime_error& error) {  // there is none of that name, most likely
        return Refusal{ErrorCode::not_found, error.what()};
    }
}

ordered_json hooks_json(const OperationsDesk& desk) {
    ordered_json list = ordered_json::array();
    const auto store = db::open_sqlite_talk_store(desk.options().database);
    for (const db::HookRecord& record : store->hooks("")) {
        list.push_back({{"id", record.id},
                        {"platform", record.platform},
                        {"shared", record.shared},
                        {"added_at", utc_text(record.added_at)},
                        {"rotated_at", time_or_null(record.rotated_at)}});
    }
    return list;
}

/// Writes the change into the audit log.
Task<> note(ReviewApi& api, db::Change change) {
    std::function<bool(Connection&)> work = [change](Connection& connection) {
        db::add_audit(connection, change);
        return true;
    };
    co_await api.store.change(std::move(work));
}

Task<Response> get_webhooks(ReviewApi&, OperationsDesk& desk, Request, PathParts) {
    std::function<TextOrRefused()> work = [&desk] {
        return refused_or([&desk] {
            return ordered_json{{"webhooks", listed(desk, "")}, {"hooks", hooks_json(desk)}};
        });
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

Task<Response> get_webhook(ReviewApi&, OperationsDesk& desk, Request, PathParts parts) {
    std::function<TextOrRefused()> work = [&desk, name = parts[0]] {
        return refused_or([&] { return listed(desk, name); });
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

Task<Response> post_test(ReviewApi& api, OperationsDesk& desk, Request request, PathParts parts) {
    db::Change change = change_of(request, "webhook.test", parts[0]);
    co_await note(api, std::move(change));
    std::function<TextOrRefused()> work = [&desk, name = parts[0]] {
        return refused_or([&] {
            std::ostringstream out;
            const bool delivered = webhook_test(options_for(desk, name), out) == 0;
            return ordered_json{{"delivered", delivered}, {"webhook", listed(desk, name)}};
        });
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

Task<Response> post_enable(ReviewApi& api, OperationsDesk& desk, Request request, PathParts parts) {
    db::Change change = change_of(request, "webhook.enable", parts[0]);
    co_await note(api, std::move(change));
    std::function<TextOrRefused()> work = [&desk, name = parts[0]] {
        return refused_or([&] {
            std::ostringstream out;
            static_cast<void>(webhook_enable(options_for(desk, name), out));
            return listed(desk, name);
        });
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

/// Of a webhook all dead messages, or one message, under their old ids.
Task<Response> post_replay(ReviewApi& api, OperationsDesk& desk, Request request, PathParts parts) {
    db::Change change = change_of(request, "webhook.replay", parts[0]);
    co_await note(api, std::move(change));
    std::function<TextOrRefused()> work = [&desk, name = parts[0]] {
        return refused_or([&] {
            std::ostringstream out;
            static_cast<void>(webhook_replay(options_for(desk, name), out));
            return ordered_json{{"replayed", name}, {"said", out.str()}};
        });
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

Task<Response> post_backup(ReviewApi& api, OperationsDesk& desk, Request request, PathParts) {
    db::Change change = change_of(request, "backup.make", "");
    co_await note(api, std::move(change));
    std::function<TextOrRefused()> work = [&desk] {
        const OperationsDesk::Options& options = desk.options();
        const fs::path folder =
            options.backups.empty() ? options.data / "backups" : options.backups;
        fs::create_directories(folder);
        const db::TimePoint now = utc_now();
        const BackupProof proof =
            make_backup(options.database, folder / backup_name(now), now, options.scripts);
        return TextOrRefused(dump({{"file", proof.file.filename().string()},
                                   {"bytes", proof.bytes},
                                   {"digest", proof.digest},
                                   {"replayed", proof.replayed},
                                   {"different", proof.different}}));
    };
    co_return to_response(co_await desk.run(std::move(work)));
}

}  // namespace

OperationsDesk::OperationsDesk(Options options)
    : options_(std::move(options)), thread_(max_waiting) {}

void add_review_operations_routes(Router& router, ReviewApi& api, OperationsDesk& desk) {
    using Handler = Task<Response> (*)(ReviewApi&, OperationsDesk&, Request, PathParts);
    const auto add = [&](std::string_view method, std::string_view pattern, Role role,
                         Handler handler) {
        router.add(
            {method, pattern, role, [&api, &desk, handler](Request request, PathParts parts) {
                 return handler(api, desk, std::move(request), std::move(parts));
             }});
    };
    add("GET", "/api/v1/review/operations/webhooks", Role::viewer, get_webhooks);
    add("GET", "/api/v1/review/operations/webhooks/{}", Role::viewer, get_webhook);
    add("POST", "/api/v1/review/operations/webhooks/{}/test", Role::admin, post_test);
    add("POST", "/api/v1/review/operations/webhooks/{}/enable", Role::admin, post_enable);
    add("POST", "/api/v1/review/operations/webhooks/{}/replay", Role::admin, post_replay);
    add("POST", "/api/v1/review/operations/messages/{}/replay", Role::admin, post_replay);
    add("POST", "/api/v1/review/operations/backup", Role::admin, post_backup);
}

}  // namespace advisor::server
