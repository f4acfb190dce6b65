#pragma once
// How the words of a text hang together: what a negation reaches, what a "but" outweighs, what a
// self-correction takes back.

#include <cstdint>
#include <span>
#include <vector>

#include "dialogs/phrases.hpp"
#include "dialogs/text.hpp"

namespace advisor::dialogs {

/// A negating word and the tokens that it reaches: from behind it up to and without `end`.
struct Negation {
    std::uint32_t at = 0;
    std::uint32_t end = 0;
};

struct Scope {
    std::vector<Negation> negations;
    std::vector<double> weight;  ///< per token: 1, or less for what a contrast outweighs
    std::uint32_t begin = 0;     ///< what stands before was taken back ("three, no, four")
};

[[nodiscard]] Scope find_scope(std::span<const Token> tokens);

/// True when an odd number of negations reaches the match from outside, or one follows it ("chat is
/// not needed"). Cost: logarithmic in the negations of the text.
[[nodiscard]] bool is_negated(std::span<const Token> tokens, const Scope& scope,
                              const PhraseMatch& match);

/// The weight of a match: that of its heaviest token.
[[nodiscard]] double weight_of(const Scope& scope, const PhraseMatch& match);

}  // namespace advisor::dialogs
