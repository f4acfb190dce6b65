#pragma once
// Typed texts as the console keeps them: cut, on one line, and grouped where they were not
// understood.

#include <string>
#include <string_view>

namespace advisor::server {

/// The beginning of `text`, cut between two characters.
[[nodiscard]] std::string cut(std::string_view text, std::size_t max_bytes);

/// One line, with no control character.
[[nodiscard]] std::string one_line(std::string_view text);

/// What texts that were not understood are grouped by: case, spacing and closing punctuation do
/// not matter.
[[nodiscard]] std::string normalised(std::string_view text);

/// True when the stored reply to a typed text asks again.
[[nodiscard]] bool was_unclear(const std::string& reply);

}  // namespace advisor::server
