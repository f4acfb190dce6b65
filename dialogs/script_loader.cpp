// JSON text -> Script or diagnostics: everything that is wrong with a file is said at once.

#include <algorithm>
#include <set>

#include "dialogs/early_stop.hpp"
#include "dialogs/order.hpp"
#include "dialogs/script_parts.hpp"
#include "dialogs/wire.hpp"

namespace advisor::dialogs {
namespace {

class Loader {
public:
    Loader(const nlohmann::json& document, DiagnosticSink& sink)
        : all_{JsonObject(document, "", sink), sink, {}, {}, {}, {}, {}, {}, false} {}

    /// Requires: load() has returned.
    [[nodiscard]] bool adaptive() const { return all_.adaptive; }

    Script load() {
        all_.root.allow_only({"script", "title", "language", "intro", "closing", "options", "tie",
                              "clear_margin", "questions", "rules", "tradeoffs", "hiring",
                              "evidence", "phrases", "subjects", "contact", "order"});
        all_.script.id = all_.root.id("script");
        all_.script.title = all_.root.required_text("title");
        all_.script.language = all_.root.has("language") ? all_.root.text("language") : "en";
        all_.script.intro = all_.root.required_text("intro");
        all_.script.closing = all_.root.text("closing");
        all_.script.contact = all_.root.text("contact");
        order();
        phrases();
        options();
        tie();
        evidence();
        read_questions(all_);
        rules();
        all_.script.tradeoffs = read_conditional_texts(all_, all_.root, "tradeoffs");
        read_hiring(all_);
        all_.script.clear_margin =
            static_cast<int>(all_.root.whole("clear_margin", all_.script.tie.margin + 1, 1, 1000));
        note_unused_evidence();
        note_borders(all_.script);
        for (Question& question : all_.script.questions) {
            question.words = compile_words(question, all_.lists, all_.subjects);
            question.told = compile_told_words(question, all_.lists);
        }
        all_.script.fragments = render_fragments(all_.script);
        return std::move(all_.script);
    }

private:
    void order() {
        const std::string order = all_.root.text("order");
        all_.adaptive = order == "adaptive";
        if (!order.empty() && order != "file" && !all_.adaptive)
            all_.root.error(Finding::unknown_word, "order",
                            "expected one of \"file\", \"adaptive\"");
    }

    /// Lists of words and phrases that answers share.
    void phrases() {
        all_.subjects = all_.root.texts("subjects");
        if (!all_.root.has("phrases")) return;
        JsonObject lists = all_.root.object("phrases");
        for (const auto& [name, unused] : lists.json().items())
            all_.lists[name] = lists.texts(name.c_str());
    }

    void options() {
        for (JsonObject& entry : all_.root.objects("options", 2, max_options)) {
            entry.allow_only({"id", "name", "say", "about", "means"});
            Option option;
            option.id = all_.unique_id(entry, all_.option_ids);
            option.name = entry.required_text("name");
            option.say = entry.required_text("say");
            option.about = entry.text("about");
            option.means = entry.text("means");
            all_.script.options.push_back(std::move(option));
        }
    }

    void tie() {
        if (!all_.root.has("tie"))
            return all_.root.error(
                Finding::missing_field, "tie",
                "\"tie\" is missing; say what the outcome is when no option leads");
        JsonObject entry = all_.root.object("tie");
        entry.allow_only({"outcome", "name", "say", "margin", "between", "tie_breakers"});
        all_.script.tie.outcome = all_.unique_id(entry, all_.option_ids, "outcome");
        all_.script.tie.name = entry.required_text("name");
        all_.script.tie.say = entry.required_text("say");
        all_.script.tie.margin = static_cast<int>(entry.whole("margin", 0, 0, 1000));
        all_.script.tie.tie_breakers = entry.texts("tie_breakers");
        const std::vector<std::string> names = entry.texts("between");
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::optional<OptionIndex> option = all_.find_option(names[i]);
            if (option)
                all_.script.tie.between.push_back(*option);
            else
                entry.error(Finding::unknown_option, "between/" + std::to_string(i),
                            all_.unknown_option_text(names[i]));
        }
    }

