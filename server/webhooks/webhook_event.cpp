#include "server/webhooks/webhook_event.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "dialogs/explain.hpp"
#include "dialogs/json.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_body_bytes = 20000;
constexpr channels::Limit max_title{300};
constexpr std::size_t max_roles = 20;

struct EventEntry {
    db::EventSet event;
    std::string_view name;
};
constexpr std::array events{
    EventEntry{static_cast<db::EventSet>(db::TurnEvent::started), "session.started"},
    EventEntry{static_cast<db::EventSet>(db::TurnEvent::completed), "session.completed"},
    EventEntry{static_cast<db::EventSet>(db::TurnEvent::cancelled), "session.cancelled"},
    EventEntry{db::test_event, "endpoint.test"},
};

std::string verdict_text(dialogs::Verdict verdict) {
    switch (verdict) {
        case dialogs::Verdict::hire:
            return "hire";
        case dialogs::Verdict::train:
            return "train";
        case dialogs::Verdict::contract:
            return "contract";
        case dialogs::Verdict::none:
            break;
    }
    return "none";
}

std::string firmness_text(dialogs::Firmness firmness) {
    switch (firmness) {
        case dialogs::Firmness::clear:
            return "clear";
        case dialogs::Firmness::leaning:
            return "leaning";
        case dialogs::Firmness::too_close:
            break;
    }
    return "too close to call";
}

double confidence_of(const dialogs::Script& script, const dialogs::Scorecard& card) {
    if (card.firmness == dialogs::Firmness::too_close || card.margin <= 0) return 0.5;
    const double margin = card.margin;
    const double share = margin / (margin + std::max(script.clear_margin, 1));
    return std::min(std::round((0.5 + share / 2) * 100) / 100, 0.99);
}

std::vector<channels::Fact> points_of(const dialogs::Script& script,
                                      const dialogs::Scorecard& card) {
    std::vector<std::size_t> order(card.totals.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t option) { return card.totals[option]; });
    std::vector<channels::Fact> points;
    for (const std::size_t option : order)
        points.push_back({script.options[option].name, std::to_string(card.totals[option])});
    return points;
}

channels::RoleView role_of(const dialogs::Script& script, const dialogs::Role& role) {
    const dialogs::RoleSpec& spec = script.hiring.roles[role.role];
    const dialogs::VerdictSpec& verdict = spec.verdicts[role.verdict];
    return {spec.title, verdict.seniority.empty() ? spec.seniority : verdict.seniority,
            verdict.count.value_or(spec.count), verdict_text(verdict.verdict), verdict.because};
}

channels::Advice advice_of(const dialogs::Script& script, const dialogs::Answers& answers,
                           const dialogs::Recommendation& recommendation) {
    const dialogs::Scorecard& card = recommendation.card;
    channels::Advice advice;
    advice.name = script.outcome_name(card.outcome);
    advice.headline = script.outcome_say(card.outcome);
    advice.firmness = firmness_text(card.firmness);
    advice.points = points_of(script, card);
    for (const dialogs::Reason& reason : recommendation.reasons) {
        if (reason.questions.empty()) continue;
        const dialogs::Question& question = script.questions[reason.questions.front()];
        advice.reasons.push_back(
            {question.label, dialogs::value_text(question, *answers[reason.questions.front()])});
    }
    if (recommendation.summary)
        advice.hiring_summary = script.hiring.summary[*recommendation.summary].say;
    for (const dialogs::Role& role : recommendation.roles)
        advice.roles.push_back(role_of(script, role));
    return advice;
}

std::vector<channels::Fact> typed_of(const dialogs::Script& script,
                                     const dialogs::Answers& answers) {
    std::vector<channels::Fact> typed;
    for (dialogs::QuestionIndex i = 0; i < answers.size(); ++i) {
        const dialogs::Question& question = script.questions[i];
        if (question.kind == dialogs::QuestionKind::text && answers[i])
            typed.push_back({question.label, dialogs::value_text(question, *answers[i])});
    }
    return typed;
}

