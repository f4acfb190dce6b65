#include "server/sealed_secret.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "server/net/base64.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view version_prefix = "s1.";
constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct CipherDeleter {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw std::runtime_error(file.string() + ": " + why);
}

std::string system_message() {
    return std::generic_category().message(errno);
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system gives no random numbers");
    return bytes;
}

const unsigned char* data_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

/// The key, or nothing when there is no such file.
std::optional<std::string> read_key(const fs::path& file) {
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.number() < 0 && errno == ENOENT) return std::nullopt;
    if (opened.number() < 0)
        refuse(file, "cannot be read (" + system_message() + "); let this user read it");
    struct stat about {};
    if (::fstat(opened.number(), &about) != 0 || (about.st_mode & 077) != 0)
        refuse(file, "others may read it; take that right away with chmod 600");
    std::array<char, 2 * key_bytes> bytes{};
    const ssize_t size = ::read(opened.number(), bytes.data(), bytes.size());
    if (size != static_cast<ssize_t>(key_bytes))
        refuse(file, "is no key of 32 bytes; put the right one back from your backup");
    return std::string(bytes.data(), key_bytes);
}

/// Makes a key under a name of its own and then gives it the right one, which fails when another
/// process was first. So nobody ever reads a part of a key.
void make_key(const fs::path& file) {
    std::string name = file.string() + ".XXXXXX";
    const Descriptor made(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
    if (made.number() < 0)
        refuse(file, "cannot be made (" + system_message() +
                         "); let this user write the folder or use --data with another one");
    const std::string key = random_bytes(key_bytes);
    const bool written =
        ::write(made.number(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
        ::fsync(made.number()) == 0;
    const bool named = written && (::link(name.c_str(), file.c_str()) == 0 || errno == EEXIST);
    const std::string why = named ? "" : system_message();
    ::unlink(name.c_str());
    if (!named) refuse(file, "cannot be made (" + why + "); is there space left?");
}

}  // namespace

fs::path secret_key_file(const fs::path& data) {
    return data / "secret.key";
}

SecretBox::SecretBox(const fs::path& data) {
    const fs::path file = secret_key_file(data);
    std::optional<std::string> key = read_key(file);
    if (!key) {
        make_key(file);
        key = read_key(file);
    }
    if (!key) refuse(file, "was removed just now; try again");
    key_ = std::move(*key);
}

std::string SecretBox::seal(std::string_view text, std::string_view label) const {
    const std::string nonce = random_bytes(nonce_bytes);
    std::string cipher(text.size(), '\0');
    std::array<char, tag_bytes> tag{};
    auto* out = reinterpret_cast<unsigned char*>(cipher.data());
    const CipherPtr context(EVP_CIPHER_CTX_new());
    int size = 0;
    const bool sealed =
        context &&
        EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), data_of(key_), data_of(nonce),
                            nullptr) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &size, data_of(label),
                          static_cast<int>(label.size())) == 1 &&
        EVP_EncryptUpdate(context.get(), out, &size, data_of(text),
                          static_cast<int>(text.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), out + size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
    if (!sealed) throw std::runtime_error("AES-256-GCM failed");
    return std::string(version_prefix) +
           base64(nonce + cipher + std::string(tag.data(), tag.size()));
}

std::optional<std::string> SecretBox::open(std::string_view sealed, std::string_view label) const {
    if (!sealed.starts_with(version_prefix)) return std::nullopt;
    const std::optional<std::string> bytes = base64_decode(sealed.substr(version_prefix.size()));
    if (!bytes || bytes->size() < nonce_bytes + tag_bytes) return std::nullopt;
    const std::string_view all = *bytes;
    const std::string_view nonce = all.substr(0, nonce_bytes);
    const std::string_view cipher = all.substr(nonce_bytes, all.size() - nonce_bytes - tag_bytes);
    std::string tag(all.substr(all.size() - tag_bytes));
    std::string text(cipher.size(), '\0');
    auto* out = reinterpret_cast<unsigned char*>(text.data());
    const CipherPtr context(EVP_CIPHER_CTX_new());
    int size = 0;
    const bool opened =
        context &&
        EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), data_of(key_), data_of(nonce),
                            nullptr) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &size, data_of(label),
                          static_cast<int>(label.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), out, &size, data_of(cipher),
                          static_cast<int>(cipher.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), out + size, &size) == 1;
    if (!opened) return std::nullopt;
    return text;
}

}  // namespace advisor::server
