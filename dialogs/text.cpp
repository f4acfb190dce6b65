#include "dialogs/text.hpp"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>

#include "dialogs/lexicon.hpp"

namespace advisor::dialogs {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// Quotes and dashes in their plain form; nothing for every other character.
const char* plain_form(UChar32 c) {
    switch (c) {
        case 0x2018:
        case 0x2019:
        case 0x02BC:
        case 0x00B4:
            return "'";
        case 0x201C:
        case 0x201D:
        case 0x00AB:
        case 0x00BB:
            return " ";
        case 0x2010:
        case 0x2011:
        case 0x2012:
        case 0x2013:
        case 0x2212:
            return "-";
        case 0x2014:
        case 0x2015:
            return " - ";
        case 0x20AC:
        case 0x00A3:
            return " ";  // currency signs: the amount counts
        default:
            return nullptr;
    }
}

std::string fold_unicode(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString folded = source;
    if (U_SUCCESS(status)) folded = normalizer->normalize(source, status);
    icu::UnicodeString plain;
    for (std::int32_t at = 0; at < folded.length(); at = folded.moveIndex32(at, 1)) {
        const UChar32 c = folded.char32At(at);
        if (const char* form = plain_form(c))
            plain.append(icu::UnicodeString(form));
        else
            plain.append(c);
    }
    std::string result;
    plain.toUTF8String(result);
    return result;
}

/// Cuts a folded text into tokens.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (at_ < text_.size()) next();
        while (!tokens_.empty() && tokens_.back().kind == Token::Kind::mark) tokens_.pop_back();
        return std::move(tokens_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void next() {
        const char c = text_[at_];
        if (is_digit(c)) return number();
        if (is_letter(c)) return word();
        if (c == '-') return dash();
        if (c == '.' && is_letter(peek(1)) && at_ > 0 && !is_blank(text_[at_ - 1])) {
            ++at_;  // inside a name such as "node.js"
            return;
        }
        if (c == '/') {
            if (at_ > 0 && is_digit(text_[at_ - 1]) && is_digit(peek(1))) mark("/");
            return static_cast<void>(++at_);
        }
        if (c == '%') append_word(tokens_, "percent");
        if (c == '+' || c == '<' || c == '>' || c == '=') mark(std::string(1, c));
        if (c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '.' || c == '(' ||
            c == ')' || c == '|') {
            boundary(c);
        }
        ++at_;
    }

    /// Several marks in a row count as the strongest of them.
    void boundary(char c) {
        const char kind = c == ';' || c == '!' || c == '|'   ? '.'
                          : c == ':' || c == '(' || c == ')' ? ','
                                                             : c;
        if (tokens_.empty()) return;
        Token& last = tokens_.back();
        const bool repeated = last.kind == Token::Kind::mark &&
                              (last.text == "," || last.text == "." || last.text == "?");
        if (!repeated) return mark(std::string(1, kind));
        if (kind == '?' || (kind == '.' && last.text == ",")) last.text = kind;
    }

    void mark(std::string text) { tokens_.push_back({Token::Kind::mark, std::move(text), {}, {}}); }

    void dash() {
        std::size_t before = at_;
        while (before > 0 && is_blank(text_[before - 1])) --before;
        std::size_t after = at_ + 1;
        while (after < text_.size() && (is_blank(text_[after]) || text_[after] == '-')) ++after;
        const bool spaced = before != at_ || after != at_ + 1;
        const bool digits_after = after < text_.size() && is_digit(text_[after]);
        // "5k-8k", "3 - 5"; a dash that nothing stands before, or only a space, is a minus.
        const bool number_before =
            before > 0 && (is_digit(text_[before - 1]) ||
                           (text_[before - 1] == 'k' && before > 1 && is_digit(text_[before - 2])));
        if (digits_after && number_before)
            mark("-");
        else if (digits_after && after == at_ + 1 && (before != at_ || at_ == 0))
            mark("minus");
        else if (spaced)
            boundary(',');
        at_ = std::max(after, at_ + 1);
        if (!spaced) return;
        at_ = after;
    }

    void number() {
        const std::size_t begin = at_;
        while (is_digit(peek(0)) ||
               ((peek(0) == '.' || peek(0) == ',' || peek(0) == '\'') && is_digit(peek(1))))
            ++at_;
        if (peek(0) == 'e' && is_digit(peek(1))) {  // "1e99" is no number that people mean
            while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == 'e')) ++at_;
        }
        tokens_.push_back(
            {Token::Kind::number, std::string(text_.substr(begin, at_ - begin)), {}, false});
    }

    void word() {
        const std::size_t begin = at_;
        bool ascii = true;
        while (at_ < text_.size() &&
               (is_letter(text_[at_]) || is_digit(text_[at_]) || inner_mark())) {
            ascii = ascii && static_cast<unsigned char>(text_[at_]) < 0x80;
            ++at_;
        }
        while (peek(0) == '+' && peek(1) == '+') at_ += 2;
        if (peek(0) == '#') ++at_;
        const std::string_view whole = text_.substr(begin, at_ - begin);
        if (ascii)
            append_word(tokens_, whole);
        else
            split_unicode(whole);
    }

    /// An apostrophe inside of "don't", a slash between single letters as in "i/o".
    [[nodiscard]] bool inner_mark() const {
        if (text_[at_] == '\'') return is_letter(peek(1));
        if (text_[at_] == '_') return true;
        return text_[at_] == '/' && is_letter(peek(1)) && !is_letter(peek(2)) && at_ > 0 &&
               is_letter(text_[at_ - 1]) && (at_ < 2 || !is_letter(text_[at_ - 2]));
    }

    /// Words that are not all ASCII: ICU knows where they end, and which signs are no letters.
    void split_unicode(std::string_view run) {
        thread_local const std::unique_ptr<icu::BreakIterator> breaks = [] {
            UErrorCode status = U_ZERO_ERROR;
            return std::unique_ptr<icu::BreakIterator>(
                icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        }();
        const auto text = icu::UnicodeString::fromUTF8(
            icu::StringPiece(run.data(), static_cast<std::int32_t>(run.size())));
        if (!breaks) return append_word(tokens_, run);
        breaks->setText(text);
        std::int32_t begin = breaks->first();
        for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE;
             begin = end, end = breaks->next()) {
            std::string part;
            text.tempSubStringBetween(begin, end).toUTF8String(part);
            if (u_isalnum(text.char32At(begin)))
                append_word(tokens_, part);
            else
                append_sign(tokens_, text.char32At(begin));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

std::string fold(std::string_view text) {
    if (!is_ascii(text)) return fold_unicode(text);
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string stem(std::string_view word) {
    struct Deleter {
        void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
    };
    // One each thread: a stemmer keeps its result in itself.
    thread_local const std::unique_ptr<sb_stemmer, Deleter> stemmer(
        sb_stemmer_new("english", "UTF_8"));
    // Porter's rules would make "quite" the same as "quit", "basically" as "basic", "useful" as
    // "used".
    static constexpr std::array<std::string_view, 4> own{"quite", "humanly", "basically", "useful"};
    if (!stemmer || word.size() < 3 || word.size() > 60 ||
        std::find(own.begin(), own.end(), word) != own.end())
        return std::string(word);
    const auto* symbols = reinterpret_cast<const sb_symbol*>(word.data());
    const sb_symbol* stemmed =
        sb_stemmer_stem(stemmer.get(), symbols, static_cast<int>(word.size()));
    if (!stemmed) return std::string(word);
    return std::string(reinterpret_cast<const char*>(stemmed),
                       static_cast<std::size_t>(sb_stemmer_length(stemmer.get())));
}

std::vector<Token> tokenize(std::string_view text) {
    return Tokenizer(fold(text)).run();
}

}  // namespace advisor::dialogs
