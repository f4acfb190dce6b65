// JSON text -> Script or diagnostics: everything that is wrong with a file is said at once.

#include <algorithm>
#include <set>

#include "dialogs/condition_parser.hpp"
#include "dialogs/early_stop.hpp"
#include "dialogs/json_reader.hpp"
#include "dialogs/phrase_reader.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/script.hpp"
#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::int64_t largest_number = 1'000'000'000'000;

class Loader {
public:
    Loader(const nlohmann::json& document, DiagnosticSink& sink)
        : root_(document, "", sink), sink_(sink) {}

    Script load() {
        root_.allow_only({"script", "title", "language", "intro", "closing", "options", "tie",
                          "clear_margin", "questions", "rules", "tradeoffs", "hiring", "evidence",
                          "phrases", "subjects", "contact"});
        script_.id = root_.id("script");
        script_.title = root_.required_text("title");
        script_.language = root_.has("language") ? root_.text("language") : "en";
        script_.intro = root_.required_text("intro");
        script_.closing = root_.text("closing");
        script_.contact = root_.text("contact");
        phrases();
        options();
        tie();
        evidence();
        questions();
        rules();
        script_.tradeoffs = conditional_texts(root_, "tradeoffs");
        hiring();
        script_.clear_margin =
            static_cast<int>(root_.whole("clear_margin", script_.tie.margin + 1, 1, 1000));
        note_unused_evidence();
        note_borders();
        for (Question& question : script_.questions) {
            question.words = compile_words(question, lists_, subjects_);
            question.told = compile_told_words(question, lists_);
        }
        script_.fragments = render_fragments(script_);
        return std::move(script_);
    }

private:
    /// Lists of words and phrases that answers share.
    void phrases() {
        subjects_ = root_.texts("subjects");
        if (!root_.has("phrases")) return;
        JsonObject lists = root_.object("phrases");
        for (const auto& [name, unused] : lists.json().items())
            lists_[name] = lists.texts(name.c_str());
    }

    void options() {
        for (JsonObject& entry : root_.objects("options", 2, max_options)) {
            entry.allow_only({"id", "name", "say", "about", "means"});
            Option option;
            option.id = unique_id(entry, option_ids_);
            option.name = entry.required_text("name");
            option.say = entry.required_text("say");
            option.about = entry.text("about");
            option.means = entry.text("means");
            script_.options.push_back(std::move(option));
        }
    }

