#include "dialogs/wire.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

namespace advisor::dialogs {
namespace {

using nlohmann::ordered_json;

constexpr char fragment_mark = '\x01';

/// The number of bytes that follow the first one of a code point; -1 for a byte that begins none.
int bytes_behind(unsigned char first) {
    if (first < 0x80) return 0;
    if (first >= 0xC2 && first <= 0xDF) return 1;
    if (first >= 0xE0 && first <= 0xEF) return 2;
    return first >= 0xF0 && first <= 0xF4 ? 3 : -1;
}

/// True for well-formed UTF-8: no byte out of place, no overlong form, no surrogate, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        if (first < 0x80) {
            ++at;
            continue;
        }
        const int behind = bytes_behind(first);
        if (behind < 0 || text.size() - at <= static_cast<std::size_t>(behind)) return false;
        for (int i = 1; i <= behind; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
            // The second byte of some first ones has a narrower range.
            const unsigned char low = i == 1 && first == 0xE0   ? 0xA0
                                      : i == 1 && first == 0xF0 ? 0x90
                                                                : 0x80;
            const unsigned char high = i == 1 && first == 0xED   ? 0x9F
                                       : i == 1 && first == 0xF4 ? 0x8F
                                                                 : 0xBF;
            if (byte < low || byte > high) return false;
        }
        at += static_cast<std::size_t>(behind) + 1;
    }
    return true;
}

struct Bytes {
    bool to_escape = false;  ///< a quote, a backslash or a control character is among them
    bool beyond_ascii = false;
};

/// What is in a text, eight bytes at a time: a reply has thousands of them. The sign bit of a byte
/// is set in the difference when that byte is below the one taken away ("Hacker's Delight", 6-1).
Bytes bytes_in(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t signs = 0x80 * ones;
    const auto below = [](std::uint64_t word, std::uint64_t limit) {
        return (word - limit * ones) & ~word & signs;
    };
    std::uint64_t escapes = 0;
    std::uint64_t all = 0;
    const auto look_at = [&](std::uint64_t word) {
        escapes |= below(word, 0x20) | below(word ^ '"' * ones, 1) | below(word ^ '\\' * ones, 1);
        all |= word;
    };
    std::uint64_t word = ' ' * ones;
    if (text.size() < sizeof word) {
        std::memcpy(&word, text.data(), text.size());
        look_at(word);
    } else {
        // The last eight bytes may overlap those before: copies of a fixed size are one
        // instruction.
        const char* const last = text.data() + text.size() - sizeof word;
        for (const char* at = text.data(); at < last; at += sizeof word) {
            std::memcpy(&word, at, sizeof word);
            look_at(word);
        }
        std::memcpy(&word, last, sizeof word);
        look_at(word);
    }
    return {escapes != 0, (all & signs) != 0};
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto must_go = [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
    };
    for (;;) {
        const auto at = std::find_if(text.begin(), text.end(), must_go);
        const auto plain = static_cast<std::size_t>(at - text.begin());
        out += text.substr(0, plain);
        if (at == text.end()) return;
        const auto value = static_cast<unsigned char>(*at);
        if (value >= 0x20)
            out += {'\\', *at};
        else if (*at == '\n')
            out += "\\n";
        else
            out += {'\\', 'u', '0', '0', hex[value >> 4U], hex[value & 15U]};
        text.remove_prefix(plain + 1);
    }
}

