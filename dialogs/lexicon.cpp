#include "dialogs/lexicon.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "dialogs/common_words.hpp"

namespace advisor::dialogs {
namespace {

struct Expansion {
    std::string_view word;
    std::string_view words;
};

/// Chat shorthand, contractions without their apostrophe, and words of other languages.
constexpr std::array expansions{
    Expansion{"dont", "do not"}, Expansion{"doesnt", "does not"}, Expansion{"didnt", "did not"},
    Expansion{"isnt", "is not"}, Expansion{"arent", "are not"}, Expansion{"wasnt", "was not"},
    Expansion{"werent", "were not"}, Expansion{"wont", "will not"}, Expansion{"cant", "can not"},
    Expansion{"cannot", "can not"}, Expansion{"couldnt", "could not"},
    Expansion{"wouldnt", "would not"}, Expansion{"shouldnt", "should not"},
    Expansion{"havent", "have not"}, Expansion{"hasnt", "has not"}, Expansion{"hadnt", "had not"},
    Expansion{"aint", "is not"}, Expansion{"neednt", "need not"}, Expansion{"im", "i am"},
    Expansion{"ive", "i have"}, Expansion{"weve", "we have"}, Expansion{"theyre", "they are"},
    Expansion{"youre", "you are"}, Expansion{"thats", "that is"}, Expansion{"whats", "what is"},
    Expansion{"its", "it is"}, Expansion{"lets", "let us"}, Expansion{"theres", "there is"},
    Expansion{"hes", "he is"}, Expansion{"shes", "she is"}, Expansion{"itll", "it will"},
    Expansion{"u", "you"}, Expansion{"ur", "your"}, Expansion{"r", "are"}, Expansion{"n", "and"},
    Expansion{"ppl", "people"}, Expansion{"pls", "please"}, Expansion{"plz", "please"},
    Expansion{"thx", "thanks"}, Expansion{"ty", "thanks"}, Expansion{"dunno", "do not know"},
    Expansion{"idk", "i do not know"}, Expansion{"gonna", "going to"},
    Expansion{"wanna", "want to"}, Expansion{"gotta", "have to"}, Expansion{"kinda", "kind of"},
    Expansion{"sorta", "sort of"}, Expansion{"lotta", "lot of"}, Expansion{"prolly", "probably"},
    Expansion{"probs", "probably"}, Expansion{"cuz", "because"}, Expansion{"coz", "because"},
    Expansion{"bc", "because"}, Expansion{"wdym", "what do you mean"},
    Expansion{"nvm", "never mind"}, Expansion{"rn", "right now"}, Expansion{"atm", "at the moment"},
    Expansion{"yrs", "years"}, Expansion{"yr", "year"}, Expansion{"mths", "months"},
    Expansion{"mos", "months"}, Expansion{"wks", "weeks"}, Expansion{"dev", "developer"},
    Expansion{"devs", "developers"}, Expansion{"mustnt", "must not"},
    Expansion{"shant", "shall not"}, Expansion{"cos", "because"}, Expansion{"nowt", "nothing"},
    Expansion{"owt", "anything"}, Expansion{"summat", "something"}, Expansion{"lads", "folks"},
    Expansion{"blokes", "folks"}, Expansion{"chaps", "folks"}, Expansion{"m8", "mate"},
    Expansion{"idc", "i do not care"}, Expansion{"pfft", ""}, Expansion{"w/o", "without"},
    Expansion{"gimme", "give me"}, Expansion{"lemme", "let me"}, Expansion{"approx", "about"},
    Expansion{"min", "minimum"}, Expansion{"max", "maximum"}, Expansion{"btw", "by the way"},
    Expansion{"imo", "i think"}, Expansion{"imho", "i think"}, Expansion{"afaik", "i think"},
    Expansion{"msg", "message"}, Expansion{"msgs", "messages"}, Expansion{"tmrw", "tomorrow"},
    Expansion{"tho", "though"}, Expansion{"nuff", "enough"}, Expansion{"nothin", "nothing"},
    Expansion{"everythin", "everything"}, Expansion{"ok", "okay"},
    Expansion{"everybody", "everyone"}, Expansion{"noone", "nobody"}, Expansion{"outta", "out of"},
    Expansion{"def", "definitely"}, Expansion{"defo", "definitely"}, Expansion{"obvs", "obviously"},
    Expansion{"abt", "about"}, Expansion{"smth", "something"}, Expansion{"sth", "something"},
    Expansion{"lol", ""}, Expansion{"lmao", ""}, Expansion{"tbh", ""}, Expansion{"haha", ""},
    Expansion{"um", ""}, Expansion{"uh", ""}, Expansion{"uhh", ""}, Expansion{"umm", ""},
    Expansion{"er", ""}, Expansion{"erm", ""}, Expansion{"hm", ""}, Expansion{"hmm", ""},
    Expansion{"eh", ""}, Expansion{"ah", ""}, Expansion{"ahem", ""}, Expansion{"pfff", ""},
    // other languages
    Expansion{"nein", "no"}, Expansion{"nee", "no"}, Expansion{"nej", "no"}, Expansion{"non", "no"},
    Expansion{"niet", "not"}, Expansion{"nyet", "no"}, Expansion{"kein", "no"},
    Expansion{"keine", "no"}, Expansion{"keinen", "no"}, Expansion{"nicht", "not"},
    Expansion{"nix", "nothing"}, Expansion{"nichts", "nothing"}, Expansion{"nada", "nothing"},
    Expansion{"rien", "nothing"}, Expansion{"niente", "nothing"}, Expansion{"niemand", "nobody"},
    Expansion{"nadie", "nobody"}, Expansion{"personne", "nobody"}, Expansion{"ninguno", "none"},
    Expansion{"ninguna", "none"}, Expansion{"ningún", "no"}, Expansion{"nessuno", "nobody"},
    Expansion{"aucun", "no"}, Expansion{"aucune", "no"}, Expansion{"nie", "never"},
    Expansion{"nunca", "never"}, Expansion{"jamais", "never"}, Expansion{"niemals", "never"},
    Expansion{"sin", "without"}, Expansion{"ohne", "without"}, Expansion{"sans", "without"},
    Expansion{"ja", "yes"}, Expansion{"oui", "yes"}, Expansion{"si", "yes"}, Expansion{"sí", "yes"},
    Expansion{"jawohl", "yes"}, Expansion{"natürlich", "of course"},
    Expansion{"claro", "of course"}, Expansion{"naturalmente", "of course"},
    Expansion{"genau", "exactly"}, Expansion{"doch", "yes"}, Expansion{"sehr", "very"},
    Expansion{"très", "very"}, Expansion{"muy", "very"}, Expansion{"molto", "very"},
    Expansion{"bisschen", "bit"}, Expansion{"wenig", "little"}, Expansion{"poco", "little"},
    Expansion{"peu", "little"}, Expansion{"pas", "not"}, Expansion{"nur", "only"},
    Expansion{"solo", "only"}, Expansion{"solamente", "only"}, Expansion{"seulement", "only"},
    Expansion{"und", "and"}, Expansion{"et", "and"}, Expansion{"aber", "but"},
    Expansion{"pero", "but"}, Expansion{"mais", "but"}, Expansion{"sofort", "immediately"},
    Expansion{"jetzt", "now"}, Expansion{"ahora", "now"}, Expansion{"maintenant", "now"},
    Expansion{"subito", "immediately"}, Expansion{"inmediatamente", "immediately"},
    Expansion{"kaum", "hardly"}, Expansion{"egal", "not important"},
    Expansion{"vielleicht", "maybe"}, Expansion{"quizás", "maybe"}, Expansion{"leute", "people"},
    Expansion{"gente", "people"}, Expansion{"personas", "people"}, Expansion{"alles", "everything"},
    Expansion{"todo", "everything"}, Expansion{"tout", "everything"}, Expansion{"mit", "with"},
    Expansion{"avec", "with"}, Expansion{"nuestra", "our"}, Expansion{"nuestro", "our"},
    Expansion{"unsere", "our"}, Expansion{"unser", "our"}, Expansion{"notre", "our"},
    Expansion{"ich", "i"}, Expansion{"wir", "we"}, Expansion{"nous", "we"},
    Expansion{"mucho", "much"}, Expansion{"viel", "much"}, Expansion{"beaucoup", "much"},
    Expansion{"siempre", "always"}, Expansion{"immer", "always"}, Expansion{"toujours", "always"},
    Expansion{"bien", "well"}, Expansion{"gut", "good"}, Expansion{"ahnung", "idea"},
    Expansion{"weiß", "know"}, Expansion{"eins", "one"}, Expansion{"ein", "a"},
    Expansion{"eine", "a"}, Expansion{"einen", "a"}, Expansion{"zwei", "two"},
    Expansion{"drei", "three"}, Expansion{"vier", "four"}, Expansion{"fünf", "five"},
    Expansion{"sechs", "six"}, Expansion{"sieben", "seven"}, Expansion{"acht", "eight"},
    Expansion{"neun", "nine"}, Expansion{"zehn", "ten"}, Expansion{"zwölf", "twelve"},
    Expansion{"zwanzig", "twenty"}, Expansion{"hundert", "hundred"},
    Expansion{"tausend", "thousand"}, Expansion{"uno", "one"}, Expansion{"dos", "two"},
    Expansion{"tres", "three"}, Expansion{"cuatro", "four"}, Expansion{"cinco", "five"},
    Expansion{"seis", "six"}, Expansion{"siete", "seven"}, Expansion{"ocho", "eight"},
    Expansion{"nueve", "nine"}, Expansion{"diez", "ten"}, Expansion{"cien", "hundred"},
    Expansion{"mil", "thousand"}, Expansion{"deux", "two"}, Expansion{"trois", "three"},
    Expansion{"quatre", "four"}, Expansion{"cinq", "five"}, Expansion{"dix", "ten"},
    Expansion{"cent", "hundred"}, Expansion{"mille", "thousand"}, Expansion{"dois", "two"},
    Expansion{"duas", "two"}, Expansion{"três", "three"}, Expansion{"quatro", "four"},
    Expansion{"sete", "seven"}, Expansion{"oito", "eight"}, Expansion{"dez", "ten"},
    Expansion{"cem", "hundred"}, Expansion{"tre", "three"}, Expansion{"quattro", "four"},
    Expansion{"cinque", "five"}, Expansion{"sette", "seven"}, Expansion{"otto", "eight"},
    Expansion{"dieci", "ten"}, Expansion{"twee", "two"}, Expansion{"drie", "three"},
    Expansion{"vijf", "five"}, Expansion{"tien", "ten"}, Expansion{"honderd", "hundred"},
    Expansion{"duizend", "thousand"}};

struct Sign {
    std::int32_t code_point;
    std::string_view words;
};
constexpr std::array signs{
    Sign{0x1F44D, "yes"},       Sign{0x1F44C, "yes"},        Sign{0x2705, "yes"},
    Sign{0x2714, "yes"},        Sign{0x1F64B, "yes"},        Sign{0x1F64F, "please"},
    Sign{0x1F197, "yes"},       Sign{0x1F4AF, "definitely"}, Sign{0x1F44F, "yes"},
    Sign{0x1F64C, "yes"},       Sign{0x1F91D, "yes"},        Sign{0x2611, "yes"},
    Sign{0x1F44E, "no"},        Sign{0x274C, "no"},          Sign{0x274E, "no"},
    Sign{0x1F645, "no"},        Sign{0x1F6AB, "no"},         Sign{0x26D4, "no"},
    Sign{0x2716, "no"},         Sign{0x1F937, "shrug"},      Sign{0x1F914, "thinking"},
    Sign{0x1F615, "thinking"},  Sign{0x1F680, "rocket"},     Sign{0x1F40D, "snake"},
    Sign{0x1F525, "fire"},      Sign{0x26A1, "lightning"},   Sign{0x1F4C8, "growing"},
    Sign{0x1F916, "robot"},     Sign{0x1F4AA, "strong"},     Sign{0x1F476, "beginner"},
    Sign{0x2B50, "star"},       Sign{0x1F31F, "star"},       Sign{0x23ED, "skip"},
    Sign{0x1F519, "back"},      Sign{0x1F504, "restart"},    Sign{0x1F4AC, "chat"},
    Sign{0x1F6A8, "urgent"},    Sign{0x1F4B8, "money"},      Sign{0x1F9E0, "brain"},
    Sign{0x1F331, "growing"},   Sign{0x1F44B, "bye"},        Sign{0x1F30D, "worldwide"},
    Sign{0x1F30E, "worldwide"}, Sign{0x1F5D1, "bin"},        Sign{0x1F9EA, "experiment"},
    Sign{0x1F4CA, "chart"},     Sign{0x1F622, "sadly"},      Sign{0x1F3AE, "game"},
    Sign{0x1F6D1, "stop"}};

const std::unordered_map<std::string_view, std::string_view>& expansion_map() {
    static const auto map = [] {
        std::unordered_map<std::string_view, std::string_view> result;
        for (const Expansion& entry : expansions) result.emplace(entry.word, entry.words);
        return result;
    }();
    return map;
}

void push(std::vector<Token>& tokens, std::string_view word) {
    tokens.push_back({Token::Kind::word, std::string(word), stem(word), false});
}

void push_all(std::vector<Token>& tokens, std::string_view words) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        push(tokens, words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

/// "isn't", "we're", "team's": the part before the apostrophe, and what the rest stands for.
bool push_contraction(std::vector<Token>& tokens, std::string_view word) {
    const std::size_t at = word.rfind('\'');
    if (at == std::string_view::npos) return false;
    const std::string_view head = word.substr(0, at);
    const std::string_view tail = word.substr(at + 1);
    if (tail == "t" && head.ends_with("n")) {
        if (head == "can" || head == "won" || head == "shan" || head == "ain") {
            push(tokens, head == "can" ? "can" : head == "ain" ? "is" : "will");
        } else {
            push(tokens, head.substr(0, head.size() - 1));
        }
        push(tokens, "not");
        return true;
    }
    if (head == "d" && (tail == "you" || tail == "ya")) {
        push_all(tokens, "do you");
        return true;
    }
    const std::string_view rest = tail == "re"   ? "are"
                                  : tail == "m"  ? "am"
                                  : tail == "ve" ? "have"
                                  : tail == "ll" ? "will"
                                  : tail == "d"  ? "would"
                                                 : "";
    static constexpr std::array<std::string_view, 13> subjects{
        "it",   "that", "there", "what", "who",        "he",     "she",
        "here", "how",  "where", "this", "everything", "nothing"};
    if (!rest.empty()) {
        append_word(tokens, head);
        push(tokens, rest);
    } else if (tail == "s" && head == "let") {
        push_all(tokens, "let us");
    } else if (tail == "s") {
        append_word(tokens, head);
        if (std::find(subjects.begin(), subjects.end(), head) != subjects.end()) push(tokens, "is");
    } else {
        append_word(tokens, head);
        append_word(tokens, tail);
    }
    return true;
}

/// "sooo" -> "so", "yesss" -> "yes": three or more of a letter are one, in a word that is unknown.
std::string without_drawl(std::string_view word) {
    std::string result;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const bool third = i >= 2 && word[i] == word[i - 1] && word[i] == word[i - 2];
        if (!third) result += word[i];
    }
    if (result.size() == word.size()) return result;
    if (is_common_word(result)) return result;
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

const std::unordered_set<std::string>& common_stems() {
    static const auto set = [] {
        std::unordered_set<std::string> result;
        std::string_view words = common_words;
        while (!words.empty()) {
            const std::size_t end = std::min(words.find(' '), words.size());
            result.emplace(words.substr(0, end));
            result.emplace(stem(words.substr(0, end)));
            words.remove_prefix(std::min(end + 1, words.size()));
        }
        return result;
    }();
    return set;
}

}  // namespace

void append_word(std::vector<Token>& tokens, std::string_view word) {
    while (word.starts_with('\'') || word.starts_with('_')) word.remove_prefix(1);
    while (word.ends_with('\'') || word.ends_with('_')) word.remove_suffix(1);
    if (word.empty()) return;
    if (word.find('\'') != std::string_view::npos && push_contraction(tokens, word)) return;
    const auto found = expansion_map().find(word);
    if (found != expansion_map().end()) return push_all(tokens, found->second);
    const std::string plain = without_drawl(word);
    if (plain.size() != word.size()) return append_word(tokens, plain);
    push(tokens, word);
}

void append_sign(std::vector<Token>& tokens, std::int32_t code_point) {
    for (const Sign& sign : signs) {
        if (sign.code_point == code_point) return push_all(tokens, sign.words);
    }
}

bool is_common_word(std::string_view word) {
    const auto& set = common_stems();
    return set.contains(std::string(word)) || set.contains(stem(word));
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    constexpr std::size_t longest = 40;
    if (a.size() > longest || b.size() > longest ||
        std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit)
        return limit + 1;
    std::array<std::array<std::uint8_t, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<std::uint8_t>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& above_two = rows[(i + 1) % 3];
        row[0] = static_cast<std::uint8_t>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            int best = std::min({above[j] + 1, row[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = std::min(best, above_two[j - 2] + 1);
            row[j] = static_cast<std::uint8_t>(best);
        }
    }
    return std::min<std::size_t>(rows[a.size() % 3][b.size()], limit + 1);
}

namespace {

std::uint32_t short_hash(std::string_view text) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

}  // namespace

template <typename Visit>
void SpellingIndex::each_at(std::string_view text, const Visit& visit) const {
    const std::uint32_t hash = short_hash(text);
    for (auto at = std::lower_bound(entries_.begin(), entries_.end(), Entry{hash, 0});
         at != entries_.end() && at->hash == hash; ++at)
        visit(at->word);
}

void SpellingIndex::add(const std::vector<std::string>& words) {
    std::set<std::string_view> known(words_.begin(), words_.end());
    words_.reserve(words_.size() + words.size());  // `known` looks into it
    for (const std::string& word : words) {
        if (word.size() < 3 || word.size() > 30 || known.contains(word)) continue;
        const auto index = static_cast<std::uint32_t>(words_.size());
        words_.push_back(word);
        known.insert(words_.back());
        entries_.push_back({short_hash(word), index});
        for (std::size_t i = 0; i < word.size(); ++i) {
            std::string less(word);
            less.erase(i, 1);
            entries_.push_back({short_hash(less), index});
        }
    }
    std::sort(entries_.begin(), entries_.end());
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    entries_.shrink_to_fit();
    words_.shrink_to_fit();
}

bool SpellingIndex::knows(std::string_view word) const {
    bool found = false;
    each_at(word, [&](std::uint32_t index) { found = found || words_[index] == word; });
    return found;
}

std::optional<std::string> SpellingIndex::correct(std::string_view word) const {
    if (word.size() < 3 || word.size() > 30) return std::nullopt;
    const std::size_t limit = word.size() >= 8 ? 2 : 1;
    std::size_t best_distance = limit + 1;
    std::uint32_t best = 0;
    const auto compare = [&](std::uint32_t index) {
        const std::string& known = words_[index];
        const std::size_t distance = edit_distance(word, known, limit);
        // In a short word only an exchange of neighbours is surely a slip.
        const bool exchanged = word.size() == known.size() &&
                               std::is_permutation(word.begin(), word.end(), known.begin());
        const std::size_t shortest = std::min(word.size(), known.size());
        if (shortest < 4 && !exchanged) return;
        if (shortest < 5 && !exchanged && word.size() == known.size()) return;
        if (word.front() != known.front() && !exchanged) return;
        if (distance < best_distance || (distance == best_distance && index < best)) {
            best_distance = distance;
            best = index;
        }
    };
    std::string less(word);
    each_at(less, compare);
    for (std::size_t i = 0; i < word.size(); ++i) {
        less.assign(word);
        less.erase(i, 1);
        each_at(less, compare);
    }
    if (best_distance > limit) return std::nullopt;
    return words_[best];
}

}  // namespace advisor::dialogs
