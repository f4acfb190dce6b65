#pragma once
// Side questions from a file, answered without a talk: how an author measures a knowledge file.

#include <filesystem>
#include <iosfwd>

namespace advisor::server {

/// Files of `run_side_questions`.
struct SideQuestionFiles {
    std::filesystem::path script;  ///< its knowledge file is the one beside it; empty: the default
    std::filesystem::path questions;  ///< one `{"id","text", ...}` a line
    std::filesystem::path answers;    ///< one `{"id","text","topic", ...}` a line; written
};

/// Writes for each question what the advisor would say, and prints a summary.
/// 0: done; 1: a file cannot be used, which is said on `errors`.
[[nodiscard]] int run_side_questions(const SideQuestionFiles& files, std::ostream& out,
                                     std::ostream& errors);

}  // namespace advisor::server
