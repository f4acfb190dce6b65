#include "server/team_chat/team_view.hpp"

#include <algorithm>
#include <map>

#include "dialogs/json.hpp"
#include "server/channels/body.hpp"
#include "server/channels/view.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

using dialogs::Difference;
using dialogs::Question;
using dialogs::QuestionIndex;
using dialogs::Script;
using dialogs::Value;
using dialogs::Weight;
using nlohmann::json;

constexpr channels::Limit name_limit{60, channels::LengthUnit::code_points};
constexpr channels::Limit value_limit{120, channels::LengthUnit::code_points};
constexpr std::string_view leave_open = "Leave it open";

std::optional<Value> stored_value(const Question& question, const std::string& text) {
    const json read = json::parse(text, nullptr, false);
    if (read.is_discarded()) return std::nullopt;
    return dialogs::read_value(question, read);
}

/// A name for each person, as far as some answer has told it; people whose names are alike are
/// numbered.
std::map<std::string, std::string> names_of(const db::TeamRecord& record) {
    std::vector<std::string> people;
    std::map<std::string, std::string> told;
    for (const db::TeamAnswer& answer : record.answers) {
        const auto [place, is_new] = told.try_emplace(answer.person);
        if (is_new) people.push_back(answer.person);
        if (place->second.empty())
            place->second = channels::cut(channels::clean(answer.name), name_limit);
    }
    std::map<std::string, int> used;
    for (const std::string& person : people) {
        std::string& name = told[person];
        if (name.empty()) name = "Somebody";
        const int count = ++used[name];
        if (count > 1) name += " (" + std::to_string(count) + ")";
    }
    return told;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
    return text;
}

std::string quoted(const std::string& text) {
    return "“" + text + "”";
}

std::string quoted(const Question& question, const Value& value) {
    return quoted(channels::cut(dialogs::value_text(question, value), value_limit));
}

/// What was said about one question, by time.
struct Voices {
    std::vector<Value> values;
    std::vector<std::vector<std::string>> names;  ///< of each value
    std::vector<db::TimePoint> last;              ///< when each was said last; 0: never
};

Voices voices_of(const Question& question, const Value& counted, const db::TeamRecord& record,
                 const std::map<std::string, std::string>& names) {
    Voices voices{{counted}, {{}}, {db::TimePoint{}}};
    for (const db::TeamAnswer& answer : record.answers) {
        if (answer.question != question.id) continue;
        const std::optional<Value> value = stored_value(question, answer.value);
        if (!value) continue;
        const auto found = std::ranges::find(voices.values, *value);
        const auto at = static_cast<std::size_t>(found - voices.values.begin());
        if (found == voices.values.end()) {
            voices.values.push_back(*value);
            voices.names.emplace_back();
            voices.last.emplace_back();
        }
        voices.names[at].push_back(names.at(answer.person));
        voices.last[at] = std::max(voices.last[at], answer.at);
    }
    return voices;
}

/// The settlement that still holds: on the answer that counts, and nobody has said something else
/// since.
const db::SettledAnswer* settlement(const Question& question, const Voices& voices,
                                    const db::TeamRecord& record) {
    const auto found = std::ranges::find(record.settled, question.id, &db::SettledAnswer::question);
    if (found == record.settled.end()) return nullptr;
    if (stored_value(question, found->value) != voices.values.front()) return nullptr;
    const bool is_newer = std::any_of(voices.last.begin() + 1, voices.last.end(),
                                      [&](db::TimePoint at) { return at > found->at; });
    return is_newer ? nullptr : &*found;
}

std::string option_of(const Question& question, const Value& value) {
    constexpr std::size_t digits = 8;
    return channels::settle_option +
           sha256_hex(dialogs::to_json(question, value)).substr(0, digits);
}

std::string weight_text(const Script& script, const ToldDifference& told, bool is_finished) {
    const Difference& difference = told.difference;
    const Question& question = script.questions[difference.disputed.question];
    const std::string so_far = is_finished ? "This" : "So far this";
    switch (difference.weight) {
        case Weight::none:
            return so_far + " does not matter for the result.";
        case Weight::in_company:
            return so_far + " matters together with the other differences.";
        case Weight::not_counted:
            return "There are too many differences to say whether this one matters.";
        case Weight::alone:
            break;
    }
    std::string text = so_far + " matters:";
    for (std::size_t i = 0; i < difference.outcomes.size(); ++i) {
        text += (i == 0 ? " with " : ", with ") + quoted(question, difference.disputed.values[i]) +
                (is_finished && i == 0 ? " it is " : " it would be ") +
                script.outcome_name(difference.outcomes[i]);
    }
    return text + ".";
}

}  // namespace

