// The decision record as a page for reading and printing.

#include "dialogs/engine.hpp"
#include "dialogs/hiring.hpp"
#include "dialogs/markdown_text.hpp"
#include "dialogs/record.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { line-height: 1.2; } h2 { margin-top: 2rem; border-bottom: 1px solid; } h3 { margin-bottom: 0; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
td.points { text-align: right; font-variant-numeric: tabular-nums; }
.lead { font-size: 1.15rem; } .small { font-size: .85rem; overflow-wrap: anywhere; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 0; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt; } h2, h3 { break-after: avoid; }
  li, dd, tr { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
@page { margin: 18mm; }
)css";

std::string escaped(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                // NUL and the like are no characters of HTML.
                result += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return result;
}

class Page {
public:
    Page(const Decision& decision, std::string_view sha256, std::string_view style_source)
        : decision_(decision),
          script_(decision.script),
          found_(decision.recommendation),
          sha256_(sha256),
          style_source_(style_source) {}

    std::string write() {
        head();
        context();
        decide();
        consequences();
        hiring();
        alternatives();
        sources();
        about();
        out_ += "</main>\n</body>\n</html>\n";
        return std::move(out_);
    }

private:
    void heading(std::string_view text) { out_ += "<h2>" + escaped(text) + "</h2>\n"; }
    void paragraph(std::string_view text) { out_ += "<p>" + escaped(text) + "</p>\n"; }
    void item(std::string_view text) { out_ += "<li>" + escaped(text) + "</li>\n"; }
    void list(const std::string& name, const std::vector<std::string>& entries) {
        if (entries.empty()) return;
        paragraph(name + ":");
        out_ += "<ul>\n";
        for (const std::string& entry : entries) item(entry);
        out_ += "</ul>\n";
    }

    void head() {
        const Scorecard& card = found_.card;
        const std::string title = script_.title + " " + script_.outcome_name(card.outcome);
        out_ +=
            "<!doctype html>\n<html lang=\"" +
            escaped(script_.language.empty() ? "en" : script_.language) +
            "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src " +
            escaped(style_source_) +
            "\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
            escaped(title) + "</title>\n<style>" + std::string(style) +
            "</style>\n</head>\n<body>\n<main>\n<h1>" + escaped(title) + "</h1>\n";
        heading("Status");
        paragraph("Recommended on " + decision_.facts.decided_at.substr(0, 10) + ", firmness: " +
                  (card.firmness == Firmness::too_close ? "too close to call"
                                                        : std::string(to_text(card.firmness))) +
                  ". To be accepted by the people it concerns.");
    }

    void context() {
        heading("Context");
        out_ += "<dl>\n";
        for (QuestionIndex i = 0; i < decision_.answers.size(); ++i) {
            if (!decision_.answers[i]) continue;
            const Question& question = script_.questions[i];
            out_ += "<dt>" + escaped(question.label) + "</dt><dd><bdi>" +
                    escaped(value_text(question, *decision_.answers[i])) + "</bdi></dd>\n";
        }
        out_ += "</dl>\n";
    }

    void decide() {
        const Scorecard& card = found_.card;
        heading("Decision");
        out_ += "<p class=\"lead\"><strong>" + escaped(script_.outcome_name(card.outcome)) +
                ".</strong> " + escaped(script_.outcome_say(card.outcome)) + "</p>\n";
        if (card.either_works)
            paragraph("Either would work: only what the team brings along tips the scale.");
        out_ += "<ul>\n";
        for (const Reason& reason : found_.reasons) {
            const Rule& rule = script_.rules[reason.rule];
            std::string text = rule.because + " (";
            bool first = true;
            for (OptionIndex i = 0; i < rule.points.size(); ++i) {
                if (rule.points[i] == 0) continue;
                text += (first ? "" : ", ") + script_.options[i].name +
                        (rule.points[i] > 0 ? " +" : " ") + std::to_string(rule.points[i]);
                first = false;
            }
            item(text + ")");
        }
        out_ += "</ul>\n";
    }

    void consequences() {
        if (found_.tradeoffs.empty()) return;
        heading("Consequences");
        out_ += "<ul>\n";
        for (const std::size_t index : found_.tradeoffs) item(script_.tradeoffs[index].say);
        out_ += "</ul>\n";
    }

