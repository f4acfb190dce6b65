// A simulation for people, for programs and as a picture.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "dialogs/engine.hpp"
#include "dialogs/numbers.hpp"
#include "dialogs/simulate.hpp"
#include "dialogs/svg.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::ordered_json;

/// With one or two digits behind the point.
std::string percent(double share, int digits = 1) {
    const std::int64_t unit = digits == 1 ? 10 : 100;
    const std::int64_t parts = std::llround(share * 100 * static_cast<double>(unit));
    std::string behind = std::to_string(parts % unit);
    behind.insert(0, static_cast<std::size_t>(digits) - behind.size(), '0');
    return std::to_string(parts / unit) + "." + behind + " %";
}

/// How the shares came about, in a sentence.
std::string basis(const Simulation& simulation) {
    if (simulation.exact) return "Exact, over all mixes of answers.";
    return "From " + grouped(static_cast<std::int64_t>(simulation.samples)) +
           " random talks; ± is the standard error.";
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t length = count_characters(text);
    return text + std::string(length < width ? width - length : 0, ' ');
}

std::size_t likeliest(const std::vector<double>& shares) {
    return static_cast<std::size_t>(std::max_element(shares.begin(), shares.end()) -
                                    shares.begin());
}

ordered_json shares_json(const Script& script, const std::vector<double>& shares) {
    ordered_json result = ordered_json::object();
    for (std::size_t o = 0; o < shares.size(); ++o) result[script.outcome_id(o)] = shares[o];
    return result;
}

std::string bias_text(const Simulation& simulation) {
    if (simulation.order_bias == 0)
        return "Names and order: no bias (renaming and reversing options and choices changes "
               "nothing).";
    return "Names and order: BIASED, shares move by up to " + percent(simulation.order_bias) +
           " when options and choices are renamed and reversed.";
}

