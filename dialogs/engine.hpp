#pragma once
// The conversation as a pure function: step(script, state, input) -> state and what to say.
// No clock, no disk, no socket, no random numbers: proof, replay and tests are cheap only because
// of this.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dialogs/description.hpp"
#include "dialogs/score.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// A change that would drop later answers and waits for a yes.
struct ProposedChange {
    QuestionIndex question = 0;
    Value value;
    bool operator==(const ProposedChange&) const = default;
};

/// Answers that a text may have meant: "did you mean A or B?" waits for a word.
struct OfferedAnswers {
    QuestionIndex question = 0;
    std::vector<Value> values;  ///< one to three, best first
    bool operator==(const OfferedAnswers&) const = default;
};

/// Where a conversation stands: answers and what is pending. There is no cursor; the next question
/// is computed (order.hpp), so going back, editing and resuming need nothing of their own.
struct State {
    Answers answers;                        ///< one entry per question of the script
    std::optional<QuestionIndex> reopened;  ///< asked again although it has an answer
    std::optional<ProposedChange> proposed;
    std::optional<OfferedAnswers> offered;
    std::vector<FoundFact> facts;  ///< offered to be taken over together; by question
    /// Answered by facts that were taken over: they give way, without a question, to an answer that
    /// rules them out. By question.
    std::vector<QuestionIndex> taken_over;
    std::optional<std::size_t>
        earlier_outcome;  ///< the outcome before a change, until the next one is known
    /// The outcome that is certain although questions are left; set when it has been said.
    std::optional<std::uint8_t> early;
    bool stopped = false;  ///< the person wants the result although questions are left
    /// In a script with adaptive order: what is answered, in the order of the answers.
    std::vector<QuestionIndex> answered;
    bool operator==(const State&) const = default;
};

// What can come in. Values are checked by the engine; whoever made the input need not know the
// script.
struct Start {};
struct GiveAnswer {
    std::string question;
    Value value;
};
struct Say {
    std::string text;
};
struct ChangeAnswer {
    std::string question;
    std::optional<Value> value;  ///< absent: ask again
    bool confirmed = false;
    bool declined = false;  ///< drops a proposed change instead
};
struct Back {};
struct Skip {};
struct Restart {};
/// Takes over those of the offered facts whose questions are named; none: drops the offer.
struct TakeFacts {
    std::vector<std::string> questions;
    bool all = false;
};
using Input = std::variant<Start, GiveAnswer, Say, ChangeAnswer, Back, Skip, Restart, TakeFacts>;

/// What a message is, so that clients can show it fittingly.
enum class MessageKind {
    intro,
    react,
    understood,
    note,
    help,
    why,
    unclear,
    confirm,
    changed,
    result,
    info  ///< the answer to a question beside the talk
};
struct Message {
    MessageKind kind = MessageKind::note;
    std::string text;
    bool operator==(const Message&) const = default;
};

/// What a change does to the other answers.
struct Consequences {
    QuestionIndex question = 0;
    Value value;
    std::vector<QuestionIndex> kept;
    std::vector<QuestionIndex> dropped;
    std::vector<QuestionIndex> asked;  ///< come new
};

struct Progress {
    std::size_t answered = 0;
    std::size_t remaining = 0;  ///< at most so many questions may still come
};

/// Nothing that is still to be answered can change the outcome.
struct EarlyResult {
    std::size_t outcome = 0;
    std::size_t remaining = 0;  ///< at most so many questions need not be answered
};

struct Outputs {
    std::vector<Message> messages;          ///< in the order to show them
    std::optional<Consequences> confirm;    ///< a proposed change, waiting for a yes
    std::vector<FoundFact> facts;           ///< offered to be taken over, waiting for a yes
    std::optional<QuestionIndex> question;  ///< pending
    Progress progress;
    std::optional<Scorecard> result;   ///< set when nothing is left to ask, or the person stopped
    std::optional<EarlyResult> early;  ///< set while the person may stop: questions are left
};

/// Why an input cannot be a turn. The state is what it was.
struct Rejection {
    enum class Code {
        unknown_question,
        question_not_pending,
        not_answered,
        bad_value,
        unknown_not_allowed
    };
    Code code = Code::bad_value;
    std::string message;
};

struct StepResult {
    State state;
    Outputs outputs;
    std::optional<Rejection> rejected;  ///< then `state` and `outputs` mean nothing
};

/// One turn. Never throws for anything that a user can send: unclear text asks again, an impossible
/// input is rejected. Requires: `state` belongs to `script` (see fresh_state).
[[nodiscard]] StepResult step(const Script& script, State state, const Input& input);

/// The state before the first answer.
[[nodiscard]] State fresh_state(const Script& script);

/// The question that waits for an answer, or nothing when the conversation is finished.
[[nodiscard]] std::optional<QuestionIndex> pending_question(const Script& script,
                                                            const State& state);

/// What a change would do to the other answers. Requires: the value fits its question.
[[nodiscard]] Consequences consequences(const Script& script, const State& state,
                                        const ProposedChange& change);

/// How far the conversation is.
[[nodiscard]] Progress progress_of(const Script& script, const State& state);

/// True when the value is one that the question takes; `why` gets a sentence for the user
/// otherwise.
[[nodiscard]] bool fits(const Question& question, const Value& value, std::string& why);

/// A value in the words of the script: "Live is the product", "3,000 to 5,000 people", "I don't
/// know".
[[nodiscard]] std::string value_text(const Question& question, const Value& value);

/// The number of code points of UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text);

[[nodiscard]] std::string_view to_text(MessageKind kind);

}  // namespace advisor::dialogs
