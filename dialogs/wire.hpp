#pragma once
// Script parts as the protocol sends them, rendered once when a script is loaded: a reply is mostly
// made of them. Replies are kept with the parts by name (about a quarter of the size) and get the
// texts when they are sent. The texts are kept with the pinned script, so a reply reads the same
// for ever, whatever a later program would render.

#include <string>
#include <string_view>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Renders questions ("q:ID"), evidence ("e:ID"), rules ("r:ID") and roles ("h:ID").
[[nodiscard]] Fragments render_fragments(const Script& script);

/// Appends the name of a fragment; expand() puts its text there. Control characters never stand in
/// JSON, so a name cannot be mistaken for text.
void append_fragment(std::string& out, char kind, std::string_view id);

/// The reply with the texts of its fragments. A name that is not in `fragments` is left out.
[[nodiscard]] std::string expand(const Fragments& fragments, std::string_view reply);

/// Fragments as they are stored with a script, and back; an empty set for a text that is none.
[[nodiscard]] std::string to_json(const Fragments& fragments);
[[nodiscard]] Fragments read_fragments(std::string_view text);

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text);

/// The same as a text of its own.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace advisor::dialogs
