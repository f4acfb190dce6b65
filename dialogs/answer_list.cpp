#include "dialogs/answer_list.hpp"

#include <algorithm>
#include <charconv>

#include "dialogs/engine.hpp"

namespace advisor::dialogs {
namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == ',' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

/// The parts between commas that are not escaped, without their escapes.
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ',') {
            parts.emplace_back();
            continue;
        }
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        parts.back() += text[i];
    }
    return parts;
}

std::string trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::optional<std::uint32_t> find_choice(const Question& question, std::string_view id) {
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        if (question.choices[i].id == id) return i;
    }
    return std::nullopt;
}

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Value> read_amount(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) {
        const auto number = whole(text);
        if (!number) return std::nullopt;
        return Amount{*number, *number};
    }
    const auto min = whole(text.substr(0, dots));
    const auto max = whole(text.substr(dots + 2));
    if (!min || !max) return std::nullopt;
    return Amount{*min, *max};
}

std::optional<Value> read_set(const Question& question, std::string_view text) {
    Choices choices;
    while (!text.empty()) {
        const std::size_t plus = text.find('+');
        const auto choice = find_choice(question, text.substr(0, plus));
        if (!choice) return std::nullopt;
        choices.mask |= 1U << *choice;
        text = plus == std::string_view::npos ? "" : text.substr(plus + 1);
    }
    return choices;
}

std::optional<Value> read_one(const Question& question, const std::string& text) {
    if (text == "unknown") return Unknown{};
    if (text == "skipped") return Skipped{};
    switch (question.kind) {
        case QuestionKind::choice:
            if (const auto choice = find_choice(question, text)) return Choice{*choice};
            return std::nullopt;
        case QuestionKind::multi:
            return read_set(question, text);
        case QuestionKind::number:
        case QuestionKind::scale:
            return read_amount(text);
        case QuestionKind::boolean:
            if (text == "yes" || text == "true") return true;
            if (text == "no" || text == "false") return false;
            return std::nullopt;
        case QuestionKind::text:
            return text;
    }
    return std::nullopt;
}

std::string what_fits(const Question& question) {
    switch (question.kind) {
        case QuestionKind::choice:
        case QuestionKind::multi: {
            std::string ids;
            for (const ChoiceSpec& choice : question.choices)
                ids += (ids.empty() ? "" : ", ") + choice.id;
            return question.kind == QuestionKind::choice ? "one of " + ids
                                                         : "any of " + ids + ", joined by \"+\"";
        }
        case QuestionKind::number:
        case QuestionKind::scale:
            return "a whole number from " + std::to_string(question.limits.min) + " to " +
                   std::to_string(question.limits.max) +
                   (question.kind == QuestionKind::number ? ", or a range such as 2..5" : "");
        case QuestionKind::boolean:
            return "yes or no";
        case QuestionKind::text:
            return "a text";
    }
    return {};
}

}  // namespace

std::string to_answer_value(const Question& question, const Value& value) {
    if (std::holds_alternative<Unknown>(value)) return "unknown";
    if (std::holds_alternative<Skipped>(value)) return "skipped";
    if (const auto* choice = std::get_if<Choice>(&value)) return question.choices[choice->index].id;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
    if (const auto* text = std::get_if<Text>(&value)) return escaped(text->str());
    if (const auto* amount = std::get_if<Amount>(&value)) {
        const std::string min = std::to_string(amount->min);
        return amount->min == amount->max ? min : min + ".." + std::to_string(amount->max);
    }
    std::string text;
    for (std::uint32_t i = 0; i < question.choices.size(); ++i) {
        if ((std::get<Choices>(value).mask >> i & 1U) != 0)
            text += (text.empty() ? "" : "+") + question.choices[i].id;
    }
    return text;
}

std::string to_answer_list(const Script& script, const Answers& answers) {
    std::string text;
    for (QuestionIndex i = 0; i < answers.size(); ++i) {
        if (answers[i])
            text += (text.empty() ? "" : ",") + script.questions[i].id + "=" +
                    to_answer_value(script.questions[i], *answers[i]);
    }
    return text;
}

std::variant<std::vector<ListedAnswer>, ListFault> read_answer_list(const Script& script,
                                                                    std::string_view text) {
    std::vector<ListedAnswer> answers;
    if (trimmed(text).empty()) return answers;
    for (const std::string& part : split(text)) {
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos)
            return ListFault{"\"" + trimmed(part) + "\" is no answer; write question=value"};
        const std::string id = trimmed(std::string_view(part).substr(0, equals));
        const std::optional<QuestionIndex> index = script.find_question(id);
        if (!index) {
            std::vector<std::string> ids;
            for (const Question& question : script.questions) ids.push_back(question.id);
            return ListFault{"the script has no question \"" + id + "\";" + did_you_mean(id, ids)};
        }
        const Question& question = script.questions[*index];
        const std::string written = trimmed(std::string_view(part).substr(equals + 1));
        std::optional<Value> value = read_one(question, written);
        std::string why;
        if (!value || !fits(question, *value, why))
            return ListFault{"\"" + written + "\" is no answer to \"" + id + "\"; write " +
                             what_fits(question) + (question.allow_unknown ? ", or unknown" : "")};
        if (std::any_of(answers.begin(), answers.end(),
                        [&](const ListedAnswer& other) { return other.question == *index; }))
            return ListFault{"\"" + id + "\" stands twice; leave one of them out"};
        answers.push_back({*index, std::move(*value)});
    }
    return answers;
}

}  // namespace advisor::dialogs
