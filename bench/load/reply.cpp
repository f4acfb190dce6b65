#include "bench/load/reply.hpp"

#include <charconv>
#include <cstring>

namespace advisor::bench {
namespace {

/// Walks over JSON text. Every function returns false, or an empty optional, at malformed text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    bool take(char wanted) {
        skip_space();
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    [[nodiscard]] bool next_is(char wanted) {
        skip_space();
        return at_ != end_ && *at_ == wanted;
    }

    /// The inside of a string, escapes left as they are.
    std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        const char* const begin = at_;
        for (;;) {
            at_ = static_cast<const char*>(
                std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
            if (at_ == nullptr) {
                at_ = end_;
                return std::nullopt;
            }
            const char* slash = at_;  // a quote after an odd number of backslashes is text
            while (slash != begin && slash[-1] == '\\') --slash;
            const bool escaped = (at_ - slash) % 2 != 0;
            ++at_;
            if (!escaped) return std::string_view(begin, static_cast<std::size_t>(at_ - begin - 1));
        }
    }

    std::optional<std::int64_t> integer() {
        skip_space();
        std::int64_t value = 0;
        const auto [after, error] = std::from_chars(at_, end_, value);
        if (error != std::errc{}) return std::nullopt;
        at_ = after;
        return value;
    }

    bool skip_value() {
        skip_space();
        if (at_ == end_) return false;
        if (*at_ == '"') return string().has_value();
        if (*at_ == '{' || *at_ == '[') return skip_nested();
        const char* const begin = at_;
        while (at_ != end_ && std::strchr(",]} \t\r\n", *at_) == nullptr) ++at_;
        return at_ != begin;
    }

private:
    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
    }

    bool skip_nested() {
        int depth = 0;
        while (at_ != end_) {
            switch (*at_) {
                case '"':
                    if (!string()) return false;
                    continue;
                case '{':
                case '[':
                    ++depth;
                    break;
                case '}':
                case ']':
                    --depth;
                    break;
                default:
                    break;
            }
            ++at_;
            if (depth == 0) return true;
        }
        return false;
    }

    const char* at_;
    const char* end_;
};

bool take_string(Scanner& scanner, std::string_view& into) {
    const auto text = scanner.string();
    if (text) into = *text;
    return text.has_value();
}

/// Reads `question`: an object, of which only the id matters, or null.
bool take_question(Scanner& scanner, std::string_view& id) {
    if (!scanner.next_is('{')) return scanner.skip_value();
    scanner.take('{');
    while (!scanner.take('}')) {
        const auto key = scanner.string();
        if (!key || !scanner.take(':')) return false;
        if (*key == "id" ? !take_string(scanner, id) : !scanner.skip_value()) return false;
        scanner.take(',');
    }
    return true;
}

bool take_field(Scanner& scanner, std::string_view key, ReplyHead& head) {
    if (key == "type") return take_string(scanner, head.type);
    if (key == "session") return take_string(scanner, head.session);
    if (key == "code") return take_string(scanner, head.code);
    if (key == "id")
        return scanner.next_is('"') ? take_string(scanner, head.id) : scanner.skip_value();
    if (key == "question") return take_question(scanner, head.question);
    if (key == "seq") {
        const auto value = scanner.integer();
        head.seq = value.value_or(0);
        return value.has_value();
    }
    if (key == "recommendation") {
        head.recommends = scanner.next_is('{');
        // The rest of a long recommendation is of interest only when fields are still missing after
        // it.
        if (head.recommends && head.seq > 0 && !head.session.empty() && !head.id.empty())
            return true;
    }
    return scanner.skip_value();
}

bool is_complete(const ReplyHead& head) {
    return head.type == "reply" && !head.id.empty() && !head.session.empty() && head.seq > 0 &&
           (!head.question.empty() || head.recommends);
}

}  // namespace

std::optional<ReplyHead> scan_reply(std::string_view frame) {
    Scanner scanner(frame);
    ReplyHead head;
    if (!scanner.take('{')) return std::nullopt;
    while (!scanner.take('}')) {
        const auto key = scanner.string();
        if (!key || !scanner.take(':') || !take_field(scanner, *key, head)) return std::nullopt;
        if (is_complete(head)) return head;
        scanner.take(',');
    }
    return head;
}

}  // namespace advisor::bench
