#pragma once
// Who may do what in the console: each role may do all that the ones before it may.

#include <optional>
#include <string>
#include <string_view>

namespace advisor::server {

enum class Role {
    everyone,  ///< no account needed
    viewer,    ///< reads sessions and figures
    editor,    ///< also tags, notes, marks and the inbox
    admin,     ///< also accounts, deletion, a person's data and the audit log
};

[[nodiscard]] constexpr std::string_view to_text(Role role) {
    constexpr std::string_view names[] = {"everyone", "viewer", "editor", "admin"};
    return names[static_cast<std::size_t>(role)];
}

/// A role that an account can have; nothing for any other text.
[[nodiscard]] constexpr std::optional<Role> read_role(std::string_view text) {
    for (const Role role : {Role::viewer, Role::editor, Role::admin}) {
        if (to_text(role) == text) return role;
    }
    return std::nullopt;
}

/// Who sent a request, as proved by a cookie or an API token.
struct Actor {
    std::string name;  ///< of the account, or "token:NAME"
    Role role = Role::everyone;
    std::string login;  ///< hash of the cookie's id; empty for an API token
};

}  // namespace advisor::server
