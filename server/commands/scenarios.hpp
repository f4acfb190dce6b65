#pragma once
// Projects with the facts behind them, one JSON object a line: read, decided, measured.
// Format: docs/scripts.md, "Measuring the advice".

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/explain.hpp"
#include "dialogs/script.hpp"

namespace advisor::server {

/// A line that is no scenario, or that the script cannot decide. The message names the line.
class BadScenario : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What is right for a scenario, as far as it is known.
struct ExpectedAdvice {
    std::string recommendation;
    std::vector<std::string> acceptable;
    std::vector<std::string> must_not;
    std::vector<std::string> hire;       ///< `|` separates alternatives
    std::optional<bool> either_is_fine;  ///< absent: not judged
};

struct Scenario {
    std::size_t line = 0;
    std::string id;
    std::string description;  ///< may be empty
    nlohmann::json facts;     ///< an object, or null
    std::optional<ExpectedAdvice> expected;
};

/// What the script advises for a scenario.
struct Decided {
    std::string id;
    std::string outcome;
    std::string means;  ///< the outcome as tools compare it: the option's `means`, else its id
    std::vector<std::string> between;  ///< of a tie: what it is between, like `means`
    std::string firmness;
    bool either_is_fine = false;  ///< the advice says that either works
    nlohmann::ordered_json hire;  ///< titles with verdicts
    std::string hiring_text;      ///< what `hire` entries are looked for in
    std::string text;             ///< the whole advice as Markdown
    std::string answers;          ///< JSON, by question
};

/// Reads scenarios; `need` is the member that each must have ("facts" or "description"). Throws
/// BadScenario.
[[nodiscard]] std::vector<Scenario> read_scenarios(std::string_view text, const std::string& need);

/// Answers the script's questions from the facts, by topic: what a fact says is compared with what
/// the answers mean. A question without a fact is answered from the description, where that says it
/// plainly; else with "I don't know", or skipped where that is not possible; so is one whose fact
/// means no answer, and `remarks` gets a line about it. Throws BadScenario for a required question
/// without a fact.
[[nodiscard]] Decided decide_facts(const dialogs::Script& script, const Scenario& scenario,
                                   std::vector<std::string>& remarks);

/// Says the description, takes over everything that is offered, and leaves the rest open.
[[nodiscard]] Decided decide_description(const dialogs::Script& script, const Scenario& scenario);

/// One line of output, without its end.
[[nodiscard]] std::string to_line(const Decided& decided);

/// Prints how good the advice is where the right one is known, and where it differs.
/// Requires: one decision for each scenario, in order.
void print_advice_quality(const std::vector<Scenario>& scenarios,
                          const std::vector<Decided>& decided, std::ostream& out);

}  // namespace advisor::server