std::string dump(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json options_of(const Question& question) {
    ordered_json options = ordered_json::array();
    if (question.kind == QuestionKind::boolean) return options;
    for (const ChoiceSpec& choice : question.choices) {
        ordered_json option{{"id", choice.id}, {"label", choice.say}};
        if (!choice.help.empty()) option["help"] = choice.help;
        if (!choice.means.empty()) option["means"] = choice.means;
        options.push_back(std::move(option));
    }
    return options;
}

ordered_json ranges_of(const Question& question) {
    ordered_json ranges = ordered_json::array();
    for (const RangeSpec& range : question.ranges) {
        ordered_json entry{
            {"label", range.say}, {"min", range.amount.min}, {"max", range.amount.max}};
        if (!range.means.empty()) entry["means"] = range.means;
        ranges.push_back(std::move(entry));
    }
    return ranges;
}

std::string question_wire(const Question& question) {
    ordered_json wire;
    wire["id"] = question.id;
    wire["topic"] = question.topic.empty() ? ordered_json() : ordered_json(question.topic);
    wire["label"] = question.label;
    wire["text"] = question.ask;
    wire["help"] = question.help;
    wire["why"] = question.why;
    wire["kind"] = to_text(question.kind);
    wire["options"] = options_of(question);
    if (question.kind == QuestionKind::number || question.kind == QuestionKind::scale) {
        wire["min"] = question.limits.min;
        wire["max"] = question.limits.max;
    }
    if (question.kind == QuestionKind::number) {
        wire["unit"] = question.unit;
        wire["ranges"] = ranges_of(question);
    }
    if (question.kind == QuestionKind::scale) {
        wire["low"] = question.low;
        wire["high"] = question.high;
    }
    if (question.kind == QuestionKind::text) wire["max_length"] = question.max_length;
    wire["allow_unknown"] = question.allow_unknown;
    wire["may_skip"] = !question.required;
    return dump(wire);
}

std::string evidence_wire(const Evidence& evidence) {
    ordered_json wire{{"id", evidence.id},
                      {"claim", evidence.claim},
                      {"stance", to_text(evidence.stance)},
                      {"source", evidence.source}};
    if (!evidence.url.empty()) wire["url"] = evidence.url;
    wire["as_of"] = evidence.as_of;
    wire["review_by"] = evidence.review_by;
    return dump(wire);
}

/// The members of an object, without its braces.
std::string members(const ordered_json& object) {
    const std::string text = dump(object);
    return text.substr(1, text.size() - 2);
}

ordered_json ids_of(const Script& script, const std::vector<EvidenceIndex>& evidence) {
    ordered_json ids = ordered_json::array();
    for (const EvidenceIndex index : evidence) ids.push_back(script.evidence[index].id);
    return ids;
}

std::string rule_wire(const Rule& rule, const Script& script) {
    ordered_json points = ordered_json::object();
    for (OptionIndex i = 0; i < rule.points.size(); ++i) {
        if (rule.points[i] != 0) points[script.options[i].id] = rule.points[i];
    }
    return members({{"axis", rule.axis},
                    {"points", points},
                    {"because", rule.because},
                    {"evidence", ids_of(script, rule.evidence)}});
}

std::string role_wire(const RoleSpec& role, const Script& script) {
    ordered_json interview = ordered_json::array();
    for (const InterviewItem& item : role.interview)
        interview.push_back({{"ask", item.ask}, {"good", item.good}});
    return members({{"must_have", role.must_have},
                    {"nice_to_have", role.nice_to_have},
                    {"interview", interview},
                    {"work_sample", role.work_sample},
                    {"first_90_days", role.first_90_days},
                    {"risk", role.risk},
                    {"evidence", ids_of(script, role.evidence)}});
}

/// Calls `use` with the pieces that a stored reply is made of, in order.
template <typename Use>
void for_pieces(const Fragments& fragments, std::string_view reply, Use use) {
    for (;;) {
        const std::size_t begin = reply.find(fragment_mark);
        const std::size_t end =
            begin == std::string_view::npos ? begin : reply.find(fragment_mark, begin + 1);
        use(reply.substr(0, begin));
        if (end == std::string_view::npos) return;
        const auto found = fragments.find(reply.substr(begin + 1, end - begin - 1));
        if (found != fragments.end()) use(found->second);
        reply.remove_prefix(end + 1);
    }
}

}  // namespace

Fragments render_fragments(const Script& script) {
    Fragments fragments;
    for (const Question& question : script.questions)
        fragments["q:" + question.id] = question_wire(question);
    for (const Evidence& evidence : script.evidence)
        fragments["e:" + evidence.id] = evidence_wire(evidence);
    for (const Rule& rule : script.rules) fragments["r:" + rule.id] = rule_wire(rule, script);
    for (const RoleSpec& role : script.hiring.roles)
        fragments["h:" + role.id] = role_wire(role, script);
    return fragments;
}

void append_fragment(std::string& out, char kind, std::string_view id) {
    out += fragment_mark;
    out += kind;
    out += ':';
    out += id;
    out += fragment_mark;
}

std::string expand(const Fragments& fragments, std::string_view reply) {
    std::size_t size = 1;  // the brace that most replies get behind them
    for_pieces(fragments, reply, [&](std::string_view piece) { size += piece.size(); });
    std::string text;
    text.reserve(size);  // growing would take the memory twice
    for_pieces(fragments, reply, [&](std::string_view piece) { text += piece; });
    return text;
}

std::string to_json(const Fragments& fragments) {
    ordered_json object = ordered_json::object();
    for (const auto& [name, text] : fragments) object[name] = text;
    return dump(object);
}

Fragments read_fragments(std::string_view text) {
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    Fragments fragments;
    if (!object.is_object()) return fragments;
    for (const auto& [name, fragment] : object.items()) {
        if (fragment.is_string()) fragments[name] = fragment.get<std::string>();
    }
    return fragments;
}

void append_quoted(std::string& out, std::string_view text) {
    const Bytes found = bytes_in(text);
    if (found.beyond_ascii && !is_utf8(text)) {
        out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return;
    }
    out += '"';
    if (found.to_escape)
        append_escaped(out, text);
    else
        out += text;  // nearly every one: ids, labels, sentences
    out += '"';
}

std::string json_quoted(std::string_view text) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    append_quoted(quoted, text);
    return quoted;
}

}  // namespace advisor::dialogs