    void tie() {
        if (!root_.has("tie"))
            return root_.error(Finding::missing_field, "tie",
                               "\"tie\" is missing; say what the outcome is when no option leads");
        JsonObject entry = root_.object("tie");
        entry.allow_only({"outcome", "name", "say", "margin", "between", "tie_breakers"});
        script_.tie.outcome = unique_id(entry, option_ids_, "outcome");
        script_.tie.name = entry.required_text("name");
        script_.tie.say = entry.required_text("say");
        script_.tie.margin = static_cast<int>(entry.whole("margin", 0, 0, 1000));
        script_.tie.tie_breakers = entry.texts("tie_breakers");
        const std::vector<std::string> names = entry.texts("between");
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::optional<OptionIndex> option = find_option(names[i]);
            if (option)
                script_.tie.between.push_back(*option);
            else
                entry.error(Finding::unknown_option, "between/" + std::to_string(i),
                            unknown_option_text(names[i]));
        }
    }

    void evidence() {
        for (JsonObject& entry : root_.objects("evidence", 0, 500)) {
            entry.allow_only({"id", "claim", "stance", "source", "url", "as_of", "review_by"});
            Evidence item;
            item.id = unique_id(entry, evidence_ids_);
            item.claim = entry.required_text("claim");
            item.stance =
                word(entry, "stance", {Stance::supports, Stance::qualifies, Stance::contradicts});
            item.source = entry.required_text("source");
            item.url = entry.text("url");
            if (!item.url.empty() && !item.url.starts_with("https://") &&
                !item.url.starts_with("http://")) {
                entry.error(Finding::unknown_word, "url",
                            "expected an address that begins with https://");
            }
            item.as_of = month(entry, "as_of");
            item.review_by = month(entry, "review_by");
            script_.evidence.push_back(std::move(item));
        }
    }

    std::string month(JsonObject& entry, const char* key) {
        std::string text = entry.required_text(key);
        const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
        const bool shaped = text.size() == 7 && digit(0) && digit(1) && digit(2) && digit(3) &&
                            text[4] == '-' && digit(5) && digit(6) && text.substr(5) >= "01" &&
                            text.substr(5) <= "12";
        if (!text.empty() && !shaped)
            entry.error(Finding::bad_date, key, "expected a month such as \"2026-11\"");
        return text;
    }

    void questions() {
        std::vector<JsonObject> entries = root_.objects("questions", 1, max_questions);
        for (JsonObject& entry : entries) {
            entry.allow_only({"id", "topic", "label", "ask", "help", "why", "evidence", "when",
                              "choices", "many", "number", "yes_no", "scale", "text",
                              "allow_unknown", "required", "called"});
            Question question;
            question.id = unique_id(entry, question_ids_);
            question.topic = entry.text("topic");
            question.label = entry.required_text("label");
            question.ask = entry.required_text("ask");
            question.help = entry.text("help");
            question.why = entry.text("why");
            question.called = entry.texts("called");
            question.evidence = cited(entry);
            question.allow_unknown = entry.flag("allow_unknown", true);
            question.required = entry.flag("required", false);
            kind(entry, question);
            script_.questions.push_back(std::move(question));
        }
        // Last, so that a condition on a later question is told from one on a question that does
        // not exist.
        for (QuestionIndex i = 0; i < entries.size(); ++i) {
            script_.questions[i].when = condition(entries[i], "when", i);
            for (const QuestionIndex guard : mentioned(script_.questions[i].when))
                script_.questions[guard].guards_others = true;
        }
    }

    void kind(JsonObject& entry, Question& question) {
        std::vector<const char*> found;
        for (const char* key : {"choices", "many", "number", "yes_no", "scale", "text"}) {
            if (entry.has(key)) found.push_back(key);
        }
        if (found.size() != 1) {
            return sink_.error(Finding::question_kind, entry.pointer(),
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
            choice.id = unique_id(item, ids);
            choice.say = item.required_text("say");
            choice.help = item.text("help");
            read_phrases(item, sink_, choice);
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
                sink_.error(Finding::unknown_word, place + "/" + field,
                            "no choice \"" + id + "\" in this question;" + remedy(id, ids));
            };
            expect(result[i].denied, "denied");
            for (const std::string& id : result[i].both) expect(id, "both");
            if (!result[i].both.empty() && result[i].both.size() != 2)
                sink_.error(Finding::wrong_count, place + "/both",
                            "expected the ids of two choices");
        }
        return result;
    }

    Amount limits(JsonObject& entry) {
        Amount amount;
        amount.min = entry.required_whole("min", -largest_number, largest_number);
        amount.max = entry.required_whole("max", -largest_number, largest_number);
        if (amount.min > amount.max) {
            sink_.error(Finding::empty_range, entry.pointer(),
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
                sink_.error(Finding::empty_range, item.pointer(),
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
            sink_.error(Finding::wrong_count, spec.pointer(),
                        "a scale has at most 11 steps; use \"number\" instead");
        }
    }

    void yes_no(JsonObject& entry, Question& question) {
        question.kind = QuestionKind::boolean;
        question.choices.resize(2);
        const nlohmann::json* value = entry.find("yes_no");
        static const nlohmann::json plain = nlohmann::json::object();
        JsonObject spec(value->is_boolean() ? plain : *value, entry.at("yes_no"), sink_);
        spec.allow_only({"yes", "no"});
        for (const bool answer : {true, false}) {
            ChoiceSpec& choice = question.choices[answer ? 0 : 1];
            choice.id = answer ? "yes" : "no";
            choice.say = answer ? "Yes" : "No";
            JsonObject side = spec.object(choice.id.c_str());
            side.allow_only({"also", "not", "told", "told_not", "means", "react"});
            read_phrases(side, sink_, choice);
            choice.means = side.text("means");
            choice.react = side.text("react");
        }
    }

    void rules() {
        std::set<std::string> ids;
        for (JsonObject& entry : root_.objects("rules", 1, max_rules)) {
            entry.allow_only({"id", "axis", "when", "points", "because", "evidence"});
            Rule rule;
            rule.id = unique_id(entry, ids);
            rule.axis = entry.required_text("axis");
            rule.when = condition(entry, "when");
            rule.because = entry.required_text("because");
            rule.evidence = cited(entry);
            rule.questions = mentioned(rule.when);
            rule.points = points(entry);
            rule.breaks_ties = std::count(script_.tie.tie_breakers.begin(),
                                          script_.tie.tie_breakers.end(), rule.axis) > 0;
            if (!entry.has("when"))
                sink_.error(
                    Finding::missing_field, entry.pointer(),
                    "\"when\" is missing; write \"always\" if it is meant to count in every talk");
            if (rule.evidence.empty())
                sink_.error(Finding::missing_field, entry.pointer(),
                            "\"evidence\" is missing; points without a source are a slant");
            script_.rules.push_back(std::move(rule));
        }
    }

    std::vector<int> points(JsonObject& entry) {
        std::vector<int> result(script_.options.size(), 0);
        JsonObject spec = entry.object("points");
        for (const auto& [name, unused] : spec.json().items()) {
            const std::optional<OptionIndex> option = find_option(name);
            if (option)
                result[*option] = static_cast<int>(spec.whole(name.c_str(), 0, -1000, 1000));
            else
                entry.error(Finding::unknown_option, "points/" + name, unknown_option_text(name));
        }
        if (std::all_of(result.begin(), result.end(), [](int value) { return value == 0; })) {
            sink_.error(
                Finding::no_points, entry.pointer(),
                "gives no points; add \"points\": {\"" +
                    (script_.options.empty() ? std::string("option") : script_.options.front().id) +
                    "\": 1} or remove the rule");
        }
        return result;
    }

    std::vector<ConditionalText> conditional_texts(JsonObject& parent, const char* key) {
        std::vector<ConditionalText> result;
        for (JsonObject& entry : parent.objects(key, 0, 200)) {
            entry.allow_only({"outcomes", "when", "say", "evidence"});
            ConditionalText text;
            text.audience = audience(entry);
            text.say = entry.required_text("say");
            text.evidence = cited(entry);
            result.push_back(std::move(text));
        }
        return result;
    }

    Audience audience(JsonObject& entry) {
        Audience result;
        const std::vector<std::string> names = entry.texts("outcomes");
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::optional<OptionIndex> option = find_option(names[i]);
            if (option)
                result.outcomes.push_back(*option);
            else if (names[i] == script_.tie.outcome)
                result.outcomes.push_back(script_.tie_outcome());
            else
                entry.error(Finding::unknown_option, "outcomes/" + std::to_string(i),
                            unknown_option_text(names[i]));
        }
        result.when = condition(entry, "when");
        return result;
    }

    void hiring() {
        if (!root_.has("hiring")) return;
        JsonObject spec = root_.object("hiring");
        spec.allow_only({"summary", "roles", "notes"});
        script_.hiring.summary = conditional_texts(spec, "summary");
        script_.hiring.notes = conditional_texts(spec, "notes");
        std::set<std::string> ids;
        for (JsonObject& entry : spec.objects("roles", 0, 100))
            script_.hiring.roles.push_back(role(entry, ids));
    }

    RoleSpec role(JsonObject& entry, std::set<std::string>& ids) {
        entry.allow_only({"id", "outcomes", "when", "title", "seniority", "count", "verdicts",
                          "must_have", "nice_to_have", "interview", "work_sample", "first_90_days",
                          "risk", "evidence"});
        RoleSpec role;
        role.id = unique_id(entry, ids);
        role.audience = audience(entry);
        role.title = entry.required_text("title");
        role.seniority = entry.required_text("seniority");
        role.count = static_cast<int>(entry.whole("count", 1, 0, 100));
        role.must_have = entry.texts("must_have");
        if (role.must_have.size() > 6)
            entry.error(Finding::wrong_count, "must_have",
                        "has more than six entries; move the weaker ones to \"nice_to_have\"");
        role.nice_to_have = entry.texts("nice_to_have");
        role.work_sample = entry.text("work_sample");
        role.first_90_days = entry.text("first_90_days");
        role.risk = entry.text("risk");
        role.evidence = cited(entry);
        for (JsonObject& item : entry.objects("interview", 0, 20)) {
            item.allow_only({"ask", "good"});
            InterviewItem interview;
            interview.ask = item.required_text("ask");
            interview.good = item.required_text("good");
            role.interview.push_back(std::move(interview));
        }
        for (JsonObject& item : entry.objects("verdicts", 1, 20))
            role.verdicts.push_back(verdict(item));
        if (!role.verdicts.empty() && !role.verdicts.back().when.empty()) {
            entry.error(Finding::open_verdicts, "verdicts",
                        "the last entry must have no \"when\", so that there is always a verdict");
        }
        return role;
    }

    VerdictSpec verdict(JsonObject& entry) {
        entry.allow_only({"when", "verdict", "because", "count", "seniority"});
        VerdictSpec result;
        result.when = condition(entry, "when");
        result.verdict = word(entry, "verdict",
                              {Verdict::hire, Verdict::train, Verdict::contract, Verdict::none});
        result.because = entry.required_text("because");
        if (entry.has("count")) result.count = static_cast<int>(entry.whole("count", 1, 0, 100));
        result.seniority = entry.text("seniority");
        return result;
    }

    // Helpers.

    template <typename Word>
    Word word(JsonObject& entry, const char* key, std::initializer_list<Word> words) {
        const std::string text = entry.required_text(key);
        std::string known;
        for (const Word candidate : words) {
            if (to_text(candidate) == text) return candidate;
            known += (known.empty() ? "\"" : ", \"") + std::string(to_text(candidate)) + "\"";
        }
        if (!text.empty()) entry.error(Finding::unknown_word, key, "expected one of " + known);
        return *words.begin();
    }

    std::string unique_id(JsonObject& entry, std::set<std::string>& taken, const char* key = "id") {
        std::string id = entry.id(key);
        if (!id.empty() && !taken.insert(id).second) {
            entry.error(Finding::duplicate_id, key,
                        "\"" + id + "\" is used twice; ids are names for ever, choose another");
        }
        return id;
    }

    Condition condition(JsonObject& entry, const char* key) {
        return condition(entry, key, script_.questions.size());
    }

    Condition condition(JsonObject& entry, const char* key, std::size_t visible) {
        const std::string text = entry.text(key);
        if (text.empty()) return {};
        ConditionResult result = parse_condition(text, script_.questions, visible);
        for (ConditionError& error : result.errors)
            entry.error(error.finding, key, std::move(error.message));
        return std::move(result.condition);
    }

    std::vector<EvidenceIndex> cited(JsonObject& entry) {
        std::vector<EvidenceIndex> result;
        const std::vector<std::string> names = entry.texts("evidence");
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto found =
                std::find_if(script_.evidence.begin(), script_.evidence.end(),
                             [&](const Evidence& item) { return item.id == names[i]; });
            if (found == script_.evidence.end()) {
                entry.error(Finding::unknown_evidence, "evidence/" + std::to_string(i),
                            "no evidence \"" + names[i] + "\";" + remedy(names[i], evidence_ids_));
                continue;
            }
            result.push_back(static_cast<EvidenceIndex>(found - script_.evidence.begin()));
            used_evidence_.insert(names[i]);
        }
        return result;
    }

    void note_unused_evidence() {
        for (std::size_t i = 0; i < script_.evidence.size(); ++i) {
            if (used_evidence_.contains(script_.evidence[i].id)) continue;
            sink_.warn(Finding::unused_evidence, "/evidence/" + std::to_string(i),
                       "nothing cites \"" + script_.evidence[i].id + "\"; cite it or remove it");
        }
    }

    static std::string remedy(const std::string& name, const std::set<std::string>& ids) {
        std::string hint = did_you_mean(name, {ids.begin(), ids.end()});
        return hint.empty() ? " add it or correct the name" : hint;
    }

    std::string unknown_option_text(const std::string& name) const {
        return "no option \"" + name + "\";" + remedy(name, option_ids_);
    }

    std::optional<OptionIndex> find_option(std::string_view id) const {
        for (OptionIndex i = 0; i < script_.options.size(); ++i) {
            if (script_.options[i].id == id) return i;
        }
        return std::nullopt;
    }

    void note_borders(const Condition& condition) {
        for (const ConditionNode& node : condition.nodes) {
            if (node.op != ConditionNode::Op::within) continue;
            Question& question = script_.questions[node.question];
            const auto note = [&](std::int64_t border) {
                if (border > question.limits.min && border <= question.limits.max)
                    question.borders.push_back(border);
            };
            note(node.low);
            if (node.high < question.limits.max) note(node.high + 1);
        }
    }

    void note_borders() {
        for (const Question& question : script_.questions) note_borders(Condition(question.when));
        for (const Rule& rule : script_.rules) note_borders(rule.when);
        for (Question& question : script_.questions) {
            std::sort(question.borders.begin(), question.borders.end());
            question.borders.erase(std::unique(question.borders.begin(), question.borders.end()),
                                   question.borders.end());
        }
    }

    JsonObject root_;
    DiagnosticSink& sink_;
    Script script_;
    std::set<std::string> option_ids_, question_ids_, evidence_ids_, used_evidence_;
    WordLists lists_;
    std::vector<std::string> subjects_;
};