    void evidence() {
        for (JsonObject& entry : all_.root.objects("evidence", 0, 500)) {
            entry.allow_only({"id", "claim", "stance", "source", "url", "as_of", "review_by"});
            Evidence item;
            item.id = all_.unique_id(entry, all_.evidence_ids);
            item.claim = entry.required_text("claim");
            item.stance = all_.word(entry, "stance",
                                    {Stance::supports, Stance::qualifies, Stance::contradicts});
            item.source = entry.required_text("source");
            item.url = entry.url("url");
            item.as_of = entry.month("as_of");
            item.review_by = entry.month("review_by");
            all_.script.evidence.push_back(std::move(item));
        }
    }

    void rules() {
        std::set<std::string> ids;
        for (JsonObject& entry : all_.root.objects("rules", 1, max_rules)) {
            entry.allow_only({"id", "axis", "when", "points", "because", "evidence"});
            Rule rule;
            rule.id = all_.unique_id(entry, ids);
            rule.axis = entry.required_text("axis");
            rule.when = all_.condition(entry, "when");
            rule.because = entry.required_text("because");
            rule.evidence = all_.cited(entry);
            rule.questions = mentioned(rule.when);
            rule.points = points(entry);
            rule.breaks_ties = std::count(all_.script.tie.tie_breakers.begin(),
                                          all_.script.tie.tie_breakers.end(), rule.axis) > 0;
            if (!entry.has("when"))
                all_.sink.error(
                    Finding::missing_field, entry.pointer(),
                    "\"when\" is missing; write \"always\" if it is meant to count in every talk");
            if (rule.evidence.empty())
                all_.sink.error(Finding::missing_field, entry.pointer(),
                                "\"evidence\" is missing; points without a source are a slant");
            all_.script.rules.push_back(std::move(rule));
        }
    }

    std::vector<int> points(JsonObject& entry) {
        std::vector<int> result(all_.script.options.size(), 0);
        JsonObject spec = entry.object("points");
        for (const auto& [name, unused] : spec.json().items()) {
            const std::optional<OptionIndex> option = all_.find_option(name);
            if (option)
                result[*option] = static_cast<int>(spec.whole(name.c_str(), 0, -1000, 1000));
            else
                entry.error(Finding::unknown_option, "points/" + name,
                            all_.unknown_option_text(name));
        }
        if (std::all_of(result.begin(), result.end(), [](int value) { return value == 0; })) {
            all_.sink.error(Finding::no_points, entry.pointer(),
                            "gives no points; add \"points\": {\"" +
                                (all_.script.options.empty() ? std::string("option")
                                                             : all_.script.options.front().id) +
                                "\": 1} or remove the rule");
        }
        return result;
    }

    void note_unused_evidence() {
        for (std::size_t i = 0; i < all_.script.evidence.size(); ++i) {
            if (all_.used_evidence.contains(all_.script.evidence[i].id)) continue;
            all_.sink.warn(
                Finding::unused_evidence, "/evidence/" + std::to_string(i),
                "nothing cites \"" + all_.script.evidence[i].id + "\"; cite it or remove it");
        }
    }

    ScriptParts all_;
};

}  // namespace

LoadResult load_script(std::string_view text, const std::string& file) {
    LoadResult result;
    const std::optional<nlohmann::json> document =
        read_document(text, file, "a script is text for people, split it", result.diagnostics);
    if (!document) return result;
    const LineMap lines(text);
    DiagnosticSink sink{file, lines, result.diagnostics};
    note_duplicate_keys(sink);
    Loader loader(*document, sink);
    Script script = loader.load();
    if (has_errors(result.diagnostics)) return result;
    if (loader.adaptive())
        script.order = std::make_shared<const AdaptiveOrder>(script, max_order_points);
    else
        script.decided_from = earliest_certainty(script);
    result.script = std::move(script);
    return result;
}

}  // namespace advisor::dialogs
