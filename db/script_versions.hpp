#pragma once
// Versions of scripts that people save in the console, and which one is offered: drafts with their
// texts, and the list of publications. Texts that were ever offered are in the table `script`,
// where sessions are pinned to them. All calls work on a connection of the caller. Errors:
// StoreError.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/accounts.hpp"

namespace advisor::db {

/// A text that somebody saved; the script and the hash of the text name it. It may have errors.
struct ScriptDraft {
    RowId id = 0;
    std::string script;
    std::string hash;  ///< hex SHA-256 of `body`
    std::string author;
    TimePoint at;
    std::string note;
    std::string body;  ///< empty in lists
};

/// A version became the one that new sessions begin with.
struct Publication {
    RowId id = 0;
    std::string script;
    std::string hash;
    /// Of the script's file at that time; empty: there was none. The publication holds for as long
    /// as the file is the same.
    std::string file_hash;
    std::string who;
    TimePoint at;
    std::string note;
};

/// Saves a draft, or gives the one with the same text its new author, time and note; with its audit
/// row. `draft.id` is not read.
void save_draft(sqlite::Connection& connection, const ScriptDraft& draft, const Change& change);
/// False when there is no such draft.
bool remove_draft(sqlite::Connection& connection, std::string_view script, std::string_view hash,
                  const Change& change);
/// Without texts, the latest first.
[[nodiscard]] std::vector<ScriptDraft> drafts(const sqlite::Connection& connection);
/// The drafts of a script whose hash begins with `hash`, with their texts; at most two, so that a
/// beginning that fits several can be told.
[[nodiscard]] std::vector<ScriptDraft> find_drafts(const sqlite::Connection& connection,
                                                   std::string_view script, std::string_view hash);
/// The same of the versions that were offered at some time.
[[nodiscard]] std::vector<StoredScript> find_versions(const sqlite::Connection& connection,
                                                      std::string_view script,
                                                      std::string_view hash);

/// Of all scripts, in order.
[[nodiscard]] std::vector<Publication> publications(const sqlite::Connection& connection);
/// The latest of a script.
[[nodiscard]] std::optional<Publication> latest_publication(const sqlite::Connection& connection,
                                                            std::string_view script);
/// The latest of a script that has another hash.
[[nodiscard]] std::optional<Publication> publication_before(const sqlite::Connection& connection,
                                                            std::string_view script,
                                                            std::string_view hash);
/// Keeps the script, notes the publication and the change, in one transaction. The script as it is
/// stored, with its row.
StoredScript publish(sqlite::Connection& connection, const StoredScript& script,
                     const Publication& publication, const Change& change);

}  // namespace advisor::db
