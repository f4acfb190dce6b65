#include "server/script_registry.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "dialogs/proof.hpp"
#include "dialogs/wire.hpp"
#include "server/builtin_scripts.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using dialogs::Diagnostic;
using dialogs::Finding;

constexpr std::string_view knowledge_ending = ".knowledge.json";

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

/// Gives a knowledge file to the script beside it. Requires: the scripts have been added before.
void add_knowledge(ScriptSources& sources, const std::string& file, std::string_view text) {
    dialogs::KnowledgeResult loaded = dialogs::load_knowledge(text, file);
    std::move(loaded.diagnostics.begin(), loaded.diagnostics.end(),
              std::back_inserter(sources.diagnostics));
    const std::string wanted = file.substr(0, file.size() - knowledge_ending.size()) + ".json";
    const auto owner =
        std::find_if(sources.scripts.begin(), sources.scripts.end(),
                     [&](const ScriptSource& source) { return source.file == wanted; });
    if (owner != sources.scripts.end()) {
        if (loaded.knowledge)
            owner->script.knowledge =
                std::make_shared<const dialogs::Knowledge>(std::move(*loaded.knowledge));
        return;
    }
    // A script with errors is there all the same, and has been told of.
    if (!dialogs::has_errors(sources.diagnostics))
        sources.diagnostics.push_back(
            {Finding::knowledge_without_script, true, file, 0, "",
             "there is no script \"" + wanted + "\" beside it; rename one of them"});
}

void add_any(ScriptSources& sources, std::string file, std::string text) {
    if (is_knowledge_file(file))
        add_knowledge(sources, file, text);
    else
        add(sources, std::move(file), std::move(text));
}

void add_file(ScriptSources& sources, const fs::path& path) {
    std::optional<std::string> text = read_text_file(path);
    if (text) return add_any(sources, path.filename().string(), std::move(*text));
    sources.diagnostics.push_back(
        {Finding::unreadable, true, path.filename().string(), 0, "",
         "is not a file that can be read; check what it is and its permissions"});
}

void add_folder(ScriptSources& sources, const fs::path& folder) {
    std::error_code error;
    std::set<fs::path> files, knowledge;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".")) continue;
        if (is_knowledge_file(name))
            knowledge.insert(entry.path());
        else if (name.ends_with(".json") && !name.ends_with(".schema.json"))
            files.insert(entry.path());
    }
    if (error || files.empty()) {
        sources.diagnostics.push_back({Finding::unreadable, true, folder.string(), 0, "",
                                       "no script files (*.json) can be read there; name a folder "
                                       "that has some with --scripts"});
    }
    for (const fs::path& file : files) add_file(sources, file);
    for (const fs::path& file : knowledge) add_file(sources, file);
}

Diagnostic unreadable(const fs::path& file) {
    return {Finding::unreadable,
            true,
            file.string(),
            0,
            "",
            "is not a file that can be read; check the name and the permissions"};
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

bool is_knowledge_file(std::string_view file) {
    return file.ends_with(knowledge_ending);
}

std::optional<std::string> read_text_file(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream.is_open() || stream.bad()) return std::nullopt;
    return text;
}

dialogs::KnowledgeResult read_knowledge_file(const fs::path& file) {
    if (const std::optional<std::string> text = read_text_file(file))
        return dialogs::load_knowledge(*text, file.filename().string());
    dialogs::KnowledgeResult result;
    result.diagnostics.push_back(unreadable(file));
    return result;
}

dialogs::LoadResult read_script_file(const fs::path& file) {
    dialogs::LoadResult result;
    const std::optional<std::string> text = read_text_file(file);
    if (!text) {
        result.diagnostics.push_back(unreadable(file));
        return result;
    }
    result = dialogs::load_script(*text, file.filename().string());
    fs::path beside = file;
    beside.replace_extension();
    beside += knowledge_ending;
    std::error_code error;
    if (!fs::exists(beside, error)) return result;
    dialogs::KnowledgeResult loaded = read_knowledge_file(beside);
    std::move(loaded.diagnostics.begin(), loaded.diagnostics.end(),
              std::back_inserter(result.diagnostics));
    if (result.script && loaded.knowledge)
        result.script->knowledge =
            std::make_shared<const dialogs::Knowledge>(std::move(*loaded.knowledge));
    if (!loaded.knowledge) result.script.reset();
    return result;
}

ScriptSources read_scripts(const fs::path& folder) {
    ScriptSources sources;
    if (!folder.empty()) {
        add_folder(sources, folder);
        return sources;
    }
    for (const bool knowledge : {false, true}) {
        for (const BuiltinScript& builtin : builtin_scripts()) {
            if (is_knowledge_file(builtin.file) == knowledge)
                add_any(sources, std::string(builtin.file), std::string(builtin.text));
        }
    }
    return sources;
}

void prove_scripts(ScriptSources& sources) {
    dialogs::ProofOptions options;
    options.only_errors = true;
    for (const ScriptSource& source : sources.scripts) {
        dialogs::Proof proof = dialogs::prove(source.script, source.text, source.file, options);
        std::move(proof.diagnostics.begin(), proof.diagnostics.end(),
                  std::back_inserter(sources.diagnostics));
    }
}

ScriptRegistry::ScriptRegistry(ScriptSources sources, std::string default_script,
                               db::Writer& writer)
    : default_script_(std::move(default_script)) {
    for (ScriptSource& source : sources.scripts) {
        const db::StoredScript fresh{0, sha256_hex(source.text), source.script.id, source.text,
                                     dialogs::to_json(source.script.fragments)};
        const ScriptPtr pinned = pin(writer.keep_script(fresh), std::move(source.script));
        by_row_[pinned->row] = pinned;
        offered_[pinned->script.id] = pinned;
        file_hashes_[pinned->script.id] = pinned->hash;
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
    return adopt(stored, std::move(*result.script));
}

ScriptPtr ScriptRegistry::adopt(const db::StoredScript& stored, dialogs::Script script) {
    const ScriptPtr today = offered(script.id);
    if (today) script.knowledge = today->script.knowledge;
    const ScriptPtr pinned = pin(stored, std::move(script));
    const std::lock_guard lock(mutex_);
    return by_row_.try_emplace(stored.id, pinned).first->second;
}

void ScriptRegistry::offer(const ScriptPtr& script) {
    const std::lock_guard lock(mutex_);
    offered_[script->script.id] = script;
}

std::string ScriptRegistry::file_hash(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found = file_hashes_.find(id);
    return found == file_hashes_.end() ? std::string() : found->second;
}

}  // namespace advisor::server