std::vector<ToldDifference> tell_differences(const Script& script, const dialogs::Answers& counted,
                                             const db::TeamRecord& record) {
    const std::map<std::string, std::string> names = names_of(record);
    std::vector<ToldDifference> all;
    std::vector<dialogs::Disputed> open;
    std::size_t number = 0;
    for (QuestionIndex i = 0; i < counted.size(); ++i) {
        if (!counted[i]) continue;
        ++number;
        const Question& question = script.questions[i];
        Voices voices = voices_of(question, *counted[i], record, names);
        if (voices.values.size() < 2) continue;
        ToldDifference told;
        told.number = number;
        for (const auto& of_value : voices.names) told.names.push_back(joined(of_value));
        if (const db::SettledAnswer* settled = settlement(question, voices, record)) {
            told.is_settled = true;
            told.settled_by = channels::cut(channels::clean(settled->name), name_limit);
        }
        told.difference.disputed = {i, std::move(voices.values)};
        if (!told.is_settled) open.push_back(told.difference.disputed);
        all.push_back(std::move(told));
    }
    std::vector<Difference> weighed = dialogs::weigh_differences(script, counted, open);
    auto next = weighed.begin();
    for (ToldDifference& told : all) {
        if (!told.is_settled) told.difference = std::move(*next++);
    }
    return all;
}

std::string difference_text(const Script& script, const ToldDifference& told, bool is_finished) {
    const Question& question = script.questions[told.difference.disputed.question];
    std::string text = quoted(question.label) + ": ";
    for (std::size_t i = 0; i < told.names.size(); ++i) {
        const std::string value = quoted(question, told.difference.disputed.values[i]);
        const bool several = told.names[i].find(" and ") != std::string::npos;
        if (i > 0) text += ", ";
        if (told.names[i].empty())
            text += "the talk has " + value;
        else
            text += told.names[i] + (several ? " say " : " says ") + value;
    }
    text += ". ";
    if (told.is_settled) {
        return text + "Settled on " + quoted(question, told.difference.disputed.values.front()) +
               (told.settled_by.empty() ? "." : " by " + told.settled_by + ".");
    }
    text += weight_text(script, told, is_finished);
    const bool is_harmless = is_finished && told.difference.weight == Weight::none;
    if (is_harmless && !told.difference.opens_more) return text;
    if (told.difference.opens_more) text += " Another answer would bring more questions.";
    return text + " To settle it, type settle " + std::to_string(told.number) + ".";
}

channels::QuestionView settle_question(const Script& script, const ToldDifference& told,
                                       const ViewPlace& place) {
    const dialogs::Disputed& disputed = told.difference.disputed;
    const Question& question = script.questions[disputed.question];
    const std::string begin = std::to_string(told.number);
    channels::QuestionView view;
    view.session = place.handle;
    view.number = token_number(disputed.question);
    view.form = channels::QuestionForm::confirm;
    view.title = "Settle a difference";
    view.text = question.ask;
    for (std::size_t i = 0; i < disputed.values.size(); ++i) {
        const std::string value = dialogs::value_text(question, disputed.values[i]);
        const std::string& name = told.names[i];
        view.options.push_back({option_of(question, disputed.values[i]),
                                "Settle " + begin + ": " + value, name, false});
        const std::string typed = name.find(" and ") != std::string::npos || name.empty()
                                      ? channels::cut(value, value_limit)
                                      : name;
        view.typed.push_back("settle " + begin + " = " + typed);
    }
    view.options.push_back(
        {std::string(1, channels::settle_option) + "0", std::string(leave_open), {}, false});
    view.typed.push_back("leave it open");
    return view;
}

channels::OptionView settle_control(const ToldDifference& told) {
    return {channels::difference_option +
                std::to_string(token_number(told.difference.disputed.question)),
            "Settle " + std::to_string(told.number),
            {},
            false};
}

std::optional<Value> settled_value(const Script& script, const ToldDifference& told,
                                   std::string_view option) {
    const dialogs::Disputed& disputed = told.difference.disputed;
    for (const Value& value : disputed.values) {
        if (option_of(script.questions[disputed.question], value) == option) return value;
    }
    return std::nullopt;
}

std::optional<Value> value_of_name(const Question& question, const db::TeamRecord& record,
                                   const std::string& name) {
    const std::map<std::string, std::string> names = names_of(record);
    for (const db::TeamAnswer& answer : record.answers) {
        if (answer.question == question.id && http::same_word(names.at(answer.person), name))
            return stored_value(question, answer.value);
    }
    return std::nullopt;
}

}  // namespace advisor::server
