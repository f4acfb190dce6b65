#include "dialogs/phrases.hpp"

#include <algorithm>
#include <array>

#include "dialogs/numbers.hpp"

namespace advisor::dialogs {
namespace {

constexpr std::size_t longest_gap = 6;
constexpr std::uint32_t unknown_stem = ~0U;

bool is_article(std::string_view word) {
    return word == "a" || word == "an" || word == "the";
}

/// Words that may stand between the words of a phrase without changing what it says.
bool is_filler(const Token& token) {
    static constexpr std::array<std::string_view, 27> words{
        "certainly", "definitely", "currently", "already", "usually", "a",         "an",
        "the",       "really",     "very",      "quite",   "pretty",  "just",      "actually",
        "basically", "simply",     "also",      "even",    "still",   "maybe",     "perhaps",
        "probably",  "only",       "some",      "please",  "truly",   "completely"};
    if (token.kind == Token::Kind::mark) return token.text == ",";
    return std::find(words.begin(), words.end(), token.text) != words.end();
}

/// Words that may stand before the beginning of a sentence proper.
bool is_opener(const Token& token) {
    static constexpr std::array<std::string_view, 22> words{
        "well", "so",    "and",   "but",      "oh",     "hey",  "hi",  "please",
        "okay", "hello", "sorry", "honestly", "maybe",  "then", "now", "actually",
        "just", "um",    "right", "look",     "listen", "dude"};
    if (token.kind == Token::Kind::mark) return token.text == ",";
    return std::find(words.begin(), words.end(), token.text) != words.end();
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

bool is_number(const Token& token) {
    return token.kind == Token::Kind::number ||
           (token.kind == Token::Kind::word && is_number_word(token.text));
}

}  // namespace

bool ends_sentence(const Token& token) {
    return token.kind == Token::Kind::mark && (token.text == "." || token.text == "?");
}

std::uint32_t PhraseBook::intern(const Token& token) {
    const std::string& key = token.kind == Token::Kind::word ? token.stem : token.text;
    const auto [found, added] = stems_.emplace(key, static_cast<std::uint32_t>(stems_.size()));
    if (token.kind == Token::Kind::word) words_.push_back(token.text);
    return found->second;
}

void PhraseBook::add(Phrase phrase, const WordLists& lists) {
    const auto index = static_cast<std::uint32_t>(phrases_.size());
    std::vector<std::string> items;
    std::string spaced;
    for (const char c : phrase.text) spaced += c == '\t' || c == '\n' ? ' ' : c;
    items = split(spaced, ' ');
    phrases_.push_back(phrase);
    add_pattern(phrase, items, lists, index);
    // "real-time" is also written as one word.
    for (std::string& item : items) {
        const std::size_t at = item.find('-');
        if (at == 0 || at == std::string::npos || at + 1 == item.size()) continue;
        if (item[at - 1] < 'a' || item[at + 1] < 'a') continue;
        item.erase(at, 1);
        add_pattern(phrase, items, lists, index);
        break;
    }
}

void PhraseBook::add_pattern(const Phrase& phrase, const std::vector<std::string>& items,
                             const WordLists& lists, std::uint32_t index) {
    Pattern pattern;
    pattern.phrase = index;
    const bool only_article = items.size() == 1;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string& item = items[i];
        if (item == "^") {
            pattern.at_start = true;
            continue;
        }
        if (item == "$") {
            pattern.at_end = true;
            continue;
        }
        if (item == "..." || item == "#") {
            pattern.items.push_back({item == "#" ? Item::Kind::number : Item::Kind::gap, {}});
            continue;
        }
        std::vector<std::string> alternatives{item};
        if (item.size() > 2 && item.front() == '<' && item.back() == '>') {
            const auto found = lists.find(item.substr(1, item.size() - 2));
            alternatives = found == lists.end() ? std::vector<std::string>{} : found->second;
        } else if (item.find('|') != std::string::npos) {
            alternatives = split(item, '|');
        }
        Item word;
        for (const std::string& alternative : alternatives) {
            std::vector<Token> tokens = tokenize(alternative);
            std::erase_if(tokens, [&](const Token& token) {
                return token.kind == Token::Kind::mark || (!only_article && is_article(token.text));
            });
            if (tokens.size() == 1) {
                word.stems.push_back(intern(tokens.front()));
            } else if (alternatives.size() == 1) {
                for (const Token& token : tokens)
                    pattern.items.push_back({Item::Kind::word, {intern(token)}});
            } else if (tokens.size() > 1) {
                // An alternative of several words is a phrase of its own.
                std::vector<std::string> other = items;
                other[i] = alternative;
                other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
                for (std::size_t j = 0; j < tokens.size(); ++j)
                    other.insert(other.begin() + static_cast<std::ptrdiff_t>(i + j),
                                 tokens[j].text);
                add_pattern(phrase, other, lists, index);
            }
        }
        if (!word.stems.empty()) pattern.items.push_back(std::move(word));
    }
    while (!pattern.items.empty() && pattern.items.front().kind == Item::Kind::gap)
        pattern.items.erase(pattern.items.begin());
    while (!pattern.items.empty() && pattern.items.back().kind == Item::Kind::gap)
        pattern.items.pop_back();
    if (pattern.items.empty()) return;
    const auto at = static_cast<std::uint32_t>(patterns_.size());
    if (pattern.items.front().kind == Item::Kind::number) number_first_.push_back(at);
    for (const std::uint32_t first : pattern.items.front().stems) by_first_[first].push_back(at);
    patterns_.push_back(std::move(pattern));
}

/// The end of the pattern's match that begins at `begin`; 0 when there is none.
std::size_t PhraseBook::match(const Pattern& pattern, std::span<const Token> tokens,
                              std::span<const std::uint32_t> stems, std::size_t begin) const {
    std::size_t at = begin;
    std::size_t gap = 0;
    bool first = true;
    for (const Item& item : pattern.items) {
        if (item.kind == Item::Kind::gap) {
            gap = longest_gap;
            continue;
        }
        const auto fits = [&] {
            if (item.kind == Item::Kind::number) return is_number(tokens[at]);
            return std::find(item.stems.begin(), item.stems.end(), stems[at]) != item.stems.end();
        };
        std::size_t fillers = first ? 0 : 3;
        while (at < tokens.size() && !fits()) {
            if (ends_sentence(tokens[at])) return 0;
            if (gap > 0 && tokens[at].text != ",")
                --gap;
            else if (fillers > 0 && is_filler(tokens[at]))
                --fillers;
            else
                return 0;
            ++at;
        }
        if (at == tokens.size()) return 0;
        ++at;
        gap = 0;
        first = false;
    }
    if (pattern.at_end && at < tokens.size() && !ends_sentence(tokens[at])) return 0;
    if (pattern.at_start) {
        std::size_t before = begin;
        while (before > 0 && is_opener(tokens[before - 1])) --before;
        if (before > 0 && !ends_sentence(tokens[before - 1])) return 0;
    }
    return at;
}

std::vector<PhraseMatch> PhraseBook::find(std::span<const Token> tokens) const {
    std::vector<std::uint32_t> stems;
    stems.reserve(tokens.size());
    for (const Token& token : tokens) {
        const auto found = stems_.find(token.kind == Token::Kind::word ? token.stem : token.text);
        stems.push_back(found == stems_.end() ? unknown_stem : found->second);
    }
    std::vector<PhraseMatch> matches;
    const auto try_pattern = [&](std::uint32_t index, std::size_t begin) {
        const std::size_t end = match(patterns_[index], tokens, stems, begin);
        if (end == 0) return;
        PhraseMatch found{patterns_[index].phrase, static_cast<std::uint32_t>(begin),
                          static_cast<std::uint32_t>(end), false};
        for (std::size_t i = begin; i < end; ++i) found.corrected |= tokens[i].corrected;
        for (auto same = matches.rbegin(); same != matches.rend() && same->begin == begin; ++same) {
            if (*same == found) return;
        }
        matches.push_back(found);
    };
    for (std::size_t begin = 0; begin < tokens.size(); ++begin) {
        if (is_number(tokens[begin])) {
            for (const std::uint32_t index : number_first_) try_pattern(index, begin);
        }
        if (stems[begin] == unknown_stem) continue;
        const auto found = by_first_.find(stems[begin]);
        if (found == by_first_.end()) continue;
        for (const std::uint32_t index : found->second) try_pattern(index, begin);
    }
    return matches;
}

std::vector<PhraseMatch> longest(std::vector<PhraseMatch> matches) {
    std::stable_sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::vector<PhraseMatch> kept;
    std::uint32_t reached = 0;  // by a match that begins no later
    for (const PhraseMatch& one : matches) {
        const bool same =
            !kept.empty() && kept.back().begin == one.begin && kept.back().end == one.end;
        if (one.end > reached || same) kept.push_back(one);
        reached = std::max(reached, one.end);
    }
    return kept;
}

}  // namespace advisor::dialogs
