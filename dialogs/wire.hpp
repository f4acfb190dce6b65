#pragma once
// Script parts as the protocol sends them, rendered once when a script is loaded: most replies are one of these texts.

#include <string>
#include <string_view>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Fills the `wire` members of questions, rules, evidence and roles.
void render_wire(Script& script);

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text);

/// The same as a text of its own.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace advisor::dialogs
