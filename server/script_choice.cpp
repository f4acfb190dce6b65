#include "server/script_choice.hpp"

#include <ostream>

#include "server/config.hpp"

namespace advisor::server {

std::optional<ScriptSource> choose_script(const std::filesystem::path& file, std::ostream& errors) {
    if (file.empty()) {
        ScriptSources sources = read_scripts({});
        for (ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script) return std::move(source);
        }
        return std::nullopt;
    }
    dialogs::LoadResult loaded = read_script_file(file);
    for (const dialogs::Diagnostic& diagnostic : loaded.diagnostics)
        errors << dialogs::to_text(diagnostic) << "\n";
    std::optional<std::string> text = read_text_file(file);
    if (!loaded.script || !text) return std::nullopt;
    return ScriptSource{file.filename().string(), std::move(*text), std::move(*loaded.script)};
}

}  // namespace advisor::server
