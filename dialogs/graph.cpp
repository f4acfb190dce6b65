#include "dialogs/graph.hpp"

#include <algorithm>

#include "dialogs/condition_words.hpp"
#include "dialogs/numbers.hpp"
#include "dialogs/svg.hpp"

namespace advisor::dialogs {
namespace {

/// What can be answered, in one line.
std::string answers_line(const Question& question) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " · ") + part; };
    switch (question.kind) {
        case QuestionKind::number:
        case QuestionKind::scale:
            add("a number from " + grouped(question.limits.min) + " to " +
                grouped(question.limits.max) + (question.unit.empty() ? "" : " " + question.unit));
            break;
        case QuestionKind::text:
            add("any words");
            break;
        case QuestionKind::multi:
            add("any of these");
            [[fallthrough]];
        default:
            for (const ChoiceSpec& choice : question.choices) add(choice.say);
    }
    return text;
}

/// For a quoted text of Mermaid: it reads HTML entities, written with a number sign.
std::string mermaid_text(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view("\"#<>&;{}[]()|`\\").find(c) != std::string_view::npos)
            result += "#" + std::to_string(static_cast<int>(c)) + ";";
        else
            result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result;
}

std::string lines_of(const std::string& text, std::size_t width) {
    std::string result;
    for (const std::string& line : wrapped(text, width))
        result += (result.empty() ? "" : "<br/>") + mermaid_text(line);
    return result;
}

std::string result_text(const Script& script) {
    return "The answers give points; most points win, and a lead of at most " +
           std::to_string(script.tie.margin) + " can be a tie";
}

/// What the beginning says: in adaptive order the drawing is not the order of the talk.
std::string start_text(const Script& script) {
    if (!script.order) return "Start";
    return "Start. The questions are drawn in the order of the file; a talk asks next what settles "
           "the outcome soonest.";
}

constexpr int left = 330;  // of the boxes with questions
constexpr int box_width = 520;
constexpr int line_height = 18;
constexpr int gap = 34;

class Drawing {
public:
    explicit Drawing(const Script& script)
        : script_(script),
          svg_("Questions of “" + script.title + "”",
               "A flow chart of " + std::to_string(script.questions.size()) +
                   " questions from top to bottom, with the condition beside each one that is not "
                   "always asked, and the " +
                   std::to_string(script.options.size() + 1) + " outcomes at the end.") {}

    std::string draw() {
        svg_.text(20, 34, script_.title, "title");
        y_ = 60;
        box(wrapped(start_text(script_), 68), "start");
        for (std::size_t i = 0; i < script_.questions.size(); ++i) question(i);
        arrow(y_ + gap);
        y_ += gap;
        box(wrapped(result_text(script_) + ".", 68), "start");
        outcomes();
        return svg_.finish(left + box_width + 70, y_ + 20);
    }

private:
    int middle() const { return left + box_width / 2; }
    void arrow(int to) { svg_.line({{middle(), y_}, {middle(), to}}, true); }

    static int height_of(std::size_t lines) { return static_cast<int>(lines) * line_height + 16; }

    void box(const std::vector<std::string>& lines, const char* style) {
        const int height = height_of(lines.size());
        svg_.box(left, y_, box_width, height, style);
        write(left + 12, lines, 0);
        y_ += height;
    }

    void write(int x, const std::vector<std::string>& lines, std::size_t small_from) {
        for (std::size_t i = 0; i < lines.size(); ++i)
            svg_.text(x, y_ + 22 + static_cast<int>(i) * line_height, lines[i],
                      small_from > 0 && i >= small_from ? "small"
                      : i == 0                          ? "head"
                                                        : "");
    }

    void question(std::size_t index) {
        const Question& question = script_.questions[index];
        std::vector<std::string> lines{std::to_string(index + 1) + ". " + question.label};
        for (std::string& line : wrapped(question.ask, 68)) lines.push_back(std::move(line));
        const std::size_t small_from = lines.size();
        for (std::string& line : wrapped(answers_line(question), 80))
            lines.push_back(std::move(line));
        std::vector<std::string> guard;
        if (!question.when.empty())
            guard = wrapped("Only asked if " + condition_words(script_, question.when), 38);
        const int height = std::max(height_of(lines.size()), height_of(guard.size()));
        const int before = y_;
        arrow(y_ + gap);
        y_ += gap;
        svg_.box(left, y_, box_width, height, "question");
        write(left + 12, lines, small_from);
        if (!guard.empty()) {
            svg_.box(16, y_, left - 40, height_of(guard.size()), "guard");
            write(26, guard, 0);
            svg_.line({{left - 24, y_ + 20}, {left, y_ + 20}}, true);
            bypass(before + 8, y_ + height + gap / 2);
        }
        y_ += height;
    }

    /// The way past a question that is not asked.
    void bypass(int from, int to) {
        const int x = left + box_width + 22;
        svg_.line({{middle(), from}, {x, from}, {x, to}, {middle(), to}}, true);
        svg_.text(x + 6, (from + to) / 2, "if not", "small");
    }

    void outcomes() {
        for (std::size_t i = 0; i <= script_.options.size(); ++i) {
            y_ += 12;
            std::vector<std::string> lines{script_.outcome_name(i)};
            for (std::string& line : wrapped(script_.outcome_say(i), 68))
                lines.push_back(std::move(line));
            box(lines, "outcome");
        }
    }

    const Script& script_;
    Svg svg_;
    int y_ = 0;  // where the next box begins
};

}  // namespace

std::string graph_svg(const Script& script) {
    return Drawing(script).draw();
}

std::string graph_mermaid(const Script& script) {
    std::string begin = lines_of(script.title, 40);
    if (script.order) begin += "<br/>" + lines_of(start_text(script), 40);
    std::string nodes = "flowchart TD\n    begin([\"" + begin + "\"])\n";
    std::string edges;
    // What leads to the next question: each with the word on its arrow.
    std::vector<std::string> open{"begin -->"};
    const auto enter = [&](const std::string& node) {
        for (const std::string& from : open) edges += "    " + from + " " + node + "\n";
        open.clear();
    };
    for (std::size_t i = 0; i < script.questions.size(); ++i) {
        const Question& question = script.questions[i];
        const std::string id = "q" + std::to_string(i + 1);
        nodes += "    " + id + "[\"" + mermaid_text(std::to_string(i + 1) + ". " + question.label) +
                 "<br/>" + lines_of(question.ask, 50) + "<br/><i>" +
                 lines_of(answers_line(question), 60) + "</i>\"]\n";
        if (!question.when.empty()) {
            const std::string guard = "c" + std::to_string(i + 1);
            nodes += "    " + guard + "{\"" +
                     lines_of("Is it so that " + condition_words(script, question.when) + "?", 40) +
                     "\"}\n";
            enter(guard);
            edges += "    " + guard + " -- yes --> " + id + "\n";
            open.push_back(guard + " -- no -->");
        } else {
            enter(id);
        }
        open.push_back(id + " -->");
    }
    nodes += "    points{{\"" + lines_of(result_text(script), 50) + "\"}}\n";
    enter("points");
    for (std::size_t i = 0; i <= script.options.size(); ++i) {
        const std::string id = "o" + std::to_string(i + 1);
        nodes += "    " + id + "([\"" + lines_of(script.outcome_name(i), 40) + "\"])\n";
        edges += "    points --> " + id + "\n";
    }
    return nodes + edges;
}

}  // namespace advisor::dialogs
