#include "server/script_choice.hpp"

#include <fstream>
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

bool write_result(const std::filesystem::path& file, const std::string& text, std::ostream& out,
                  std::ostream& errors) {
    if (file.empty()) {
        out << text;
        return true;
    }
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    if (stream.flush()) return true;
    errors << "advisor: cannot write " << file.string() << "; name another file with --out\n";
    return false;
}

}  // namespace advisor::server
