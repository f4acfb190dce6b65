#pragma once
// What a script favours: the share of each outcome over all mixes of answers, the questions that
// never matter, the answers that settle it, and whether names or order do.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/order.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// Every answer of a question is equally likely, and answers do not depend on each other: a measure
/// of the script, not of its users. Of a list, every set of choices is one answer.
struct SimulationOptions {
    std::size_t samples = 0;  ///< 0: exact; else, or when exact is too much, so many random talks
    std::uint64_t seed = 1;
    bool unknown = false;  ///< "I don't know" is one answer more, where the question takes it
    bool numbers_by_value = false;       ///< each number is an answer; else each stretch that no
                                         ///< condition tells apart is
    std::size_t max_points = 1'500'000;  ///< for exact shares
    std::size_t max_order_points = 100'000;  ///< for the mean of questions
};

/// The talks in which one answer was given.
struct AnswerShares {
    std::string answer;            ///< in the words of the script
    double share = 0;              ///< of all talks
    std::vector<double> outcomes;  ///< of these talks; empty when there are none
    bool dominates = false;  ///< one outcome has at least 90 % of these talks and less of all talks
};

struct QuestionShares {
    QuestionIndex question = 0;
    double asked = 0;      ///< of all talks
    bool matters = false;  ///< some change of this answer alone changes an outcome
    std::vector<AnswerShares> answers;
};

struct Simulation {
    bool exact = false;
    std::size_t samples = 0;       ///< when not exact
    std::vector<double> outcomes;  ///< by outcome; they add up to 1
    std::vector<double> errors;    ///< standard errors; 0 when exact
    std::vector<QuestionShares> questions;
    /// The largest difference of an outcome's share when options and choices are renamed and stand
    /// in the opposite order.
    double order_bias = 0;
    /// Questions until the outcome is certain, in both orders; unset when that is too much to work
    /// out. By choices and stretches of numbers, without "I don't know".
    std::optional<MeanQuestions> mean_questions;
    QuestionIndex adaptive_from = 0;  ///< where adaptive order would begin; see AdaptiveOrder
};

[[nodiscard]] Simulation simulate(const Script& script, const SimulationOptions& options);

// As text for people, for programs and as a picture.
[[nodiscard]] std::string to_table(const Script& script, const Simulation& simulation);
[[nodiscard]] std::string to_json(const Script& script, const Simulation& simulation);
[[nodiscard]] std::string to_svg(const Script& script, const Simulation& simulation);

}  // namespace advisor::dialogs
