#include "server/webhooks/webhook_kind.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace advisor::server {
namespace {

constexpr std::array kinds{
    WebhookKindEntry{WebhookKind::generic, "generic", "Generic webhook",
                     "Any address that takes Standard Webhooks; give its owner the secret."},
    WebhookKindEntry{WebhookKind::slack, "slack", "Slack",
                     "Your app's page > Incoming Webhooks > switch on > Add New Webhook to "
                     "Workspace; copy the webhook URL."},
    WebhookKindEntry{WebhookKind::mattermost, "mattermost", "Mattermost",
                     "Integrations > Incoming Webhooks > Add; copy the URL."},
    WebhookKindEntry{WebhookKind::discord, "discord", "Discord",
                     "Edit Channel > Integrations > Webhooks > New Webhook; copy the webhook "
                     "URL."},
    WebhookKindEntry{WebhookKind::teams, "teams", "Microsoft Teams",
                     "Channel > Workflows > \"Post to a channel when a webhook request is "
                     "received\"; copy the address."},
    WebhookKindEntry{WebhookKind::google_chat, "google-chat", "Google Chat",
                     "Space > Apps & integrations > Webhooks > Add; copy the link."},
    WebhookKindEntry{WebhookKind::rocketchat, "rocketchat", "Rocket.Chat",
                     "Administration > Integrations > New > Incoming; copy the webhook URL."},
    WebhookKindEntry{WebhookKind::zulip, "zulip", "Zulip",
                     "Personal settings > Bots > Add a bot of type Incoming webhook > Generate "
                     "URL for an integration: Slack-compatible webhook; copy the URL."},
};

/// Letters and digits in lower case.
std::string folded(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c != '-' && c != '_' && c != '.' && c != ' ')
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

}  // namespace

std::span<const WebhookKindEntry> webhook_kinds() {
    return kinds;
}

const WebhookKindEntry& entry_of(WebhookKind kind) {
    return kinds[static_cast<std::size_t>(kind)];
}

std::optional<WebhookKind> webhook_kind(std::string_view name) {
    const auto* const found = std::ranges::find_if(
        kinds, [&](const WebhookKindEntry& entry) { return folded(entry.name) == folded(name); });
    if (found == kinds.end()) return std::nullopt;
    return found->kind;
}

}  // namespace advisor::server
