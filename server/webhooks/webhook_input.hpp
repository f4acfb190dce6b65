#pragma once
// What people may ask of `advisor webhook`, checked. Every function throws UsageError with a
// sentence that says what to do, and none prints an address or a secret.

#include <iosfwd>
#include <string>
#include <vector>

#include "db/outbox.hpp"
#include "server/webhooks/webhook_admin.hpp"
#include "server/webhooks/webhook_kind.hpp"

namespace advisor::server {

/// The one word of a file, or of standard input ("-").
[[nodiscard]] std::string read_secret(const std::string& file, std::istream& in);

/// The host of an address that may be sent to. Names are looked up when something is sent, not
/// here.
[[nodiscard]] std::string checked_host(const std::string& address,
                                       const std::vector<std::string>& allowed_hosts);

[[nodiscard]] WebhookKind read_kind(const std::string& name);
/// No names: what this kind is usually told.
[[nodiscard]] db::EventSet read_events(const std::vector<std::string>& names, WebhookKind kind);
[[nodiscard]] std::string checked_name(const std::string& name);
[[nodiscard]] std::string checked_secret(const std::string& secret);

/// What `add` is asked for.
struct WantedWebhook {
    WebhookKind kind = WebhookKind::generic;
    std::string url;
    std::string secret;  ///< empty: this kind has none
    std::vector<std::string> allowed_hosts;
};
[[nodiscard]] WantedWebhook read_wanted(const WebhookOptions& options, std::istream& in);

}  // namespace advisor::server
