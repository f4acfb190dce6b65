#pragma once
// What stands at the other end of a webhook.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace advisor::server {

enum class WebhookKind : std::uint8_t {
    generic,
    slack,
    mattermost,
    discord,
    teams,
    google_chat,
    rocketchat,
    zulip,
};

struct WebhookKindEntry {
    WebhookKind kind;
    std::string_view name;    ///< as on the command line
    std::string_view title;   ///< as people write it
    std::string_view set_up;  ///< where its address comes from, in a sentence
};

[[nodiscard]] std::span<const WebhookKindEntry> webhook_kinds();
[[nodiscard]] const WebhookKindEntry& entry_of(WebhookKind kind);
/// Without regard to case, `_` or a missing `-`: "google-chat", "google_chat", "GoogleChat".
[[nodiscard]] std::optional<WebhookKind> webhook_kind(std::string_view name);

/// All but the generic one post for people to read, and their address is a secret.
[[nodiscard]] constexpr bool is_chat(WebhookKind kind) {
    return kind != WebhookKind::generic;
}

}  // namespace advisor::server
