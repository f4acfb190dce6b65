#pragma once
// Other people's secrets (signing keys, addresses that are secrets) as they lie in the database:
// sealed with a key that is not in it, so that a copy of the database alone gives none away.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace advisor::server {

/// Seals and opens texts with AES-256-GCM and the key in `<data>/secret.key`, a file for this user
/// alone (mode 0600). Whoever has the data folder has both: it guards backups and exports of the
/// database, not the folder.
/// Thread: any, once made.
class SecretBox {
public:
    /// Reads the key of a data folder that exists; makes it when there is none, also beside another
    /// process that does the same. Throws std::runtime_error with a sentence that says what to do
    /// when the file cannot be read or written, is no key, or others may read it.
    explicit SecretBox(const std::filesystem::path& data);

    /// `label` says what the text is and whose, such as "webhook wh_1 url": it opens under that
    /// label only, so that a sealed text moved to another row or column is worthless.
    [[nodiscard]] std::string seal(std::string_view text, std::string_view label) const;

    /// Nothing when it was sealed with another key or label, or was changed.
    [[nodiscard]] std::optional<std::string> open(std::string_view sealed,
                                                  std::string_view label) const;

private:
    std::string key_;
};

/// The key's file in a data folder.
[[nodiscard]] std::filesystem::path secret_key_file(const std::filesystem::path& data);

}  // namespace advisor::server
