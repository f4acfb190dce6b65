#include "dialogs/knowledge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace advisor::dialogs {
namespace {

// A question of so many words is a page; what comes after is not looked at.
constexpr std::size_t max_words = 60;
constexpr std::size_t max_corrections = 12;

// How well an answer must fit. The more the form leaves open, the more the words must say.
constexpr double fits_clear_question = 0.36;
constexpr double fits_likely_question = 0.45;
constexpr double fits_terse_text = 0.95;
// From here on a question comes before a reading of the text as an answer.
constexpr double fits_surely = 0.50;

// How much closeness to one phrasing counts, and how much that all words belong to the answer.
constexpr double closeness_share = 0.6;
constexpr double coverage_share = 1 - closeness_share;
// A word that the answer has, but not in the phrasing that is compared.
constexpr double elsewhere_share = 0.35;
// The user names one subject and the phrasing another: "who uses Node" and "who uses Python".
constexpr double other_subject = 0.7;
// The user names a subject that no phrasing of the answer has.
constexpr double subject_not_covered = 0.85;
// A word that had to be corrected; a short one could be any other word.
constexpr double corrected_share = 0.7;
// A word that nothing here has: the first tells most that the text is about something else.
constexpr std::array<double, 3> stranger_shares{0.8, 0.6, 0.4};
// A word that only the answer's own text has.
constexpr double mentioned_share = 0.4;

std::vector<std::string> stems_of(const std::vector<std::string>& words) {
    std::vector<std::string> stems;
    stems.reserve(words.size());
    for (const std::string& word : words) stems.push_back(lookup_stem(word));
    return stems;
}

std::string joined(const std::vector<std::string>& parts, char between) {
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

constexpr std::string_view own_name = "Stack Advisor";

bool is_bare_asking(std::string_view word) {
    static constexpr std::array<std::string_view, 8> words{"why",  "how",   "who",  "which",
                                                           "when", "where", "whys", "hows"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

void add_once(std::vector<std::uint32_t>& list, std::size_t value) {
    const auto number = static_cast<std::uint32_t>(value);
    if (list.empty() || list.back() != number) list.push_back(number);
}

}  // namespace

std::string text_with_source(const KnowledgeAnswer& answer) {
    // What the advisor says about itself needs no source.
    if (answer.source.name == own_name && answer.source.url.empty()) return answer.say;
    std::string text = answer.say + "\nSource: " + answer.source.name;
    if (!answer.source.url.empty()) text += ", " + answer.source.url;
    return text + " (as of " + answer.source.as_of + ")";
}

/// What a text asks for: each term once, with the length of the vector of their weights.
struct Knowledge::Query {
    struct Part {
        const Posting* posting = nullptr;  ///< null: no answer has the word
        std::string typed;
        double weight = 0;
        bool corrected = false;  ///< a guess that no name of a subject backs
    };
    std::vector<Part> parts;
    double square = 0;        ///< sum of the squares of the weights
    std::uint64_t names = 0;  ///< bits of the subjects that are named

    [[nodiscard]] std::vector<double> closest(const Knowledge& in,
                                              const std::vector<double>& shared,
                                              const std::vector<double>& worded) const;
    /// The answer of `in` that fits best; its score is 0 when none does.
    [[nodiscard]] SideAnswer best(const Knowledge& in) const;
};

Knowledge::Knowledge(std::vector<KnowledgeAnswer> answers, const SameWords& same,
                     const std::vector<std::string>& names, std::string unknown)
    : answers_(std::move(answers)), unknown_(std::move(unknown)) {
    learn_groups(same);
    index_answers();
    weigh();
    for (std::size_t i = 0; i < std::min(names.size(), max_names); ++i) {
        for (const Term& term : terms(read_words(names[i]), false))
            postings_[term.name].name |= std::uint64_t{1} << i;
    }
    names_of_.resize(answers_.size(), 0);
    for (const auto& [name, posting] : postings_) {
        for (const std::uint32_t phrasing : posting.phrasings)
            phrasings_[phrasing].names |= posting.name;
        for (const std::uint32_t answer : posting.words_of) names_of_[answer] |= posting.name;
    }
}

void Knowledge::learn_groups(const SameWords& same) {
    for (const std::vector<std::string>& group : same) {
        if (group.empty()) continue;
        const std::string term = joined(stems_of(read_words(group.front())), '_');
        for (const std::string& member : group) {
            Phrase phrase{stems_of(read_words(member)), term};
            if (phrase.stems.empty()) continue;
            for (const std::string& part : phrase.stems) is_known_[part] = true;
            groups_[phrase.stems.front()].push_back(std::move(phrase));
        }
    }
    for (auto& [first, phrases] : groups_) {
        std::stable_sort(phrases.begin(), phrases.end(), [](const Phrase& a, const Phrase& b) {
            return a.stems.size() > b.stems.size();
        });
    }
}

void Knowledge::index_answers() {
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        const KnowledgeAnswer& answer = answers_[i];
        const auto learn = [&](const std::string& text) {
            std::vector<std::string> words = read_words(text);
            for (const std::string& word : words) is_known_[lookup_stem(word)] = true;
            return terms(words, false);
        };
        for (const std::string& phrasing : answer.ask) {
            const std::size_t number = phrasings_.size();
            phrasings_.push_back({static_cast<std::uint32_t>(i), 0});
            for (const Term& term : learn(phrasing)) {
                add_once(postings_[term.name].phrasings, number);
                add_once(postings_[term.name].words_of, i);
            }
        }
        for (const std::string& phrase : answer.also) {
            for (const Term& term : learn(phrase)) add_once(postings_[term.name].words_of, i);
        }
    }
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        for (const Term& term : terms(read_words(answers_[i].say), false)) {
            Posting& posting = postings_[term.name];
            const auto number = static_cast<std::uint32_t>(i);
            if (!std::binary_search(posting.words_of.begin(), posting.words_of.end(), number))
                add_once(posting.mentioned_by, i);
        }
    }
    for (const auto& [word, unused] : is_known_) {
        if (known_stems_.size() <= word.size()) known_stems_.resize(word.size() + 1);
        known_stems_[word.size()].push_back(word);
    }
    for (std::vector<std::string>& stems : known_stems_) std::sort(stems.begin(), stems.end());
}

void Knowledge::weigh() {
    const auto all = static_cast<double>(answers_.size());
    for (auto& [name, posting] : postings_) {
        const std::size_t answers =
            posting.words_of.empty() ? posting.mentioned_by.size() : posting.words_of.size();
        posting.weight = std::sqrt(std::log(1 + all / (0.5 + static_cast<double>(answers))));
        for (const std::uint32_t phrasing : posting.phrasings)
            phrasings_[phrasing].length += posting.weight * posting.weight;
    }
    for (Phrasing& phrasing : phrasings_) phrasing.length = std::sqrt(phrasing.length);
    unknown_weight_ = std::sqrt(std::log(1 + all / 1.5));
}

const std::string* Knowledge::correction(const std::string& typed) const {
    const std::size_t shortest = typed.size() > 2 ? typed.size() - 2 : 0;
    for (std::size_t size = shortest; size <= typed.size() + 2; ++size) {
        if (size >= known_stems_.size()) break;
        for (const std::string& candidate : known_stems_[size]) {
            if (may_be_slip(typed, candidate)) return &candidate;
        }
    }
    return nullptr;
}

std::vector<Knowledge::Term> Knowledge::terms(const std::vector<std::string>& words,
                                              bool correct) const {
    const std::size_t size = std::min(words.size(), max_words);
    std::vector<std::string> stems;
    std::vector<bool> idle;
    std::vector<bool> guessed(size, false);
    std::size_t corrections = 0;
    for (std::size_t i = 0; i < size; ++i) {
        std::string one = lookup_stem(words[i]);
        const bool stop = is_stop_word(words[i]) || is_stop_word(one);
        if (correct && !stop && !is_known_.contains(one) && corrections < max_corrections) {
            ++corrections;
            if (const std::string* meant = correction(one)) {
                one = *meant;
                guessed[i] = true;
            }
        }
        stems.push_back(std::move(one));
        idle.push_back(stop);
    }
    std::vector<Term> result;
    for (std::size_t at = 0; at < size;) {
        const auto group = groups_.find(stems[at]);
        const Phrase* found = nullptr;
        if (group != groups_.end()) {
            for (const Phrase& phrase : group->second) {
                if (at + phrase.stems.size() <= size &&
                    std::equal(phrase.stems.begin(), phrase.stems.end(),
                               stems.begin() + static_cast<std::ptrdiff_t>(at))) {
                    found = &phrase;
                    break;
                }
            }
        }
        std::size_t length = 1;
        Term term{stems[at], words[at], guessed[at]};
        if (found) {
            length = found->stems.size();
            term.name = found->term;
            for (std::size_t i = 1; i < length; ++i) term.typed += " " + words[at + i];
        }
        if (found || !idle[at]) result.push_back(std::move(term));
        at += length;
    }
    return result;
}

Knowledge::Query Knowledge::make_query(const std::vector<std::string>& words) const {
    Query query;
    std::set<std::string> seen;
    std::size_t strangers = 0;
    for (Term& term : terms(words, true)) {
        if (!seen.insert(term.name).second) continue;
        Query::Part part;
        part.typed = std::move(term.typed);
        if (const auto found = postings_.find(term.name); found != postings_.end()) {
            part.posting = &found->second;
            part.weight = found->second.weight;
            part.corrected = term.corrected && found->second.name == 0;
            query.names |= found->second.name;
        } else {
            // Long questions are polite, not off the subject.
            const bool number = term.name.front() >= '0' && term.name.front() <= '9';
            if (number || term.name.size() < 3 || strangers == stranger_shares.size()) continue;
            part.weight = unknown_weight_ * stranger_shares[strangers++];
        }
        query.square += part.weight * part.weight;
        query.parts.push_back(std::move(part));
    }
    return query;
}

/// How close the query is to the nearest phrasing of each answer, 0 to 1. `shared` has the weight
/// of the common words by phrasing, `worded` by answer.
std::vector<double> Knowledge::Query::closest(const Knowledge& in,
                                              const std::vector<double>& shared,
                                              const std::vector<double>& worded) const {
    std::vector<double> result(in.answers_.size(), 0);
    const double length = std::sqrt(square);
    for (std::size_t i = 0; i < in.phrasings_.size(); ++i) {
        if (shared[i] <= 0) continue;
        const Phrasing& phrasing = in.phrasings_[i];
        const double elsewhere = std::max(0.0, worded[phrasing.answer] - shared[i]);
        double close = (shared[i] + elsewhere_share * elsewhere) / (length * phrasing.length);
        close = std::min(close, 1.0);
        const bool other = (names & ~phrasing.names) != 0;
        if (other && (phrasing.names & ~names) != 0) close *= other_subject;
        double& so_far = result[phrasing.answer];
        so_far = std::max(so_far, close);
    }
    return result;
}

SideAnswer Knowledge::Query::best(const Knowledge& in) const {
    std::vector<double> shared(in.phrasings_.size(), 0);
    std::vector<double> worded(in.answers_.size(), 0);
    std::vector<double> covered(in.answers_.size(), 0);
    for (const Query::Part& part : parts) {
        if (!part.posting) continue;
        const double counted = part.weight * part.weight * (part.corrected ? corrected_share : 1);
        for (const std::uint32_t phrasing : part.posting->phrasings) shared[phrasing] += counted;
        for (const std::uint32_t answer : part.posting->words_of) worded[answer] += counted;
        for (const std::uint32_t answer : part.posting->mentioned_by)
            covered[answer] += mentioned_share * counted;
    }
    const std::vector<double> close = closest(in, shared, worded);
    SideAnswer result;
    for (std::size_t i = 0; i < in.answers_.size(); ++i) {
        if (close[i] <= 0) continue;
        double score =
            closeness_share * close[i] + coverage_share * (worded[i] + covered[i]) / square;
        if ((names & ~in.names_of_[i]) != 0) score *= subject_not_covered;
        // A hair of difference is a matter of rounding: then the file's order decides.
        if (score > result.score + 1e-9) {
            result.score = score;
            result.answer = i;
        }
    }
    return result;
}

std::optional<SideAnswer> Knowledge::nearest(const std::vector<std::string>& words) const {
    const Query query = make_query(words);
    if (query.square <= 0) return std::nullopt;
    SideAnswer result = query.best(*this);
    if (result.score <= 0) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(result.answer);
    bool guessed = false;
    bool solid = false;
    bool only_asks = true;
    bool named = false;
    const bool stranger = std::any_of(query.parts.begin(), query.parts.end(),
                                      [](const Query::Part& part) { return !part.posting; });
    for (const Query::Part& part : query.parts) {
        if (!part.posting || !std::binary_search(part.posting->words_of.begin(),
                                                 part.posting->words_of.end(), number))
            continue;
        result.matched.push_back(part.typed);
        // "how" and the like stand in many answers and back no guess.
        const bool common = part.posting->words_of.size() * 8 > answers_.size() + 8;
        guessed = guessed || part.corrected;
        named = named || part.posting->name != 0;
        only_asks = only_asks && is_bare_asking(part.typed);
        solid = solid || (!part.corrected && (part.posting->name != 0 || !common));
    }
    // A mended word alone is no ground, for any word is near to some other; nor is a mere "how".
    if (only_asks || (guessed && !solid)) return std::nullopt;
    // "Is God real?": one common word beside an unknown one is about something else.
    if (stranger && !named && query.parts.size() == 2 && result.matched.size() < 2)
        return std::nullopt;
    return result;
}

std::vector<std::string> Knowledge::key_words(std::string_view text) const {
    std::set<std::string> names;
    for (const Term& term : terms(read_words(text), false)) names.insert(term.name);
    return {names.begin(), names.end()};
}

namespace {

bool enough(const SideAnswer& found, QuestionForm form) {
    // What fits loosely must fit in more than one word.
    if (found.score < fits_surely && found.matched.size() < 2) return false;
    switch (form) {
        case QuestionForm::clear:
            return found.score >= fits_clear_question;
        case QuestionForm::likely:
            return found.score >= fits_likely_question;
        case QuestionForm::terse:
            return found.score >= fits_terse_text && found.matched.size() > 1;
        case QuestionForm::none:
            return false;
    }
    return false;
}

/// A sentence that may answer the pending question; "I keep reading about X" does not.
bool states_something(const Sentence& sentence) {
    const std::string& first = sentence.words.front();
    return tells_facts(sentence) ||
           (sentence.words.size() > 3 && first != "i" && first != "im" && first != "sorry");
}

void append(std::vector<std::string>& words, const Sentence& sentence) {
    words.insert(words.end(), sentence.words.begin(), sentence.words.end());
}

}  // namespace

std::optional<SideAnswer> answer_side_question(const Knowledge& knowledge, std::string_view text) {
    std::vector<std::string> asked;   // the words of the sentences that ask
    std::vector<std::string> around;  // of all that state nothing of the user's own
    QuestionForm form = QuestionForm::none;
    bool facts = false;
    for (const Sentence& sentence : read_sentences(text)) {
        const QuestionForm own = question_form(sentence);
        const bool asks = own == QuestionForm::clear || own == QuestionForm::likely;
        if (asks) append(asked, sentence);
        // "By the way, what is X?" behind an answer: what stands before is read as an answer first.
        facts = facts || (!asks && states_something(sentence));
        if (asks || !tells_facts(sentence)) append(around, sentence);
        form = std::max(form, own);
    }
    if (form == QuestionForm::none) return std::nullopt;
    std::optional<SideAnswer> found = knowledge.nearest(asked.empty() ? around : asked);
    // "I keep reading about the GIL. What is that?": the subject stands in another sentence.
    if (!asked.empty() && (!found || !enough(*found, form)) && around.size() > asked.size())
        found = knowledge.nearest(around);
    if (!found || !enough(*found, form)) return std::nullopt;
    found->sure = form == QuestionForm::clear && !facts && found->score >= fits_surely;
    return found;
}

bool is_clear_question(std::string_view text) {
    const std::vector<Sentence> sentences = read_sentences(text);
    return std::any_of(sentences.begin(), sentences.end(), [](const Sentence& sentence) {
        return question_form(sentence) == QuestionForm::clear;
    });
}

}  // namespace advisor::dialogs