/// With one digit behind the point.
std::string one_digit(double number) {
    const std::int64_t tenths = std::llround(number * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// How soon the outcome is certain, in both orders.
std::string order_text(const Script& script, const Simulation& simulation) {
    const std::string begin = "Questions until the outcome is certain: ";
    if (!simulation.mean_questions) return begin + "too many talks to work it out.";
    const MeanQuestions& mean = *simulation.mean_questions;
    std::string text =
        begin + one_digit(mean.file_order) + " on average in the order of the file, ";
    if (simulation.adaptive_from == script.questions.size())
        return text + "which adaptive order would keep.";
    text += one_digit(mean.adaptive) + " in adaptive order";
    if (simulation.adaptive_from > 0)
        text += " behind “" + script.questions[simulation.adaptive_from - 1].label + "”";
    return text + (script.order ? " (in use)." : ".");
}

}  // namespace

std::string to_table(const Script& script, const Simulation& simulation) {
    std::string out = script.title + "\n" + basis(simulation) + "\n\nOutcomes\n";
    for (std::size_t o = 0; o < simulation.outcomes.size(); ++o) {
        out += "  " + padded(script.outcome_name(o), 32) + " " + percent(simulation.outcomes[o], 2);
        if (!simulation.exact) out += " ± " + percent(simulation.errors[o], 2);
        out += "\n";
    }
    out += "\nQuestions that never matter\n";
    bool none = true;
    for (const QuestionShares& shares : simulation.questions) {
        if (shares.matters) continue;
        none = false;
        out += "  " + script.questions[shares.question].label + "\n";
    }
    if (none) out += "  none\n";
    out += "\nAnswers that dominate\n";
    none = true;
    for (const QuestionShares& shares : simulation.questions) {
        for (const AnswerShares& answer : shares.answers) {
            if (!answer.dominates) continue;
            none = false;
            const std::size_t outcome = likeliest(answer.outcomes);
            out += "  " + script.questions[shares.question].label + " = " + answer.answer + ": " +
                   script.outcome_name(outcome) + " in " + percent(answer.outcomes[outcome]) + "\n";
        }
    }
    if (none) out += "  none\n";
    out += "\nOutcomes by answer\n";
    for (const QuestionShares& shares : simulation.questions) {
        out += "  " + script.questions[shares.question].label + " (asked in " +
               percent(shares.asked) + " of talks)\n";
        for (const AnswerShares& answer : shares.answers) {
            out += "    " + padded(answer.answer, 40);
            for (std::size_t o = 0; o < answer.outcomes.size(); ++o)
                out += "  " + script.outcome_id(o) + " " + percent(answer.outcomes[o]);
            out += "\n";
        }
    }
    return out + "\n" + order_text(script, simulation) + "\n" + bias_text(simulation) + "\n";
}

std::string to_json(const Script& script, const Simulation& simulation) {
    ordered_json document{{"script", script.id},
                          {"exact", simulation.exact},
                          {"samples", simulation.samples},
                          {"outcomes", shares_json(script, simulation.outcomes)},
                          {"errors", shares_json(script, simulation.errors)}};
    ordered_json questions = ordered_json::array();
    ordered_json silent = ordered_json::array();
    for (const QuestionShares& shares : simulation.questions) {
        const Question& question = script.questions[shares.question];
        ordered_json answers = ordered_json::array();
        for (const AnswerShares& answer : shares.answers)
            answers.push_back({{"answer", answer.answer},
                               {"share", answer.share},
                               {"dominates", answer.dominates},
                               {"outcomes", shares_json(script, answer.outcomes)}});
        questions.push_back({{"question", question.id},
                             {"label", question.label},
                             {"asked", shares.asked},
                             {"matters", shares.matters},
                             {"answers", std::move(answers)}});
        if (!shares.matters) silent.push_back(question.id);
    }
    document["never_matter"] = std::move(silent);
    document["questions"] = std::move(questions);
    document["order_bias"] = simulation.order_bias;
    document["order"] = script.order ? "adaptive" : "file";
    if (simulation.mean_questions)
        document["mean_questions"] = {
            {"file_order", simulation.mean_questions->file_order},
            {"adaptive", simulation.mean_questions->adaptive},
            {"adaptive_from", simulation.adaptive_from < script.questions.size()
                                  ? ordered_json(script.questions[simulation.adaptive_from].id)
                                  : ordered_json(nullptr)}};
    else
        document["mean_questions"] = nullptr;
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string to_svg(const Script& script, const Simulation& simulation) {
    constexpr int bar_left = 300;
    constexpr int bar_width = 420;
    constexpr int row = 30;
    std::string about = basis(simulation);
    for (std::size_t o = 0; o < simulation.outcomes.size(); ++o)
        about += " " + script.outcome_name(o) + ": " + percent(simulation.outcomes[o]) + ".";
    Svg svg("Outcomes of “" + script.title + "”", about);
    svg.text(20, 34, script.title, "title");
    svg.text(20, 56, basis(simulation), "small");
    int y = 76;
    for (std::size_t o = 0; o < simulation.outcomes.size(); ++o, y += row) {
        svg.text(bar_left - 12, y + 15, script.outcome_name(o), "head", "end");
        svg.box(bar_left, y, bar_width, row - 8, "track");
        const int filled = static_cast<int>(simulation.outcomes[o] * bar_width + 0.5);
        if (filled > 0) svg.box(bar_left, y, filled, row - 8, "bar");
        svg.text(bar_left + bar_width + 12, y + 15,
                 percent(simulation.outcomes[o]) +
                     (simulation.exact ? "" : " ± " + percent(simulation.errors[o])),
                 "");
    }
    y += 24;
    const auto note = [&](const std::string& text) {
        for (const std::string& line : wrapped(text, 110)) {
            svg.text(20, y, line, "small");
            y += 18;
        }
    };
    for (const QuestionShares& shares : simulation.questions) {
        if (!shares.matters)
            note("Never matters: " + script.questions[shares.question].label + ".");
        for (const AnswerShares& answer : shares.answers) {
            if (!answer.dominates) continue;
            const std::size_t outcome = likeliest(answer.outcomes);
            note("“" + answer.answer + "” (" + script.questions[shares.question].label +
                 "): " + script.outcome_name(outcome) + " in " + percent(answer.outcomes[outcome]) +
                 " of talks.");
        }
    }
    note(order_text(script, simulation));
    note(bias_text(simulation));
    return svg.finish(bar_left + bar_width + 190, y + 10);
}

}  // namespace advisor::dialogs
