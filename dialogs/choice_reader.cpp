// Choices, several of a list, yes or no: evidence for and against each answer, weighed.

#include <algorithm>
#include <array>
#include <cmath>

#include "dialogs/polarity.hpp"
#include "dialogs/readers.hpp"

namespace advisor::dialogs {
namespace {

constexpr double strength_of_phrase = 0.85;  // of weight 1, said plainly
constexpr double strength_of_slip = 0.9;     // of a phrase in which a slip was put right

/// What the text says about one answer: how likely it is affirmed, and how likely denied.
struct Belief {
    double affirmed = 0;
    double denied = 0;
};

double add(double belief, double strength) {
    return 1 - (1 - belief) * (1 - strength);
}

bool overlaps_wish(const Reading& reading, const PhraseMatch& match) {
    return std::any_of(reading.wishes.begin(), reading.wishes.end(), [&](const auto& wish) {
        const bool apart = wish.end <= match.begin || match.end <= wish.begin;
        const bool larger = match.end - match.begin > wish.end - wish.begin;
        const bool unsure = intent_book().phrase(wish.phrase).target ==
                            static_cast<std::uint32_t>(Intent::dont_know);
        return !apart && (unsure || !larger);
    });
}

/// True when a match reaches across a break in the sentence: in "without lag, and our own network
/// marks it" nobody denies the network.
bool leaves_clause(std::span<const Token> tokens, const PhraseMatch& match) {
    return std::any_of(
        tokens.begin() + match.begin, tokens.begin() + match.end, [](const Token& t) {
            return t.text == "," || t.text == ";" || t.text == ":" || t.text == "but";
        });
}

/// True when a match begins with the "all" of "at all": "not our thing at all, we are PHP people".
bool splits_at_all(std::span<const Token> tokens, const PhraseMatch& match) {
    return match.begin > 0 && tokens[match.begin].text == "all" &&
           tokens[match.begin - 1].text == "at" && match.end > match.begin + 1;
}

void note(const Reading& reading, const PhraseMatch& match, const Phrase& phrase, bool negated,
          double strength) {
    if (!reading.trace) return;
    const std::string& answer = reading.question.choices[phrase.target].id;
    reading.trace->push_back("match    \"" + words_of(reading.tokens, match) + "\" = \"" +
                             phrase.text +
                             "\": " + (negated || phrase.against ? "against " : "for ") + answer +
                             " " + two_places(strength) + (negated ? " (negated)" : ""));
}

void weigh(const Reading& reading, const PhraseBook& book, std::vector<PhraseMatch> matches,
           std::vector<Belief>& beliefs) {
    // Phrases in the same words are one piece of evidence, and so is a phrase said twice.
    struct Place {
        std::uint32_t end = 0;
        double strength = 0;
        double before = 0;
    };
    std::vector<Place> places(beliefs.size() * 2);
    std::vector<std::uint32_t> seen;
    for (const PhraseMatch& match : matches) {
        // The last word of a correction may open the phrase: "yes, or rather no".
        const bool taken_back = match.begin + 1 < reading.begin || match.end <= reading.begin;
        if (taken_back || overlaps_wish(reading, match)) continue;
        if (splits_at_all(reading.tokens, match)) continue;
        const Phrase& phrase = book.phrase(match.phrase);
        double weight = weight_of(reading.scope, match);
        // Of a list, what stands before a "but" is meant as much as what follows.
        if (reading.question.kind == QuestionKind::multi && weight > 0) weight = 1;
        double strength = strength_of_phrase * phrase.weight * weight;
        if (match.corrected) strength *= strength_of_slip;
        if (strength <= 0) continue;
        if (reading.inner && phrase.against && leaves_clause(reading.tokens, match)) continue;
        const bool negated = is_negated(reading.tokens, reading.scope, match);
        const std::uint32_t key = match.phrase * 2 + (negated ? 1 : 0);
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
        if (seen.size() < 64) seen.push_back(key);
        const bool denies = negated != phrase.against;
        Belief& belief = beliefs[phrase.target];
        double& total = denies ? belief.denied : belief.affirmed;
        Place& place = places[phrase.target * 2 + (denies ? 1 : 0)];
        if (match.begin >= place.end) {
            place = {match.end, strength, total};
        } else {
            place.end = std::max(place.end, match.end);
            place.strength = std::max(place.strength, strength);
        }
        total = add(place.before, place.strength);
        note(reading, match, phrase, negated, strength);
    }
}

/// "Not as such, it's a plain cloud": a verdict at the beginning stands, and a bare "it is" behind
/// it says nothing of its own. A verdict that a "but" outweighs does not.
void keep_verdict(const Reading& reading, std::vector<PhraseMatch>& matches) {
    constexpr double surely = 0.8;
    if (matches.empty() || reading.begin > 0 || matches.front().begin > 0) return;
    const Phrase verdict = polarity_book().phrase(matches.front().phrase);
    if (verdict.weight < surely || weight_of(reading.scope, matches.front()) < 1 ||
        is_negated(reading.tokens, reading.scope, matches.front()))
        return;
    std::erase_if(matches, [&](const PhraseMatch& match) {
        static constexpr std::array<std::string_view, 6> bare{"is", "are",  "do",
                                                              "am", "does", "have"};
        const bool plain =
            match.end == match.begin + 2 &&
            std::find(bare.begin(), bare.end(), reading.tokens[match.begin + 1].text) != bare.end();
        return plain && polarity_book().phrase(match.phrase).target != verdict.target;
    });
}

std::optional<std::size_t> find_choice(const Question& question, const std::string& id) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        if (question.choices[i].id == id) return i;
    }
    return std::nullopt;
}

