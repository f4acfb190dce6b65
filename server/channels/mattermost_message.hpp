#pragma once
// A view as Mattermost shows it: a post with attachments, whose buttons carry a mark of ours.

#include <string>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// The name of an answer token's option in the id and context of a control, and back: letters and
/// digits only.
[[nodiscard]] std::string mattermost_name(std::string_view option);
[[nodiscard]] std::string mattermost_option(std::string_view name);

/// The mark of a control: 32 hexadecimal digits that only the server can make.
[[nodiscard]] std::string mattermost_mac(const Hook& hook, const std::string& session,
                                         const std::string& question, const std::string& option);

/// The answer to a command, an outgoing webhook or an action, by what the event carries as "way".
[[nodiscard]] Rendered mattermost_message(const Event& event, const View& view, const Hook& hook);

}  // namespace advisor::channels
