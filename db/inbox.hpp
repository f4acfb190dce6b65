#pragma once
// Texts that were not understood, one by one: what became of them, and which phrases reviewers
// accepted as answers. The list itself is db::inbox (review.hpp). All calls work on a connection of
// the caller. Errors: StoreError.

#include "db/review.hpp"

namespace advisor::db {

/// "PHRASE means CHOICE", as somebody accepted it. Kept as a case that later versions of the script
/// are checked against.
struct AcceptedPhrase {
    std::string script;  ///< name
    std::string question;
    std::string text;  ///< of the inbox row
    std::string choice;
    std::string phrase;
    std::string draft;  ///< hash of the version that was made for it
    std::string who;
    TimePoint at;
};

[[nodiscard]] std::optional<InboxRow> inbox_row(const sqlite::Connection& connection, RowId id);

/// Of a script, the oldest first.
[[nodiscard]] std::vector<AcceptedPhrase> accepted_phrases(const sqlite::Connection& connection,
                                                           std::string_view script);
/// The same phrase again replaces the one before; with its audit row in one transaction.
void keep_accepted(sqlite::Connection& connection, const AcceptedPhrase& accepted,
                   const Change& change);

/// The latest sessions in which the words of `text` were typed one behind the other.
[[nodiscard]] std::vector<RowId> sessions_with(const sqlite::Connection& connection,
                                               std::string_view text, std::size_t limit);

/// Those of the latest `turns` turns of all sessions in which something was typed, and the session
/// has a script of this name; without reply, the latest first.
[[nodiscard]] std::vector<FollowedTurn> latest_typed(const sqlite::Connection& connection,
                                                     std::string_view script, std::int64_t turns);

/// The newest version of a script that sessions could begin with.
[[nodiscard]] std::optional<StoredScript> newest_version(const sqlite::Connection& connection,
                                                         std::string_view script);

}  // namespace advisor::db
