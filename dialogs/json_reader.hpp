#pragma once
// Reads fields of an author's JSON and notes everything that is wrong with them instead of
// throwing.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/diagnostic.hpp"
#include "dialogs/json_text.hpp"

namespace advisor::dialogs {

/// Where diagnostics go, with the lines of the file that they speak of.
struct DiagnosticSink {
    const std::string& file;
    const LineMap& lines;
    std::vector<Diagnostic>& diagnostics;

    void error(Finding finding, const std::string& pointer, std::string message);
    void warn(Finding finding, const std::string& pointer, std::string message);
};

/// Notes every key that stands twice in one object.
void note_duplicate_keys(DiagnosticSink& sink);

/// Reads the text of an author's file as one JSON object, with comments. What is wrong with it is
/// noted, and then there is none; `too_large` says what to do about a file of more than
/// max_script_bytes.
[[nodiscard]] std::optional<nlohmann::json> read_document(std::string_view text,
                                                          const std::string& file,
                                                          const std::string& too_large,
                                                          std::vector<Diagnostic>& diagnostics);

/// One JSON object and its place. Every getter notes a diagnostic when the field is missing (if
/// required) or of the wrong type, and then returns an empty value. Borrows the document and the
/// sink.
class JsonObject {
public:
    /// Notes a diagnostic when `value` is not an object; the reader is empty then.
    JsonObject(const nlohmann::json& value, std::string pointer, DiagnosticSink& sink);

    /// Notes every field that is not in `known`.
    void allow_only(std::initializer_list<const char*> known);

    [[nodiscard]] bool has(const char* key) const;
    /// A string, or an array of strings joined by line breaks.
    [[nodiscard]] std::string text(const char* key);
    [[nodiscard]] std::string required_text(const char* key);
    /// A month, required: "2026-11".
    [[nodiscard]] std::string month(const char* key);
    /// An address on the web; may be missing.
    [[nodiscard]] std::string url(const char* key);
    /// A stable name: a-z, 0-9, `_` and `-`, beginning with a letter, at most 64 characters.
    [[nodiscard]] std::string id(const char* key);
    [[nodiscard]] std::int64_t whole(const char* key, std::int64_t fallback, std::int64_t min,
                                     std::int64_t max);
    [[nodiscard]] std::int64_t required_whole(const char* key, std::int64_t min, std::int64_t max);
    [[nodiscard]] bool flag(const char* key, bool fallback);
    [[nodiscard]] std::vector<std::string> texts(const char* key);
    /// The objects of an array; notes a diagnostic when there are fewer than `min` or more than
    /// `max`.
    [[nodiscard]] std::vector<JsonObject> objects(const char* key, std::size_t min,
                                                  std::size_t max);
    [[nodiscard]] JsonObject object(const char* key);
    [[nodiscard]] const nlohmann::json* find(const char* key) const;

    [[nodiscard]] std::string at(const std::string& key) const { return pointer_ + "/" + key; }
    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    [[nodiscard]] const nlohmann::json& json() const { return *value_; }
    void error(Finding finding, const std::string& key, std::string message);

private:
    const nlohmann::json* required(const char* key);

    const nlohmann::json* value_;
    std::string pointer_;
    DiagnosticSink* sink_;
};

}  // namespace advisor::dialogs
