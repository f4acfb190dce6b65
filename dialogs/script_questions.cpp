// The questions of a script.

#include <algorithm>
#include <map>

#include "dialogs/phrase_reader.hpp"
#include "dialogs/script_parts.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::int64_t largest_number = 1'000'000'000'000;

class Questions {
public:
    explicit Questions(ScriptParts& parts) : all_(parts) {}

    void read() {
        std::vector<JsonObject> entries = all_.root.objects("questions", 1, max_questions);
        for (JsonObject& entry : entries) {
            entry.allow_only({"id",       "topic",    "label", "ask",     "help",
                              "why",      "evidence", "when",  "choices", "many",
                              "number",   "yes_no",   "scale", "text",    "allow_unknown",
                              "required", "called",   "first", "after",   "group"});
            Question question;
            question.id = all_.unique_id(entry, ids_);
            question.topic = entry.text("topic");
            question.label = entry.required_text("label");
            question.ask = entry.required_text("ask");
            question.help = entry.text("help");
            question.why = entry.text("why");
            question.called = entry.texts("called");
            question.evidence = all_.cited(entry);
            question.allow_unknown = entry.flag("allow_unknown", true);
            question.required = entry.flag("required", false);
            kind(entry, question);
            all_.script.questions.push_back(std::move(question));
        }
        // Last, so that a condition on a later question is told from one on a question that does
        // not exist.
        for (QuestionIndex i = 0; i < entries.size(); ++i) {
            all_.script.questions[i].when = all_.condition(entries[i], "when", i);
            for (const QuestionIndex guard : mentioned(all_.script.questions[i].when))
                all_.script.questions[guard].guards_others = true;
        }
        order(entries);
    }

private:
    /// What the author says about an adaptive order.
    void order(std::vector<JsonObject>& entries) {
        std::map<std::string, std::uint64_t> groups;
        bool only_first = true;
        for (QuestionIndex i = 0; i < entries.size(); ++i) {
            Question& question = all_.script.questions[i];
            question.first = entries[i].flag("first", false);
            if (question.first && !only_first)
                entries[i].error(Finding::impossible_order, "first",
                                 "stands behind a question that is not \"first\"; move it up");
            only_first = only_first && question.first;
            question.after = after(entries[i], i);
            if (entries[i].has("group")) group(entries[i], i, groups);
            for (const char* key : {"first", "after", "group"}) {
                if (entries[i].has(key) && !all_.adaptive)
                    all_.sink.warn(Finding::order_without_effect, entries[i].at(key),
                                   "has no effect in the order of the file; add \"order\": "
                                   "\"adaptive\" to the script, or remove it");
            }
        }
        for (Question& question : all_.script.questions) {
            for (const auto& [name, members] : groups) {
                if ((question.group & members) != 0) question.group = members;
            }
        }
    }

