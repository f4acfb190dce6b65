// Works out the adaptive order: expected numbers of questions, from the end of the talks to their
// beginning.

#include <algorithm>
#include <limits>
#include <utility>

#include "dialogs/answer_cells.hpp"
#include "dialogs/early_stop.hpp"
#include "dialogs/order.hpp"

namespace advisor::dialogs {
namespace {

constexpr double rounding = 1e-9;  // expected numbers that are closer than this are equal

}  // namespace

/// One run over the points of talks. Points with the same rest of the talk are one.
class OrderPlan {
public:
    /// `unknown`: also the points after an "I don't know", so that there is a choice for them; they
    /// do not count in any mean.
    OrderPlan(const Script& script, const AdaptiveOrder& order, std::size_t max_points,
              bool unknown)
        : script_(script), order_(order), max_points_(max_points) {
        by_first_open_.resize(script.questions.size());
        CellRules rules;
        rules.unknown = unknown;
        rules.ranges = false;
        for (QuestionIndex i = 0; i < script.questions.size() && feasible_; ++i) {
            auto cells = answer_cells(script, i, order.comparisons_[i], rules);
            feasible_ = cells.has_value();
            if (!feasible_) return;
            double sum = 0;
            for (const AnswerCell& cell : *cells) sum += cell.weight;
            for (AnswerCell& cell : *cells) cell.weight /= sum;
            cells_.push_back(std::move(*cells));
        }
        least_from_ = script.questions.size();
    }

    /// The mean of the order of the file, or nothing when there are too many points.
    std::optional<double> file_order() {
        if (!feasible_) return std::nullopt;
        Answers answers(script_.questions.size());
        const double mean = follow(answers);
        return stopped_ ? std::nullopt : std::optional(mean);
    }

    /// Finds the best choices from the end on, as far as the points reach. Returns where they begin
    /// and their mean. Requires: file_order() has returned a mean.
    std::pair<QuestionIndex, double> improve() {
        std::size_t from = script_.questions.size();
        while (from > 0 && !stopped_) {
            for (Answers& answers : by_first_open_[from - 1]) least(answers);
            if (!stopped_) --from;
        }
        stopped_ = false;
        least_from_ = from;
        followed_.clear();
        Answers answers(script_.questions.size());
        return {from, follow(answers)};
    }

    [[nodiscard]] auto take_choices() { return std::move(choices_); }

private:
    using Points = std::unordered_map<AdaptiveOrder::Point, double, AdaptiveOrder::PointHash>;

    /// Expected questions in the order of the file, and behind `least_from_` in the best one.
    // NOLINTNEXTLINE(misc-no-recursion): as deep as there are questions, at most 60
    double follow(Answers& answers) {
        const std::vector<Fact> facts = settle(script_, answers);
        QuestionIndex open = 0;
        while (open < facts.size() && facts[open].status != Fact::Status::open) ++open;
        if (open == facts.size() || stopped_) return 0;
        AdaptiveOrder::Point point = order_.point_of(script_, facts);
        if (const auto known = followed_.find(point); known != followed_.end())
            return known->second;
        double mean = 0;
        if (!certain_outcome(script_, facts)) {
            if (open >= least_from_) return least(answers);  // worked out already
            if (least_from_ == script_.questions.size()) by_first_open_[open].push_back(answers);
            mean = 1;
            for (const AnswerCell& cell : cells_[open]) {
                answers[open] = cell.value;
                mean += cell.weight * follow(answers);
            }
            answers[open].reset();
        }
        keep(followed_, std::move(point), mean);
        return mean;
    }

    /// The least expected number of questions from here.
    // NOLINTNEXTLINE(misc-no-recursion): as deep as there are questions, at most 60
    double least(Answers& answers) {
        const std::vector<Fact> facts = settle(script_, answers);
        const std::vector<QuestionIndex> askable = askable_questions(script_, facts);
        if (askable.empty() || stopped_) return 0;
        AdaptiveOrder::Point point = order_.point_of(script_, facts);
        if (const auto known = least_.find(point); known != least_.end()) return known->second;
        double best = 0;
        if (!certain_outcome(script_, facts)) {
            best = std::numeric_limits<double>::infinity();
            QuestionIndex choice = askable.front();
            for (const QuestionIndex question : askable) {
                double mean = 1;
                for (const AnswerCell& cell : cells_[question]) {
                    answers[question] = cell.value;
                    mean += cell.weight * least(answers);
                }
                answers[question].reset();
                if (mean >= best - rounding) continue;
                best = mean;
                choice = question;
            }
            if (!stopped_ && choice != askable.front())
                choices_.emplace(point, static_cast<std::uint8_t>(choice));
        }
        keep(least_, std::move(point), best);
        return best;
    }

    void keep(Points& points, AdaptiveOrder::Point point, double mean) {
        if (stopped_) return;
        points.emplace(std::move(point), mean);
        stopped_ = points.size() >= max_points_;
    }

    const Script& script_;
    const AdaptiveOrder& order_;
    std::size_t max_points_;
    bool feasible_ = true;
    bool stopped_ = false;  // what is worked out from here on means nothing
    std::vector<std::vector<AnswerCell>> cells_;
    QuestionIndex least_from_ = 0;
    std::vector<std::vector<Answers>> by_first_open_;  // points that a talk in file order comes to
    Points followed_;
    Points least_;
    std::unordered_map<AdaptiveOrder::Point, std::uint8_t, AdaptiveOrder::PointHash> choices_;
};

AdaptiveOrder::AdaptiveOrder(const Script& script, std::size_t max_points, bool unknown)
    : adaptive_from_(script.questions.size()) {
    for (QuestionIndex i = 0; i < script.questions.size(); ++i)
        comparisons_.push_back(comparisons_on(script, i));
    // What is not reached with the unknown answers may be without them.
    for (const bool with_unknown : {true, false}) {
        if (with_unknown && !unknown) continue;
        OrderPlan plan(script, *this, max_points, with_unknown);
        const std::optional<double> file_order = plan.file_order();
        if (!file_order) continue;
        const auto [from, mean] = plan.improve();
        if (mean_ && mean >= mean_->adaptive - rounding) continue;
        mean_ = MeanQuestions{*file_order, mean};
        adaptive_from_ = from;
        choices_ = plan.take_choices();
        if (from == 0) return;
    }
}

}  // namespace advisor::dialogs
