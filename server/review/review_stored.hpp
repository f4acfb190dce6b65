#pragma once
// One stored session with its own script, for the parts of the review API that look into it.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "dialogs/engine.hpp"
#include "server/review/review_api.hpp"

namespace advisor::server {

/// A session with its own script.
struct StoredSession {
    db::RowId row = 0;
    std::string key;
    std::shared_ptr<const dialogs::Script> script;
    std::vector<db::FollowedTurn> turns;  ///< all; at least one
    dialogs::State state;                 ///< after the last one
};

/// Errors: a refusal when there is no such session, or this program cannot read its script.
[[nodiscard]] std::variant<StoredSession, Refusal> load_stored(
    const db::sqlite::Connection& connection, const ScriptFinder& scripts, const std::string& key);

/// JSON of our own making, as a value.
[[nodiscard]] ordered_json parsed(const std::string& text);

/// The result of answers that leave no question open.
[[nodiscard]] ordered_json recommendation_json(const dialogs::Script& script,
                                               const dialogs::State& state,
                                               const std::string& report);
/// The talk as the person saw it.
[[nodiscard]] ordered_json messages_json(const StoredSession& stored);
[[nodiscard]] ordered_json notes_json(const db::sqlite::Connection& connection, db::RowId row);

}  // namespace advisor::server
