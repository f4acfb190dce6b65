#pragma once
// Two texts line by line: what was taken out and what was put in. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::server {

struct DiffLine {
    enum class Kind { same, removed, added };
    Kind kind = Kind::same;
    std::size_t before = 0;  ///< line number from 1; 0: not in that text
    std::size_t after = 0;
    std::string_view text;  ///< lies in the texts given
};

/// All lines of both, in order, with as few removed and added ones as there can be (Myers). Texts
/// that differ by more than some thousand lines give the whole stretch as removed and then added.
[[nodiscard]] std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after);

}  // namespace advisor::server
