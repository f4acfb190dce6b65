#include "server/commands/scenarios.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "dialogs/description.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/json.hpp"
#include "dialogs/markdown.hpp"
#include "dialogs/understand.hpp"

namespace advisor::server {
namespace {

using dialogs::Question;
using dialogs::QuestionKind;
using dialogs::Script;
using dialogs::State;
using dialogs::Value;
using nlohmann::json;

[[noreturn]] void refuse(std::size_t line, const std::string& why) {
    throw BadScenario("line " + std::to_string(line) + ": " + why);
}

std::vector<std::string> texts(const json& object, const char* key, std::size_t line) {
    std::vector<std::string> result;
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return result;
    const std::string message = "\"" + std::string(key) + "\" must be a list of texts";
    if (!found->is_array()) refuse(line, message);
    for (const json& entry : *found) {
        if (!entry.is_string()) refuse(line, message);
        result.push_back(entry.get<std::string>());
    }
    return result;
}

ExpectedAdvice read_expected(const json& object, std::size_t line) {
    if (!object.is_object() || !object.contains("recommendation") ||
        !object["recommendation"].is_string())
        refuse(line, "\"expected\" needs \"recommendation\", a text");
    ExpectedAdvice expected;
    expected.recommendation = object["recommendation"].get<std::string>();
    expected.acceptable = texts(object, "acceptable", line);
    expected.must_not = texts(object, "must_not", line);
    expected.hire = texts(object, "hire", line);
    const auto either = object.find("either_is_fine");
    if (either != object.end() && !either->is_boolean())
        refuse(line, "\"either_is_fine\" must be true or false");
    if (either != object.end()) expected.either_is_fine = either->get<bool>();
    return expected;
}

Scenario read_scenario(const json& object, std::size_t line, const std::string& need) {
    if (!object.is_object())
        refuse(line, "expected a JSON object with \"id\" and \"" + need + "\"");
    Scenario scenario;
    scenario.line = line;
    if (!object.contains("id") || !object["id"].is_string()) refuse(line, "\"id\" is missing");
    scenario.id = object["id"].get<std::string>();
    if (object.contains("description") && object["description"].is_string())
        scenario.description = object["description"].get<std::string>();
    else if (need == "description")
        refuse(line, "\"description\" is missing");
    if (object.contains("facts") && object["facts"].is_object())
        scenario.facts = object["facts"];
    else if (need == "facts")
        refuse(line, "\"facts\" is missing");
    if (object.contains("expected") && !object["expected"].is_null())
        scenario.expected = read_expected(object["expected"], line);
    return scenario;
}

/// The fact about a topic. Some facts are kept under other names than their topic.
json fact_about(const json& facts, const std::string& topic) {
    const auto team = [&](const char* language) {
        const auto found = facts.find("team");
        return found != facts.end() && found->is_object() ? found->value(language, json()) : json();
    };
    if (facts.contains(topic)) return facts[topic];
    if (topic == "share_frontend") return facts.value("share_frontend_language", json());
    if (topic == "team_js") return team("javascript");
    if (topic == "team_python") return team("python");
    return nullptr;
}

/// How many people "low", "medium" and "high" stand for: inside of the borders that the labelled
/// records were made with (up to 100, 300 to 3,000, from 10,000).
/// 0: none of them.
std::int64_t people_at_once(const std::string& word) {
    static constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> words{
        {{"low", 50}, {"medium", 1000}, {"high", 20000}}};
    for (const auto& [name, number] : words) {
        if (word == name) return number;
    }
    return 0;
}

std::optional<Value> choice_meaning(const Question& question, const std::string& word) {
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        const dialogs::ChoiceSpec& choice = question.choices[i];
        const bool same = choice.means == word || (choice.means.empty() && choice.id == word);
        // Of several that mean the same, the one that is named so says it without more.
        if (same && (!found || choice.id == word)) found = i;
    }
    if (!found) return std::nullopt;
    if (question.kind == QuestionKind::boolean) return *found == 0;
    return dialogs::Choice{*found};
}

std::optional<Value> number_meaning(const Question& question, const std::string& word) {
    const std::int64_t usual = question.topic == "concurrency" ? people_at_once(word) : 0;
    std::optional<Value> first;
    for (const dialogs::RangeSpec& range : question.ranges) {
        if (range.means != word) continue;
        if (usual > 0 && range.amount.min <= usual && usual <= range.amount.max)
            return dialogs::Amount{usual, usual};
        if (!first) first = range.amount;
    }
    if (first) return first;
    const bool own = std::any_of(question.ranges.begin(), question.ranges.end(),
                                 [](const auto& range) { return !range.means.empty(); });
    if (own || usual == 0) return std::nullopt;
    return dialogs::Amount{usual, usual};
}

/// The answer that a fact stands for; nothing when no answer does.
std::optional<Value> meaning(const Question& question, const json& fact) {
    const bool number =
        question.kind == QuestionKind::number || question.kind == QuestionKind::scale;
    if (fact.is_string() && number) return number_meaning(question, fact.get<std::string>());
    if (fact.is_string() &&
        (question.kind == QuestionKind::choice || question.kind == QuestionKind::boolean)) {
        const std::string word = fact.get<std::string>();
        if (auto value = choice_meaning(question, word)) return value;
        if (question.kind == QuestionKind::boolean && (word == "yes" || word == "no"))
            return word == "yes";
        return std::nullopt;
    }
    return dialogs::read_value(question, fact);
}

/// The answer from a fact; nothing when there is none, or it means no answer: then `remarks` gets a
/// line, except where free words are usual.
std::optional<Value> answer_from(const Question& question, const Scenario& scenario,
                                 std::vector<std::string>& remarks) {
    if (question.topic.empty()) return std::nullopt;
    const json fact = fact_about(scenario.facts, question.topic);
    if (fact.is_null() || fact == "unknown" || fact == "") return std::nullopt;
    std::optional<Value> value = meaning(question, fact);
    if (!value && fact.is_string()) {
        const dialogs::Understood words = dialogs::understand(question, fact.get<std::string>());
        if (const auto* understood = std::get_if<dialogs::UnderstoodValue>(&words))
            value = understood->value;
        else if (question.topic == "long_term")
            return std::nullopt;
    }
    std::string why;
    if (value && dialogs::fits(question, *value, why)) return value;
    remarks.push_back("line " + std::to_string(scenario.line) + ": no answer to \"" + question.id +
                      "\" means " + fact.dump() + ", so it is left open");
    return std::nullopt;
}

/// "I don't know", or a skip where the question does not take that.
Value left_open(const Question& question, const Scenario& scenario) {
    if (question.allow_unknown) return dialogs::Unknown{};
    if (question.required)
        refuse(scenario.line, "the script needs an answer to \"" + question.id + "\" (topic \"" +
                                  question.topic + "\"); add the fact");
    return dialogs::Skipped{};
}

State answer(const Script& script, State state, dialogs::QuestionIndex question, Value value) {
    const std::string& id = script.questions[question].id;
    if (std::holds_alternative<dialogs::Skipped>(value))
        return dialogs::step(script, std::move(state), dialogs::Skip{}).state;
    return dialogs::step(script, std::move(state), dialogs::GiveAnswer{id, std::move(value)}).state;
}

nlohmann::ordered_json roles_json(const Script& script, const dialogs::Recommendation& advice) {
    nlohmann::ordered_json roles = nlohmann::ordered_json::array();
    for (const dialogs::Role& role : advice.roles) {
        const dialogs::RoleSpec& spec = script.hiring.roles[role.role];
        const dialogs::VerdictSpec& verdict = spec.verdicts[role.verdict];
        roles.push_back(
            {{"title", spec.title},
             {"seniority", verdict.seniority.empty() ? spec.seniority : verdict.seniority},
             {"count", verdict.count.value_or(spec.count)},
             {"verdict", dialogs::to_text(verdict.verdict)},
             {"because", verdict.because}});
    }
    return roles;
}

/// Everything that the hiring plan says about whom to hire and train.
std::string hiring_text(const Script& script, const dialogs::Recommendation& advice) {
    std::string text;
    if (advice.summary) text = script.hiring.summary[*advice.summary].say;
    for (const dialogs::Role& role : advice.roles) {
        const dialogs::RoleSpec& spec = script.hiring.roles[role.role];
        const dialogs::VerdictSpec& verdict = spec.verdicts[role.verdict];
        text += "\n" + spec.title + " " + std::string(dialogs::to_text(verdict.verdict)) + " " +
                verdict.because;
        for (const std::string& skill : spec.must_have) text += " " + skill;
        for (const std::string& skill : spec.nice_to_have) text += " " + skill;
    }
    return text;
}

Decided conclude(const Script& script, const Scenario& scenario, const State& state) {
    const dialogs::Recommendation advice =
        dialogs::explain(script, state.answers, dialogs::score(script, state.answers));
    Decided decided;
    decided.id = scenario.id;
    decided.outcome = script.outcome_id(advice.card.outcome);
    decided.means = decided.outcome;
    const auto means = [&](dialogs::OptionIndex option) {
        const dialogs::Option& spec = script.options[option];
        return spec.means.empty() ? spec.id : spec.means;
    };
    const bool tie = advice.card.outcome == script.tie_outcome();
    if (!tie) decided.means = means(advice.card.outcome);
    for (const dialogs::OptionIndex option : script.tie.between) {
        if (tie) decided.between.push_back(means(option));
    }
    decided.firmness = dialogs::to_text(advice.card.firmness);
    decided.either_is_fine = advice.card.either_works || tie;
    decided.hire = roles_json(script, advice);
    decided.hiring_text = hiring_text(script, advice);
    decided.text = dialogs::to_markdown(script, state.answers, advice);
    decided.answers = dialogs::answers_json(script, state.answers);
    return decided;
}

}  // namespace

