#pragma once
// What the advisor can tell about its subject: short sourced answers to questions that a person
// asks in the middle of a talk. Finding one is pure, deterministic and explainable; format of the
// file: docs/scripts.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialogs/diagnostic.hpp"
#include "dialogs/question_form.hpp"

namespace advisor::dialogs {

inline constexpr std::size_t max_knowledge_answers = 1000;
inline constexpr std::size_t max_names = 64;
inline constexpr std::size_t min_phrasings = 6;
inline constexpr std::size_t max_phrasings = 60;

/// Where an answer comes from.
struct KnowledgeSource {
    std::string name;
    std::string url;    ///< may be empty
    std::string as_of;  ///< YYYY-MM
};

/// One thing that the advisor can tell.
struct KnowledgeAnswer {
    std::string id;
    std::string topic;              ///< groups answers: "frameworks"
    std::vector<std::string> ask;   ///< how people ask for it
    std::vector<std::string> also;  ///< words that belong to it besides those of `ask`
    std::string say;
    KnowledgeSource source;
    bool explains_question = false;  ///< what the pending question decides belongs to the answer
};

/// The text with its source, as it is said where a message is plain text. Without one when the
/// advisor speaks of itself: the source is "Stack Advisor" and has no address.
[[nodiscard]] std::string text_with_source(const KnowledgeAnswer& answer);

/// An answer that was found, and why.
struct SideAnswer {
    std::size_t answer = 0;  ///< position in Knowledge::answers
    double score = 0;        ///< 0 to 1
    /// The user's words that speak for the answer, as typed.
    std::vector<std::string> matched;
    /// True when the text is a question beyond doubt: then it comes before a reading of the text
    /// as an answer that rests on a part of its words.
    bool sure = false;
};

/// Groups of words and phrases with the same meaning; the first of a group stands for all.
using SameWords = std::vector<std::vector<std::string>>;

/// The answers with the index to find them by. Immutable.
class Knowledge {
public:
    Knowledge() = default;
    /// `names` are the subjects that people compare; at most `max_names`.
    Knowledge(std::vector<KnowledgeAnswer> answers, const SameWords& same,
              const std::vector<std::string>& names, std::string unknown);

    [[nodiscard]] const std::vector<KnowledgeAnswer>& answers() const { return answers_; }
    /// What is said to a question that nothing here answers; may be empty.
    [[nodiscard]] const std::string& unknown() const { return unknown_; }

    /// The answer that fits the words best, whether they form a question or not. Nothing when no
    /// answer has a word of them.
    [[nodiscard]] std::optional<SideAnswer> nearest(const std::vector<std::string>& words) const;

    /// The words of a text that count, each replaced by the one that stands for its group; sorted,
    /// each once. Two phrasings with the same words cannot be told from each other.
    [[nodiscard]] std::vector<std::string> key_words(std::string_view text) const;

private:
    struct Term {
        std::string name;   ///< a stem, or the stems of a phrase joined by "_"
        std::string typed;  ///< as the user wrote it
        bool corrected = false;
    };
    struct Phrase {
        std::vector<std::string> stems;
        std::string term;
    };
    /// Where a term occurs, and how much it tells.
    struct Posting {
        double weight = 0;
        std::uint64_t name = 0;  ///< the bit of a subject's name
        std::vector<std::uint32_t> phrasings;
        std::vector<std::uint32_t> words_of;      ///< answers with it in `ask` or `also`
        std::vector<std::uint32_t> mentioned_by;  ///< answers with it only in what they say
    };
    struct Phrasing {
        std::uint32_t answer = 0;
        double length = 0;        ///< of its vector of weights
        std::uint64_t names = 0;  ///< bits of the subjects that it names
    };
    struct Query;

    void learn_groups(const SameWords& same);
    void index_answers();
    void weigh();
    [[nodiscard]] std::vector<Term> terms(const std::vector<std::string>& words,
                                          bool correct) const;
    [[nodiscard]] const std::string* correction(const std::string& stem) const;
    [[nodiscard]] Query make_query(const std::vector<std::string>& words) const;

    std::vector<KnowledgeAnswer> answers_;
    std::string unknown_;
    std::unordered_map<std::string, std::vector<Phrase>> groups_;  ///< by the first stem
    std::unordered_map<std::string, Posting> postings_;
    std::vector<Phrasing> phrasings_;
    std::vector<std::uint64_t> names_of_;  ///< by answer: bits of all subjects in its words
    std::vector<std::vector<std::string>> known_stems_;  ///< by length, for slips of the finger
    std::unordered_map<std::string, bool> is_known_;
    double unknown_weight_ = 0;
};

/// The answer to a question that `text` asks beside the talk. Nothing when the text is no question,
/// or no answer fits well enough; then it is left to be read as an answer to the pending question.
/// Never throws for any bytes; linear in the length of the text.
[[nodiscard]] std::optional<SideAnswer> answer_side_question(const Knowledge& knowledge,
                                                             std::string_view text);

/// True when the text is clearly a question, whether or not anything answers it.
[[nodiscard]] bool is_clear_question(std::string_view text);

struct KnowledgeResult {
    std::optional<Knowledge> knowledge;  ///< set when no diagnostic is an error
    std::vector<Diagnostic> diagnostics;
};

/// Reads a knowledge file from its text. Never throws for anything that the text can hold.
/// `file` is only named in diagnostics.
[[nodiscard]] KnowledgeResult load_knowledge(std::string_view text, const std::string& file);

}  // namespace advisor::dialogs
