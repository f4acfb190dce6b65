#include "dialogs/polarity.hpp"

#include <array>

namespace advisor::dialogs {
namespace {

// clang-format off
constexpr std::array yes_words{
    "yes", "yep", "yeah", "yup", "yea", "ya", "yah", "aye", "sure", "surely", "okay", "okey",
    "okie", "absolutely", "definitely", "certainly", "totally", "indeed", "affirmative", "correct",
    "right", "true", "exactly", "naturally", "obviously", "positive", "agreed", "yessir", "yass",
    "y", "da", "roger", "alright", "undoubtedly", "clearly", "ofc", "mhm", "uhuh", "yeap", "yees",
    "ye", "yeh", "yee"};
constexpr std::array no_words{
    "naah", "no", "nope", "nah", "nay", "negative", "false", "naw", "nopes", "noo", "no-one"};

constexpr std::array strong_yes{
    "can not deny", "of course", "yes please", "we|i|they do|have|are|did $", "yes we",
    "it is a yes", "that is a yes", "so yes", "actually yes", "wait yes", "please do", "do it",
    "go ahead", "go for it", "by all means", "sounds good", "sounds great", "why not", "you bet",
    "for sure", "hell yes", "hell yeah", "without a doubt", "no doubt", "without question",
    "sure thing", "i do", "we do", "i am", "we are", "it does", "it is", "they do", "we have",
    "i have", "there is", "there are", "it has", "i think so", "we think so", "i believe so",
    "i guess so", "i suppose so", "suppose so", "i would say so", "i hope so", "i reckon so",
    "that is right", "that is correct", "that is the case", "that is true", "go on then",
    "very much", "very much so", "let us do it", "let us do that", "show me", "let us see",
    "let me see", "i would like that", "i would love", "would love to", "would love that",
    "would be great", "would be nice", "would be lovely", "would be good", "would help",
    "that would help", "happy to", "gladly", "with pleasure", "be my guest", "in fact it is a must",
    "a must", "must have", "is a must", "required", "mandatory", "essential", "100 percent",
    "one hundred percent", "already do", "already have", "already did", "got one", "got some",
    "we did", "always", "fine by me", "fine with me", "works for me", "i am game", "count me in",
    "bring it on", "hit me", "fire away", "please", "all of it", "afraid so", "afraid we do",
    "we must", "i must", "we need to", "need to", "legally required", "obliged to",
    "can not do without", "could not do without", "would not go without", "yes indeed",
    "unfortunately yes", "sadly yes", "mostly yes", "kind of yes", "everything", "every day",
    "all the time", "daily", "that is me", "guilty as charged", "i confirm", "confirmed",
    "got that", "you got it", "as a matter of fact", "crucial", "guess so", "think so",
    "daft|mad|crazy|silly|stupid|foolish|nuts|insane|bonkers|fool|idiot not to",
    "daft|mad|crazy|silly|stupid|foolish|nuts|insane|bonkers|lost|useless|dead otherwise|without",
    "useless|pointless|worthless|lost|dead|nothing|stuck ... if ... not", "goes without saying",
    "can|could not live|work|manage|operate|survive|exist without", "not have it any other",
    "how could|can we|i|they not", "how else", "you betcha", "and how $", "never not", "too right",
    "see|know|think of no reason not|against", "no reason not to", "why ever not",
    "not see|think|imagine why not", "no objection|objections", "nothing against", "no harm in",
    "where would we be without", "no way around|round", "no getting around|round",
    "without fail|exception"};
constexpr std::array strong_no{
    "that is a no", "it is a no", "a firm|hard no", "not yet", "not as yet", "not really", "not at all",
    "not at the moment", "not right now", "not now", "not currently", "not today", "not this time",
    "not so far", "not quite", "not necessarily", "not exactly", "not me", "not that i know",
    "not as far as i know", "not that ... know|aware", "so no", "wait no", "actually no",
    "not that i am aware", "not to my knowledge", "no thanks", "no thank you", "thanks but no",
    "no way", "no chance", "absolutely not", "definitely not", "certainly not", "of course not",
    "hell no", "by no means", "in no way", "under no circumstances", "far from it", "not a chance",
    "not in a million", "i do not", "we do not", "i am not", "we are not", "it does not",
    "it is not", "they do not", "we have not", "i have not", "there is not", "there are no",
    "there is no", "we have no", "i have no", "have none", "there is none", "there are none",
    "do not have", "do not think so", "do not believe so", "not think so", "afraid not",
    "guess not", "suppose not", "hope not", "would rather not", "no need", "not needed",
    "not necessary", "not required", "do not need", "do not want", "do not use", "do not care",
    "would not", "could not care less", "never", "none", "nothing", "nobody", "neither",
    "never did", "never have", "never will", "never had", "out of the question", "forget about it",
    "nothing like that", "nothing of the sort", "nothing of the kind", "none whatsoever",
    "none at all", "keep it", "green field", "from scratch", "i wish", "wish we did", "we wish",
    "if only", "not interested", "i will pass", "don't", "didn't", "isn't", "hardly", "no longer",
    "not anymore", "not any more", "used to", "someone else is", "somebody else is",
    "someone else does", "that is someone else", "i am good", "without", "on the contrary",
    "not as such", "over my dead body", "god|heaven forbid", "perish the thought",
    "not on your life|nelly|watch", "^ as if", "never again", "not likely", "in your dreams",
    "when pigs fly", "pigs might|could fly", "can|could not say|claim we|i|they|that do|have|did|is|are",
    "not a bit of it", "not in my lifetime", "no such thing|luck", "give me a break",
    "not have|having such|any", "who has time|money for|to", "not a single one", "not a soul",
    "fat chance", "when hell freezes", "unfortunately not", "sadly not", "nothing to keep", "zilch",
    "nil"};
constexpr std::array weak_yes{
    "probably", "likely", "i think we do", "mostly", "partly", "some of it", "more or less",
    "sort of", "in a way", "to some extent"};
constexpr std::array weak_no{
    "rarely", "seldom", "doubt it", "doubtful", "i doubt", "unlikely", "probably not", "not likely",
    "barely", "not sure we need", "only maybe"};
// clang-format on

struct Degree {
    std::uint32_t percent;
    const char* phrase;
};
// clang-format off
constexpr std::array degrees{
    Degree{0, "not at all"}, Degree{0, "not important at all"}, Degree{0, "not ... at all"},
    Degree{0, "irrelevant"}, Degree{0, "unimportant"}, Degree{0, "not important"},
    Degree{0, "do not care"}, Degree{0, "could not care|matter less"}, Degree{0, "no importance"},
    Degree{0, "does not matter"}, Degree{0, "do not mind"}, Degree{0, "the lowest"},
    Degree{0, "lowest"}, Degree{0, "rock bottom"}, Degree{0, "the minimum"}, Degree{0, "minimum"},
    Degree{0, "bottom of the scale"}, Degree{0, "the bottom"}, Degree{0, "nonexistent"},
    Degree{0, "not in the slightest"}, Degree{0, "not one bit"}, Degree{0, "completely irrelevant"},
    Degree{0, "totally irrelevant"}, Degree{0, "zero importance"}, Degree{0, "least"},
    Degree{0, "no interest"}, Degree{0, "negligible"}, Degree{0, "does not exist"},
    Degree{0, "we have none"}, Degree{0, "none at all"}, Degree{0, "not a bit"},
    Degree{0, "who cares"}, Degree{0, "no legacy"}, Degree{0, "tiny"}, Degree{25, "not very"},
    Degree{25, "not very important"}, Degree{25, "not much"}, Degree{25, "not that important"},
    Degree{25, "not so important"}, Degree{25, "not particularly"}, Degree{25, "not especially"},
    Degree{25, "not really"}, Degree{25, "not really important"}, Degree{25, "a little"},
    Degree{25, "a little bit"}, Degree{25, "a bit"}, Degree{25, "slightly"},
    Degree{25, "a bit below average"}, Degree{25, "below average"}, Degree{25, "below the middle"},
    Degree{25, "rather low"}, Degree{25, "fairly low"}, Degree{25, "minor"},
    Degree{25, "on the low side"}, Degree{25, "second lowest"}, Degree{25, "less important"},
    Degree{25, "not a priority"}, Degree{25, "nice to have"}, Degree{25, "low priority"},
    Degree{50, "in the middle"}, Degree{50, "the middle"}, Degree{50, "middle"},
    Degree{50, "medium"}, Degree{50, "average"}, Degree{50, "halfway"}, Degree{50, "half way"},
    Degree{50, "so so"}, Degree{50, "moderate"}, Degree{50, "moderately"}, Degree{50, "neutral"},
    Degree{50, "somewhat"}, Degree{50, "middling"}, Degree{50, "midway"}, Degree{50, "fifty fifty"},
    Degree{50, "neither important nor unimportant"}, Degree{50, "neither here nor there"},
    Degree{50, "neither nor"}, Degree{50, "the centre"}, Degree{50, "the center"},
    Degree{50, "medium important"}, Degree{50, "somewhat important"},
    Degree{50, "moderately important"}, Degree{50, "half and half"}, Degree{50, "mid"},
    Degree{50, "meh"}, Degree{50, "comme ci comme ça"}, Degree{50, "on the fence"},
    Degree{75, "important"}, Degree{75, "quite"}, Degree{75, "fairly"},
    Degree{75, "pretty important"}, Degree{75, "quite important"}, Degree{75, "fairly important"},
    Degree{75, "rather important"}, Degree{75, "rather high"}, Degree{75, "fairly high"},
    Degree{75, "quite high"}, Degree{75, "pretty high"}, Degree{75, "above average"},
    Degree{75, "quite a bit"}, Degree{75, "quite a lot"}, Degree{75, "pretty much"},
    Degree{75, "second highest"}, Degree{75, "one below the top"},
    Degree{75, "one below the maximum"}, Degree{75, "just below the top"},
    Degree{75, "not quite the top"}, Degree{75, "on the high side"}, Degree{75, "considerably"},
    Degree{75, "mostly"}, Degree{75, "pretty certain"}, Degree{75, "fairly certain"},
    Degree{75, "quite certain"}, Degree{75, "quite large"}, Degree{75, "fairly large"},
    Degree{75, "pretty big"}, Degree{100, "very"}, Degree{100, "very important"},
    Degree{100, "really important"}, Degree{100, "extremely"}, Degree{100, "extremely important"},
    Degree{100, "super important"}, Degree{100, "crucial"}, Degree{100, "critical"},
    Degree{100, "absolutely critical"}, Degree{100, "vital"}, Degree{100, "essential"},
    Degree{100, "paramount"}, Degree{100, "top priority"}, Degree{100, "highest priority"},
    Degree{100, "number one priority"}, Degree{100, "top marks"}, Degree{100, "top of the scale"},
    Degree{100, "the top"}, Degree{100, "full marks"}, Degree{100, "full score"},
    Degree{100, "highest"}, Degree{100, "maximum"}, Degree{100, "the most"},
    Degree{100, "most important"}, Degree{100, "utmost"}, Degree{100, "everything"},
    Degree{100, "it is everything"}, Degree{100, "means everything"},
    Degree{100, "could not be more important"}, Degree{100, "nothing matters more"},
    Degree{100, "nothing is more important"}, Degree{100, "nothing more important"},
    Degree{100, "a must"}, Degree{100, "completely"}, Degree{100, "totally"},
    Degree{100, "absolutely"}, Degree{100, "fully"}, Degree{100, "a great deal"},
    Degree{100, "huge"}, Degree{100, "enormous"}, Degree{100, "gigantic"}, Degree{100, "massive"},
    Degree{100, "life or death"}, Degree{100, "all the way up"}, Degree{100, "all the way"},
    Degree{100, "as high|much|big as it gets|goes|possible|can"}, Degree{100, "off the charts|scale"},
    Degree{100, "as high as it goes"}, Degree{100, "definitely"}, Degree{100, "rock solid"},
    Degree{100, "set in stone"}, Degree{100, "very much"}, Degree{100, "hugely"},
    Degree{100, "obsessed"}, Degree{100, "non negotiable"}, Degree{100, "make or break"},
    Degree{100, "incredibly"}, Degree{100, "super"}};
// clang-format on

template <std::size_t N>
void add_all(PhraseBook& book, const std::array<const char*, N>& phrases, std::uint32_t target,
             double weight) {
    for (const char* text : phrases) book.add({text, target, weight, false});
}

}  // namespace

const WordLists& polarity_lists() {
    static const WordLists lists{{"yes", {yes_words.begin(), yes_words.end()}},
                                 {"no", {no_words.begin(), no_words.end()}}};
    return lists;
}

const PhraseBook& polarity_book() {
    static const PhraseBook book = [] {
        PhraseBook result;
        result.add({"^ <yes>", 0, 1, false}, polarity_lists());
        result.add({"<yes> $", 0, 0.75, false}, polarity_lists());
        result.add({"so|then|definitely|mean|say|answer|is|probably|rather|actually yes|yeah|yep",
                    0, 1, false});
        result.add({"^ <no>", 1, 1, false}, polarity_lists());
        result.add({"<no> $", 1, 0.9, false}, polarity_lists());
        result.add(
            {"so|then|mean|say|answer|is|probably|rather|actually no|nope|nah", 1, 1, false});
        result.add({"no", 1, 0.55, false});
        result.add({"not", 1, 0.3, false});
        result.add({"yes", 0, 0.6, false});
        add_all(result, strong_yes, 0, 0.8);
        add_all(result, strong_no, 1, 0.85);
        add_all(result, weak_yes, 0, 0.6);
        add_all(result, weak_no, 1, 0.7);
        return result;
    }();
    return book;
}

const PhraseBook& degree_book() {
    static const PhraseBook book = [] {
        PhraseBook result;
        for (const Degree& degree : degrees) result.add({degree.phrase, degree.percent, 1, false});
        return result;
    }();
    return book;
}

}  // namespace advisor::dialogs
