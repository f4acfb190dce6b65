#include "server/script_publication.hpp"

#include <map>
#include <set>

#include "server/log.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

/// The latest publication of each script.
std::map<std::string, db::Publication> latest_by_script(const Connection& connection) {
    std::map<std::string, db::Publication> latest;
    for (db::Publication& publication : db::publications(connection)) {
        const std::string script = publication.script;
        latest[script] = std::move(publication);
    }
    return latest;
}

void offer_stored(const Connection& connection, ScriptRegistry& registry,
                  const db::Publication& publication) {
    const auto stored = db::find_versions(connection, publication.script, publication.hash);
    const ScriptPtr script = stored.size() == 1 ? registry.adopt(stored.front()) : nullptr;
    if (script) return registry.offer(script);
    log(LogLevel::warning, "published_script_unreadable",
        {{"script", publication.script}, {"version", publication.hash}});
}

void note_file(Connection& connection, const ScriptPtr& file, bool is_first) {
    const std::string note = is_first ? "as in its file" : "the file has changed";
    const db::Publication publication{0,      file->script.id, file->hash, file->hash,
                                      "file", now(),           note};
    const db::Change change{"server", "script.publish", file->script.id, file->hash, now()};
    const db::StoredScript stored{file->row, file->hash, file->script.id, "", ""};
    db::publish(connection, stored, publication, change);
}

}  // namespace

void take_up_publications(ScriptRegistry& registry, db::Writer& writer) {
    writer.change([&registry](Connection& connection) {
        const std::map<std::string, db::Publication> latest = latest_by_script(connection);
        for (const ScriptPtr& file : registry.all_offered()) {
            const auto known = latest.find(file->script.id);
            if (known == latest.end() || known->second.file_hash != file->hash)
                note_file(connection, file, known == latest.end());
            else if (known->second.hash != file->hash)
                offer_stored(connection, registry, known->second);
        }
        for (const auto& [script, publication] : latest) {
            if (publication.file_hash.empty() && registry.file_hash(script).empty())
                offer_stored(connection, registry, publication);
        }
    });
}

std::variant<ScriptPtr, Refusal> publish_script(Connection& connection, ScriptRegistry& registry,
                                                const Candidate& candidate,
                                                const db::Change& change) {
    const std::string& id = candidate.script.id;
    const ScriptPtr current = registry.offered(id);
    const std::string offered = current ? current->hash : "";
    if (!candidate.replaces.empty() && candidate.replaces != offered)
        return Refusal{ErrorCode::already_there,
                       "Another version has been published meanwhile; look at the list again."};
    if (candidate.stored.hash == offered)
        return Refusal{ErrorCode::already_there, "This version is published already."};
    const db::Publication publication{
        0,          id,        candidate.stored.hash, registry.file_hash(id),
        change.who, change.at, candidate.note};
    const db::StoredScript stored = db::publish(connection, candidate.stored, publication, change);
    ScriptPtr script = registry.adopt(stored, candidate.script);
    registry.offer(script);
    return script;
}

}  // namespace advisor::server
