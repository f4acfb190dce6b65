#include "dialogs/proof_samples.hpp"

#include <algorithm>
#include <limits>

namespace advisor::dialogs {
namespace {

/// splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Numbers {
public:
    std::uint32_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30U) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ mixed >> 27U) * 0x94D049BB133111EBULL;
        return static_cast<std::uint32_t>(mixed >> 32U);
    }

private:
    std::uint64_t state_ = 2026;
};

}  // namespace

int lead_of(const std::vector<int>& totals, OptionIndex option) {
    int best = std::numeric_limits<int>::min();
    for (OptionIndex i = 0; i < totals.size(); ++i) {
        if (i != option) best = std::max(best, totals[i]);
    }
    return totals[option] - best;
}

TalkSampler::TalkSampler(const Script& script) : script_(script) {
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        auto cells = answer_cells(script, i, comparisons_on(script, i), {});
        // Too many to list: single choices and none of them are tried, and the exact search says
        // that it was not complete.
        if (!cells) {
            cells.emplace();
            cells->push_back({Choices{0}, 1, {}});
            for (std::uint32_t c = 0; c < script.questions[i].choices.size(); ++c)
                cells->push_back({Choices{1U << c}, 1, {}});
        }
        cells_.push_back(std::move(*cells));
    }
}

SampleTalk TalkSampler::scored(Answers answers) const {
    SampleTalk talk;
    const Scorecard card = score(script_, answers);
    talk.fired.assign(script_.rules.size(), false);
    for (const std::size_t rule : card.fired) talk.fired[rule] = true;
    talk.totals = card.totals;
    talk.outcome = card.outcome;
    talk.answers = std::move(answers);
    return talk;
}

SampleTalk TalkSampler::talk(const std::vector<std::uint32_t>& picks) const {
    Answers answers(script_.questions.size());
    std::vector<Fact> facts(script_.questions.size());
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        if (evaluate(script_.questions[i].when, facts) != Truth::yes) {
            facts[i].status = Fact::Status::not_asked;
            continue;
        }
        answers[i] = cells_[i][picks[i] % cells_[i].size()].value;
        facts[i] = {Fact::Status::answered, &*answers[i]};
    }
    return scored(std::move(answers));
}

std::vector<SampleTalk> TalkSampler::talks(std::size_t count) const {
    Numbers numbers;
    std::vector<SampleTalk> result;
    result.reserve(count);
    std::vector<std::uint32_t> picks(script_.questions.size());
    for (std::size_t i = 0; i < count; ++i) {
        for (std::uint32_t& pick : picks) pick = numbers.next();
        result.push_back(talk(picks));
    }
    return result;
}

std::optional<SampleTalk> TalkSampler::climb(OptionIndex option,
                                             const std::vector<SampleTalk>& from) const {
    std::vector<const SampleTalk*> starts;
    for (const SampleTalk& talk : from) starts.push_back(&talk);
    const std::size_t wanted = std::min<std::size_t>(8, starts.size());
    std::partial_sort(starts.begin(), starts.begin() + static_cast<std::ptrdiff_t>(wanted),
                      starts.end(), [&](const SampleTalk* left, const SampleTalk* right) {
                          return lead_of(left->totals, option) > lead_of(right->totals, option);
                      });
    for (std::size_t start = 0; start < wanted; ++start) {
        SampleTalk best = *starts[start];
        for (bool better = true; better && best.outcome != option;) {
            better = false;
            for (QuestionIndex i = 0; i < cells_.size(); ++i) {
                if (!best.answers[i]) continue;
                for (const AnswerCell& cell : cells_[i]) {
                    Answers answers = best.answers;
                    answers[i] = cell.value;
                    SampleTalk next = scored(completed(answers));
                    if (lead_of(next.totals, option) <= lead_of(best.totals, option)) continue;
                    best = std::move(next);
                    better = true;
                }
            }
        }
        if (best.outcome == option) return best;
    }
    return std::nullopt;
}

Answers TalkSampler::completed(const Answers& given) const {
    Answers answers(script_.questions.size());
    std::vector<Fact> facts(script_.questions.size());
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        if (evaluate(script_.questions[i].when, facts) != Truth::yes) {
            facts[i].status = Fact::Status::not_asked;
            continue;
        }
        const Question& question = script_.questions[i];
        if (given[i])
            answers[i] = given[i];
        else if (question.allow_unknown)
            answers[i] = Unknown{};
        else if (!question.required)
            answers[i] = Skipped{};
        else
            answers[i] = cells_[i].front().value;
        facts[i] = {Fact::Status::answered, &*answers[i]};
    }
    return answers;
}

}  // namespace advisor::dialogs
