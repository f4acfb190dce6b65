#include "dialogs/proof.hpp"

#include <algorithm>

#include "dialogs/answer_list.hpp"
#include "dialogs/order.hpp"
#include "dialogs/proof_parts.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::size_t sample_count = 2000;

std::optional<std::size_t> extreme_length(const Script& script, const ProofOptions& options,
                                          Keep keep) {
    SpaceRequest request;
    request.all_questions = true;
    request.max_points = options.max_points;
    const TalkSpace space(script, request, keep);
    if (!space.complete()) return std::nullopt;
    const std::vector<std::uint16_t>& asked = space.ends().asked;
    return keep == Keep::longest ? *std::max_element(asked.begin(), asked.end())
                                 : *std::min_element(asked.begin(), asked.end());
}

/// True when no weights of the rules that count together let the option get ahead of some other
/// one.
bool is_outweighed(const Script& script, OptionIndex option) {
    for (OptionIndex other = 0; other < script.options.size(); ++other) {
        if (other == option) continue;
        int most = 0;
        for (const Rule& rule : script.rules) {
            const int ahead = rule.points[option] - rule.points[other];
            const bool always = rule.when.questions == 0;
            most += always ? ahead : std::max(0, ahead);
        }
        if (most <= 0) return true;
    }
    return false;
}

class Outcomes {
public:
    explicit Outcomes(ProofContext& context) : context_(context), script_(context.script) {
        seen_.assign(script_.tie_outcome() + 1, false);
        for (const SampleTalk& talk : context.samples) seen_[talk.outcome] = true;
    }

    void prove() {
        for (OptionIndex option = 0; option < script_.options.size(); ++option) {
            if (!seen_[option]) examine(option);
        }
        if (!seen_[script_.tie_outcome()] && !context_.options.only_errors) examine_tie();
    }

private:
    void examine(OptionIndex option) {
        if (is_outweighed(script_, option)) return report(option);
        if (const auto talk = context_.sampler.climb(option, context_.samples)) return;
        search();
        if (seen_[option]) return;
        if (searched_all_) return report(option);
        context_.not_proved("/options/" + std::to_string(option),
                            "that \"" + script_.options[option].id + "\" can win");
    }

    void examine_tie() {
        search();
        if (seen_[script_.tie_outcome()]) return;
        if (!searched_all_) return context_.not_proved("/tie", "that a tie can come out");
        context_.warn(Finding::outcome_never_reached, "/tie",
                      "no talk ends in a tie; a larger \"margin\" or other points would let it",
                      &context_.samples.front().answers);
    }

    void report(OptionIndex option) {
        const auto nearest = std::max_element(context_.samples.begin(), context_.samples.end(),
                                              [&](const SampleTalk& left, const SampleTalk& right) {
                                                  return lead_of(left.totals, option) <
                                                         lead_of(right.totals, option);
                                              });
        const int missing = -lead_of(nearest->totals, option);
        context_.error(
            Finding::outcome_never_reached, "/options/" + std::to_string(option),
            "no talk ends in \"" + script_.options[option].id +
                "\"; give it points by some rule, or remove it (in the talk below it is " +
                std::to_string(missing) + " points behind)",
            &nearest->answers);
    }

    /// Once, through all talks.
    void search() {
        if (searched_) return;
        searched_ = true;
        SpaceRequest request;
        for (std::size_t i = 0; i < script_.rules.size(); ++i) request.rules.push_back(i);
        request.max_points = context_.options.max_points;
        const TalkSpace space(script_, request);
        if (!space.complete()) return;
        searched_all_ = true;
        for (std::size_t end = 0; end < space.ends().size(); ++end)
            seen_[outcome_of(script_, space.totals(end))] = true;
    }

    ProofContext& context_;
    const Script& script_;
    std::vector<bool> seen_;
    bool searched_ = false;
    bool searched_all_ = false;
};

}  // namespace

void prove_outcomes(ProofContext& context) {
    Outcomes(context).prove();
}

ProofContext::ProofContext(const Script& given, const LineMap& lines, const std::string& file,
                           const ProofOptions& wanted, std::vector<Diagnostic>& diagnostics)
    : script(given),
      options(wanted),
      sampler(given),
      samples(sampler.talks(sample_count)),
      lines_(lines),
      file_(file),
      diagnostics_(diagnostics) {}

void ProofContext::add(Finding finding, bool is_error, const std::string& pointer,
                       std::string message, const Answers* witness) {
    Diagnostic diagnostic{finding, is_error,          file_, lines_.line(pointer),
                          pointer, std::move(message)};
    if (witness) diagnostic.witness = to_answer_list(script, sampler.completed(*witness));
    diagnostics_.push_back(std::move(diagnostic));
}

void ProofContext::error(Finding finding, const std::string& pointer, std::string message,
                         const Answers* witness) {
    add(finding, true, pointer, std::move(message), witness);
}

void ProofContext::warn(Finding finding, const std::string& pointer, std::string message,
                        const Answers* witness) {
    if (!options.only_errors) add(finding, false, pointer, std::move(message), witness);
}

void ProofContext::not_proved(const std::string& pointer, const std::string& what) {
    warn(Finding::not_proved, pointer,
         "not proved: " + what + "; more than " + std::to_string(options.max_points) +
             " points of a talk would have to be told apart, and no talk of those tried shows it");
}

void prove_order(ProofContext& context) {
    const Script& script = context.script;
    if (!script.order || script.order->adaptive_from() == 0) return;
    const QuestionIndex from = script.order->adaptive_from();
    context.warn(
        Finding::order_not_worked_out, "/order",
        (from == script.questions.size() ? std::string("the talk keeps the order of the file")
                                         : "the talk keeps the order of the file up to \"" +
                                               script.questions[from - 1].id + "\"") +
            ": before, more than " + std::to_string(max_order_points) +
            " points of a talk would have to be told apart; move what decides little to "
            "the end, or split the script");
}

Proof prove(const Script& script, std::string_view text, const std::string& file,
            const ProofOptions& options) {
    const LineMap lines(text);
    Proof proof;
    ProofContext context(script, lines, file, options, proof.diagnostics);
    prove_conditions(context);
    prove_outcomes(context);
    if (!options.date.empty() || !options.only_errors) prove_texts(context);
    if (!options.only_errors) {
        const auto longest = extreme_length(script, options, Keep::longest);
        const auto shortest = extreme_length(script, options, Keep::shortest);
        if (longest && shortest)
            proof.length = TalkLength{*shortest, *longest};
        else
            context.not_proved("/questions", "how many questions a talk asks");
        prove_order(context);
    }
    std::stable_sort(
        proof.diagnostics.begin(), proof.diagnostics.end(),
        [](const Diagnostic& left, const Diagnostic& right) { return left.line < right.line; });
    return proof;
}

}  // namespace advisor::dialogs
