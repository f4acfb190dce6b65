#include "server/channels/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace advisor::channels {
namespace {

struct EvpDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// `text` without its padding, in the alphabet whose last two letters are given.
std::optional<std::string> decode(std::string_view text, char letter_62, char letter_63) {
    std::string bytes;
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        unsigned value = 0;
        if (c >= 'A' && c <= 'Z')
            value = static_cast<unsigned>(c - 'A');
        else if (c >= 'a' && c <= 'z')
            value = static_cast<unsigned>(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            value = static_cast<unsigned>(c - '0') + 52;
        else if (c == letter_62)
            value = 62;
        else if (c == letter_63)
            value = 63;
        else
            return std::nullopt;
        buffer = (buffer << 6U | value) & 0xffffU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(buffer >> bits & 0xffU);
    }
    // One text for each value: no lone letter, and nothing in the bits that are left over.
    if (bits >= 6 || (buffer & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace

bool equal_bytes(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool equals_any(std::string_view given, const std::vector<std::string>& wanted) {
    bool found = false;
    for (const std::string& one : wanted)
        found = (!one.empty() && equal_bytes(given, one)) || found;
    return found;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
              digest.data(), &size))
        throw std::runtime_error("HMAC-SHA256 failed");
    return {digest.begin(), digest.end()};
}

std::string to_hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    return decode(text.substr(0, text.size() - padding), '+', '/');
}

std::optional<std::string> from_base64url(std::string_view text) {
    return decode(text, '-', '_');
}

bool verify_ed25519(std::string_view key, std::string_view text, std::string_view signature) {
    if (key.size() != 32 || signature.size() != 64) return false;
    const std::unique_ptr<EVP_PKEY, EvpDeleter> public_key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key.size()));
    const std::unique_ptr<EVP_MD_CTX, EvpDeleter> context(EVP_MD_CTX_new());
    return public_key && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                            text.size()) == 1;
}

}  // namespace advisor::channels
