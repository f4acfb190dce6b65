#pragma once
// One step of settle() (score.hpp), for who goes through questions one by one.

#include <cstdint>
#include <optional>
#include <span>

#include "dialogs/script.hpp"

namespace advisor::dialogs {

/// `facts` says what is settled about the questions before this one, and bit i of `open` that
/// question i is open. The fact points into `answer`.
[[nodiscard]] Fact settle_one(const Question& question, const std::optional<Value>& answer,
                              std::span<const Fact> facts, std::uint64_t open);

/// The bit of `question` in a set of open ones; 0 when it is settled.
[[nodiscard]] inline std::uint64_t bit_if_open(const Fact& fact, QuestionIndex question) {
    return fact.status == Fact::Status::open ? std::uint64_t{1} << question : 0;
}

}  // namespace advisor::dialogs
