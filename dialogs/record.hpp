#pragma once
// The decision record: everything that a recommendation rests on, so that it can be derived again
// elsewhere, as JSON, Markdown and HTML. Pure: whoever needs a digest brings it along.

#include <optional>
#include <string>
#include <string_view>

#include "dialogs/explain.hpp"

namespace advisor::dialogs {

/// What a record says besides what follows from script and answers.
struct RecordFacts {
    std::string session;
    std::string channel;
    std::string started_at;  ///< UTC, as text
    std::string decided_at;
    std::int64_t turns = 0;
    std::string script_hash;  ///< of the script's text
    std::string script_text;
};

/// A finished conversation. Borrows everything.
struct Decision {
    const Script& script;
    const Answers& answers;
    const Recommendation& recommendation;
    const RecordFacts& facts;
};

/// The record proper as JSON: one form only, the same bytes on every machine. The script's texts
/// are rendered anew, not as replies once had them.
[[nodiscard]] std::string record_json(const Decision& decision);

/// The file: `{"advisor_record":1,"sha256":"<of the record's bytes>","record":{...}}` and a line
/// break.
[[nodiscard]] std::string record_file(std::string_view record, std::string_view sha256);

/// A file taken apart again.
struct RecordFile {
    std::string sha256;
    std::string record;  ///< its bytes as they stand in the file
    RecordFacts facts;
    std::string answers;  ///< JSON
};

/// Nothing when the text is no such file; `why` gets a sentence then. What it says is not checked.
[[nodiscard]] std::optional<RecordFile> read_record(std::string_view text, std::string& why);

/// True for a text that begins like a record, damaged or not.
[[nodiscard]] bool begins_like_record(std::string_view text);

/// Where two JSON texts differ first, as a JSON pointer with both values; empty when they have the
/// same values.
[[nodiscard]] std::string first_difference(std::string_view stated, std::string_view derived);

/// An architecture decision record: status, context, decision, consequences, alternatives, sources.
/// `sha256` is that of the JSON record.
[[nodiscard]] std::string record_markdown(const Decision& decision, std::string_view sha256);

/// The same as a page of its own for reading and printing: no script, nothing loaded from anywhere.
/// `style_source` is how a content security policy names record_style().
[[nodiscard]] std::string record_html(const Decision& decision, std::string_view sha256,
                                      std::string_view style_source);
[[nodiscard]] std::string_view record_style();

}  // namespace advisor::dialogs
