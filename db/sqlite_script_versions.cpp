#include "db/script_versions.hpp"
#include "db/sqlite_query.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::run;
using sqlite::Transaction;

ScriptDraft read_draft(const Query& row) {
    return {row.number(0), row.text(1), row.text(2), row.text(3),
            row.time(4),   row.text(5), row.text(6)};
}

Publication read_publication(const Query& row) {
    return {row.number(0), row.text(1), row.text(2), row.text(3),
            row.text(4),   row.time(5), row.text(6)};
}

std::vector<StoredScript> read_scripts(const Connection& connection, std::string_view script,
                                       std::string_view hash) {
    std::vector<StoredScript> found;
    for_rows(
        connection,
        [&](const Query& row) {
            found.push_back({row.number(0), row.text(1), row.text(2), row.text(3), row.text(4)});
        },
        "SELECT id, hash, name, body, fragments FROM script "
        "WHERE name = ?1 AND substr(hash, 1, length(?2)) = ?2 LIMIT 2",
        script, hash);
    return found;
}

}  // namespace

void save_draft(Connection& connection, const ScriptDraft& draft, const Change& change) {
    Transaction transaction(connection);
    run(connection,
        "INSERT INTO script_draft (script, hash, author, at, note, body) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (script, hash) "
        "DO UPDATE SET author = excluded.author, at = excluded.at, note = excluded.note",
        draft.script, draft.hash, draft.author, draft.at, draft.note, draft.body);
    add_audit(connection, change);
    transaction.commit();
}

bool remove_draft(Connection& connection, std::string_view script, std::string_view hash,
                  const Change& change) {
    Transaction transaction(connection);
    run(connection, "DELETE FROM script_draft WHERE script = ?1 AND hash = ?2", script, hash);
    if (connection.changes() == 0) return false;
    add_audit(connection, change);
    transaction.commit();
    return true;
}

std::vector<ScriptDraft> drafts(const Connection& connection) {
    std::vector<ScriptDraft> found;
    for_rows(
        connection, [&](const Query& row) { found.push_back(read_draft(row)); },
        "SELECT id, script, hash, author, at, note, '' FROM script_draft ORDER BY at DESC, id "
        "DESC");
    return found;
}

std::vector<ScriptDraft> find_drafts(const Connection& connection, std::string_view script,
                                     std::string_view hash) {
    std::vector<ScriptDraft> found;
    for_rows(
        connection, [&](const Query& row) { found.push_back(read_draft(row)); },
        "SELECT id, script, hash, author, at, note, body FROM script_draft "
        "WHERE script = ?1 AND substr(hash, 1, length(?2)) = ?2 LIMIT 2",
        script, hash);
    return found;
}

std::vector<StoredScript> find_versions(const Connection& connection, std::string_view script,
                                        std::string_view hash) {
    return read_scripts(connection, script, hash);
}

std::vector<Publication> publications(const Connection& connection) {
    std::vector<Publication> found;
    for_rows(
        connection, [&](const Query& row) { found.push_back(read_publication(row)); },
        "SELECT id, script, hash, file_hash, who, at, note FROM script_publication ORDER BY id");
    return found;
}

std::optional<Publication> latest_publication(const Connection& connection,
                                              std::string_view script) {
    return publication_before(connection, script, "");
}

std::optional<Publication> publication_before(const Connection& connection, std::string_view script,
                                              std::string_view hash) {
    std::optional<Publication> found;
    for_rows(
        connection, [&](const Query& row) { found = read_publication(row); },
        "SELECT id, script, hash, file_hash, who, at, note FROM script_publication "
        "WHERE script = ?1 AND hash <> ?2 ORDER BY id DESC LIMIT 1",
        script, hash);
    return found;
}

StoredScript publish(Connection& connection, const StoredScript& script,
                     const Publication& publication, const Change& change) {
    Transaction transaction(connection);
    run(connection,
        "INSERT INTO script (name, hash, body, fragments, added_at) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (hash) DO NOTHING",
        script.name, script.hash, script.body, script.fragments, publication.at);
    const std::vector<StoredScript> stored = read_scripts(connection, script.name, script.hash);
    if (stored.empty())
        throw StoreError(StoreError::Kind::corrupt, "this text is stored as another script's");
    run(connection,
        "INSERT INTO script_publication (script, hash, file_hash, who, at, note) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        publication.script, publication.hash, publication.file_hash, publication.who,
        publication.at, publication.note);
    add_audit(connection, change);
    transaction.commit();
    return stored.front();
}

}  // namespace advisor::db
