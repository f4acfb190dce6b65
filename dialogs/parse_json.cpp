#include "dialogs/parse_json.hpp"

#include <cstdint>
#include <string>

#include "dialogs/json_text.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

/// So that a number fits whatever its digits are.
constexpr std::size_t max_digits = 18;

/// Reads plain JSON. Every function returns false for what is not plain, or no JSON at all.
class PlainReader {
public:
    explicit PlainReader(std::string_view text) : text_(text) {}

    bool document(json& out) {
        if (!value(out, 0)) return false;
        skip_blank();
        return at_ == text_.size();
    }

private:
    // NOLINTNEXTLINE(misc-no-recursion): no deeper than max_json_depth
    bool value(json& out, int depth) {
        skip_blank();
        switch (next()) {
            case '{':
                return object(out, depth + 1);
            case '[':
                return array(out, depth + 1);
            case '"': {
                std::string_view text;
                if (!quoted(text)) return false;
                out = json(std::string(text));
                return true;
            }
            case 't':
                return word("true", json(true), out);
            case 'f':
                return word("false", json(false), out);
            case 'n':
                return word("null", json(nullptr), out);
            default:
                return number(out);
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): see value()
    bool object(json& out, int depth) {
        if (depth > max_json_depth) return false;
        json::object_t members;
        ++at_;
        skip_blank();
        bool more = next() != '}';
        if (!more) ++at_;
        while (more) {
            skip_blank();
            std::string_view key;
            if (next() != '"' || !quoted(key)) return false;
            skip_blank();
            if (next() != ':') return false;
            ++at_;
            if (!value(members[std::string(key)], depth)) return false;
            if (!go_on('}', more)) return false;
        }
        out = json(std::move(members));
        return true;
    }

    // NOLINTNEXTLINE(misc-no-recursion): see value()
    bool array(json& out, int depth) {
        if (depth > max_json_depth) return false;
        json::array_t entries;
        ++at_;
        skip_blank();
        bool more = next() != ']';
        if (!more) ++at_;
        while (more) {
            if (!value(entries.emplace_back(), depth)) return false;
            if (!go_on(']', more)) return false;
        }
        out = json(std::move(entries));
        return true;
    }

    /// Passes a comma, or the end of a list; `more` says which it was.
    bool go_on(char end, bool& more) {
        skip_blank();
        const char c = next();
        more = c == ',';
        if (!more && c != end) return false;
        ++at_;
        return true;
    }

    /// Requires: a quote is next.
    bool quoted(std::string_view& out) {
        const std::size_t begin = ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            const char c = text_[at_++];
            if (c < ' ' || c > '~' || c == '\\') return false;
        }
        if (at_ == text_.size()) return false;
        out = text_.substr(begin, at_++ - begin);
        return true;
    }

    bool word(std::string_view spelling, json&& meaning, json& out) {
        if (!text_.substr(at_).starts_with(spelling)) return false;
        at_ += spelling.size();
        out = std::move(meaning);
        return true;
    }

    bool number(json& out) {
        const bool negative = next() == '-';
        if (negative) ++at_;
        const std::size_t begin = at_;
        std::int64_t number = 0;
        for (; next() >= '0' && next() <= '9'; ++at_) {
            if (at_ - begin == max_digits) return false;
            number = number * 10 + (next() - '0');
        }
        const std::size_t digits = at_ - begin;
        if (digits == 0 || (digits > 1 && text_[begin] == '0')) return false;
        if (next() == '.' || next() == 'e' || next() == 'E') return false;
        out = negative ? json(-number) : json(static_cast<std::uint64_t>(number));
        return true;
    }

    void skip_blank() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }

    /// The byte at hand; a zero, which JSON never has, behind the last.
    [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

json parse_json(std::string_view text) {
    json value;
    if (PlainReader(text).document(value)) return value;
    return json::parse(text, nullptr, false);
}

}  // namespace advisor::dialogs
