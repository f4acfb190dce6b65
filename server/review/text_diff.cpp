#include "server/review/text_diff.hpp"

#include <algorithm>
#include <optional>

namespace advisor::server {
namespace {

using Lines = std::vector<std::string_view>;
using Offset = std::ptrdiff_t;

constexpr Offset most_edits = 1500;  ///< the search keeps a square of them, some 9 MB

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// The furthest line of `before` that each diagonal has reached after so many edits.
class Reach {
public:
    explicit Reach(Offset edits)
        : edits_(edits), far_(static_cast<std::size_t>(2 * edits + 1), 0) {}
    [[nodiscard]] std::int32_t& at(Offset diagonal) {
        return far_[static_cast<std::size_t>(diagonal + edits_)];
    }
    [[nodiscard]] Offset far(Offset diagonal) const {
        return far_[static_cast<std::size_t>(diagonal + edits_)];
    }

private:
    Offset edits_;
    std::vector<std::int32_t> far_;
};

/// True when a step down, an added line, leads further on this diagonal than a removed one.
bool comes_from_above(const Reach& earlier, Offset diagonal, Offset edits) {
    return diagonal == -edits ||
           (diagonal != edits && earlier.far(diagonal - 1) < earlier.far(diagonal + 1));
}

/// Every step of the search; nothing when more edits are needed than it may make.
std::optional<std::vector<Reach>> search(const Lines& before, const Lines& after) {
    const Offset rows = static_cast<Offset>(before.size());
    const Offset columns = static_cast<Offset>(after.size());
    std::vector<Reach> steps;
    for (Offset edits = 0; edits <= std::min(most_edits, rows + columns); ++edits) {
        Reach reach(edits);
        for (Offset diagonal = -edits; diagonal <= edits; diagonal += 2) {
            Offset row = 0;
            if (edits > 0) {
                const Reach& earlier = steps.back();
                const bool above = comes_from_above(earlier, diagonal, edits);
                row = above ? earlier.far(diagonal + 1) : earlier.far(diagonal - 1) + 1;
            }
            while (row < rows && row - diagonal < columns && row - diagonal >= 0 &&
                   before[static_cast<std::size_t>(row)] ==
                       after[static_cast<std::size_t>(row - diagonal)])
                ++row;
            reach.at(diagonal) = static_cast<std::int32_t>(row);
            if (row >= rows && row - diagonal >= columns) {
                steps.push_back(std::move(reach));
                return steps;
            }
        }
        steps.push_back(std::move(reach));
    }
    return std::nullopt;
}

DiffLine same_line(Offset row, Offset column, const Lines& before) {
    return {DiffLine::Kind::same, static_cast<std::size_t>(row) + 1,
            static_cast<std::size_t>(column) + 1, before[static_cast<std::size_t>(row)]};
}

DiffLine removed_line(Offset row, const Lines& before) {
    return {DiffLine::Kind::removed, static_cast<std::size_t>(row) + 1, 0,
            before[static_cast<std::size_t>(row)]};
}

DiffLine added_line(Offset column, const Lines& after) {
    return {DiffLine::Kind::added, 0, static_cast<std::size_t>(column) + 1,
            after[static_cast<std::size_t>(column)]};
}

/// Goes back through the steps from the end of both texts.
std::vector<DiffLine> trace(const std::vector<Reach>& steps, const Lines& before,
                            const Lines& after) {
    std::vector<DiffLine> result;
    Offset row = static_cast<Offset>(before.size());
    Offset column = static_cast<Offset>(after.size());
    for (Offset edits = static_cast<Offset>(steps.size()) - 1; edits >= 0; --edits) {
        const Offset diagonal = row - column;
        Offset from_row = 0;
        Offset from_column = 0;
        bool above = false;
        if (edits > 0) {
            const Reach& earlier = steps[static_cast<std::size_t>(edits - 1)];
            above = comes_from_above(earlier, diagonal, edits);
            from_row = earlier.far(above ? diagonal + 1 : diagonal - 1);
            from_column = from_row - (above ? diagonal + 1 : diagonal - 1);
        }
        const Offset start_row = edits > 0 && !above ? from_row + 1 : from_row;
        while (row > start_row) {
            --row;
            --column;
            result.push_back(same_line(row, column, before));
        }
        if (edits == 0) break;
        result.push_back(above ? added_line(from_column, after) : removed_line(from_row, before));
        row = from_row;
        column = from_column;
    }
    std::reverse(result.begin(), result.end());
    return result;
}

}  // namespace

std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after) {
    const Lines old_lines = lines_of(before);
    const Lines new_lines = lines_of(after);
    if (const auto steps = search(old_lines, new_lines)) return trace(*steps, old_lines, new_lines);
    std::vector<DiffLine> result;
    for (std::size_t row = 0; row < old_lines.size(); ++row)
        result.push_back(removed_line(static_cast<Offset>(row), old_lines));
    for (std::size_t column = 0; column < new_lines.size(); ++column)
        result.push_back(added_line(static_cast<Offset>(column), new_lines));
    return result;
}

}  // namespace advisor::server
