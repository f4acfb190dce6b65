#pragma once
// A dialog script as values: questions, rules, evidence, hiring advice. Immutable once loaded;
// format: docs/scripts.md.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/condition.hpp"
#include "dialogs/diagnostic.hpp"

namespace advisor::dialogs {

class AdaptiveOrder;  // order.hpp
class Knowledge;      // knowledge.hpp

using OptionIndex = std::size_t;
using EvidenceIndex = std::size_t;

inline constexpr std::size_t max_script_bytes = 1U << 20U;
inline constexpr std::size_t max_condition_bytes = 2000;
inline constexpr std::size_t max_choices = 24;
inline constexpr std::size_t max_questions = 60;  // a set of questions is 64 bits
inline constexpr std::size_t max_options = 12;
inline constexpr std::size_t max_rules = 500;

/// Something that can win.
struct Option {
    std::string id;
    std::string name;
    std::string say;    ///< the headline of a recommendation
    std::string about;  ///< may be empty
    std::string means;  ///< a normalised name that tools compare by; may be empty
};

/// When no option leads: the outcome that says so.
struct Tie {
    std::string outcome;
    std::string name;
    std::string say;
    int margin = 0;  ///< points; a lead of at most this much between `between` is a tie
    std::vector<OptionIndex> between;
    std::vector<std::string> tie_breakers;  ///< axes of rules
};

enum class QuestionKind { choice, multi, number, boolean, scale, text };

/// A phrase by which an answer is recognised; form: dialogs/phrases.hpp.
struct Cue {
    std::string say;
    double weight = 1;  ///< 0 to 1: how sure the phrase alone makes
};

/// One answer that a question offers.
struct ChoiceSpec {
    std::string id;
    std::string say;
    std::string help;
    std::vector<std::string> also;  ///< each is this answer, also when it is all that is typed
    std::vector<Cue> cues;          ///< speak for this answer
    std::vector<Cue> against;       ///< speak against it: negative examples
    std::vector<Cue> told;          ///< speak for it also when nobody asked; see description.hpp
    std::vector<Cue> told_against;  ///< negative examples of these
    std::string
        denied;  ///< id of the choice that is meant when this one is only denied; may be empty
    std::vector<std::string>
        both;  ///< ids of two choices; this one is meant when both are affirmed
    std::string means;
    std::string react;
};

/// A ready-made answer to a number question.
struct RangeSpec {
    std::string say;
    Amount amount;
    std::string means;
};

/// Words that stand for a number: "just me" is 1.
struct AmountWords {
    std::vector<std::string> say;
    Amount amount;
};

struct QuestionWords;  // dialogs/question_words.hpp

struct Question {
    std::string id;
    std::string topic;
    std::string label;
    std::string ask;
    std::string help;
    std::string why;
    std::vector<EvidenceIndex> evidence;
    Condition when;
    QuestionKind kind = QuestionKind::choice;
    std::vector<ChoiceSpec> choices;  ///< choice, multi; for boolean: "yes" and "no", in this order
    Amount limits;                    ///< number, scale: both included
    std::string unit;
    std::vector<RangeSpec> ranges;
    std::vector<std::string> counts;        ///< number: phrases beside a number that is meant
    std::vector<std::string> counts_not;    ///< number: phrases beside a number of something else
    std::vector<AmountWords> amount_words;  ///< number: phrases that are a number themselves
    std::vector<std::string> told_counts;   ///< like `counts`, where nobody asked
    std::vector<std::string> told_counts_not;  ///< like `counts_not`, besides those
    std::vector<AmountWords> told_words;       ///< like `amount_words`, where nobody asked
    std::vector<std::string> called;           ///< names by which people speak of the question
    std::string low, high;                     ///< names of a scale's ends
    std::size_t max_length = 0;                ///< text: characters
    bool allow_unknown = true;
    bool required = false;
    // Adaptive order only; sets of questions, bit i stands for question i.
    bool first = false;       ///< before all questions without it, in the order of the file
    std::uint64_t after = 0;  ///< asked when these are settled
    std::uint64_t group = 0;  ///< its topic, itself included: once begun, gone on with
    /// Number and scale: borders inside `limits` at which some condition of the script changes its
    /// mind; sorted. Between two neighbours every number has the same effect.
    std::vector<std::int64_t> borders;
    bool guards_others = false;  ///< some later question's `when` looks at this one
    std::shared_ptr<const QuestionWords>
        words;  ///< what answers are recognised by; set when loaded
    std::shared_ptr<const QuestionWords>
        told;  ///< what statements are recognised by that nobody asked for; set when loaded
};

struct Rule {
    std::string id;
    std::string axis;
    Condition when;
    std::vector<int> points;  ///< one per option
    std::string because;
    std::vector<EvidenceIndex> evidence;
    std::vector<QuestionIndex> questions;  ///< the ones that `when` mentions, in order
    bool breaks_ties = false;              ///< its axis is one of the tie breakers
};

enum class Stance { supports, qualifies, contradicts };

struct Evidence {
    std::string id;
    std::string claim;
    Stance stance = Stance::supports;
    std::string source;
    std::string url;
    std::string as_of;      ///< YYYY-MM
    std::string review_by;  ///< YYYY-MM
};

/// When a text or role is shown: for these outcomes (position of an option, or options.size() for
/// the tie), and while `when` holds.
struct Audience {
    std::vector<std::size_t> outcomes;  ///< empty: all
    Condition when;
};

struct ConditionalText {
    Audience audience;
    std::string say;
    std::vector<EvidenceIndex> evidence;
};

enum class Verdict { hire, train, contract, none };

struct VerdictSpec {
    Condition when;
    Verdict verdict = Verdict::none;
    std::string because;
    std::optional<int> count;
    std::string seniority;  ///< empty: the role's
};

struct InterviewItem {
    std::string ask;
    std::string good;
};

struct RoleSpec {
    std::string id;
    Audience audience;
    std::string title;
    std::string seniority;
    int count = 1;
    std::vector<VerdictSpec> verdicts;  ///< the first that holds decides; the last one always holds
    std::vector<std::string> must_have;
    std::vector<std::string> nice_to_have;
    std::vector<InterviewItem> interview;
    std::string work_sample;
    std::string first_90_days;
    std::string risk;
    std::vector<EvidenceIndex> evidence;
};

struct Hiring {
    std::vector<ConditionalText> summary;  ///< the first that fits is shown
    std::vector<RoleSpec> roles;
    std::vector<ConditionalText> notes;  ///< every one that fits is shown
};

/// Texts that replies name instead of repeating; see dialogs/wire.hpp.
using Fragments = std::map<std::string, std::string, std::less<>>;

struct Script {
    std::string id;
    std::string title;
    std::string language;
    std::string intro;
    std::string closing;
    std::string contact;  ///< how to reach a human; may be empty
    std::vector<Option> options;
    Tie tie;
    int clear_margin = 1;
    std::vector<Question> questions;
    std::vector<Rule> rules;
    std::vector<ConditionalText> tradeoffs;
    Hiring hiring;
    std::vector<Evidence> evidence;
    Fragments fragments;
    /// While one of the first `decided_from` questions is open, no outcome can be certain yet
    /// (dialogs/early_stop.hpp).
    QuestionIndex decided_from = 0;
    /// Set when the script asks for adaptive order; else the order is that of the file.
    std::shared_ptr<const AdaptiveOrder> order;
    /// Answers to side questions; may be null. Not a part of the pinned script: it never changes a
    /// state, so an old session may be told what is known today.
    std::shared_ptr<const Knowledge> knowledge;

    [[nodiscard]] std::optional<QuestionIndex> find_question(std::string_view id) const;
    /// Outcomes are numbered like options; the tie comes after them.
    [[nodiscard]] std::size_t tie_outcome() const { return options.size(); }
    [[nodiscard]] const std::string& outcome_id(std::size_t outcome) const;
    [[nodiscard]] const std::string& outcome_name(std::size_t outcome) const;
    [[nodiscard]] const std::string& outcome_say(std::size_t outcome) const;
};

struct LoadResult {
    std::optional<Script> script;  ///< set when no diagnostic is an error
    std::vector<Diagnostic> diagnostics;
};

/// Reads a script from its text. Never throws for anything that the text can hold.
/// `file` is only named in diagnostics.
[[nodiscard]] LoadResult load_script(std::string_view text, const std::string& file);

[[nodiscard]] std::string_view to_text(QuestionKind kind);
[[nodiscard]] std::string_view to_text(Stance stance);
[[nodiscard]] std::string_view to_text(Verdict verdict);

}  // namespace advisor::dialogs
