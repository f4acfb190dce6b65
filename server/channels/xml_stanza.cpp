#include "server/channels/xml_stanza.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include "server/channels/text_tree.hpp"

namespace advisor::channels {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::string_view blanks = " \t\r\n";

bool is_name_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x7f || std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == ':';
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t bits) { out += static_cast<char>(bits); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | c >> 6);
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

/// `name` is what stands between `&` and `;`.
bool append_entity(std::string& out, std::string_view name) {
    if (name == "amp") return out += '&', true;
    if (name == "lt") return out += '<', true;
    if (name == "gt") return out += '>', true;
    if (name == "quot") return out += '"', true;
    if (name == "apos") return out += '\'', true;
    if (!name.starts_with('#')) return false;
    const bool hex = name.starts_with("#x");
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    const bool is_character = value > 0 && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    if (error != std::errc() || end != digits.data() + digits.size() || !is_character) return false;
    append_utf8(out, value);
    return true;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t ampersand = std::min(text.find('&'), text.size());
        out += text.substr(0, ampersand);
        text.remove_prefix(ampersand);
        if (text.empty()) break;
        const std::size_t end = text.find(';');
        if (end == std::string_view::npos || !append_entity(out, text.substr(1, end - 1)))
            return std::nullopt;
        text.remove_prefix(end + 1);
    }
    return out;
}

/// Reads from the front; `failed` stays set.
class Reader {
public:
    explicit Reader(std::string_view xml) : rest_(xml) {}

    std::optional<Stanza> read() {
        skip_blanks();
        while (step()) {
        }
        skip_blanks();
        if (failed_ || !open_.empty() || stanza_.name.empty() || !rest_.empty())
            return std::nullopt;
        return std::move(stanza_);
    }

private:
    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    }

    bool fail() {
        failed_ = true;
        return false;
    }

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    std::string take_name() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_char);
        std::string name(rest_.begin(), end);
        rest_.remove_prefix(name.size());
        return name;
    }

    void add_text(const std::string& text) {
        if (open_.size() == 2 && is_first_) stanza_.children[open_.back()] += text;
    }

    /// One tag or run of text; false at the end of the stanza or of what can be read.
    bool step() {
        if (rest_.empty()) return open_.empty() ? false : fail();
        if (take("</")) return close();
        if (take("<![CDATA[")) {
            const std::size_t end = rest_.find("]]>");
            if (open_.empty() || end == std::string_view::npos) return fail();
            add_text(std::string(rest_.substr(0, end)));
            rest_.remove_prefix(end + 3);
            return true;
        }
        if (take("<")) return open();
        const std::string_view text = rest_.substr(0, rest_.find('<'));
        rest_.remove_prefix(text.size());
        const std::optional<std::string> plain = unescaped(text);
        if (open_.empty() || !plain) return fail();
        add_text(*plain);
        return true;
    }

    bool close() {
        const std::string name = take_name();
        skip_blanks();
        if (!take(">") || open_.empty() || open_.back() != name) return fail();
        open_.pop_back();
        return !open_.empty();
    }

    bool open() {
        const std::string name = take_name();
        if (name.empty() || open_.size() == max_depth) return fail();
        const bool is_root = open_.empty();
        open_.push_back(name);
        if (is_root) stanza_.name = name;
        if (open_.size() == 2) is_first_ = stanza_.children.try_emplace(name).second;
        for (;;) {
            skip_blanks();
            if (take("/>")) {
                open_.pop_back();
                return !open_.empty();
            }
            if (take(">")) return true;
            const std::string key = take_name();
            skip_blanks();
            if (key.empty() || !take("=")) return fail();
            skip_blanks();
            const std::optional<std::string> value = take_quoted();
            if (!value) return fail();
            if (is_root && !stanza_.attributes.try_emplace(key, *value).second) return fail();
        }
    }

    std::optional<std::string> take_quoted() {
        const char quote = rest_.empty() ? '\0' : rest_.front();
        if (quote != '"' && quote != '\'') return std::nullopt;
        const std::size_t end = rest_.find(quote, 1);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        if (text.find('<') != std::string_view::npos) return std::nullopt;
        return unescaped(text);
    }

    std::string_view rest_;
    Stanza stanza_;
    std::vector<std::string> open_;  ///< names of the elements around
    bool is_first_ = false;          ///< the open child is the first of its name
    bool failed_ = false;
};

std::string found_in(const std::map<std::string, std::string, std::less<>>& texts,
                     std::string_view key) {
    const auto found = texts.find(key);
    return found == texts.end() ? std::string() : clean(found->second);
}

}  // namespace

std::string Stanza::attribute(std::string_view key) const {
    return found_in(attributes, key);
}

std::string Stanza::child(std::string_view key) const {
    return found_in(children, key);
}

std::optional<Stanza> read_stanza(std::string_view xml) {
    return Reader(xml).read();
}

}  // namespace advisor::channels
