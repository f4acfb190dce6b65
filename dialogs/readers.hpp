#pragma once
// Reading a text as an answer of each kind: the parts of understand().

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dialogs/intents.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/scope.hpp"

namespace advisor::dialogs {

/// What is read: a question, its words, and a text with its structure.
struct Reading {
    const Question& question;
    const QuestionWords& words;
    std::span<const Token> tokens;
    const Scope& scope;
    std::span<const PhraseMatch>
        wishes;               ///< places of wishes about the talk; not part of an answer
    std::uint32_t begin = 0;  ///< what stands before is not looked at
    std::vector<std::string>* trace = nullptr;
    bool inner = false;  ///< nobody asked: a phrase inside of a longer one counts as well, and a
                         ///< denial affirms nothing
};

/// An answer that the text may be.
struct Candidate {
    Value value;
    double score = 0;  ///< 0 to 1
};

/// What the candidates come to.
struct Decision {
    enum class Kind { none, ask, accept };
    Kind kind = Kind::none;
    std::vector<Candidate> candidates;  ///< best first
    [[nodiscard]] double confidence() const;
};

[[nodiscard]] Decision read_choice(const Reading& reading);
[[nodiscard]] Decision read_multi(const Reading& reading);
[[nodiscard]] Decision read_boolean(const Reading& reading);
[[nodiscard]] Decision read_number(const Reading& reading);
[[nodiscard]] Decision read_scale(const Reading& reading);

/// Accepts the best candidate when it is likely enough and clearly ahead of the next; asks between
/// the best when not; nothing when none is likely. Sorts; ties keep their order.
[[nodiscard]] Decision decide(std::vector<Candidate> candidates);

/// "0.85", for a trace.
[[nodiscard]] std::string two_places(double number);

/// The words of a match, for a trace.
[[nodiscard]] std::string words_of(std::span<const Token> tokens, const PhraseMatch& match);

}  // namespace advisor::dialogs
