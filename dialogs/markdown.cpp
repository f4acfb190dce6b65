#include "dialogs/markdown.hpp"

#include "dialogs/engine.hpp"
#include "dialogs/hiring.hpp"
#include "dialogs/markdown_text.hpp"

namespace advisor::dialogs {
namespace {

std::string firmness_text(const Scorecard& card) {
    const std::string lead =
        std::to_string(card.margin) + (card.margin == 1 ? " point" : " points");
    switch (card.firmness) {
        case Firmness::clear:
            return "Clear: " + lead + " ahead of the next option.";
        case Firmness::leaning:
            return "Leaning: only " + lead + " ahead of the next option.";
        case Firmness::too_close:
            return "Too close to call: " + lead + " between the two best options.";
    }
    return {};
}

/// Pairs of answers beyond these are only counted.

class Document {
public:
    Document(const Script& script, const Answers& answers, const Recommendation& recommendation)
        : script_(script), answers_(answers), recommendation_(recommendation) {}

    std::string write() {
        head();
        reasons();
        list("Trade-offs", recommendation_.tradeoffs, script_.tradeoffs);
        changes();
        possible();
        hiring();
        answers();
        sources();
        return std::move(out_);
    }

private:
    void heading(const std::string& text) { out_ += "\n## " + text + "\n\n"; }
    void bullet(const std::string& text) { out_ += "- " + text + "\n"; }

    void head() {
        const Scorecard& card = recommendation_.card;
        out_ += "# " + plain(script_.title) + "\n\n**" + plain(script_.outcome_name(card.outcome)) +
                ".** " + plain(script_.outcome_say(card.outcome)) + "\n\n";
        out_ += firmness_text(card) + "\n";
        if (card.either_works)
            out_ += "\nEither would work: only what your team brings along tips the scale.\n";
        out_ += "\n| Option | Points |\n| --- | ---: |\n";
        for (OptionIndex i = 0; i < script_.options.size(); ++i) {
            out_ += "| " + plain(script_.options[i].name) + " | " + std::to_string(card.totals[i]) +
                    " |\n";
        }
    }

    std::string points_text(const Rule& rule) const {
        std::string text;
        for (OptionIndex i = 0; i < rule.points.size(); ++i) {
            if (rule.points[i] == 0) continue;
            if (!text.empty()) text += ", ";
            text += plain(script_.options[i].name) + (rule.points[i] > 0 ? " +" : " ") +
                    std::to_string(rule.points[i]);
        }
        return text;
    }

    std::string citations(const std::vector<EvidenceIndex>& evidence) const {
        std::string text;
        for (const EvidenceIndex index : evidence)
            text += (text.empty() ? " [" : ", ") + script_.evidence[index].id;
        return text.empty() ? text : text + "]";
    }

    void reasons() {
        heading("Why");
        if (recommendation_.reasons.empty())
            bullet("Nothing you said speaks for one option over another.");
        for (const Reason& reason : recommendation_.reasons) {
            const Rule& rule = script_.rules[reason.rule];
            std::string text;
            for (const QuestionIndex question : reason.questions) {
                text += plain(script_.questions[question].label) + ": " +
                        plain(value_text(script_.questions[question], *answers_[question])) + ". ";
            }
            bullet((text.empty() ? "" : "**" + text.substr(0, text.size() - 1) + "** ") +
                   plain(rule.because) + " (" + points_text(rule) + ")" +
                   plain(citations(rule.evidence)));
        }
    }

    void list(const std::string& title, const std::vector<std::size_t>& shown,
              const std::vector<ConditionalText>& texts) {
        if (shown.empty()) return;
        heading(title);
        for (const std::size_t index : shown) bullet(plain(texts[index].say));
    }

    void changes() {
        heading("What would change it");
        if (recommendation_.changes.empty())
            bullet("Nothing that you could answer otherwise would, not even two answers at once.");
        const auto [shown, more_pairs] = shown_changes(recommendation_.changes);
        for (const Counterfactual* change : shown) bullet(plain(change_text(script_, *change)));
        if (more_pairs > 0) bullet(more_pairs_text(more_pairs));
        weights();
    }

    void weights() {
        const Robustness& robustness = recommendation_.robustness;
        if (!robustness.percent) return;
        const int percent = static_cast<int>(*robustness.percent);
        if (percent > 0)
            out_ +=
                "\nThe points behind this are a judgement. As long as each of them is off by less "
                "than " +
                std::to_string(percent) + " %, the outcome stays.\n";
    }

