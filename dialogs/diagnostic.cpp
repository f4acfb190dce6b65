#include "dialogs/diagnostic.hpp"

#include <algorithm>
#include <numeric>

namespace advisor::dialogs {
namespace {

/// Levenshtein distance: single-character insertions, deletions, replacements.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
    std::string number = std::to_string(static_cast<int>(diagnostic.finding));
    number.insert(0, 3 - std::min<std::size_t>(3, number.size()), '0');
    std::string text = (diagnostic.error ? "D" : "warning D") + number + " " + diagnostic.file;
    if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
    if (!diagnostic.pointer.empty()) text += " " + diagnostic.pointer;
    text += ": " + diagnostic.message;
    if (!diagnostic.witness.empty()) text += " [--answers \"" + diagnostic.witness + "\"]";
    return text;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& diagnostic) { return diagnostic.error; });
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
    const std::string* nearest = nullptr;
    std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(word.substr(0, 64), candidate);
        if (distance < best) {
            best = distance;
            nearest = &candidate;
        }
    }
    return nearest ? " did you mean \"" + *nearest + "\"?" : "";
}

}  // namespace advisor::dialogs
