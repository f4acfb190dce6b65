#include "server/team_chat/talk_view.hpp"

#include <algorithm>
#include <charconv>

#include "dialogs/explain.hpp"
#include "server/channels/view.hpp"

namespace advisor::server {
namespace {

using channels::Advice;
using channels::OptionView;
using channels::QuestionForm;
using channels::QuestionView;
using channels::View;
using dialogs::Question;
using dialogs::QuestionKind;
using nlohmann::json;

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& list_of(const json& object, const char* key) {
    static const json none = json::array();
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? *found : none;
}

std::size_t count_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

QuestionForm form_of(QuestionKind kind) {
    switch (kind) {
        case QuestionKind::choice:
        case QuestionKind::boolean:
            return QuestionForm::choice;
        case QuestionKind::multi:
            return QuestionForm::multi;
        case QuestionKind::number:
            return QuestionForm::number;
        case QuestionKind::scale:
            return QuestionForm::scale;
        case QuestionKind::text:
            return QuestionForm::text;
    }
    return QuestionForm::text;
}

QuestionView question_view(const Question& question, std::size_t number, const json& reply,
                           const ViewPlace& place) {
    QuestionView view;
    view.session = place.handle;
    view.number = number;
    const json& progress = reply.at("progress");
    view.position = count_of(progress, "answered") + 1;
    view.total = count_of(progress, "answered") + count_of(progress, "remaining");
    view.form = form_of(question.kind);
    view.text = question.ask;
    view.help = question.help;
    view.options = options_of(question);
    view.min = question.limits.min;
    view.max = question.limits.max;
    view.unit = question.unit;
    view.low = question.low;
    view.high = question.high;
    view.max_length = question.max_length;
    view.allow_unknown = question.allow_unknown;
    view.may_skip = !question.required;
    view.may_go_back = view.position > 1;
    if (view.form == QuestionForm::multi) {
        view.min = 0;
        view.max = static_cast<std::int64_t>(view.options.size());
        const std::uint32_t ticked = read_draft(place.draft, number);
        for (std::size_t i = 0; i < view.options.size(); ++i)
            view.options[i].selected = (ticked >> i & 1U) != 0;
    }
    return view;
}

/// The change that waits for a yes, as a question of its own; `text` says what it does.
QuestionView confirm_view(const dialogs::Script& script, const json& confirm, std::size_t number,
                          const std::string& text, const ViewPlace& place) {
    QuestionView view;
    view.session = place.handle;
    view.number = number;
    view.form = QuestionForm::confirm;
    std::string labels;
    for (const json& id : list_of(confirm, "dropped")) {
        const auto question = id.is_string() ? script.find_question(id.get<std::string>())
                                             : std::optional<dialogs::QuestionIndex>();
        if (question)
            labels += (labels.empty() ? "“" : ", “") + script.questions[*question].label + "”";
    }
    view.text = text.empty() ? "This forgets your answers to " + labels + ". Go on?" : text;
    view.options = {{std::string(channels::yes_option), "Yes, change it", {}, false},
                    {std::string(channels::no_option), "No, leave it", {}, false}};
    return view;
}

std::string firmness_text(const std::string& firmness) {
    return firmness == "too_close" ? "too close to call" : firmness;
}

/// All single answers, and the few best pairs, as dialogs::shown_changes() picks them.
std::vector<std::string> shown_changes(const json& changes) {
    const auto is_pair = [](const json& change) {
        return change.value("set", json::object()).size() > 1;
    };
    std::vector<dialogs::Counterfactual> sets;
    std::vector<std::string> outcomes;
    for (const json& change : changes) {
        const std::string outcome = text_of(change, "outcome");
        const auto known = std::find(outcomes.begin(), outcomes.end(), outcome);
        sets.push_back({std::vector<dialogs::Exchange>(is_pair(change) ? 2 : 1),
                        static_cast<std::size_t>(known - outcomes.begin())});
        if (known == outcomes.end()) outcomes.push_back(outcome);
    }
    const auto [shown, more_pairs] = dialogs::shown_changes(sets);
    std::vector<std::string> lines;
    for (const dialogs::Counterfactual* change : shown)
        lines.push_back(text_of(changes[static_cast<std::size_t>(change - sets.data())], "text"));
    if (more_pairs > 0) lines.push_back(dialogs::more_pairs_text(more_pairs));
    return lines;
}

Advice advice_view(const json& recommendation, const ViewPlace& place) {
    Advice advice;
    advice.name = text_of(recommendation, "name");
    advice.headline = text_of(recommendation, "headline");
    advice.firmness = firmness_text(text_of(recommendation, "firmness"));
    for (const json& option : list_of(recommendation, "options"))
        advice.points.push_back({text_of(option, "name"), option.value("points", json(0)).dump()});
    std::stable_sort(advice.points.begin(), advice.points.end(), [](const auto& a, const auto& b) {
        return std::atol(a.value.c_str()) > std::atol(b.value.c_str());
    });
    for (const json& reason : list_of(recommendation, "reasons")) {
        const std::string label = text_of(reason, "label");
        advice.reasons.push_back(
            {label.empty() ? std::string() : label + " (" + text_of(reason, "answer") + ")",
             text_of(reason, "because")});
    }
    advice.changes = shown_changes(list_of(recommendation, "changes"));
    for (const json& tradeoff : list_of(recommendation, "tradeoffs")) {
        if (tradeoff.is_string()) advice.tradeoffs.push_back(tradeoff.get<std::string>());
    }
    const json hiring = recommendation.value("hiring", json::object());
    advice.hiring_summary = text_of(hiring, "summary");
    for (const json& role : list_of(hiring, "roles")) {
        advice.roles.push_back({text_of(role, "title"), text_of(role, "seniority"),
                                static_cast<int>(count_of(role, "count")), text_of(role, "verdict"),
                                text_of(role, "because")});
    }
    for (const json& note : list_of(hiring, "notes")) {
        if (note.is_string()) advice.notes.push_back(note.get<std::string>());
    }
    const std::string report = text_of(recommendation, "report");
    if (!report.empty()) advice.report_url = place.public_url + report;
    return advice;
}

}  // namespace

std::vector<OptionView> options_of(const Question& question) {
    std::vector<OptionView> options;
    const auto add = [&](const std::string& label, const std::string& help) {
        options.push_back({channels::option_key(options.size()), label, help, false});
    };
    for (const dialogs::ChoiceSpec& choice : question.choices) add(choice.say, choice.help);
    if (question.kind == QuestionKind::number)
        for (const dialogs::RangeSpec& range : question.ranges) add(range.say, {});
    constexpr std::int64_t most_steps = 100;
    if (question.kind == QuestionKind::scale &&
        question.limits.max - question.limits.min < most_steps) {
        for (std::int64_t step = question.limits.min; step <= question.limits.max; ++step)
            add(std::to_string(step), {});
    }
    return options;
}

View make_view(const dialogs::Script& script, const json& reply, const ViewPlace& place,
               bool keep_messages) {
    View view;
    view.session = place.handle;
    // The result is shown as a card, and what waits for a yes as a question.
    std::string proposal;
    for (const json& message : list_of(reply, "messages")) {
        const std::string kind = text_of(message, "kind");
        if (kind == "confirm") proposal = text_of(message, "text");
        if (keep_messages && kind != "result" && kind != "confirm")
            view.messages.push_back(channels::paragraph(text_of(message, "text")));
    }
    const auto confirm = reply.find("confirm");
    const auto question = reply.find("question");
    if (question != reply.end() && question->is_object()) {
        const auto index = script.find_question(text_of(*question, "id"));
        if (index)
            view.question =
                question_view(script.questions[*index], token_number(*index), reply, place);
    }
    if (confirm != reply.end() && confirm->is_object()) {
        const auto index = script.find_question(text_of(*confirm, "question"));
        if (index)
            view.question = confirm_view(script, *confirm, token_number(*index), proposal, place);
    }
    const auto recommendation = reply.find("recommendation");
    if (!view.question && recommendation != reply.end() && recommendation->is_object()) {
        view.advice = advice_view(*recommendation, place);
        view.is_over = true;
    }
    return view;
}

std::uint32_t read_draft(std::string_view draft, std::size_t question) {
    const std::string lead = std::to_string(question) + ":";
    if (!draft.starts_with(lead)) return 0;
    draft.remove_prefix(lead.size());
    std::uint32_t ticked = 0;
    const auto [end, error] = std::from_chars(draft.data(), draft.data() + draft.size(), ticked);
    const bool whole = end == draft.data() + draft.size() || *end == ':';  // then a mark follows
    return error == std::errc() && whole ? ticked : 0;
}

std::string write_draft(std::size_t question, std::uint32_t ticked) {
    return std::to_string(question) + ":" + std::to_string(ticked);
}

}  // namespace advisor::server