    void hiring() {
        const Hiring& hiring = script_.hiring;
        if (found_.roles.empty() && !found_.summary) return;
        heading("Hiring plan");
        if (found_.summary) paragraph(hiring.summary[*found_.summary].say);
        for (const Role& role : found_.roles)
            write_role(hiring.roles[role.role], hiring.roles[role.role].verdicts[role.verdict]);
        out_ += "<ul>\n";
        for (const std::size_t note : found_.notes) item(hiring.notes[note].say);
        out_ += "</ul>\n";
    }

    void write_role(const RoleSpec& role, const VerdictSpec& verdict) {
        const std::string& seniority =
            verdict.seniority.empty() ? role.seniority : verdict.seniority;
        out_ += "<h3>" + escaped(role.title) + "</h3>\n<p><strong>" +
                verdict_words(verdict.verdict) + "</strong>, " + escaped(seniority) + ", " +
                std::to_string(verdict.count.value_or(role.count)) + ": " +
                escaped(verdict.because) + "</p>\n";
        paragraph("Confidence: " + std::string(confidence(script_, role)) +
                  ", going by the sources.");
        list("Must have", role.must_have);
        list("Nice to have", role.nice_to_have);
        if (!role.interview.empty()) {
            paragraph("Ask every candidate the same questions:");
            out_ += "<ol>\n";
            for (const InterviewItem& entry : role.interview)
                out_ += "<li>" + escaped(entry.ask) + "<br><em>A good answer:</em> " +
                        escaped(entry.good) + "</li>\n";
            out_ += "</ol>\n";
        }
        if (!role.work_sample.empty()) paragraph("Work sample: " + role.work_sample);
        if (!role.first_90_days.empty()) paragraph("First 90 days: " + role.first_90_days);
        if (!role.risk.empty()) paragraph("Risk if unfilled: " + role.risk);
    }

    void alternatives() {
        heading("Alternatives");
        out_ += "<table>\n<tr><th scope=\"col\">Option</th><th scope=\"col\">Points</th></tr>\n";
        for (OptionIndex i = 0; i < script_.options.size(); ++i)
            out_ += "<tr><th scope=\"row\">" + escaped(script_.options[i].name) +
                    "</th><td class=\"points\">" + std::to_string(found_.card.totals[i]) +
                    "</td></tr>\n";
        out_ += "</table>\n<p>What would change the decision:</p>\n<ul>\n";
        if (found_.changes.empty())
            item("Nothing that could be answered otherwise would, not even two answers at once.");
        for (const Counterfactual& change : found_.changes) item(change_text(script_, change));
        for (const QuestionIndex open : found_.open)
            item("Left open: " + script_.questions[open].label + ".");
        out_ += "</ul>\n";
    }

    void sources() {
        if (found_.evidence.empty()) return;
        heading("Sources");
        out_ += "<ul>\n";
        for (const EvidenceIndex index : found_.evidence) {
            const Evidence& evidence = script_.evidence[index];
            const bool link =
                evidence.url.starts_with("https://") || evidence.url.starts_with("http://");
            out_ += "<li>" + escaped(evidence.claim) + " (" +
                    std::string(to_text(evidence.stance)) + "; " +
                    (link ? "<a rel=\"noreferrer\" href=\"" + escaped(evidence.url) + "\">" : "") +
                    escaped(evidence.source) + (link ? "</a>" : "") + ", as of " +
                    escaped(evidence.as_of) + ")</li>\n";
        }
        out_ += "</ul>\n";
    }

    void about() {
        const RecordFacts& facts = decision_.facts;
        heading("Record");
        out_ += "<div class=\"small\">\n";
        paragraph("Session " + facts.session + ", begun " + facts.started_at + " by " +
                  facts.channel + ", decided " + facts.decided_at + " after " +
                  std::to_string(facts.turns) + " turns.");
        paragraph("Script " + script_.id + ", SHA-256 " + facts.script_hash + ".");
        paragraph("JSON record, SHA-256 " + std::string(sha256_) +
                  "; “advisor verify” derives it again from the script and the answers inside.");
        out_ += "</div>\n";
    }

    const Decision& decision_;
    const Script& script_;
    const Recommendation& found_;
    std::string_view sha256_;
    std::string_view style_source_;
    std::string out_;
};

}  // namespace

std::string_view record_style() {
    return style;
}

std::string record_html(const Decision& decision, std::string_view sha256,
                        std::string_view style_source) {
    return Page(decision, sha256, style_source).write();
}

}  // namespace advisor::dialogs
