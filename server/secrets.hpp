#pragma once
// Random names, keyed names and digests, all by OpenSSL.

#include <string>
#include <string_view>

namespace advisor::server {

/// `bytes` random bytes as base32 text (a-z, 2-7). Throws std::runtime_error when the system has no
/// randomness to give.
[[nodiscard]] std::string random_text(std::size_t bytes);

/// The first `bytes` (at most 32) of HMAC-SHA256(key, text), as base32 text.
[[nodiscard]] std::string keyed_text(std::string_view key, std::string_view text,
                                     std::size_t bytes);

/// SHA-256 as 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view text);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace advisor::server
