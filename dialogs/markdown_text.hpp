#pragma once
// Text inside Markdown documents.

#include <string>
#include <string_view>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// `text` with everything that Markdown or HTML would act on made harmless; line breaks become
/// spaces.
[[nodiscard]] std::string plain(std::string_view text);

/// "Hire", "Train", "Contract", "No hire".
[[nodiscard]] std::string verdict_words(Verdict verdict);

}  // namespace advisor::dialogs
