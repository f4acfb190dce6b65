#pragma once
// What the parts of the simulator share. Only for dialogs/simulate*.cpp.

#include <string>
#include <utility>
#include <vector>

#include "dialogs/simulate.hpp"
#include "dialogs/talk_space.hpp"

namespace advisor::dialogs {

/// An answer with one value of it for each way it can be given, and how much that weighs.
struct Row {
    std::string answer;
    std::vector<std::pair<Value, double>> values;
};

/// The answers of a question as rows of a table; none for a list of too many choices.
[[nodiscard]] std::vector<Row> rows_of(const Question& question, const SimulationOptions& options);

/// All talks, with the weights that the options ask for.
[[nodiscard]] SpaceRequest request_for(const Script& script, const SimulationOptions& options);

/// Exact shares. Requires: `space` is complete and made of request_for().
[[nodiscard]] Simulation exact_shares(const Script& script, const SimulationOptions& options,
                                      const TalkSpace& space);

/// Shares of so many random talks.
[[nodiscard]] Simulation sampled_shares(const Script& script, const SimulationOptions& options,
                                        std::size_t count);

}  // namespace advisor::dialogs
