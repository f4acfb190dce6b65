#pragma once
// Random small scripts and a second, slow and simple reading of docs/scripts.md to hold the engine
// against.

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "dialogs/engine.hpp"

namespace advisor::dialogs::model {

/// The same numbers on every machine, unlike the distributions of the standard library.
class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    /// From 0 to `sides` - 1.
    std::size_t roll(std::size_t sides) { return engine_() % sides; }
    bool chance(std::size_t percent) { return roll(100) < percent; }

private:
    std::mt19937 engine_;
};

/// A condition as a tree, with its text in the language of the scripts.
struct Tree {
    enum class Op {
        always,
        is,
        one_of,
        includes,
        empty,
        compare,
        yes,
        no,
        known,
        unknown,
        not_,
        and_,
        or_
    };
    Op op = Op::always;
    std::size_t question = 0;
    std::vector<std::size_t> choices;
    std::string sign;
    std::int64_t number = 0;
    std::vector<Tree> parts;
};

enum class Three { no, cannot_say, yes };

/// What a question is to a condition.
struct Known {
    enum class Status { open, not_asked, answered } status = Status::open;
    Value value;
};

Three read(const Tree& tree, const std::vector<Known>& known);

struct Asked {
    QuestionKind kind = QuestionKind::choice;
    std::size_t choices = 0;
    bool required = false;
    bool allow_unknown = true;
    std::optional<Tree> when;
};

struct Scored {
    Tree when;
    std::vector<int> points;
    bool team = false;
};

/// A random script as text, with what the text means.
struct RandomScript {
    std::string text;
    std::vector<Asked> questions;
    std::vector<Scored> rules;
    std::size_t options = 0;
    int margin = 0;
    int clear_margin = 0;
    std::vector<std::size_t> between;

    /// Read from top to bottom, as docs/scripts.md says.
    [[nodiscard]] std::vector<Known> settle(const Answers& answers) const;
};

/// Conditions, questions of every kind but text, rules with a team axis. Always a script without
/// errors.
RandomScript random_script(Dice& dice);
/// A condition over the first `visible` questions.
Tree random_condition(Dice& dice, const std::vector<Asked>& questions, std::size_t visible,
                      int depth);
std::string text_of(const Tree& tree, const std::vector<Asked>& questions);

/// Every value that the question takes but ranges, texts and skips.
std::vector<Value> all_values(const Question& question);
/// A value that fits: sometimes unknown, skipped or a range.
Value random_value(Dice& dice, const Question& question);

/// What the points say, by the words of docs/scripts.md.
struct Verdict {
    std::vector<int> totals;
    std::vector<std::size_t> fired;
    std::size_t outcome = 0;  ///< options: the tie
    Firmness firmness = Firmness::too_close;
    bool either_works = false;
};
Verdict judge(const RandomScript& script, const Answers& answers);

}  // namespace advisor::dialogs::model
