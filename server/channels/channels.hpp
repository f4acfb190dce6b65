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
[[nodiscard]] const Channel& discord();
[[nodiscard]] const Channel& telegram();
[[nodiscard]] const Channel& teams();

}  // namespace advisor::channels
