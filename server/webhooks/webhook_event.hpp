#pragma once
// What a webhook is told, independent of who is told: built from a stored turn, long after it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/outbox.hpp"
#include "dialogs/script.hpp"
#include "server/channels/channel.hpp"

namespace advisor::server {

/// "session.started", "session.completed", "session.cancelled" or "endpoint.test".
[[nodiscard]] std::string_view event_name(db::EventSet event);
/// One event by its name; 0 for any other text.
[[nodiscard]] db::EventSet event_named(std::string_view name);
/// The names of all events in the set, with commas between.
[[nodiscard]] std::string event_names(db::EventSet events);

inline constexpr db::EventSet all_session_events =
    static_cast<db::EventSet>(db::TurnEvent::started) |
    static_cast<db::EventSet>(db::TurnEvent::completed) |
    static_cast<db::EventSet>(db::TurnEvent::cancelled);

/// An event in plain texts; whoever renders it escapes them.
struct WebhookEvent {
    db::EventSet event = db::test_event;
    db::TimePoint at;
    std::string session_id;
    std::string locale;
    std::string platform;  ///< where the talk is: "web", "slack", ...
    std::string script_id;
    std::string script_title;
    std::string outcome_id;
    std::string firmness;  ///< as the protocol has it: "too_close"
    /// 0.5 when it is too close to call, 0.75 where the script calls it clear, and towards 1 with
    /// the margin.
    double confidence = 0.5;
    std::string reason;                      ///< of a cancelled session
    std::optional<channels::Advice> advice;  ///< of a completed session
    std::vector<channels::Fact> typed;       ///< questions that were answered in free words
};

/// The event of an outbox row. `public_url` stands before the path of the report. Nothing when the
/// session's state cannot be read with this script.
[[nodiscard]] std::optional<WebhookEvent> read_event(const db::OutboxItem& item,
                                                     const db::EventSource& source,
                                                     const dialogs::Script& script,
                                                     std::string_view public_url);

/// The event's body for a generic webhook: minified JSON, less than 20,000 bytes.
[[nodiscard]] std::string generic_body(const WebhookEvent& event);

}  // namespace advisor::server
