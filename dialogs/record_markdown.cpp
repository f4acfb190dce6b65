// The decision record as an architecture decision record in Markdown.

#include "dialogs/engine.hpp"
#include "dialogs/markdown_text.hpp"
#include "dialogs/record.hpp"

namespace advisor::dialogs {
namespace {

class Document {
public:
    Document(const Decision& decision, std::string_view sha256)
        : decision_(decision),
          script_(decision.script),
          found_(decision.recommendation),
          sha256_(sha256) {}

    std::string write() {
        const Scorecard& card = found_.card;
        out_ +=
            "# " + plain(script_.title) + " " + plain(script_.outcome_name(card.outcome)) + "\n";
        heading("Status");
        out_ += "Recommended on " + plain(decision_.facts.decided_at.substr(0, 10)) +
                ", firmness: " + firmness_words() + ". To be accepted by the people it concerns.\n";
        context();
        decide();
        consequences();
        alternatives();
        sources();
        about();
        return std::move(out_);
    }

private:
    void heading(const std::string& text) { out_ += "\n## " + text + "\n\n"; }
    void bullet(const std::string& text) { out_ += "- " + text + "\n"; }

    std::string firmness_words() const {
        switch (found_.card.firmness) {
            case Firmness::clear:
                return "clear";
            case Firmness::leaning:
                return "leaning";
            case Firmness::too_close:
                return "too close to call";
        }
        return {};
    }

    void context() {
        heading("Context");
        for (QuestionIndex i = 0; i < decision_.answers.size(); ++i) {
            if (!decision_.answers[i]) continue;
            bullet("**" + plain(script_.questions[i].label) + ":** " +
                   plain(value_text(script_.questions[i], *decision_.answers[i])));
        }
    }

    void decide() {
        const Scorecard& card = found_.card;
        heading("Decision");
        out_ += "**" + plain(script_.outcome_name(card.outcome)) + ".** " +
                plain(script_.outcome_say(card.outcome)) + "\n\n";
        if (card.either_works)
            out_ += "Either would work: only what the team brings along tips the scale.\n\n";
        for (const Reason& reason : found_.reasons) {
            const Rule& rule = script_.rules[reason.rule];
            bullet(plain(rule.because) + " (" + points_text(rule) + ")" + citations(rule.evidence));
        }
    }

    std::string points_text(const Rule& rule) const {
        std::string text;
        for (OptionIndex i = 0; i < rule.points.size(); ++i) {
            if (rule.points[i] == 0) continue;
            text += (text.empty() ? "" : ", ") + plain(script_.options[i].name) +
                    (rule.points[i] > 0 ? " +" : " ") + std::to_string(rule.points[i]);
        }
        return text;
    }

    std::string citations(const std::vector<EvidenceIndex>& evidence) const {
        std::string text;
        for (const EvidenceIndex index : evidence)
            text += (text.empty() ? " [" : ", ") + script_.evidence[index].id;
        return text.empty() ? text : plain(text + "]");
    }

    void consequences() {
        heading("Consequences");
        for (const std::size_t index : found_.tradeoffs)
            bullet(plain(script_.tradeoffs[index].say));
        const Hiring& hiring = script_.hiring;
        if (found_.summary) bullet(plain(hiring.summary[*found_.summary].say));
        for (const Role& role : found_.roles) {
            const RoleSpec& spec = hiring.roles[role.role];
            const VerdictSpec& verdict = spec.verdicts[role.verdict];
            bullet("**" + verdict_words(verdict.verdict) + ": " + plain(spec.title) + ".** " +
                   plain(verdict.because));
        }
        for (const std::size_t note : found_.notes) bullet(plain(hiring.notes[note].say));
    }

    void alternatives() {
        const Scorecard& card = found_.card;
        heading("Alternatives");
        out_ += "| Option | Points |\n| --- | ---: |\n";
        for (OptionIndex i = 0; i < script_.options.size(); ++i)
            out_ += "| " + plain(script_.options[i].name) + " | " + std::to_string(card.totals[i]) +
                    " |\n";
        out_ += "\nWhat would change the decision:\n\n";
        if (found_.changes.empty())
            bullet("Nothing that could be answered otherwise would, not even two answers at once.");
        for (const Counterfactual& change : found_.changes)
            bullet(plain(change_text(script_, change)));
        for (const QuestionIndex open : found_.open)
            bullet("Left open: " + plain(script_.questions[open].label) + ".");
    }

    void sources() {
        if (found_.evidence.empty()) return;
        heading("Sources");
        for (const EvidenceIndex index : found_.evidence) {
            const Evidence& evidence = script_.evidence[index];
            bullet(plain("[" + evidence.id + "] " + evidence.claim + " (" +
                         std::string(to_text(evidence.stance)) + "; " + evidence.source +
                         ", as of " + evidence.as_of + ", review by " + evidence.review_by + ")") +
                   (evidence.url.empty() ? "" : " <" + evidence.url + ">"));
        }
    }

    void about() {
        const RecordFacts& facts = decision_.facts;
        heading("Record");
        bullet("Session " + plain(facts.session) + ", begun " + plain(facts.started_at) + " by " +
               plain(facts.channel) + ", decided " + plain(facts.decided_at) + " after " +
               std::to_string(facts.turns) + " turns");
        bullet("Script " + plain(script_.id) + ", SHA-256 " + plain(facts.script_hash));
        bullet("JSON record, SHA-256 " + plain(sha256_) +
               "; \"advisor verify\" derives it again from the script and the answers inside");
    }

    const Decision& decision_;
    const Script& script_;
    const Recommendation& found_;
    std::string_view sha256_;
    std::string out_;
};

}  // namespace

std::string record_markdown(const Decision& decision, std::string_view sha256) {
    return Document(decision, sha256).write();
}

}  // namespace advisor::dialogs
