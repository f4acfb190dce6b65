#pragma once
// Stored turns as the lines that people saw.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/store.hpp"
#include "dialogs/engine.hpp"

namespace advisor::server {

/// One message of a conversation.
struct TranscriptLine {
    std::int64_t seq = 0;
    db::TimePoint at;
    bool from_user = false;
    std::string kind;  ///< of an advisor's message: dialogs::MessageKind in words, or "question"
    std::string text;
    std::optional<dialogs::QuestionIndex> question;  ///< of a user's message: what it answered
};

/// The lines of `turns`, which follow each other. The question of the last turn is left out: it is
/// still pending, and whoever shows the transcript shows it otherwise. `before` is the turn ahead
/// of the first one, if any.
[[nodiscard]] std::vector<TranscriptLine> transcript(const dialogs::Script& script,
                                                     const std::vector<db::TurnRecord>& turns,
                                                     const db::TurnRecord* before = nullptr);

}  // namespace advisor::server
