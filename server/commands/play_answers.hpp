#pragma once
// `advisor play --answers`: a talk whose answers are given on one line.

#include <filesystem>
#include <iosfwd>
#include <string>

namespace advisor::server {

/// Gives the listed answers to the questions in the order of the talk, and prints the talk and,
/// when nothing is left to ask, the recommendation. Form of the list: dialogs/answer_list.hpp. 0:
/// done; 1: the script has errors, or an answer belongs to no question of this talk; 2: the list
/// cannot be read.
[[nodiscard]] int play_answers(const std::filesystem::path& script, const std::string& answers,
                               std::ostream& out, std::ostream& errors);

}  // namespace advisor::server
