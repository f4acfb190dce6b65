#pragma once
// Signatures by the Standard Webhooks specification 1.0.0 (symmetric, "v1").

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace advisor::server {

/// A fresh secret: "whsec_" and the base64 of 32 random bytes.
[[nodiscard]] std::string new_webhook_secret();

/// The key of a secret: what its base64 stands for, 24 to 64 bytes. Nothing when it is no secret
/// of this form.
[[nodiscard]] std::optional<std::string> webhook_key(std::string_view secret);

/// The `webhook-signature` header for these exact bytes, with one signature for each secret.
/// `timestamp` is that of this try, in Unix seconds. Requires: each is a secret.
[[nodiscard]] std::string webhook_signature(std::span<const std::string> secrets,
                                            std::string_view message_id, std::int64_t timestamp,
                                            std::string_view body);

}  // namespace advisor::server
