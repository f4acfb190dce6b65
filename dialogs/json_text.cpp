#include "dialogs/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace advisor::dialogs {
namespace {

/// The offset behind a comment that begins at `at`, or `at` itself when none does.
std::size_t skip_comment(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) {
        const std::size_t end = text.find('\n', at);
        return end == std::string_view::npos ? text.size() : end;
    }
    if (rest.starts_with("/*")) {
        const std::size_t end = text.find("*/", at + 2);
        return end == std::string_view::npos ? text.size() : end + 2;
    }
    return at;
}

/// The offset behind the string whose opening quote is at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

}  // namespace

bool nests_too_deep(std::string_view text) {
    // Nearly every text has fewer brackets than that, and counting is a tenth of the work.
    const auto opened =
        std::count_if(text.begin(), text.end(), [](char c) { return (c == '[') | (c == '{'); });
    if (opened <= max_json_depth) return false;
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            at = skip_string(text, at);
            continue;
        }
        if (c == '/') {
            at = std::max(skip_comment(text, at), at + 1);
            continue;
        }
        if (c == '[' || c == '{') {
            if (++depth > max_json_depth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
        ++at;
    }
    return false;
}

LineMap::LineMap(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    value("");
}

int LineMap::line(std::string pointer) const {
    for (;;) {
        const auto found = places_.find(pointer);
        if (found != places_.end()) return found->second.line;
        const std::size_t slash = pointer.rfind('/');
        if (slash == std::string::npos) return 1;
        pointer.resize(slash);
    }
}

std::optional<TextSpan> LineMap::span(const std::string& pointer) const {
    const auto found = places_.find(pointer);
    if (found == places_.end()) return std::nullopt;
    return found->second.span;
}

void LineMap::skip_blank() {
    while (at_ < text_.size()) {
        const std::size_t behind_comment = skip_comment(text_, at_);
        if (behind_comment != at_) {
            line_ += static_cast<int>(
                std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                           text_.begin() + static_cast<std::ptrdiff_t>(behind_comment), '\n'));
            at_ = behind_comment;
            continue;
        }
        if (text_[at_] == '\n') {
            ++line_;
        } else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r') {
            return;
        }
        ++at_;
    }
}

std::string LineMap::quoted() {
    const std::size_t end = skip_string(text_, at_);
    const std::string_view literal = text_.substr(at_, end - at_);
    at_ = end;
    if (literal.find('\\') == std::string_view::npos)
        return std::string(literal.substr(1, literal.size() - 2));
    return nlohmann::json::parse(literal).get<std::string>();  // "titl\u0065" is the key "title"
}

void LineMap::value(const std::string& pointer) {
    skip_blank();
    const auto place = places_.emplace(pointer, Place{line_, {at_, at_}}).first;
    read(pointer);
    place->second.span.end = at_;
}

void LineMap::read(const std::string& pointer) {
    if (at_ >= text_.size()) return;
    if (text_[at_] == '{') return object(pointer);
    if (text_[at_] == '[') return array(pointer);
    if (text_[at_] == '"') {
        quoted();
        return;
    }
    at_ = std::min(text_.find_first_of(",]} \t\r\n/", at_), text_.size());
}

void LineMap::object(const std::string& pointer) {
    ++at_;
    for (skip_blank(); at_ < text_.size() && text_[at_] != '}'; skip_blank()) {
        if (text_[at_] != '"') {  // the comma between members
            ++at_;
            continue;
        }
        const std::string member = pointer + "/" + pointer_token(quoted());
        if (places_.contains(member)) duplicates_.push_back(member);
        skip_blank();
        ++at_;  // the colon
        value(member);
    }
    ++at_;
}

void LineMap::array(const std::string& pointer) {
    ++at_;
    std::size_t index = 0;
    for (skip_blank(); at_ < text_.size() && text_[at_] != ']'; skip_blank()) {
        if (text_[at_] == ',') {
            ++at_;
            continue;
        }
        value(pointer + "/" + std::to_string(index++));
    }
    ++at_;
}

std::string pointer_token(std::string key) {
    for (std::size_t at = 0; (at = key.find_first_of("~/", at)) != std::string::npos; at += 2) {
        key.replace(at, 1, key[at] == '~' ? "~0" : "~1");
    }
    return key;
}

int line_of(std::string_view text, std::size_t byte) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

}  // namespace advisor::dialogs
