#pragma once
// `advisor understand`: shows how a text is understood, and measures it on labelled records.

#include <filesystem>
#include <iosfwd>
#include <string>

namespace advisor::server {

/// What `advisor understand` is asked to do; see --help.
struct UnderstandOptions {
    std::filesystem::path script;       ///< empty: the built-in default one
    std::filesystem::path eval;         ///< labelled records, one JSON object a line
    std::filesystem::path predictions;  ///< where to write what was understood; empty: nowhere
    std::string explain;                ///< a text
    std::string question;               ///< its question's id; empty: the script's first one
    std::filesystem::path questions;    ///< side questions, one JSON object a line
    std::filesystem::path answers;      ///< where to write what would be said to them
};

/// 0: done; 1: a file or question that does not exist, or records that cannot be read.
[[nodiscard]] int understand_command(const UnderstandOptions& options, std::ostream& out);

}  // namespace advisor::server
