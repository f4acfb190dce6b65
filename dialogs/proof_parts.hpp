#pragma once
// What the parts of the proof share. Only for dialogs/proof*.cpp.

#include <string>
#include <vector>

#include "dialogs/json_text.hpp"
#include "dialogs/proof.hpp"
#include "dialogs/proof_samples.hpp"
#include "dialogs/talk_space.hpp"

namespace advisor::dialogs {

/// Borrows everything; lives as long as prove() runs.
class ProofContext {
public:
    ProofContext(const Script& script, const LineMap& lines, const std::string& file,
                 const ProofOptions& options, std::vector<Diagnostic>& diagnostics);

    const Script& script;
    const ProofOptions& options;
    TalkSampler sampler;
    std::vector<SampleTalk> samples;

    void error(Finding finding, const std::string& pointer, std::string message,
               const Answers* witness = nullptr);
    /// Does nothing when only errors are wanted.
    void warn(Finding finding, const std::string& pointer, std::string message,
              const Answers* witness = nullptr);
    void not_proved(const std::string& pointer, const std::string& what);

private:
    void add(Finding finding, bool is_error, const std::string& pointer, std::string message,
             const Answers* witness);

    const LineMap& lines_;
    const std::string& file_;
    std::vector<Diagnostic>& diagnostics_;
};

/// A condition of the script and where it stands.
struct PlacedCondition {
    const Condition* condition = nullptr;
    std::string pointer;
};
/// Every condition that is not empty, in the order of the file.
[[nodiscard]] std::vector<PlacedCondition> all_conditions(const Script& script);

/// Questions that are never asked, rules that never count, conditions that always hold, texts and
/// verdicts that are never shown, rules with the same condition.
void prove_conditions(ProofContext& context);
/// Options that never win, and the tie.
void prove_outcomes(ProofContext& context);
/// What can be seen without following talks: questions and numbers without effect, ranges, missing
/// texts, sources past their review date.
void prove_texts(ProofContext& context);
/// Where an adaptive order was too much to work out.
void prove_order(ProofContext& context);

}  // namespace advisor::dialogs