    std::uint64_t after(JsonObject& entry, QuestionIndex at) {
        std::uint64_t result = 0;
        const std::vector<std::string> names = entry.texts("after");
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::string key = "after/" + std::to_string(i);
            const std::optional<QuestionIndex> question = all_.script.find_question(names[i]);
            if (!question)
                entry.error(Finding::unknown_question, key,
                            "no question \"" + names[i] + "\";" + remedy(names[i], ids_));
            else if (*question >= at)
                entry.error(Finding::later_question, key,
                            "\"" + names[i] + "\" does not stand before this question; move it up");
            else
                result |= std::uint64_t{1} << *question;
        }
        return result;
    }

    void group(JsonObject& entry, QuestionIndex at, std::map<std::string, std::uint64_t>& groups) {
        std::uint64_t& members = groups[entry.id("group")];
        if (members != 0 && (members >> (at - 1) & 1U) == 0)
            entry.error(Finding::impossible_order, "group",
                        "the questions of a group stand together; move this one up");
        members |= std::uint64_t{1} << at;
        all_.script.questions[at].group = std::uint64_t{1} << at;
    }

    void kind(JsonObject& entry, Question& question) {
        std::vector<const char*> found;
        for (const char* key : {"choices", "many", "number", "yes_no", "scale", "text"}) {
            if (entry.has(key)) found.push_back(key);
        }
        if (found.size() != 1) {
            return all_.sink.error(
                Finding::question_kind, entry.pointer(),
                "a question has exactly one of \"choices\", \"many\", \"number\", "
                "\"yes_no\", \"scale\", \"text\"; this one has " +
                    std::to_string(found.size()));
        }
        const std::string_view key = found.front();
        if (key == "choices" || key == "many") {
            question.kind = key == "many" ? QuestionKind::multi : QuestionKind::choice;
            question.choices = choices(entry, found.front());
        } else if (key == "number") {
            number(entry, question);
        } else if (key == "yes_no") {
            yes_no(entry, question);
        } else if (key == "scale") {
            scale(entry, question);
        } else {
            JsonObject text = entry.object("text");
            text.allow_only({"max_length"});
            question.kind = QuestionKind::text;
            question.max_length = static_cast<std::size_t>(text.whole("max_length", 500, 1, 4000));
        }
    }

    std::vector<ChoiceSpec> choices(JsonObject& entry, const char* key) {
        std::vector<ChoiceSpec> result;
        std::set<std::string> ids;
        for (JsonObject& item : entry.objects(key, 2, max_choices)) {
            item.allow_only({"id", "say", "help", "also", "not", "told", "told_not", "denied",
                             "both", "means", "react"});
            ChoiceSpec choice;
            choice.id = all_.unique_id(item, ids);
            choice.say = item.required_text("say");
            choice.help = item.text("help");
            read_phrases(item, all_.sink, choice);
            choice.denied = item.text("denied");
            choice.both = item.texts("both");
            choice.means = item.text("means");
            choice.react = item.text("react");
            if (choice.id == "unknown" || choice.id == "skipped")
                item.error(
                    Finding::bad_id, "id",
                    "\"" + choice.id + "\" is taken: it stands for no answer; choose another id");
            result.push_back(std::move(choice));
        }
        for (std::size_t i = 0; i < result.size(); ++i) {
            const std::string place = entry.at(key) + "/" + std::to_string(i);
            const auto expect = [&](const std::string& id, const char* field) {
                if (id.empty() || ids.contains(id)) return;
                all_.sink.error(Finding::unknown_word, place + "/" + field,
                                "no choice \"" + id + "\" in this question;" + remedy(id, ids));
            };
            expect(result[i].denied, "denied");
            for (const std::string& id : result[i].both) expect(id, "both");
            if (!result[i].both.empty() && result[i].both.size() != 2)
                all_.sink.error(Finding::wrong_count, place + "/both",
                                "expected the ids of two choices");
        }
        return result;
    }

    Amount limits(JsonObject& entry) {
        Amount amount;
        amount.min = entry.required_whole("min", -largest_number, largest_number);
        amount.max = entry.required_whole("max", -largest_number, largest_number);
        if (amount.min > amount.max) {
            all_.sink.error(Finding::empty_range, entry.pointer(),
                            "\"min\" is above \"max\"; exchange them");
            std::swap(amount.min, amount.max);
        }
        return amount;
    }

    void number(JsonObject& entry, Question& question) {
        JsonObject spec = entry.object("number");
        spec.allow_only({"min", "max", "unit", "ranges", "counts", "not", "also", "told",
                         "told_not", "told_also"});
        question.kind = QuestionKind::number;
        question.limits = limits(spec);
        question.unit = spec.text("unit");
        question.counts = spec.texts("counts");
        question.counts_not = spec.texts("not");
        question.told_counts = spec.texts("told");
        question.told_counts_not = spec.texts("told_not");
        question.amount_words = amounts(spec, "also");
        question.told_words = amounts(spec, "told_also");
        for (JsonObject& item : spec.objects("ranges", 0, max_choices)) {
            item.allow_only({"say", "min", "max", "means"});
            RangeSpec range;
            range.say = item.required_text("say");
            range.amount = limits(item);
            range.means = item.text("means");
            if (range.amount.min < question.limits.min || range.amount.max > question.limits.max) {
                all_.sink.error(Finding::empty_range, item.pointer(),
                                "reaches outside of the question's own \"min\" and \"max\"");
            }
            question.ranges.push_back(std::move(range));
        }
    }

    std::vector<AmountWords> amounts(JsonObject& spec, const char* key) {
        std::vector<AmountWords> result;
        for (JsonObject& item : spec.objects(key, 0, 1000)) {
            item.allow_only({"say", "min", "max"});
            result.push_back({item.texts("say"), limits(item)});
        }
        return result;
    }

    void scale(JsonObject& entry, Question& question) {
        JsonObject spec = entry.object("scale");
        spec.allow_only({"min", "max", "low", "high"});
        question.kind = QuestionKind::scale;
        question.limits = limits(spec);
        question.low = spec.required_text("low");
        question.high = spec.required_text("high");
        if (question.limits.max - question.limits.min > 10) {
            all_.sink.error(Finding::wrong_count, spec.pointer(),
                            "a scale has at most 11 steps; use \"number\" instead");
        }
    }

    void yes_no(JsonObject& entry, Question& question) {
        question.kind = QuestionKind::boolean;
        question.choices.resize(2);
        const nlohmann::json* value = entry.find("yes_no");
        static const nlohmann::json plain = nlohmann::json::object();
        JsonObject spec(value->is_boolean() ? plain : *value, entry.at("yes_no"), all_.sink);
        spec.allow_only({"yes", "no"});
        for (const bool answer : {true, false}) {
            ChoiceSpec& choice = question.choices[answer ? 0 : 1];
            choice.id = answer ? "yes" : "no";
            choice.say = answer ? "Yes" : "No";
            JsonObject side = spec.object(choice.id.c_str());
            side.allow_only({"also", "not", "told", "told_not", "means", "react"});
            read_phrases(side, all_.sink, choice);
            choice.means = side.text("means");
            choice.react = side.text("react");
        }
    }

    ScriptParts& all_;
    std::set<std::string> ids_;
};

void note_borders(std::vector<Question>& questions, const Condition& condition) {
    for (const ConditionNode& node : condition.nodes) {
        if (node.op != ConditionNode::Op::within) continue;
        Question& question = questions[node.question];
        const auto note = [&](std::int64_t border) {
            if (border > question.limits.min && border <= question.limits.max)
                question.borders.push_back(border);
        };
        note(node.low);
        if (node.high < question.limits.max) note(node.high + 1);
    }
}

}  // namespace

void read_questions(ScriptParts& parts) {
    Questions(parts).read();
}

void note_borders(Script& script) {
    std::vector<Question>& questions = script.questions;
    for (const Question& question : questions) note_borders(questions, question.when);
    for (const Rule& rule : script.rules) note_borders(questions, rule.when);
    for (Question& question : questions) {
        std::sort(question.borders.begin(), question.borders.end());
        question.borders.erase(std::unique(question.borders.begin(), question.borders.end()),
                               question.borders.end());
    }
}

}  // namespace advisor::dialogs