LoadResult refuse(Finding finding, const std::string& file, int line, std::string message) {
    LoadResult result;
    result.diagnostics.push_back({finding, true, file, line, "", std::move(message)});
    return result;
}

}  // namespace

LoadResult load_script(std::string_view text, const std::string& file) {
    if (text.size() > max_script_bytes)
        return refuse(Finding::too_large, file, 0,
                      "larger than 1 MiB; a script is text for people, split it");
    if (nests_too_deep(text))
        return refuse(Finding::too_deep, file, 0, "nests deeper than 64 levels; flatten it");
    nlohmann::json document;
    try {
        document = nlohmann::json::parse(text, nullptr, true, true);
    } catch (const nlohmann::json::exception& error) {
        const auto* place = dynamic_cast<const nlohmann::json::parse_error*>(&error);
        std::string what = error.what();
        what = what.substr(std::min(what.find("] ") + 2, what.size()));
        return refuse(Finding::not_json, file, place ? line_of(text, place->byte) : 0,
                      "not valid JSON: " + what);
    }
    if (!document.is_object())
        return refuse(Finding::wrong_type, file, 1, "expected an object { ... }");
    const LineMap lines(text);
    LoadResult result;
    DiagnosticSink sink{file, lines, result.diagnostics};
    for (const std::string& pointer : lines.duplicate_keys()) {
        sink.error(Finding::duplicate_key, pointer,
                   "this key stands twice in one object; remove one of them");
    }
    Loader loader(document, sink);
    Script script = loader.load();
    if (has_errors(result.diagnostics)) return result;
    script.decided_from = earliest_certainty(script);
    result.script = std::move(script);
    return result;
}

}  // namespace advisor::dialogs
