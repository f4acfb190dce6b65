#pragma once
// What the talk in chat tools says by itself, besides what the dialog says.

#include <optional>
#include <string>

#include "server/channels/channel.hpp"
#include "server/conversation.hpp"

namespace advisor::server {

/// A view that says one thing to everybody, or to the one who acted.
[[nodiscard]] channels::View note_view(std::string text);
[[nodiscard]] channels::View refusal_view(std::string text);

/// The reserved words; `shared`: also those of a talk of several.
[[nodiscard]] channels::Text help_text(bool shared);

/// What is answered so far, with the numbers that `change` takes.
[[nodiscard]] channels::Text status_text(const Live& live);

/// "anna: 11 to 100", for those who read along.
[[nodiscard]] channels::Block said_line(const channels::Event& event, const std::string& said);

/// The script that a topic names by its id or by words of its title.
[[nodiscard]] std::optional<std::string> script_of(const ScriptRegistry& scripts,
                                                   const std::string& topic);

}  // namespace advisor::server
