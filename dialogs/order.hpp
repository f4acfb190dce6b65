#pragma once
// Which question comes next: the first open one in the order of the file, or, in a script with
// adaptive order, the one after which the outcome is certain soonest on average.

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// The question to ask next, or nothing when none is open.
/// Requires: `facts` are settle(script, answers).
[[nodiscard]] std::optional<QuestionIndex> next_question(const Script& script,
                                                         std::span<const Fact> facts);

/// The questions that may be asked next, in the order of the file: open, with nothing open that
/// their `when` looks at, and within what the author says by `first`, `after` and `group`. The
/// first open question is one of them as long as the talk keeps to the order of the file.
[[nodiscard]] std::vector<QuestionIndex> askable_questions(const Script& script,
                                                           std::span<const Fact> facts);

/// How many questions are asked until the outcome is certain (dialogs/early_stop.hpp) or none is
/// left: the mean over all mixes of known answers. Every choice counts the same, and so does every
/// set of a list, and every stretch of numbers that no condition tells apart.
struct MeanQuestions {
    double file_order = 0;
    double adaptive = 0;  ///< never more than `file_order`, but for rounding
};

/// The adaptive order of one script, worked out when it is loaded. Exact: from every point that a
/// talk in the order of the file can come to, at or behind `adaptive_from`, the expected number of
/// questions to a certain outcome is the least that any order has which the author allows. As the
/// order of the file is one of these, the mean is never above that of the file.
/// Immutable; may be used by many threads at once.
class AdaptiveOrder {
public:
    /// Looks at no more than `max_points` points of talks; what lies before keeps the order of the
    /// file. Without `unknown` there are no choices for talks with an "I don't know".
    /// Deterministic.
    AdaptiveOrder(const Script& script, std::size_t max_points, bool unknown = true);

    /// The question to ask next; of equals, and where no table was made, the first of
    /// askable_questions().
    [[nodiscard]] std::optional<QuestionIndex> next(const Script& script,
                                                    std::span<const Fact> facts) const;

    /// Unset when even the order of the file has more than `max_points` points.
    [[nodiscard]] const std::optional<MeanQuestions>& mean() const { return mean_; }
    /// Until all questions before this one are settled, the order is that of the file.
    [[nodiscard]] QuestionIndex adaptive_from() const { return adaptive_from_; }

private:
    friend class OrderPlan;
    /// All that the rest of a talk depends on: the open questions, the points so far, and how what
    /// is still undecided reads the answers that it looks at.
    using Point = std::vector<std::uint64_t>;
    struct PointHash {
        std::size_t operator()(const Point& point) const;
    };

    [[nodiscard]] Point point_of(const Script& script, std::span<const Fact> facts) const;

    std::vector<std::vector<ConditionNode>> comparisons_;         // by question, each once
    std::unordered_map<Point, std::uint8_t, PointHash> choices_;  // where it is not the first
    std::optional<MeanQuestions> mean_;
    QuestionIndex adaptive_from_ = 0;
};

/// Points that are looked at when a script is loaded.
inline constexpr std::size_t max_order_points = 30'000;

}  // namespace advisor::dialogs
