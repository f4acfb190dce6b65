#include "server/channels/json_web_token.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>
#include <memory>

#include "server/channels/body.hpp"
#include "server/channels/signature.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

constexpr std::size_t max_token_size = 8 * 1024;
constexpr int min_key_bits = 2048;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// A key and its name; no name fits every token.
struct NamedKey {
    std::string id;
    Owned<EVP_PKEY> key;
};

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<BIO> reader(std::string_view text) {
    return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool is_strong_rsa(const EVP_PKEY* key) {
    return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
           EVP_PKEY_get_bits(key) >= min_key_bits;
}

/// A certificate's dates are not looked at: who is trusted is decided by what is in the set.
Owned<EVP_PKEY> key_from_pem(std::string_view pem) {
    Owned<EVP_PKEY> key;
    if (pem.size() > INT_MAX) return key;
    const Owned<X509> certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
    if (certificate)
        key.reset(X509_get_pubkey(certificate.get()));
    else
        key.reset(PEM_read_bio_PUBKEY(reader(pem).get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!is_strong_rsa(key.get())) key.reset();
    return key;
}

Owned<BIGNUM> number_of(const std::string& base64url) {
    const std::optional<std::string> bytes = from_base64url(base64url);
    if (!bytes || bytes->empty() || bytes->size() > 1024) return nullptr;
    return Owned<BIGNUM>(BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr));
}

Owned<EVP_PKEY> key_from_jwk(const json& jwk) {
    Owned<EVP_PKEY> key;
    if (text_at(jwk, "kty") != "RSA") return key;
    const Owned<BIGNUM> modulus = number_of(text_at(jwk, "n"));
    const Owned<BIGNUM> exponent = number_of(text_at(jwk, "e"));
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    if (!modulus || !exponent || !builder || !context ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
        return key;
    const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY* made = nullptr;
    if (params && EVP_PKEY_fromdata_init(context.get()) == 1 &&
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) == 1)
        key.reset(made);
    ERR_clear_error();
    if (!is_strong_rsa(key.get())) key.reset();
    return key;
}

/// The keys of a set; those that cannot be used are left out.
std::vector<NamedKey> read_keys(std::string_view text) {
    std::vector<NamedKey> keys;
    const std::optional<json> set = read_json(text);
    if (!set) {
        Owned<EVP_PKEY> key = key_from_pem(text);
        if (key) keys.push_back({std::string(), std::move(key)});
        return keys;
    }
    const json& list = value_at(*set, "keys");
    if (list.is_array()) {
        for (const json& jwk : list) {
            Owned<EVP_PKEY> key = key_from_jwk(jwk);
            if (key) keys.push_back({text_at(jwk, "kid"), std::move(key)});
        }
        return keys;
    }
    for (const auto& [id, pem] : set->items()) {
        if (!pem.is_string()) continue;
        Owned<EVP_PKEY> key = key_from_pem(pem.get_ref<const std::string&>());
        if (key) keys.push_back({id, std::move(key)});
    }
    return keys;
}

bool is_signed(EVP_PKEY* key, std::string_view text, std::string_view signature) {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    // PKCS #1 v1.5 is what an RSA key is used with unless told otherwise, as RS256 wants it.
    const bool valid =
        context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                         text.size()) == 1;
    ERR_clear_error();
    return valid;
}

std::optional<json> decoded_object(std::string_view part) {
    const std::optional<std::string> text = from_base64url(part);
    return text ? read_json(*text) : std::nullopt;
}

}  // namespace

std::optional<std::string> key_set_fault(std::string_view text) {
    if (!read_keys(text).empty()) return std::nullopt;
    return "There is no public RSA key of at least 2048 bits in it: give a PEM certificate or "
           "public key, a JSON object of key ids and PEM texts, or a JSON Web Key Set.";
}

std::optional<json> verified_claims(std::string_view token,
                                    const std::vector<std::string>& key_sets) {
    if (token.size() > max_token_size) return std::nullopt;
    const std::size_t first = token.find('.');
    const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
    if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;
    const std::optional<json> header = decoded_object(token.substr(0, first));
    const std::optional<std::string> signature = from_base64url(token.substr(second + 1));
    if (!header || !signature || text_at(*header, "alg") != "RS256" || header->contains("crit"))
        return std::nullopt;
    const std::string id = text_at(*header, "kid");
    for (const std::string& set : key_sets) {
        for (const NamedKey& named : read_keys(set)) {
            if (!id.empty() && !named.id.empty() && named.id != id) continue;
            if (is_signed(named.key.get(), token.substr(0, second), *signature))
                return decoded_object(token.substr(first + 1, second - first - 1));
        }
    }
    return std::nullopt;
}

}  // namespace advisor::channels
