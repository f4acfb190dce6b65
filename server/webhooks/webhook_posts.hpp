#pragma once
// An event as a post in a team's chat, for the incoming webhooks of each platform, within its
// limits. What a person typed is shown as it is, and never works there: as markup, as a link, or to
// call somebody.

#include <string>

#include "server/webhooks/webhook_event.hpp"
#include "server/webhooks/webhook_kind.hpp"

namespace advisor::server {

/// The body of the POST: JSON. Requires: is_chat(kind).
[[nodiscard]] std::string chat_body(WebhookKind kind, const WebhookEvent& event);

}  // namespace advisor::server
