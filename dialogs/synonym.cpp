#include "dialogs/synonym.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dialogs/json_text.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

/// Lists that are longer than a line are broken about here.
constexpr std::size_t line_length = 150;

struct Edit {
    TextSpan span;  ///< what is replaced; empty: the text is put in between
    std::string text;
};

std::size_t line_begin(std::string_view text, std::size_t at) {
    const std::size_t before = text.substr(0, at).rfind('\n');
    return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) {
    return std::min(text.find('\n', at), text.size());
}

/// The blanks that the line of `at` begins with.
std::string indent_at(std::string_view text, std::size_t at) {
    const std::size_t begin = line_begin(text, at);
    const std::size_t end = std::min(text.find_first_not_of(" \t", begin), text.size());
    return std::string(text.substr(begin, end - begin));
}

/// True when nothing but blanks stands before `at` on its line.
bool begins_line(std::string_view text, std::size_t at) {
    return line_begin(text, at) + indent_at(text, at).size() == at;
}

/// Behind the last plain text of a list, on its line while there is room; else before everything.
Edit into_list(std::string_view text, const LineMap& places, const std::string& pointer,
               const json& list, const std::string& literal) {
    std::optional<TextSpan> last;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].is_string()) last = places.span(pointer + "/" + std::to_string(i));
    }
    if (!last) {
        const std::size_t inside = places.span(pointer)->begin + 1;
        return {{inside, inside}, literal + (list.empty() ? "" : ", ")};
    }
    const bool own_lines = begins_line(text, last->begin) &&
                           line_end(text, last->end) - last->end <= 1;  // at most the comma
    const std::size_t length = line_end(text, last->end) - line_begin(text, last->end);
    if ((list.size() > 1 && own_lines) || length + literal.size() + 2 > line_length)
        return {{last->end, last->end}, ",\n" + indent_at(text, last->begin) + literal};
    return {{last->end, last->end}, ", " + literal};
}

/// A member "also" behind the member "say", laid out as that is.
Edit behind_say(std::string_view text, const LineMap& places, const std::string& pointer,
                const std::string& literal) {
    const std::string member = "\"also\": [" + literal + "]";
    const TextSpan say = *places.span(pointer + "/say");
    const std::string_view line = text.substr(line_begin(text, say.begin));
    const bool own_line = line.substr(indent_at(text, say.begin).size()).starts_with("\"say\"");
    return {{say.end, say.end},
            (own_line ? ",\n" + indent_at(text, say.begin) : std::string(", ")) + member};
}

/// A member in front of an object's other members.
Edit in_front(const LineMap& places, const std::string& pointer, const json& object,
              const std::string& member) {
    const std::size_t inside = places.span(pointer)->begin + 1;
    return {{inside, inside}, " " + member + (object.empty() ? " " : ",")};
}

Edit into_answer(std::string_view text, const LineMap& places, const std::string& pointer,
                 const json& answer, const std::string& literal) {
    const auto also = answer.find("also");
    if (also != answer.end()) return into_list(text, places, pointer + "/also", *also, literal);
    if (answer.contains("say")) return behind_say(text, places, pointer, literal);
    return in_front(places, pointer, answer, "\"also\": [" + literal + "]");
}

Edit into_yes_no(std::string_view text, const LineMap& places, const std::string& pointer,
                 const json& yes_no, const Synonym& synonym, const std::string& literal) {
    const std::string side = "\"" + synonym.choice + "\": { \"also\": [" + literal + "] }";
    if (!yes_no.is_object()) return {*places.span(pointer), "{ " + side + " }"};
    const auto answer = yes_no.find(synonym.choice);
    if (answer == yes_no.end()) return in_front(places, pointer, yes_no, side);
    return into_answer(text, places, pointer + "/" + synonym.choice, *answer, literal);
}

bool has_phrase(const json& answer, const std::string& phrase) {
    const auto also = answer.find("also");
    return also != answer.end() && also->is_array() &&
           std::find(also->begin(), also->end(), json(phrase)) != also->end();
}

/// The place of an entry with this id in a list.
std::optional<std::size_t> index_of(const json& list, const std::string& id) {
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (list[i].is_object() && list[i].value("id", json()) == json(id)) return i;
    }
    return std::nullopt;
}

std::string problem_of(const std::string& phrase) {
    const bool blank = phrase.find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank) return "the phrase is empty; write what people type";
    if (phrase.size() > max_synonym_bytes)
        return "the phrase has more than 200 bytes; accept what is essential of it";
    if (phrase.front() == '@')
        return "a phrase that begins with \"@\" names a list of the script; leave the \"@\" out";
    const bool control = std::any_of(phrase.begin(), phrase.end(),
                                     [](unsigned char c) { return c < ' ' || c == 0x7F; });
    return control ? "the phrase has a line break or control character; write it as one line" : "";
}

std::string applied(std::string_view text, const Edit& edit) {
    std::string result(text.substr(0, edit.span.begin));
    result += edit.text;
    result += text.substr(edit.span.end);
    return result;
}

}  // namespace

SynonymEdit add_synonym(std::string_view script, const Synonym& synonym) {
    if (std::string problem = problem_of(synonym.phrase); !problem.empty())
        return {std::nullopt, std::move(problem)};
    if (nests_too_deep(script)) return {std::nullopt, "the script nests too deep; flatten it"};
    const json parsed = json::parse(script, nullptr, false, true);
    const json questions = parsed.is_object() ? parsed.value("questions", json()) : json();
    const auto index = index_of(questions, synonym.question);
    if (!index) return {std::nullopt, "the script has no question \"" + synonym.question + "\""};
    const json& question = questions[*index];
    const std::string pointer = "/questions/" + std::to_string(*index);
    const std::string literal =
        json(synonym.phrase).dump(-1, ' ', false, json::error_handler_t::replace);
    const LineMap places(script);
    if (question.contains("yes_no") && (synonym.choice == "yes" || synonym.choice == "no")) {
        const json& yes_no = question["yes_no"];
        if (yes_no.is_object() &&
            has_phrase(yes_no.value(synonym.choice, json::object()), synonym.phrase))
            return {std::nullopt, "the answer has this phrase already"};
        return {applied(script,
                        into_yes_no(script, places, pointer + "/yes_no", yes_no, synonym, literal)),
                ""};
    }
    for (const char* key : {"choices", "many"}) {
        if (!question.contains(key)) continue;
        const auto choice = index_of(question[key], synonym.choice);
        if (!choice) break;
        const json& answer = question[key][*choice];
        if (has_phrase(answer, synonym.phrase))
            return {std::nullopt, "the answer has this phrase already"};
        const std::string place = pointer + "/" + key + "/" + std::to_string(*choice);
        return {applied(script, into_answer(script, places, place, answer, literal)), ""};
    }
    return {std::nullopt, "the question \"" + synonym.question + "\" has no answer \"" +
                              synonym.choice + "\" that phrases can stand for"};
}

}  // namespace advisor::dialogs
