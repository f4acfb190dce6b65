#include "server/team_chat/hook_book.hpp"

#include <nlohmann/json.hpp>

namespace advisor::server {
namespace {

using nlohmann::json;

/// Options that are secrets themselves.
bool is_secret(std::string_view option) {
    return option.ends_with("_url") || option.ends_with("_token");
}

std::string label_of(std::string_view id) {
    return "hook " + std::string(id) + " secrets";
}

}  // namespace

channels::Hook without_secrets(const db::HookRecord& record) {
    channels::Hook hook;
    hook.id = record.id;
    hook.platform = record.platform;
    hook.shared = record.shared;
    hook.public_url = record.public_url;
    const json options = json::parse(record.options, nullptr, false);
    if (options.is_object()) {
        for (const auto& [name, value] : options.items()) {
            if (value.is_string()) hook.options[name] = value.get<std::string>();
        }
    }
    return hook;
}

std::optional<channels::Hook> open_hook(const db::HookRecord& record, const SecretBox& box,
                                        std::string mac_key, std::string_view base_url) {
    const std::optional<std::string> opened = box.open(record.secrets, label_of(record.id));
    const json sealed = opened ? json::parse(*opened, nullptr, false) : json();
    if (!sealed.is_object() || !sealed.contains("secrets")) return std::nullopt;
    channels::Hook hook = without_secrets(record);
    hook.options = sealed.value("options", hook.options);
    for (const json& secret : sealed["secrets"]) {
        if (secret.is_string() && !secret.get_ref<const std::string&>().empty())
            hook.secrets.push_back(secret.get<std::string>());
    }
    if (hook.secrets.empty()) return std::nullopt;
    if (hook.public_url.empty()) hook.public_url = trimmed_url(base_url);
    hook.mac_key = std::move(mac_key);
    return hook;
}

db::HookRecord seal_hook(const channels::Hook& hook, const SecretBox& box) {
    db::HookRecord record;
    record.id = hook.id;
    record.platform = hook.platform;
    json sealed;
    sealed["secrets"] = hook.secrets;
    sealed["options"] = hook.options;
    record.secrets = box.seal(sealed.dump(), label_of(hook.id));
    json shown = json::object();
    for (const auto& [name, value] : hook.options)
        shown[name] = is_secret(name) ? "(secret)" : value;
    record.options = shown.dump();
    record.shared = hook.shared;
    record.public_url = hook.public_url;
    return record;
}

std::string trimmed_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return std::string(url);
}

}  // namespace advisor::server
