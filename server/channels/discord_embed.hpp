#pragma once
// How Discord writes text, and a recommendation as embeds.

#include <nlohmann/json.hpp>

#include "server/channels/channel.hpp"

namespace advisor::channels::discord_message {

extern const Markup markup;

/// The recommendation and the hiring plan, within the limits of an embed and of all together.
[[nodiscard]] nlohmann::ordered_json advice_embeds(const Advice& advice);

}  // namespace advisor::channels::discord_message