    void possible() {
        const Possible& possible = recommendation_.possible;
        if (recommendation_.open.empty() && possible.outcomes.size() < 2) return;
        heading("What is still open");
        std::string names;
        for (const std::size_t outcome : possible.outcomes)
            names += (names.empty() ? "" : ", ") + plain(script_.outcome_name(outcome));
        bullet(possible.outcomes.size() < 2
                   ? "Whatever the open answers turn out to be, it stays " + names + "."
                   : "With what is not known for sure, " +
                         std::string(possible.exact ? "these are possible: "
                                                    : "no more than these are possible: ") +
                         names + ".");
        if (possible.find_out)
            bullet("Worth finding out first: “" +
                   plain(script_.questions[*possible.find_out].label) + "”.");
    }

    /// Questions that were left when the talk was stopped early.
    void left_out() {
        std::string labels;
        const std::vector<Fact> facts = settle(script_, answers_);
        for (QuestionIndex i = 0; i < facts.size(); ++i) {
            if (facts[i].status == Fact::Status::open)
                labels += (labels.empty() ? "" : ", ") + plain(script_.questions[i].label);
        }
        if (!labels.empty())
            bullet("Not asked, as no answer could have changed the outcome: " + labels + ".");
    }

    void hiring() {
        const Hiring& hiring = script_.hiring;
        if (recommendation_.roles.empty() && !recommendation_.summary) return;
        heading("Hiring plan");
        if (recommendation_.summary)
            out_ += plain(hiring.summary[*recommendation_.summary].say) + "\n";
        for (const Role& role : recommendation_.roles)
            write_role(hiring.roles[role.role], hiring.roles[role.role].verdicts[role.verdict]);
        if (!recommendation_.notes.empty()) out_ += "\n";
        for (const std::size_t note : recommendation_.notes) bullet(plain(hiring.notes[note].say));
    }

    void write_role(const RoleSpec& role, const VerdictSpec& verdict) {
        const std::string seniority =
            verdict.seniority.empty() ? role.seniority : verdict.seniority;
        out_ += "\n### " + plain(role.title) + "\n\n**" + verdict_words(verdict.verdict) + "**, " +
                plain(seniority) + ", " + std::to_string(verdict.count.value_or(role.count)) +
                ": " + plain(verdict.because) + "\n\n";
        out_ +=
            "Confidence: " + std::string(confidence(script_, role)) + ", going by the sources.\n\n";
        named_list("Must have", role.must_have);
        named_list("Nice to have", role.nice_to_have);
        if (!role.interview.empty()) {
            out_ += "Ask every candidate the same questions:\n\n";
            for (const InterviewItem& item : role.interview)
                bullet(plain(item.ask) + " *A good answer:* " + plain(item.good));
            out_ += "\n";
        }
        if (!role.work_sample.empty()) out_ += "Work sample: " + plain(role.work_sample) + "\n\n";
        if (!role.first_90_days.empty())
            out_ += "First 90 days: " + plain(role.first_90_days) + "\n\n";
        if (!role.risk.empty()) out_ += "Risk if unfilled: " + plain(role.risk) + "\n";
    }

    void named_list(const std::string& name, const std::vector<std::string>& entries) {
        if (entries.empty()) return;
        out_ += name + ":\n\n";
        for (const std::string& entry : entries) bullet(plain(entry));
        out_ += "\n";
    }

    void answers() {
        heading("Your answers");
        for (QuestionIndex i = 0; i < answers_.size(); ++i) {
            if (answers_[i])
                bullet(plain(script_.questions[i].label) + ": " +
                       plain(value_text(script_.questions[i], *answers_[i])));
        }
        left_out();
    }

    void sources() {
        if (recommendation_.evidence.empty()) return;
        heading("Sources");
        for (const EvidenceIndex index : recommendation_.evidence) {
            const Evidence& evidence = script_.evidence[index];
            std::string text = "[" + evidence.id + "] " + evidence.claim + " (" +
                               std::string(to_text(evidence.stance)) + "; " + evidence.source +
                               ", as of " + evidence.as_of + ")";
            bullet(plain(text) + (evidence.url.empty() ? "" : " <" + evidence.url + ">"));
        }
    }

    const Script& script_;
    const Answers& answers_;
    const Recommendation& recommendation_;
    std::string out_;
};

}  // namespace

std::string to_markdown(const Script& script, const Answers& answers,
                        const Recommendation& recommendation) {
    return Document(script, answers, recommendation).write();
}

}  // namespace advisor::dialogs
