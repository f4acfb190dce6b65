#pragma once
// The platforms, in one table.

#include <span>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// Every platform, in the order of the documentation.
[[nodiscard]] std::span<const Channel* const> all_channels();

/// The platform of that name, or null.
[[nodiscard]] const Channel* find_channel(std::string_view name);

// One for each platform's file in this folder.
[[nodiscard]] const Channel& slack();
[[nodiscard]] const Channel& mattermost();
[[nodiscard]] const Channel& google_chat();
[[nodiscard]] const Channel& rocketchat();
[[nodiscard]] const Channel& zulip();
[[nodiscard]] const Channel& matrix();
[[nodiscard]] const Channel& xmpp();

}  // namespace advisor::channels
