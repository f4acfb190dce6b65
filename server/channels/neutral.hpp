#pragma once
// Plain text for platforms that have no escape to rely on: what their grammars read as markup, a
// mention or a link is taken apart, so that a reader sees the same and the platform sees text.

#include <string>
#include <string_view>

#include "server/channels/text_tree.hpp"

namespace advisor::channels {

/// Puts U+200B into what chat clients turn into links by themselves: `http://...`, `www...`,
/// `name.tld` and `me@name.tld`. "Node.js" stays, as there is no such top-level domain.
[[nodiscard]] std::string unlinked(std::string_view plain);

/// `unlinked`, and no mention, channel, emoji, quote, list, heading, bold, italic, code or
/// formula. A zero-width space takes apart what has to be adjoining; the marks that come in pairs
/// (`*`, `_` at a word's border, `~`, `` ` ``, `|`, `$`) still pair over one, so they become
/// letters that look alike.
[[nodiscard]] std::string neutral(std::string_view plain);

/// Makes addresses below `base` ("https://advisor.example.org") in plain spans links, so that they
/// come through the escapers whole.
[[nodiscard]] Text with_own_links(Text text, std::string_view base);

/// True for an address that can stand in any platform's link: http or https, and none of the
/// characters that would end a link early.
[[nodiscard]] bool is_linkable(std::string_view url);

}  // namespace advisor::channels
