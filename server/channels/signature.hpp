#pragma once
// Signatures that chat platforms make, by OpenSSL.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::channels {

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_bytes(std::string_view left, std::string_view right);

/// True when `given` is one of `wanted`; looks at all of them.
[[nodiscard]] bool equals_any(std::string_view given, const std::vector<std::string>& wanted);

/// HMAC-SHA256: 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Nothing for anything but pairs of hexadecimal digits.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// Standard base64 with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing for anything that is not exactly that.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
/// The URL-safe alphabet without padding, as JSON Web Tokens have it.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// Ed25519 over `text`; `key` has 32 raw bytes, `signature` 64.
[[nodiscard]] bool verify_ed25519(std::string_view key, std::string_view text,
                                  std::string_view signature);

}  // namespace advisor::channels