std::vector<Scenario> read_scenarios(std::string_view text, const std::string& need) {
    std::vector<Scenario> scenarios;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const json object = json::parse(line, nullptr, false);
        if (object.is_discarded()) refuse(number, "not valid JSON");
        scenarios.push_back(read_scenario(object, number, need));
    }
    return scenarios;
}

Decided decide_facts(const Script& script, const Scenario& scenario,
                     std::vector<std::string>& remarks) {
    // Every fact is looked at, also one whose question is not asked: a slip must not pass unseen.
    std::vector<std::optional<Value>> values;
    for (const Question& question : script.questions)
        values.push_back(answer_from(question, scenario, remarks));
    // What runs today or what the team wants to share is often told, but is no fact of its own.
    for (const dialogs::FoundFact& told : dialogs::read_description(script, scenario.description)) {
        if (!values[told.question]) values[told.question] = told.value;
    }
    State state = dialogs::fresh_state(script);
    while (const auto pending = dialogs::pending_question(script, state)) {
        Value value =
            values[*pending] ? *values[*pending] : left_open(script.questions[*pending], scenario);
        state = answer(script, std::move(state), *pending, std::move(value));
    }
    return conclude(script, scenario, state);
}

Decided decide_description(const Script& script, const Scenario& scenario) {
    State state = dialogs::fresh_state(script);
    state = dialogs::step(script, std::move(state), dialogs::Say{scenario.description}).state;
    if (state.proposed) {
        const dialogs::ProposedChange change = *state.proposed;
        const std::string id = script.questions[change.question].id;
        state = dialogs::step(script, std::move(state),
                              dialogs::ChangeAnswer{id, change.value, true, false})
                    .state;
    }
    if (!state.facts.empty())
        state = dialogs::step(script, std::move(state), dialogs::TakeFacts{{}, true}).state;
    while (const auto pending = dialogs::pending_question(script, state)) {
        Value value = left_open(script.questions[*pending], scenario);
        state = answer(script, std::move(state), *pending, std::move(value));
    }
    return conclude(script, scenario, state);
}

std::string to_line(const Decided& decided) {
    const nlohmann::ordered_json line{{"id", decided.id},
                                      {"outcome", decided.outcome},
                                      {"firmness", decided.firmness},
                                      {"either_is_fine", decided.either_is_fine},
                                      {"hire", decided.hire},
                                      {"text", decided.text},
                                      {"answers", json::parse(decided.answers)}};
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace advisor::server
