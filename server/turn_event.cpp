#include "server/turn_event.hpp"

#include <algorithm>

namespace advisor::server {

db::TurnEvent event_of(bool first, bool was_finished, const dialogs::State& before,
                       const dialogs::StepResult& next) {
    if (first) return db::TurnEvent::started;
    const auto& messages = next.outputs.messages;
    // An introduction that is not the first one follows a restart.
    if (!messages.empty() && messages.back().kind == dialogs::MessageKind::intro) {
        const bool had_answers = std::ranges::any_of(
            before.answers, [](const auto& answer) { return answer.has_value(); });
        return had_answers ? db::TurnEvent::cancelled : db::TurnEvent::none;
    }
    if (!next.outputs.result) return db::TurnEvent::none;
    const bool is_new = !was_finished || next.state.answers != before.answers;
    return is_new ? db::TurnEvent::completed : db::TurnEvent::none;
}

}  // namespace advisor::server
