#pragma once
// A view as a message of Slack: `text` for notifications, and blocks within Slack's limits.

#include <nlohmann/json.hpp>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// `{"text","blocks"}`; of a private note only `text`.
[[nodiscard]] nlohmann::ordered_json slack_message(const Event& event, const View& view,
                                                   const Hook& hook);

}  // namespace advisor::channels