void add_advice(WebhookEvent& event, const dialogs::Script& script,
                const dialogs::Answers& answers) {
    const dialogs::Recommendation recommendation =
        dialogs::explain(script, answers, dialogs::score(script, answers));
    event.outcome_id = script.outcome_id(recommendation.card.outcome);
    event.firmness = dialogs::to_text(recommendation.card.firmness);
    event.confidence = confidence_of(script, recommendation.card);
    event.advice = advice_of(script, answers, recommendation);
    event.typed = typed_of(script, answers);
}

ordered_json hiring_json(const channels::Advice& advice) {
    ordered_json hiring = ordered_json::array();
    for (const channels::RoleView& role : advice.roles) {
        if (role.verdict == "none" || hiring.size() == max_roles) continue;
        hiring.push_back({{"role", channels::cut(role.title, max_title)},
                          {"fte", role.count},
                          {"how", role.verdict}});
    }
    return hiring;
}

void add_recommendation(ordered_json& data, const WebhookEvent& event) {
    const channels::Advice& advice = *event.advice;
    data["recommendation"] = {{"id", event.outcome_id},
                              {"title", channels::cut(advice.name, max_title)},
                              {"confidence", event.confidence},
                              {"firmness", event.firmness}};
    data["hiring"] = hiring_json(advice);
    data["report_url"] = advice.report_url;
}

std::string dump(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string_view event_name(db::EventSet event) {
    for (const EventEntry& entry : events) {
        if (entry.event == event) return entry.name;
    }
    return {};
}

db::EventSet event_named(std::string_view name) {
    for (const EventEntry& entry : events) {
        if (entry.name == name) return entry.event;
    }
    return 0;
}

std::string event_names(db::EventSet set) {
    std::string names;
    for (const EventEntry& entry : events) {
        if ((set & entry.event) != 0) names += (names.empty() ? "" : ",") + std::string(entry.name);
    }
    return names;
}

std::optional<WebhookEvent> read_event(const db::OutboxItem& item, const db::EventSource& source,
                                       const dialogs::Script& script, std::string_view public_url) {
    WebhookEvent event;
    event.event = item.event;
    event.at = item.at;
    event.session_id = source.session_key;
    event.locale = source.locale;
    event.platform = source.channel;
    event.script_id = script.id;
    event.script_title = script.title;
    const bool is_cancelled = item.event == static_cast<db::EventSet>(db::TurnEvent::cancelled);
    if (item.event != static_cast<db::EventSet>(db::TurnEvent::completed) && !is_cancelled)
        return event;
    const std::optional<dialogs::State> state = dialogs::read_state(script, source.state);
    if (!state) return std::nullopt;
    if (is_cancelled) {
        const bool has_answers = std::ranges::any_of(
            state->answers, [](const auto& answer) { return answer.has_value(); });
        event.reason = has_answers ? "ended" : "restarted";
        return event;
    }
    add_advice(event, script, state->answers);
    if (!source.report_code.empty())
        event.advice->report_url = std::string(public_url) + "/r/" + source.report_code;
    return event;
}

std::string generic_body(const WebhookEvent& event) {
    ordered_json data;
    if (event.event == db::test_event) {
        data["note"] = "connectivity check";
    } else {
        data["session_id"] = event.session_id;
        data["locale"] = event.locale;
        data["source"] = {{"platform", event.platform}};
        data["script"] = {{"id", event.script_id},
                          {"title", channels::cut(event.script_title, max_title)}};
    }
    if (!event.reason.empty()) data["reason"] = event.reason;
    if (event.advice) add_recommendation(data, event);
    ordered_json body{
        {"type", event_name(event.event)}, {"timestamp", utc_text(event.at)}, {"data", data}};
    std::string text = dump(body);
    // Whoever wants all roles finds them in the report.
    while (text.size() >= max_body_bytes && !body["data"]["hiring"].empty()) {
        body["data"]["hiring"].erase(body["data"]["hiring"].size() - 1);
        text = dump(body);
    }
    return text;
}

}  // namespace advisor::server
