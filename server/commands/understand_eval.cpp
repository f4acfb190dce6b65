#include "server/commands/understand_eval.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <stdexcept>

#include "dialogs/engine.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/understand.hpp"

namespace advisor::server {
namespace {

using nlohmann::json;

enum class Kind { answer, unclear, intent };

Kind kind_of(const json& value) {
    if (value == "unclear") return Kind::unclear;
    if (value.is_string() && value.get_ref<const std::string&>().starts_with("intent:"))
        return Kind::intent;
    return Kind::answer;
}

/// A question of a plain kind, in the words of the record.
dialogs::Question plain_question(const LabelledText& record) {
    dialogs::Question question;
    question.id = question.topic = record.topic;
    question.label = question.ask = record.question;
    if (record.topic == "yesno") {
        question.kind = dialogs::QuestionKind::boolean;
        question.choices.resize(2);
        question.choices[0].id = question.choices[0].say = "yes";
        question.choices[1].id = question.choices[1].say = "no";
    } else if (record.topic == "scale_1_5") {
        question.kind = dialogs::QuestionKind::scale;
        question.limits = {1, 5};
    } else {
        question.kind = dialogs::QuestionKind::number;
        question.limits = {0, 1'000'000'000'000};
    }
    question.words = dialogs::compile_words(question, {}, {});
    return question;
}

const dialogs::Question* question_on(const dialogs::Script& script, std::string_view topic) {
    const auto found = std::find_if(script.questions.begin(), script.questions.end(),
                                    [&](const auto& question) { return question.topic == topic; });
    return found == script.questions.end() ? nullptr : &*found;
}

/// A number in the terms of its question: what its range means, or itself.
json amount_json(const dialogs::Question& question, const dialogs::Amount& amount) {
    const bool open = amount.max == question.limits.max && amount.min != amount.max;
    const bool floor = amount.min == question.limits.min && amount.min != amount.max;
    // "More than a million" is about a million, "up to 300" about 300.
    const double middle = open    ? static_cast<double>(amount.min)
                          : floor ? static_cast<double>(amount.max)
                                  : std::sqrt(std::max(1.0, static_cast<double>(amount.min)) *
                                              static_cast<double>(amount.max));
    for (const dialogs::RangeSpec& range : question.ranges) {
        if (range.means.empty()) break;
        if (middle <= static_cast<double>(range.amount.max)) return range.means;
    }
    if (amount.min == amount.max) return amount.min;
    return {{"min", amount.min}, {"max", amount.max}};
}

json value_json(const dialogs::Question& question, const dialogs::Value& value) {
    const auto meaning = [&](const dialogs::ChoiceSpec& choice) {
        return choice.means.empty() ? choice.id : choice.means;
    };
    if (std::holds_alternative<dialogs::Unknown>(value)) return "intent:dont_know";
    if (const auto* choice = std::get_if<dialogs::Choice>(&value))
        return meaning(question.choices[choice->index]);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
    if (const auto* amount = std::get_if<dialogs::Amount>(&value)) {
        std::string why;
        if (!dialogs::fits(question, value, why)) return "unclear";
        return amount_json(question, *amount);
    }
    if (const auto* choices = std::get_if<dialogs::Choices>(&value)) {
        json list = json::array();
        for (std::size_t i = 0; i < question.choices.size(); ++i) {
            if ((choices->mask >> i & 1U) != 0) list.push_back(meaning(question.choices[i]));
        }
        return list;
    }
    return "unclear";
}

/// "skip_unsure" asks a question of any topic; only the wish counts, not its answer.
const dialogs::Question& asked(const dialogs::Script& script, const LabelledText& record,
                               dialogs::Question& plain) {
    static constexpr std::string_view plain_topics[] = {"yesno", "number", "scale_1_5",
                                                        "skip_unsure"};
    const dialogs::Question* question = question_on(script, record.topic);
    const bool built_in = std::find(std::begin(plain_topics), std::end(plain_topics),
                                    record.topic) != std::end(plain_topics);
    if (question && !built_in) return *question;
    plain = plain_question(record);
    return plain;
}

std::string label_of(const json& value) {
    if (value.is_number() || value.is_object()) return "number";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

struct Counts {
    double right = 0, missed = 0, wrongly = 0;
};

/// The mean F1 over the values that occur as expected.
double mean_f1(const std::map<std::string, Counts>& values) {
    double sum = 0;
    double count = 0;
    for (const auto& [value, counts] : values) {
        if (counts.right + counts.missed == 0) continue;
        sum += 2 * counts.right / (2 * counts.right + counts.missed + counts.wrongly);
        ++count;
    }
    return count == 0 ? 0 : sum / count;
}

void add(Share& share, bool holds) {
    ++share.of;
    share.count += holds ? 1 : 0;
}

void add(Quality::Part& part, Kind expected, Kind got, bool right) {
    add(part.accuracy, right);
    if (expected == Kind::answer) {
        add(part.wrong_value, got == Kind::answer && !right);
        add(part.needless_ask, got != Kind::answer);
    } else if (expected == Kind::unclear) {
        add(part.false_accept, got == Kind::answer);
    }
}

void print(const char* title, const std::map<std::string, Quality::Part>& parts,
           std::ostream& out) {
    out << "\n"
        << std::left << std::setw(24) << title << std::right
        << "     n  accuracy  wrong  false  asks\n";
    for (const auto& [name, part] : parts) {
        out << "  " << std::left << std::setw(22) << name << std::right << std::setw(6)
            << part.accuracy.of << std::setw(10) << part.accuracy.value() << std::setw(7)
            << part.wrong_value.value() << std::setw(7) << part.false_accept.value() << std::setw(6)
            << part.needless_ask.value() << "\n";
    }
}

}  // namespace

std::vector<LabelledText> read_labelled(std::string_view text) {
    std::vector<LabelledText> records;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto refuse = [&](const std::string& why) {
            throw std::runtime_error("line " + std::to_string(number) + ": " + why);
        };
        const json object = json::parse(line, nullptr, false);
        if (!object.is_object()) refuse("expected a JSON object");
        LabelledText record;
        for (const auto& [key, member] :
             {std::pair{"id", &record.id}, std::pair{"topic", &record.topic},
              std::pair{"text", &record.text}}) {
            if (!object.contains(key) || !object[key].is_string())
                refuse("\"" + std::string(key) + "\" is missing");
            *member = object[key].get<std::string>();
        }
        if (object.contains("question") && object["question"].is_string())
            record.question = object["question"].get<std::string>();
        record.expected = object.value("expected", json());
        record.also_intent = object.contains("also_intent") && !object["also_intent"].is_null();
        if (object.contains("phenomena") && object["phenomena"].is_array()) {
            for (const json& name : object["phenomena"]) {
                if (name.is_string()) record.phenomena.push_back(name.get<std::string>());
            }
        }
        records.push_back(std::move(record));
    }
    return records;
}

Prediction predict(const dialogs::Script& script, const LabelledText& record) {
    dialogs::Question plain;
    const dialogs::Question& question = asked(script, record, plain);
    const dialogs::Understood understood = dialogs::understand(question, record.text);
    if (const auto* value = std::get_if<dialogs::UnderstoodValue>(&understood)) {
        Prediction prediction{value_json(question, value->value), nullptr};
        if (value->also) prediction.also_intent = dialogs::to_text(*value->also);
        return prediction;
    }
    if (const auto* wish = std::get_if<dialogs::UnderstoodCommand>(&understood))
        return {"intent:" + std::string(dialogs::to_text(wish->command)), nullptr};
    return {"unclear", nullptr};
}

bool is_right(const json& expected, const json& got) {
    if (expected.is_object()) {
        const double min = expected.value("min", 0.0);
        const double max = expected.value("max", 0.0);
        if (got.is_object()) return got.value("min", 0.0) <= max && got.value("max", 0.0) >= min;
        return got.is_number() && got.get<double>() >= min && got.get<double>() <= max;
    }
    if (expected.is_number() && got.is_number())
        return std::abs(expected.get<double>() - got.get<double>()) <=
               0.02 * std::abs(expected.get<double>());
    return expected == got;
}

Quality measure(const std::vector<LabelledText>& records,
                const std::vector<Prediction>& predictions) {
    Quality quality;
    std::map<std::string, std::map<std::string, Counts>> values;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const LabelledText& record = records[i];
        const json& got = predictions[i].value;
        const bool right = is_right(record.expected, got);
        const Kind expected_kind = kind_of(record.expected);
        const Kind got_kind = kind_of(got);
        Quality::Part all{quality.accuracy, quality.wrong_value, quality.false_accept,
                          quality.needless_ask};
        add(all, expected_kind, got_kind, right);
        quality.accuracy = all.accuracy;
        quality.wrong_value = all.wrong_value;
        quality.false_accept = all.false_accept;
        quality.needless_ask = all.needless_ask;
        if (expected_kind == Kind::intent) add(quality.digressions, right);
        if (record.also_intent) add(quality.also_noticed, !predictions[i].also_intent.is_null());
        add(quality.topics[record.topic], expected_kind, got_kind, right);
        for (const std::string& name : record.phenomena)
            add(quality.phenomena[name], expected_kind, got_kind, right);
        auto& topic = values[record.topic];
        if (right) {
            ++topic[label_of(record.expected)].right;
        } else {
            ++topic[label_of(record.expected)].missed;
            ++topic[label_of(got)].wrongly;
        }
    }
    for (const auto& [topic, counts] : values) quality.macro_f1 += mean_f1(counts);
    if (!values.empty()) quality.macro_f1 /= static_cast<double>(values.size());
    return quality;
}

void print(const Quality& quality, std::ostream& out) {
    out << std::fixed << std::setprecision(3);
    const auto line = [&](const char* name, const Share& share) {
        out << "  " << std::left << std::setw(22) << name << std::right << share.value() << "  ("
            << share.count << " of " << share.of << ")\n";
    };
    line("accuracy", quality.accuracy);
    out << "  " << std::left << std::setw(22) << "macro-F1" << std::right << quality.macro_f1
        << "\n";
    line("wrong value", quality.wrong_value);
    line("false accept", quality.false_accept);
    line("needless ask", quality.needless_ask);
    line("digressions", quality.digressions);
    line("second wish noticed", quality.also_noticed);
    out << std::setprecision(2);
    print("by topic", quality.topics, out);
    print("by phenomenon", quality.phenomena, out);
}

}  // namespace advisor::server
