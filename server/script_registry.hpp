#pragma once
// The scripts that can be started, and every older one that a session is pinned to.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/store.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/script.hpp"

namespace advisor::server {

/// A script under its content hash; never changes.
struct PinnedScript {
    db::RowId row = 0;  ///< in the store
    std::string hash;
    dialogs::Script script;
};
using ScriptPtr = std::shared_ptr<const PinnedScript>;

/// A script file as read, before it is kept in the store.
struct ScriptSource {
    std::string file;
    std::string text;
    dialogs::Script script;
};

struct ScriptSources {
    std::vector<ScriptSource> scripts;
    std::vector<dialogs::Diagnostic>
        diagnostics;  ///< of all files; with an error, nothing may be served
};

/// The content of a file; nothing when it is not a regular file that can be read.
[[nodiscard]] std::optional<std::string> read_text_file(const std::filesystem::path& file);

/// True for the name of a file with answers to side questions: "tea.knowledge.json", which belongs
/// to "tea.json" beside it.
[[nodiscard]] bool is_knowledge_file(std::string_view file);

/// Reads one script and, when there is one, the knowledge file beside it. The diagnostics are of
/// both; the script is set when neither has an error.
[[nodiscard]] dialogs::LoadResult read_script_file(const std::filesystem::path& file);

/// Reads one knowledge file.
[[nodiscard]] dialogs::KnowledgeResult read_knowledge_file(const std::filesystem::path& file);

/// Reads every `*.json` of a folder but `*.schema.json`, or the built-in scripts when `folder` is
/// empty. Each script gets the knowledge file beside it.
[[nodiscard]] ScriptSources read_scripts(const std::filesystem::path& folder);

/// Adds to the diagnostics what can never happen in a script although its author wrote it: such a
/// script is refused like one with any other error. Warnings are left to `advisor check`, and so is
/// the age of sources: a server must not stop because time passes.
void prove_scripts(ScriptSources& sources);

/// Thread: all calls are safe from every thread. The scripts it hands out live as long as somebody
/// holds them.
class ScriptRegistry {
public:
    /// Keeps every script in the store and offers it by its id.
    /// Requires: no diagnostic of `sources` is an error. Errors: StoreError.
    ScriptRegistry(ScriptSources sources, std::string default_script, db::Writer& writer);

    /// The script to start; the default one for an empty id. Null when there is none.
    [[nodiscard]] ScriptPtr offered(std::string_view id) const;
    [[nodiscard]] std::vector<ScriptPtr> all_offered() const;

    /// A script that is loaded already, by its row. Null: fetch it from the store and call `adopt`.
    [[nodiscard]] ScriptPtr loaded(db::RowId row) const;
    /// Loads a stored script. Null when this program can no longer read it.
    ScriptPtr adopt(const db::StoredScript& stored);
    /// The same of one that was loaded from the stored text before.
    ScriptPtr adopt(const db::StoredScript& stored, dialogs::Script script);

    /// New sessions begin with this one from now on, in place of the one with its id. Sessions that
    /// run keep theirs. Requires: it is one of `adopt` or `loaded`.
    void offer(const ScriptPtr& script);
    /// The content hash of the file that had the script at the start; empty: none had.
    [[nodiscard]] std::string file_hash(std::string_view id) const;

private:
    mutable std::mutex mutex_;
    std::string default_script_;
    std::map<std::string, ScriptPtr, std::less<>> offered_;
    std::map<db::RowId, ScriptPtr> by_row_;
    std::map<std::string, std::string, std::less<>> file_hashes_;  ///< by script id
};

}  // namespace advisor::server
