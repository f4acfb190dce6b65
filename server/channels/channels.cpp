#include "server/channels/channels.hpp"

#include <algorithm>
#include <vector>

namespace advisor::channels {

std::span<const Channel* const> all_channels() {
    static const std::vector<const Channel*> table{
        // One a line.
        &slack(),       &mattermost(), &discord(), &telegram(), &teams(),
        &google_chat(), &rocketchat(), &zulip(),   &matrix(),   &xmpp(),
    };
    return table;
}

const Channel* find_channel(std::string_view name) {
    const auto table = all_channels();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Channel* channel) { return channel->name == name; });
    return found == table.end() ? nullptr : *found;
}

}  // namespace advisor::channels
