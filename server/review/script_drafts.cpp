#include "server/review/script_drafts.hpp"

#include <algorithm>
#include <chrono>

#include "dialogs/json_text.hpp"
#include "server/secrets.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using db::sqlite::Connection;
using dialogs::Diagnostic;
using dialogs::Finding;
using nlohmann::ordered_json;

constexpr std::size_t max_id_bytes = 64;
constexpr std::size_t max_note_bytes = 1000;
constexpr std::size_t min_hash_digits = 6;

std::string today() {
    return utc_text(std::chrono::time_point_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now()))
        .substr(0, 10);
}

bool is_script_id(const std::string& id) {
    return !id.empty() && id.size() <= max_id_bytes &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
}

/// The id that a text gives itself; empty when it cannot be read.
std::string id_in(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false, true);
    if (!json.is_object()) return {};
    const auto id = json.find("script");
    return id != json.end() && id->is_string() ? id->get<std::string>() : std::string();
}

}  // namespace

CheckedText check_text(std::string_view text, const std::string& script) {
    CheckedText checked;
    const std::string file = (script.empty() ? "script" : script) + ".json";
    dialogs::LoadResult loaded = dialogs::load_script(text, file);
    checked.diagnostics = std::move(loaded.diagnostics);
    if (!loaded.script) return checked;
    if (!script.empty() && loaded.script->id != script)
        checked.diagnostics.push_back({Finding::bad_id, true, file, 0, "/script",
                                       "is \"" + loaded.script->id + "\" in a version of \"" +
                                           script + "\"; give it that id"});
    dialogs::ProofOptions options;
    options.date = today();
    dialogs::Proof proof = dialogs::prove(*loaded.script, text, file, options);
    for (Diagnostic& diagnostic : proof.diagnostics) {
        if (diagnostic.finding == Finding::stale_evidence) diagnostic.error = false;
        checked.diagnostics.push_back(std::move(diagnostic));
    }
    checked.length = proof.length;
    checked.script = std::move(loaded.script);
    return checked;
}

ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
    ordered_json list = ordered_json::array();
    for (const Diagnostic& diagnostic : diagnostics) {
        std::string number = std::to_string(static_cast<int>(diagnostic.finding));
        number.insert(0, 3 - std::min<std::size_t>(3, number.size()), '0');
        ordered_json entry{{"number", "D" + number},
                           {"level", diagnostic.error ? "error" : "warning"},
                           {"line", diagnostic.line},
                           {"pointer", diagnostic.pointer},
                           {"message", diagnostic.message}};
        if (!diagnostic.witness.empty()) entry["answers"] = diagnostic.witness;
        list.push_back(std::move(entry));
    }
    return list;
}

std::variant<db::ScriptDraft, Refusal> save_script_draft(Connection& connection,
                                                         const std::string& script,
                                                         const std::string& text,
                                                         const std::string& note,
                                                         const db::Change& change) {
    if (!is_script_id(script))
        return Refusal{ErrorCode::bad_value,
                       "A script's id has 1 to 64 of a-z, 0-9, hyphen and underscore."};
    if (text.empty() || note.size() > max_note_bytes)
        return Refusal{ErrorCode::bad_value,
                       "\"text\" is the script; \"note\" has at most 1,000 bytes."};
    if (text.size() > dialogs::max_script_bytes)
        return Refusal{ErrorCode::message_too_large, "A script has at most 1 MiB."};
    if (dialogs::nests_too_deep(text))
        return Refusal{ErrorCode::bad_value, "The script nests deeper than 64 levels; flatten it."};
    const std::string id = id_in(text);
    if (!id.empty() && id != script)
        return Refusal{ErrorCode::bad_value, "The text says that it is the script \"" + id +
                                                 "\", not \"" + script + "\"; correct \"script\"."};
    db::ScriptDraft draft{0, script, sha256_hex(text), change.who, change.at, note, text};
    db::Change noted = change;
    noted.subject = script;
    noted.detail = draft.hash;
    db::save_draft(connection, draft, noted);
    return draft;
}

std::variant<VersionText, Refusal> find_version(const Connection& connection,
                                                const std::string& script,
                                                const std::string& hash) {
    if (hash.size() < min_hash_digits)
        return Refusal{ErrorCode::not_found, "Name a version by six digits of its hash or more."};
    auto published = db::find_versions(connection, script, hash);
    auto drafts = db::find_drafts(connection, script, hash);
    // A draft that was published is in both.
    std::erase_if(drafts, [&](const db::ScriptDraft& draft) {
        return std::any_of(published.begin(), published.end(),
                           [&](const auto& version) { return version.hash == draft.hash; });
    });
    if (published.size() + drafts.size() > 1)
        return Refusal{ErrorCode::bad_value, "Several versions begin with this hash; write more."};
    if (!published.empty()) {
        db::StoredScript& found = published.front();
        return VersionText{found.name, found.hash, std::move(found.body),
                           std::move(found.fragments), false};
    }
    if (drafts.empty()) return Refusal{ErrorCode::not_found, "There is no such version here."};
    db::ScriptDraft& found = drafts.front();
    return VersionText{found.script, found.hash, std::move(found.body), "", true};
}

}  // namespace advisor::server
