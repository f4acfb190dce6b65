#include "server/script_choice.hpp"

#include <fstream>
#include <ostream>

#include "server/config.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {

std::optional<ChosenScript> choose_script(const std::filesystem::path& file, std::ostream& errors) {
    if (file.empty()) {
        ScriptSources sources = read_scripts({});
        for (ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script)
                return ChosenScript{source.file, std::move(source.text), std::move(source.script)};
        }
        return std::nullopt;
    }
    dialogs::LoadResult loaded = read_script_file(file);
    for (const dialogs::Diagnostic& diagnostic : loaded.diagnostics)
        errors << dialogs::to_text(diagnostic) << "\n";
    if (!loaded.script) return std::nullopt;
    return ChosenScript{file.filename().string(), read_text_file(file).value_or(""),
                        std::move(*loaded.script)};
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
