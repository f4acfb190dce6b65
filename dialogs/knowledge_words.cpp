#include "dialogs/knowledge_words.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace advisor::dialogs {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A dot that belongs to the word around it: "node.js", "socket.io", "3.14".
bool is_inner_dot(std::string_view text, std::size_t at) {
    if (at == 0 || at + 1 >= text.size()) return false;
    if (is_digit(text[at - 1]) && is_digit(text[at + 1])) return true;
    if (!is_letter(text[at - 1])) return false;
    static constexpr std::array<std::string_view, 4> ends{"js", "io", "ts", "net"};
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
        if (text.size() - at - 1 < end.size()) return false;
        for (std::size_t i = 0; i < end.size(); ++i) {
            if (lower(text[at + 1 + i]) != end[i]) return false;
        }
        const std::size_t after = at + 1 + end.size();
        return after >= text.size() || (!is_letter(text[after]) && !is_digit(text[after]));
    });
}

/// Reads one sentence after the other.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text.substr(0, max_question_bytes)) {}

    std::vector<Sentence> read() {
        while (at_ < text_.size()) step();
        end_sentence(false);
        return std::move(sentences_);
    }

private:
    void step() {
        const char c = text_[at_];
        const std::string_view rest = text_.substr(at_);
        if (is_letter(c) || is_digit(c)) return take(1);
        if ((c == '+' || c == '#') && !word_.empty()) return take(1);
        if (c == '.' && is_inner_dot(text_, at_)) return take(1);
        if (c == '\'' || c == '`') return skip_apostrophe(1);
        if (rest.starts_with("\u2019") || rest.starts_with("\u2018")) return skip_apostrophe(3);
        // Letters outside of ASCII have two bytes as far as this reader is concerned; what is
        // longer is punctuation or an emoji.
        const auto byte = static_cast<unsigned char>(c);
        const bool two = byte >= 0xC3 && byte <= 0xDF && rest.size() > 1 &&
                         (static_cast<unsigned char>(rest[1]) & 0xC0U) == 0x80U;
        if (two) return take(2);
        end_word();
        if (c == '?' || rest.starts_with("\uFF1F")) {
            end_sentence(true);
        } else if (c == '.' || c == '!' || c == ';' || c == '\n') {
            end_sentence(false);
        } else if (c == ',' || c == ':' || (c == '-' && rest.starts_with("- "))) {
            end_clause();
        }
        ++at_;
    }

    void take(std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) word_ += lower(text_[at_ + i]);
        at_ += bytes;
    }

    void skip_apostrophe(std::size_t bytes) {
        apostrophe_ = true;
        at_ += bytes;
    }

    void end_word() {
        // Without their apostrophe these two would be other words.
        if (apostrophe_ && word_ == "were") word_ = "weare";
        if (apostrophe_ && word_ == "well") word_ = "wewill";
        if (!word_.empty()) sentence_.words.push_back(std::move(word_));
        word_.clear();
        apostrophe_ = false;
    }

    void end_clause() {
        const std::size_t at = sentence_.words.size();
        if (at > 0 && (sentence_.clauses.empty() || sentence_.clauses.back() != at))
            sentence_.clauses.push_back(at);
    }

    void end_sentence(bool asks) {
        end_word();
        if (sentence_.words.empty()) {
            // "really ??" and "what is node ?"
            if (asks && !sentences_.empty()) sentences_.back().asks = true;
            return;
        }
        sentence_.asks = asks;
        sentences_.push_back(std::move(sentence_));
        sentence_ = {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string word_;
    bool apostrophe_ = false;  ///< in the word that is being read
    Sentence sentence_;
    std::vector<Sentence> sentences_;
};

bool has_vowel(std::string_view word) {
    return word.find_first_of("aeiouy") != std::string_view::npos;
}

/// "runn" -> "run", but "call" and "pass" stay.
void undouble(std::string& word) {
    const std::size_t size = word.size();
    if (size < 4 || word[size - 1] != word[size - 2]) return;
    if (std::string_view("lsz").find(word.back()) == std::string_view::npos) word.pop_back();
}

void cut_plural(std::string& word) {
    if (word.size() < 4 || word.back() != 's') return;
    if (word.ends_with("ies") && word.size() > 4) {
        word.replace(word.size() - 3, 3, "y");
    } else if (word.ends_with("sses") || word.ends_with("xes") || word.ends_with("ches") ||
               word.ends_with("shes")) {
        word.erase(word.size() - 2);
    } else if (!word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") &&
               !word.ends_with("js")) {
        word.pop_back();
    }
}

/// Words that say nothing about what a question is about.
constexpr std::string_view stop_word_list =
    "a able abbreviation about acronym actual actually after again ah all also always am an and "
    "another any "
    "anybody anyone anything anyway application approximately are arent around as aside "
    "ask asking at away basically be because been before being believe between big bit "
    "bloody boss bother bout bro btw but by call called can cannot cant case cause "
    "certain cheers clarify come comes compare compared compares comparison concept "
    "concerning could couldnt curious currently d damn days deal dear define definition denote "
    "denotes "
    "describe did didnt differ difference different do does doesnt doing done dont down "
    "dude dummies dummy during each elaborate eli5 else elucidate employ english "
    "enlighten enquire er even ever every everybody everyone exact exactly explain fairly "
    "finally folks for freaking friend from fuck fucking get gets give go going gonna "
    "good got gotta great guess guys had haha has hasnt have havent having he hear heard "
    "hearing heck hell hello her here hey hi him his hm hmm hold holds hope huge i id "
    "idea if ill im in indeed inquire into is isnt it its itself ive just keep kind "
    "kindly know let lets like little ll lol look looking lot lots m madam made make "
    "makes making man many mate may maybe me mean meaning means meant might mind mine "
    "more most much must my n need needed needs never nice no noob noobs not notion now "
    "nowadays of off often oh ok okay omg on one ones onto or other our ours out over own "
    "part particular parts people per perhaps personally plain please pls plz possible "
    "possibly ppl pray precisely pretty purpose put question quick quite r rather re "
    "really regarding rid roughly s said same say says seem seems sense shall she should "
    "shouldnt simple simply since sir so some somebody someone something sorry sort stand "
    "stands still stuff such suppose t take takes tell term terms tf than thank thanks "
    "that thats the their them then there these they theyre thing things think thinking "
    "this tho those though thought thus thx till to today too toward towards u uh um "
    "understand understood until up upon ur us using usually ve versus very via vs wait "
    "wanna want wanted wants was wat wats way we weare well were weve wewill what "
    "whatever whatre whats whether while whole whos will wish with within without wonder "
    "wondering wonders wont word words would wouldnt wtf wut wuts y ya yet yo you your "
    "youre yours yourself youve ";

const std::unordered_set<std::string_view>& stop_words() {
    static const std::unordered_set<std::string_view> words = [] {
        std::unordered_set<std::string_view> result;
        for (std::size_t at = 0; at < stop_word_list.size();) {
            const std::size_t end = stop_word_list.find(' ', at);
            result.insert(stop_word_list.substr(at, end - at));
            at = end + 1;
        }
        return result;
    }();
    return words;
}

/// Optimal string alignment distance, or a larger number than `limit` as soon as it is above it.
std::size_t slips(std::string_view left, std::string_view right, std::size_t limit) {
    std::array<std::array<std::size_t, 33>, 3> rows{};
    for (std::size_t j = 0; j <= right.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        auto& now = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& earlier = rows[(i + 1) % 3];
        now[0] = i;
        std::size_t best = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            now[j] = std::min({above[j] + 1, now[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                now[j] = std::min(now[j], earlier[j - 2] + 1);
            best = std::min(best, now[j]);
        }
        if (best > limit) return limit + 1;
    }
    return rows[left.size() % 3][right.size()];
}

}  // namespace

std::vector<Sentence> read_sentences(std::string_view text) {
    return Reader(text).read();
}

std::vector<std::string> read_words(std::string_view text) {
    std::vector<std::string> words;
    for (Sentence& sentence : read_sentences(text)) {
        std::move(sentence.words.begin(), sentence.words.end(), std::back_inserter(words));
    }
    return words;
}

std::string lookup_stem(std::string_view word) {
    std::string result(word);
    cut_plural(result);
    if (result.size() > 5 && result.ends_with("ing") &&
        has_vowel(std::string_view(result).substr(0, result.size() - 3))) {
        result.erase(result.size() - 3);
        undouble(result);
    } else if (result.size() > 4 && result.ends_with("ed") &&
               has_vowel(std::string_view(result).substr(0, result.size() - 2))) {
        result.erase(result.size() - 2);
        undouble(result);
    }
    if (result.size() > 3 && result.back() == 'e') result.pop_back();
    return result;
}

bool is_stop_word(std::string_view word) {
    return stop_words().contains(word);
}

bool may_be_slip(std::string_view typed, std::string_view meant) {
    constexpr std::size_t longest = 32;
    const std::size_t shorter = std::min(typed.size(), meant.size());
    const std::size_t longer = std::max(typed.size(), meant.size());
    if (shorter < 4 || longer > longest) return false;
    if (typed.front() != meant.front() && typed.substr(0, 2) != std::string{meant[1], meant[0]})
        return false;
    if (is_digit(typed.front())) return false;
    const std::size_t limit = shorter >= 8 ? 2 : 1;
    if (longer - shorter > limit) return false;
    const std::size_t found = slips(typed, meant, limit);
    if (found > limit) return false;
    if (shorter > 4) return true;
    if (longer > 4) return longer == 5 && typed.size() == 5;  // a letter too many: "noode"
    std::string left(typed), right(meant);
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

}  // namespace advisor::dialogs
