#pragma once
// Tokens signed with RSA (RFC 7519, RFC 7518 section 3.3), by OpenSSL.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::channels {

/// Why `text` is no set of public RSA keys of at least 2048 bits, in a sentence; nothing when it is
/// one. Read are a PEM certificate or public key, an object of key ids and such texts, and a set of
/// RFC 7517 (`{"keys":[...]}`).
[[nodiscard]] std::optional<std::string> key_set_fault(std::string_view text);

/// The claims of a token whose RS256 signature one of the keys has made; nothing for any other
/// algorithm, a broken token, or one of more than 8 KiB. A token that names a key is checked with
/// that one only. Who issued it, for whom and until when is for the caller to check.
[[nodiscard]] std::optional<nlohmann::json> verified_claims(
    std::string_view token, const std::vector<std::string>& key_sets);

}  // namespace advisor::channels
