#pragma once
// Plays a conversation from a text file through the engine. The format:
// tests/conversations/README.md.

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Plays a talk against `scripts`, of which the first is the default one. Returns what went
/// otherwise than written, one `line N: ...` each; after the first deviation the rest is not
/// played. Throws nothing: a line that is no directive is a deviation as well.
[[nodiscard]] std::vector<std::string> play_talk(std::string_view talk,
                                                 const std::vector<Script>& scripts);

}  // namespace advisor::dialogs
