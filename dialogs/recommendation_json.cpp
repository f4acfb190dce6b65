// A recommendation as the protocol sends it, with the script's own texts by name: it is by far the
// largest object, and each finished conversation makes one.

#include "dialogs/hiring.hpp"
#include "dialogs/json.hpp"
#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

/// Appends `item(entry)` for each entry, with commas, in brackets.
template <typename List, typename Item>
void append_list(std::string& out, const List& list, Item item) {
    out += '[';
    bool first = true;
    for (const auto& entry : list) {
        if (!first) out += ',';
        first = false;
        item(entry);
    }
    out += ']';
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += key;
    out += "\":";
    append_quoted(out, text);
}

void append_totals(std::string& out, const Script& script, const std::vector<int>& totals) {
    out += '{';
    for (OptionIndex i = 0; i < totals.size(); ++i) {
        if (i > 0) out += ',';
        append_quoted(out, script.options[i].id);
        out += ":" + std::to_string(totals[i]);
    }
    out += '}';
}

void append_reason(std::string& out, const Script& script, const Answers& answers,
                   const Reason& reason) {
    const Rule& rule = script.rules[reason.rule];
    out += '{';
    append_member(out, "rule", rule.id);
    if (reason.questions.empty()) {
        out += R"(,"question":null,"label":null,"answer":null)";
    } else {
        const Question& question = script.questions[reason.questions.front()];
        append_member(out, "question", question.id);
        append_member(out, "label", question.label);
        append_member(out, "answer", value_text(question, *answers[reason.questions.front()]));
    }
    out += R"(,"questions":)";
    append_list(out, reason.questions,
                [&](QuestionIndex index) { append_quoted(out, script.questions[index].id); });
    out += ',';
    append_fragment(out, 'r', rule.id);
    out += '}';
}

void append_change(std::string& out, const Script& script, const Counterfactual& change) {
    out += R"({"set":{)";
    for (const Exchange& exchange : change.set) {
        const Question& question = script.questions[exchange.question];
        if (out.back() != '{') out += ',';
        out += json_quoted(question.id) + ":" + to_json(question, exchange.value);
    }
    out += '}';
    append_member(out, "outcome", script.outcome_id(change.outcome));
    append_member(out, "text", change_text(script, change));
    out += '}';
}

void append_robustness(std::string& out, const Script& script, const Robustness& robustness) {
    out += R"(,"robustness":)";
    if (!robustness.percent) {
        out += "null";
        return;
    }
    out +=
        R"({"percent":)" + std::to_string(static_cast<int>(*robustness.percent)) + R"(,"against":)";
    if (robustness.against)
        append_quoted(out, script.options[*robustness.against].id);
    else
        out += "null";
    out += '}';
}

void append_possible(std::string& out, const Script& script, const Possible& possible) {
    out += R"(,"possible":{"outcomes":)";
    append_list(out, possible.outcomes,
                [&](std::size_t outcome) { append_quoted(out, script.outcome_id(outcome)); });
    out += std::string(R"(,"exact":)") + (possible.exact ? "true" : "false") + R"(,"find_out":)";
    if (possible.find_out) {
        out += '{';
        append_member(out, "question", script.questions[*possible.find_out].id);
        append_member(out, "label", script.questions[*possible.find_out].label);
        out += "}}";
    } else {
        out += "null}";
    }
}

void append_role(std::string& out, const Script& script, const Role& role) {
    const RoleSpec& spec = script.hiring.roles[role.role];
    const VerdictSpec& verdict = spec.verdicts[role.verdict];
    out += '{';
    append_member(out, "id", spec.id);
    append_member(out, "title", spec.title);
    append_member(out, "seniority", verdict.seniority.empty() ? spec.seniority : verdict.seniority);
    out += R"(,"count":)" + std::to_string(verdict.count.value_or(spec.count));
    append_member(out, "verdict", to_text(verdict.verdict));
    append_member(out, "because", verdict.because);
    append_member(out, "confidence", confidence(script, spec));
    out += ',';
    append_fragment(out, 'h', spec.id);
    out += '}';
}

void append_hiring(std::string& out, const Script& script, const Recommendation& recommendation) {
    const Hiring& hiring = script.hiring;
    out += R"(,"hiring":{)";
    append_member(out, "summary",
                  recommendation.summary ? hiring.summary[*recommendation.summary].say : "");
    out += R"(,"roles":)";
    append_list(out, recommendation.roles,
                [&](const Role& role) { append_role(out, script, role); });
    out += R"(,"notes":)";
    append_list(out, recommendation.notes,
                [&](std::size_t note) { append_quoted(out, hiring.notes[note].say); });
    out += '}';
}

}  // namespace

void append_json(std::string& out, const Script& script, const Answers& answers,
                 const Recommendation& recommendation, std::string_view report) {
    const Scorecard& card = recommendation.card;
    out += '{';
    append_member(out, "outcome", script.outcome_id(card.outcome));
    append_member(out, "name", script.outcome_name(card.outcome));
    append_member(out, "headline", script.outcome_say(card.outcome));
    append_member(out, "firmness", to_text(card.firmness));
    out += R"(,"margin":)" + std::to_string(card.margin);
    out += std::string(R"(,"either_works":)") + (card.either_works ? "true" : "false");
    out += R"(,"scores":)";
    append_totals(out, script, card.totals);
    out += R"(,"options":)";
    append_list(out, script.options, [&](const Option& option) {
        out += '{';
        append_member(out, "id", option.id);
        append_member(out, "name", option.name);
        out +=
            R"(,"points":)" +
            std::to_string(card.totals[static_cast<OptionIndex>(&option - script.options.data())]) +
            "}";
    });
    out += R"(,"reasons":)";
    append_list(out, recommendation.reasons,
                [&](const Reason& reason) { append_reason(out, script, answers, reason); });
    out += R"(,"tradeoffs":)";
    append_list(out, recommendation.tradeoffs,
                [&](std::size_t text) { append_quoted(out, script.tradeoffs[text].say); });
    out += R"(,"changes":)";
    append_list(out, recommendation.changes,
                [&](const Counterfactual& change) { append_change(out, script, change); });
    append_robustness(out, script, recommendation.robustness);
    append_possible(out, script, recommendation.possible);
    out += R"(,"open":)";
    append_list(out, recommendation.open, [&](QuestionIndex question) {
        out += '{';
        append_member(out, "question", script.questions[question].id);
        append_member(out, "label", script.questions[question].label);
        out += '}';
    });
    out += R"(,"evidence":)";
    append_list(out, recommendation.evidence,
                [&](EvidenceIndex index) { append_fragment(out, 'e', script.evidence[index].id); });
    append_hiring(out, script, recommendation);
    append_member(out, "report", report);
    out += '}';
}

}  // namespace advisor::dialogs
