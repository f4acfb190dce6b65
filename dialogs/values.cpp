// Values against their question: what fits, and how it reads.

#include <algorithm>

#include "dialogs/engine.hpp"
#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

bool in_limits(const Question& question, const Amount& amount) {
    return amount.min <= amount.max && amount.min >= question.limits.min &&
           amount.max <= question.limits.max;
}

bool number_fits(const Question& question, const Value& value, std::string& why) {
    const auto* amount = std::get_if<Amount>(&value);
    const bool scale = question.kind == QuestionKind::scale;
    if (amount && in_limits(question, *amount) && (!scale || amount->min == amount->max))
        return true;
    why = "Please give a whole number from " + grouped(question.limits.min) + " to " +
          grouped(question.limits.max) + (scale ? "." : ", or a range inside it.");
    return false;
}

std::string amount_text(const Question& question, const Amount& amount) {
    for (const RangeSpec& range : question.ranges) {
        if (range.amount == amount) return range.say;
    }
    std::string text = grouped(amount.min);
    if (amount.max != amount.min)
        text += amount.max == question.limits.max ? " or more" : " to " + grouped(amount.max);
    if (!question.unit.empty()) text += " " + question.unit;
    return text;
}

std::string choices_text(const Question& question, const Choices& choices) {
    std::string text;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        if ((choices.mask >> i & 1U) == 0) continue;
        if (!text.empty()) text += "; ";
        text += question.choices[i].say;
    }
    return text.empty() ? "None of these" : text;
}

}  // namespace

bool fits(const Question& question, const Value& value, std::string& why) {
    if (std::holds_alternative<Unknown>(value)) {
        why = "I need an answer to this one; “I don't know” does not help here.";
        return question.allow_unknown;
    }
    if (std::holds_alternative<Skipped>(value)) {
        why = "This question cannot be skipped.";
        return !question.required;
    }
    const std::size_t count = question.choices.size();
    switch (question.kind) {
        case QuestionKind::choice: {
            const auto* choice = std::get_if<Choice>(&value);
            why = "Please pick one of the choices.";
            return choice && choice->index < count;
        }
        case QuestionKind::multi: {
            const auto* choices = std::get_if<Choices>(&value);
            why = "Please pick from the choices.";
            return choices && (choices->mask >> count) == 0;
        }
        case QuestionKind::number:
        case QuestionKind::scale:
            return number_fits(question, value, why);
        case QuestionKind::boolean:
            why = "Please answer with yes or no.";
            return std::holds_alternative<bool>(value);
        case QuestionKind::text: {
            const auto* text = std::get_if<Text>(&value);
            why = "Please write between 1 and " + std::to_string(question.max_length) +
                  " characters.";
            return text && !text->str().empty() &&
                   count_characters(text->str()) <= question.max_length;
        }
    }
    return false;
}

std::size_t count_characters(std::string_view text) {
    // Every byte begins a code point but the ones of the form 10xxxxxx.
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string value_text(const Question& question, const Value& value) {
    if (std::holds_alternative<Unknown>(value)) return "I don't know";
    if (std::holds_alternative<Skipped>(value)) return "Skipped";
    if (const auto* choice = std::get_if<Choice>(&value))
        return question.choices[choice->index].say;
    if (const auto* choices = std::get_if<Choices>(&value)) return choices_text(question, *choices);
    if (const auto* amount = std::get_if<Amount>(&value)) return amount_text(question, *amount);
    if (const auto* flag = std::get_if<bool>(&value)) return question.choices[*flag ? 0 : 1].say;
    return std::get<Text>(value).str();
}

}  // namespace advisor::dialogs
