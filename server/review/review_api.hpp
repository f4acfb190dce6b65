#pragma once
// The review API: what the console and programs with a token can read and change about past
// sessions. Routes and bodies: docs/review-api.md and docs/review-openapi.json.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>

#include "server/net/router.hpp"
#include "server/review/accounts.hpp"
#include "server/review/review_follower.hpp"
#include "server/review/review_query.hpp"
#include "server/review/review_store.hpp"

namespace advisor::server {

struct ScriptDesk;  // script_desk.hpp

/// What the handlers need. Everything outlives the router.
struct ReviewApi {
    ReviewStore& store;
    ReviewFollower& follower;
    Accounts& accounts;
    StoreQueue& queue;
    ScriptFinder scripts;
    std::filesystem::path database;
    const std::atomic<std::size_t>& connections;
    ScriptDesk& desk;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

void add_review_routes(Router& router, ReviewApi& api);

// The parts of it, each in the file of its name.
void add_account_routes(Router& router, ReviewApi& api);
void add_review_session_routes(Router& router, ReviewApi& api);
void add_review_one_routes(Router& router, ReviewApi& api);
void add_review_changed_routes(Router& router, ReviewApi& api);
void add_review_analytics_routes(Router& router, ReviewApi& api);
void add_script_routes(Router& router, ReviewApi& api);
void add_script_look_routes(Router& router, ReviewApi& api);

/// Waits until what was stored before is counted and indexed; at most a quarter of a second, and
/// not at all while a long way is behind.
[[nodiscard]] Task<> counted(ReviewApi& api);

/// What a request changes, for the audit log. Requires: the route needs a role.
[[nodiscard]] db::Change change_of(const http::Request& request, std::string action,
                                   std::string subject, std::string detail = "");

/// For handlers whose answer is worked out on the reader's thread.
using TextOrRefused = std::variant<std::string, Refusal>;
[[nodiscard]] http::Response to_response(TextOrRefused result);
[[nodiscard]] Refusal no_session();

/// `filter` as CSV or JSON, made while it is sent.
[[nodiscard]] http::Response export_sessions(ReviewApi& api, db::SessionFilter filter, bool csv);

/// A quoted CSV cell that no spreadsheet takes for a formula.
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace advisor::server
