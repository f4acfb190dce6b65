#pragma once
// What Teams shows: text, which says what to type, and an Adaptive Card for the result.

#include "server/channels/channel.hpp"

namespace advisor::channels::teams_message {

/// `event` carries "name": how we are mentioned.
[[nodiscard]] Rendered render(const Event& event, const View& view, const Hook& hook);

}  // namespace advisor::channels::teams_message
