#pragma once
// Hooks between the database, where their secrets are sealed, and the adapters, which need them
// open.

#include <optional>
#include <string>
#include <string_view>

#include "db/talk_store.hpp"
#include "server/channels/channel.hpp"
#include "server/sealed_secret.hpp"

namespace advisor::server {

/// The hook with its secrets, or nothing when they were sealed with another key.
/// `mac_key` is for the marks that adapters make; `base_url` stands in where the hook has none.
[[nodiscard]] std::optional<channels::Hook> open_hook(const db::HookRecord& record,
                                                      const SecretBox& box, std::string mac_key,
                                                      std::string_view base_url);

/// The record to store. Requires: at least one secret.
[[nodiscard]] db::HookRecord seal_hook(const channels::Hook& hook, const SecretBox& box);

/// For lists: without the secrets, and without the values of options that are secrets themselves
/// (named `..._url` or `..._token`).
[[nodiscard]] channels::Hook without_secrets(const db::HookRecord& record);

/// Without a slash at the end.
[[nodiscard]] std::string trimmed_url(std::string_view url);

inline constexpr std::string_view default_public_url = "http://127.0.0.1:8080";

}  // namespace advisor::server
