#pragma once
// JSON as text, before it becomes values: how deep it nests, and where each value stands.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::dialogs {

/// No document may nest deeper: the JSON library copies and prints recursively, and an attacker's
/// 100,000 brackets would overflow the stack.
inline constexpr int max_json_depth = 64;

/// True when brackets and braces outside of strings and comments nest deeper than `max_json_depth`.
[[nodiscard]] bool nests_too_deep(std::string_view text);

/// A part of a text, from one byte to another.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The place of every value of a JSON document with comments, by JSON pointer.
/// Requires: `text` parses as JSON and does not nest too deep.
class LineMap {
public:
    explicit LineMap(std::string_view text);

    /// The line of the value, or of the nearest enclosing value that exists; from 1.
    [[nodiscard]] int line(std::string pointer) const;
    /// Where the value itself stands, without what is around it.
    [[nodiscard]] std::optional<TextSpan> span(const std::string& pointer) const;
    /// Pointers of keys that stand twice in one object; the JSON library silently keeps the last.
    [[nodiscard]] const std::vector<std::string>& duplicate_keys() const { return duplicates_; }

private:
    struct Place {
        int line = 1;
        TextSpan span;
    };
    void value(const std::string& pointer);
    void read(const std::string& pointer);
    void object(const std::string& pointer);
    void array(const std::string& pointer);
    std::string quoted();
    void skip_blank();

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    std::map<std::string, Place> places_;
    std::vector<std::string> duplicates_;
};

/// A key as a part of a JSON pointer: `~` and `/` are escaped.
[[nodiscard]] std::string pointer_token(std::string key);

/// The line of a byte offset, from 1.
[[nodiscard]] int line_of(std::string_view text, std::size_t byte);

}  // namespace advisor::dialogs
