#pragma once
// Texts of scripts on their way to be published: what is wrong with one, and how it is saved.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "db/script_versions.hpp"
#include "dialogs/proof.hpp"
#include "server/net/error_code.hpp"

namespace advisor::server {

/// A text and all that was found in it.
struct CheckedText {
    std::optional<dialogs::Script> script;  ///< set when the text can be loaded
    std::vector<dialogs::Diagnostic> diagnostics;
    std::optional<dialogs::TalkLength> length;  ///< from the proof

    /// True when it may be published: loaded, and nothing that was found is an error.
    [[nodiscard]] bool is_good() const { return script && !dialogs::has_errors(diagnostics); }
};

/// Loads and proves a text as `advisor check` does. `script` is the id that it has to have; empty:
/// any. Pure but for today's date, by which sources are stale; a stale one is a warning here, as it
/// is no reason to keep an improvement back.
[[nodiscard]] CheckedText check_text(std::string_view text, const std::string& script);

/// `{"number","level","line","pointer","message","answers"?}` of each.
[[nodiscard]] nlohmann::ordered_json diagnostics_json(
    const std::vector<dialogs::Diagnostic>& diagnostics);

/// Saves a text as a draft of `script`. It may have errors of any kind; what is refused is a text
/// that is too large or nested too deep, one that says that it is another script, and a bad id. The
/// same text again is the same draft with another author, time and note.
/// Thread: the writer's. Errors: StoreError.
[[nodiscard]] std::variant<db::ScriptDraft, Refusal> save_script_draft(
    db::sqlite::Connection& connection, const std::string& script, const std::string& text,
    const std::string& note, const db::Change& change);

/// A version of a script with its text, whether it is a draft or was ever published.
struct VersionText {
    std::string script;
    std::string hash;
    std::string text;
    std::string fragments;  ///< of one that was published; see db::StoredScript
    bool is_draft = false;  ///< it was never published
};

/// The version whose hash begins with `hash`, of at least six digits. A refusal when there is none,
/// or more than one. Errors: StoreError.
[[nodiscard]] std::variant<VersionText, Refusal> find_version(
    const db::sqlite::Connection& connection, const std::string& script, const std::string& hash);

}  // namespace advisor::server
