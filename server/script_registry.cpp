#include "server/script_registry.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "dialogs/wire.hpp"
#include "server/builtin_scripts.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using dialogs::Diagnostic;
using dialogs::Finding;

void add(ScriptSources& sources, std::string file, std::string text) {
    dialogs::LoadResult loaded = dialogs::load_script(text, file);
    std::move(loaded.diagnostics.begin(), loaded.diagnostics.end(),
              std::back_inserter(sources.diagnostics));
    if (!loaded.script) return;
    const bool taken = std::any_of(
        sources.scripts.begin(), sources.scripts.end(),
        [&](const ScriptSource& other) { return other.script.id == loaded.script->id; });
    if (taken) {
        sources.diagnostics.push_back({Finding::duplicate_script, true, file, 0, "/script",
                                       "another file has the script id \"" + loaded.script->id +
                                           "\" as well; rename one of them"});
        return;
    }
    sources.scripts.push_back({std::move(file), std::move(text), std::move(*loaded.script)});
}

void add_file(ScriptSources& sources, const fs::path& path) {
    std::optional<std::string> text = read_text_file(path);
    if (text) return add(sources, path.filename().string(), std::move(*text));
    sources.diagnostics.push_back(
        {Finding::unreadable, true, path.filename().string(), 0, "",
         "is not a file that can be read; check what it is and its permissions"});
}

void add_folder(ScriptSources& sources, const fs::path& folder) {
    std::error_code error;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".json") && !name.ends_with(".schema.json") && !name.starts_with("."))
            files.insert(entry.path());
    }
    if (error || files.empty()) {
        sources.diagnostics.push_back({Finding::unreadable, true, folder.string(), 0, "",
                                       "no script files (*.json) can be read there; name a folder "
                                       "that has some with --scripts"});
    }
    for (const fs::path& file : files) add_file(sources, file);
}

ScriptPtr pin(const db::StoredScript& stored, dialogs::Script script) {
    auto pinned = std::make_shared<PinnedScript>();
    pinned->row = stored.id;
    pinned->hash = stored.hash;
    pinned->script = std::move(script);
    // As they were when the script was first kept: replies that name them stay what they were.
    for (auto& [name, text] : dialogs::read_fragments(stored.fragments))
        pinned->script.fragments[name] = text;
    return pinned;
}

}  // namespace

std::optional<std::string> read_text_file(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream.is_open() || stream.bad()) return std::nullopt;
    return text;
}

ScriptSources read_scripts(const fs::path& folder) {
    ScriptSources sources;
    if (!folder.empty()) {
        add_folder(sources, folder);
        return sources;
    }
    for (const BuiltinScript& builtin : builtin_scripts())
        add(sources, std::string(builtin.file), std::string(builtin.text));
    return sources;
}

ScriptRegistry::ScriptRegistry(const ScriptSources& sources, std::string default_script,
                               db::Writer& writer)
    : default_script_(std::move(default_script)) {
    for (const ScriptSource& source : sources.scripts) {
        const db::StoredScript fresh{0, sha256_hex(source.text), source.script.id, source.text,
                                     dialogs::to_json(source.script.fragments)};
        const ScriptPtr pinned = pin(writer.keep_script(fresh), source.script);
        by_row_[pinned->row] = pinned;
        offered_[source.script.id] = pinned;
    }
}

ScriptPtr ScriptRegistry::offered(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found = offered_.find(id.empty() ? std::string_view(default_script_) : id);
    return found == offered_.end() ? nullptr : found->second;
}

std::vector<ScriptPtr> ScriptRegistry::all_offered() const {
    const std::lock_guard lock(mutex_);
    std::vector<ScriptPtr> result;
    for (const auto& [id, script] : offered_) result.push_back(script);
    return result;
}

ScriptPtr ScriptRegistry::loaded(db::RowId row) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_row_.find(row);
    return found == by_row_.end() ? nullptr : found->second;
}

ScriptPtr ScriptRegistry::adopt(const db::StoredScript& stored) {
    dialogs::LoadResult result = dialogs::load_script(stored.body, stored.name);
    if (!result.script) return nullptr;
    const ScriptPtr pinned = pin(stored, std::move(*result.script));
    const std::lock_guard lock(mutex_);
    return by_row_.try_emplace(stored.id, pinned).first->second;
}

}  // namespace advisor::server
