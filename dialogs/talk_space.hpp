#pragma once
// Every talk that a script can lead to, question by question in the order of the talk. Two points
// of a talk are one here when nothing that is still to come can tell them apart: conditions that
// are decided are forgotten, and so are answers that no undecided condition looks at.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "dialogs/answer_cells.hpp"
#include "dialogs/score.hpp"

namespace advisor::dialogs {

/// What to tell apart.
struct SpaceRequest {
    std::vector<std::size_t> rules;         ///< rules whose points are added up
    std::vector<const Condition*> targets;  ///< conditions to know the truth of; at most 60
    bool all_questions = false;             ///< also those that none of these depends on
    bool only_weighted = false;             ///< leaves out answers without weight
    bool keep_edges = false;                ///< for going backwards
    CellRules cells;
    std::size_t max_points = 400'000;  ///< of all questions together
};

/// Of talks that come to the same point, the one that is kept.
enum class Keep { first, longest, shortest };

struct TalkEdge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint16_t cell = 0;
};
inline constexpr std::uint16_t not_asked_cell = 0xFFFF;

/// The points after a question, one row of words each.
struct TalkLayer {
    std::vector<std::uint64_t> words;
    std::vector<std::uint32_t> from;   ///< the point before, of the kept talk
    std::vector<std::uint16_t> cell;   ///< the answer that led here; not_asked_cell
    std::vector<std::uint16_t> asked;  ///< questions asked in the kept talk
    std::vector<double> mass;          ///< share of all talks, when answers have weights
    std::vector<TalkEdge> edges;
    [[nodiscard]] std::size_t size() const { return from.size(); }
};

/// Lifetime: borrows the script and the conditions. Deterministic.
class TalkSpace {
public:
    TalkSpace(const Script& script, SpaceRequest request, Keep keep = Keep::first);

    /// False when the bound was reached: then nothing below may be asked.
    [[nodiscard]] bool complete() const { return complete_; }

    /// The questions told apart, ascending, and their answers.
    [[nodiscard]] const std::vector<QuestionIndex>& questions() const { return order_; }
    [[nodiscard]] const std::vector<AnswerCell>& cells(std::size_t position) const {
        return cells_[position];
    }
    /// The cell of an answer; nothing when it was left out.
    [[nodiscard]] std::optional<std::size_t> cell_of(std::size_t position,
                                                     const Value& value) const;
    /// Layer 0 is the beginning; layer i + 1 is after question i of questions().
    [[nodiscard]] const std::vector<TalkLayer>& layers() const { return layers_; }
    [[nodiscard]] const TalkLayer& ends() const { return layers_.back(); }

    /// Of an end: the points, less those of option 0; whether a target holds.
    [[nodiscard]] std::vector<int> totals(std::size_t end) const;
    [[nodiscard]] bool holds(std::size_t end, std::size_t target) const;
    /// The answers of the kept talk to an end, for the questions told apart.
    [[nodiscard]] Answers answers_to(std::size_t end) const;

private:
    struct Step {
        ConditionNode::Op op;
        std::uint32_t atom;
    };
    struct Program {
        std::vector<Step> steps;
        std::vector<std::uint64_t> atoms;  // as a set
    };
    /// A condition that is still undecided in some points.
    struct Watched {
        enum class Kind { rule, guard, target } kind = Kind::rule;
        std::size_t index = 0;  // rule, question, target
        Program program;
    };
    enum class Decided { no, yes, open };

    void choose_questions();
    void collect_atoms();
    void add_atoms(const Condition& condition);
    Program compile(const Condition& condition) const;
    void watch();
    bool make_cells();
    void lay_out();
    bool explore();
    bool advance(std::size_t position);
    void settle_question(std::uint64_t* point, std::size_t position, const AnswerCell* cell);
    Decided decide(const Program& program, const std::uint64_t* point, std::size_t settled) const;
    void conclude(std::uint64_t* point, const Watched& watched, std::size_t at, bool yes) const;
    void forget(std::uint64_t* point) const;
    bool insert(TalkLayer& layer, std::uint32_t from, std::uint16_t cell, std::uint16_t asked,
                double mass, std::uint32_t& place);

    const Script& script_;
    SpaceRequest request_;
    Keep keep_;
    bool complete_ = false;
    std::vector<QuestionIndex> order_;
    std::vector<std::size_t> position_of_;  // by question; order_.size() when not told apart
    std::vector<ConditionNode> atoms_;      // by question
    std::vector<std::size_t> first_atom_;   // by position, and one more
    std::vector<std::vector<AnswerCell>> cells_;
    std::vector<double> weights_;  // by position: of all its cells
    std::vector<Watched> watched_;
    std::vector<std::vector<std::size_t>> looks_at_;  // by position: watched conditions
    std::vector<std::optional<std::size_t>> guard_;   // by position: its watched guard
    std::size_t atom_words_ = 0, watch_words_ = 0, width_ = 0;
    std::vector<std::uint64_t> next_;  // the point being made
    std::vector<std::uint32_t> table_;
    std::vector<TalkLayer> layers_;
    std::size_t points_ = 0;
};

}  // namespace advisor::dialogs
