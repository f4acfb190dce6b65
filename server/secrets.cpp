#include "server/secrets.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace advisor::server {
namespace {

struct MacDeleter {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacPtr = std::unique_ptr<EVP_MAC, MacDeleter>;
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, MacDeleter>;

std::string base32(std::span<const unsigned char> bytes) {
    static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::string text;
    unsigned buffer = 0;
    int bits = 0;
    for (const unsigned char byte : bytes) {
        buffer = buffer << 8U | byte;
        for (bits += 8; bits >= 5; bits -= 5)
            text += alphabet[buffer >> static_cast<unsigned>(bits - 5) & 31U];
    }
    if (bits > 0) text += alphabet[buffer << static_cast<unsigned>(5 - bits) & 31U];
    return text;
}

/// HMAC-SHA256. Setting it up for a key costs more than using it, and the key is nearly always the
/// same one, so that is done once.
class KeyedMac {
public:
    std::array<unsigned char, 32> digest(std::string_view key, std::string_view text) {
        if (key != key_) ready_ = false;
        ready_ = ready_ ? EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 : set_key(key);
        std::array<unsigned char, 32> digest{};
        std::size_t size = 0;
        ready_ = ready_ && EVP_MAC_update(context_.get(), bytes_of(text), text.size()) == 1 &&
                 EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1;
        if (!ready_) throw std::runtime_error("HMAC-SHA256 failed");
        return digest;
    }

private:
    static const unsigned char* bytes_of(std::string_view view) {
        return reinterpret_cast<const unsigned char*>(view.data());
    }

    bool set_key(std::string_view key) {
        key_ = key;
        std::array<char, 7> digest_name{"SHA256"};
        const std::array<OSSL_PARAM, 2> parameters{
            OSSL_PARAM_construct_utf8_string("digest", digest_name.data(), 0),
            OSSL_PARAM_construct_end()};
        return context_ &&
               EVP_MAC_init(context_.get(), bytes_of(key), key.size(), parameters.data()) == 1;
    }

    MacPtr algorithm_{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    MacContextPtr context_{algorithm_ ? EVP_MAC_CTX_new(algorithm_.get()) : nullptr};
    std::string key_;
    bool ready_ = false;  ///< `context_` has `key_`
};

}  // namespace

std::string random_text(std::size_t bytes) {
    std::vector<unsigned char> random(bytes);
    if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("the system gives no random numbers");
    return base32(random);
}

std::string keyed_text(std::string_view key, std::string_view text, std::size_t bytes) {
    thread_local KeyedMac mac;
    const std::array<unsigned char, 32> digest = mac.digest(key, text);
    return base32(std::span(digest).first(std::min(bytes, digest.size())));
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

bool equal_secrets(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace advisor::server
