#pragma once
// What Discord shows: messages with buttons, menus and embeds, forms, notes for one person.

#include <nlohmann/json.hpp>
#include <string>

#include "server/channels/channel.hpp"

namespace advisor::channels::discord_message {

// Types of answers to an interaction, as Discord numbers them.
inline constexpr int pong = 1;
inline constexpr int new_message = 4;
inline constexpr int acknowledge = 6;  ///< of a component: nothing changes
inline constexpr int update = 7;       ///< of the message that a component is in
inline constexpr int suggest = 8;
inline constexpr int form = 9;

inline constexpr int ephemeral_flag = 64;

/// The answer that only the one who acted sees.
[[nodiscard]] nlohmann::ordered_json note(const Text& text);

[[nodiscard]] Rendered render(const Event& event, const View& view, const Hook& hook);

}  // namespace advisor::channels::discord_message
