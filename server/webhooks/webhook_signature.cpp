#include "server/webhooks/webhook_signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cassert>
#include <stdexcept>

#include "server/net/base64.hpp"

namespace advisor::server {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t min_key_bytes = 24;
constexpr std::size_t max_key_bytes = 64;

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size(), digest.data(), &size);
    if (!made) throw std::runtime_error("HMAC-SHA256 failed");
    return {digest.begin(), digest.begin() + size};
}

}  // namespace

std::string new_webhook_secret() {
    std::array<unsigned char, 32> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
        throw std::runtime_error("the system gives no random numbers");
    return std::string(secret_prefix) +
           base64({reinterpret_cast<const char*>(random.data()), random.size()});
}

std::optional<std::string> webhook_key(std::string_view secret) {
    if (!secret.starts_with(secret_prefix)) return std::nullopt;
    std::optional<std::string> key = base64_decode(secret.substr(secret_prefix.size()));
    if (!key || key->size() < min_key_bytes || key->size() > max_key_bytes) return std::nullopt;
    return key;
}

std::string webhook_signature(std::span<const std::string> secrets, std::string_view message_id,
                              std::int64_t timestamp, std::string_view body) {
    std::string signed_text(message_id);
    signed_text += "." + std::to_string(timestamp) + ".";
    signed_text += body;
    std::string header;
    for (const std::string& secret : secrets) {
        const std::optional<std::string> key = webhook_key(secret);
        assert(key);
        if (!header.empty()) header += ' ';
        header += "v1," + base64(hmac_sha256(*key, signed_text));
    }
    return header;
}

}  // namespace advisor::server