/// An answer that stands for two others at once takes over when both are affirmed.
void join_both(const Question& question, std::vector<double>& scores) {
    constexpr double surely = 0.55;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const std::vector<std::string>& both = question.choices[i].both;
        if (both.size() != 2) continue;
        const auto one = find_choice(question, both[0]);
        const auto other = find_choice(question, both[1]);
        if (!one || !other || scores[*one] < surely || scores[*other] < surely) continue;
        const double joint = std::max(scores[i], std::min(scores[*one], scores[*other]));
        scores[*one] *= 0.45;
        scores[*other] *= 0.45;
        scores[i] = joint;
    }
}

double likelihood(const Belief& belief) {
    return belief.affirmed * (1 - 0.9 * belief.denied);
}

/// `idioms` are places that say yes or no as a whole ("be silly not to"): what stands inside of
/// them is not looked at.
std::vector<Belief> beliefs_of(const Reading& reading, std::span<const PhraseMatch> idioms = {}) {
    std::vector<Belief> beliefs(reading.question.choices.size());
    std::vector<PhraseMatch> matches = reading.words.phrases.find(reading.tokens);
    if (!reading.inner) matches = longest(std::move(matches));
    constexpr std::uint32_t shortest_idiom = 3;  // tokens
    std::erase_if(matches, [&](const PhraseMatch& match) {
        return std::any_of(idioms.begin(), idioms.end(), [&](const PhraseMatch& idiom) {
            return idiom.begin <= match.begin && match.end <= idiom.end &&
                   idiom.end - idiom.begin >= shortest_idiom &&
                   idiom.end - idiom.begin > match.end - match.begin;
        });
    });
    weigh(reading, reading.words.phrases, std::move(matches), beliefs);
    return beliefs;
}

}  // namespace

std::string two_places(double number) {
    return std::to_string(number + 0.005).substr(0, 4);
}

std::string words_of(std::span<const Token> tokens, const PhraseMatch& match) {
    std::string text;
    for (std::uint32_t i = match.begin; i < match.end; ++i)
        text += (text.empty() ? "" : " ") + tokens[i].text;
    return text;
}

double Decision::confidence() const {
    if (candidates.empty()) return 0;
    const double second = candidates.size() > 1 ? candidates[1].score : 0;
    return candidates[0].score * (1 - second / 2);
}

Decision decide(std::vector<Candidate> candidates) {
    constexpr double likely = 0.5;
    constexpr double likely_alone = 0.42;  // when nothing speaks for another answer
    constexpr double ahead = 1.8;
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    std::erase_if(candidates, [](const auto& one) { return one.score < 0.3; });
    Decision decision;
    if (candidates.empty()) return decision;
    const double best = candidates[0].score;
    const double second = candidates.size() > 1 ? candidates[1].score : 0;
    const bool clear = (1 - second) >= ahead * (1 - best) && best - second > 0.05;
    const bool enough = best >= (second == 0 ? likely_alone : likely);
    decision.kind = enough && (clear || second == 0) ? Decision::Kind::accept : Decision::Kind::ask;
    if (candidates.size() > 3) candidates.resize(3);
    decision.candidates = std::move(candidates);
    return decision;
}

Decision read_choice(const Reading& reading) {
    std::vector<Belief> beliefs = beliefs_of(reading);
    double best = 0;
    for (const Belief& belief : beliefs) best = std::max(best, likelihood(belief));
    // Who only denies an answer may mean its opposite, if asked.
    if (best < 0.35 && !reading.inner) {
        const std::vector<Belief> said = beliefs;
        for (std::size_t i = 0; i < said.size(); ++i) {
            const auto opposite = find_choice(reading.question, reading.question.choices[i].denied);
            if (opposite && said[i].denied > 0.3 && said[i].affirmed < said[i].denied)
                beliefs[*opposite].affirmed =
                    add(beliefs[*opposite].affirmed, 0.85 * said[i].denied);
        }
    }
    std::vector<double> scores;
    for (const Belief& belief : beliefs) scores.push_back(likelihood(belief));
    join_both(reading.question, scores);
    const std::size_t first =
        static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        // Answers that mean the same do not compete.
        const std::string& means = reading.question.choices[i].means;
        if (i != first && !means.empty() && means == reading.question.choices[first].means)
            continue;
        candidates.push_back({Choice{static_cast<std::uint32_t>(i)}, scores[i]});
    }
    return decide(std::move(candidates));
}

Decision read_multi(const Reading& reading) {
    const std::vector<Belief> beliefs = beliefs_of(reading);
    Choices choices;
    double least = 1;
    bool doubtful = false;
    for (std::size_t i = 0; i < beliefs.size(); ++i) {
        const double score = likelihood(beliefs[i]);
        if (score >= 0.5) {
            choices.mask |= 1U << i;
            least = std::min(least, score);
        } else if (score >= 0.3) {
            doubtful = true;
        }
    }
    Decision decision;
    if (choices.mask == 0) return decision;
    decision.kind = doubtful ? Decision::Kind::ask : Decision::Kind::accept;
    decision.candidates.push_back({choices, least});
    return decision;
}

Decision read_boolean(const Reading& reading) {
    std::vector<PhraseMatch> matches = longest(polarity_book().find(reading.tokens));
    std::vector<Belief> beliefs = beliefs_of(reading, matches);
    const bool own_words = beliefs[0].affirmed + beliefs[0].denied + beliefs[1].affirmed > 0;
    keep_verdict(reading, matches);
    std::vector<Belief> polar(2);
    weigh(reading, polarity_book(), matches, polar);
    // A plain "no" among other words only counts when nothing else does.
    const double share = own_words ? 0.85 : 1;
    beliefs[0].affirmed = add(beliefs[0].affirmed, share * polar[0].affirmed);
    beliefs[1].affirmed = add(beliefs[1].affirmed, share * polar[1].affirmed);
    beliefs[0].denied = add(beliefs[0].denied, share * polar[0].denied);
    beliefs[1].denied = add(beliefs[1].denied, share * polar[1].denied);
    const double yes = add(beliefs[0].affirmed, 0.9 * beliefs[1].denied);
    const double no = add(beliefs[1].affirmed, 0.9 * beliefs[0].denied);
    return decide({{true, yes}, {false, no}});
}

}  // namespace advisor::dialogs
