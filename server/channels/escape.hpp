#pragma once
// Plain text and addresses for platforms: what calls nobody, links nowhere and is no markup. A
// zero-width space (U+200B) takes apart what has to be adjoining, so that a reader sees the same
// and the platform sees text.

#include <string>
#include <string_view>

#include "server/channels/text_tree.hpp"

namespace advisor::channels {

inline constexpr std::string_view zero_width_space = "\xe2\x80\x8b";

/// Puts U+200B into what chat clients take for a mention, an emoji or a link by themselves: behind
/// `@` and `#`, the colon of `scheme:...` and `:name:`, the first of two slashes, and the dots of
/// `www.` and `name.tld`. "Node.js" stays, as there is no such top-level domain. Every other
/// escaper begins with this one.
[[nodiscard]] std::string unlinked(std::string_view plain);

/// Puts U+200B before what would begin a quote, list, heading or command at the beginning of a
/// line, and takes the blanks there away, which would begin a block of code.
[[nodiscard]] std::string unblocked(std::string_view plain);

/// For platforms that have no escape to rely on: `unlinked`, `unblocked`, and no emoji,
/// entity, bold, italic, code or formula. The marks that come in pairs (`*`, `_` at a
/// word's border, `~`, `` ` ``, `|`, `$`) still pair over a zero-width space, so they become
/// letters that look alike.
[[nodiscard]] std::string neutral(std::string_view plain);

/// The same where only `marks` come in pairs.
[[nodiscard]] std::string neutral(std::string_view plain, std::string_view marks);

/// Puts a backslash before each of `special`.
[[nodiscard]] std::string backslashed(std::string_view plain, std::string_view special);

/// `&`, `<` and `>` (and `"` when wished) as entities.
[[nodiscard]] std::string entities(std::string_view plain, bool quotes = false);

/// `unlinked` as HTML, for content and attributes; a line feed is `<br>`.
[[nodiscard]] std::string html_escape(std::string_view plain);

/// For code marks that cannot be escaped: `unlinked` on one line, with `'` for each backtick.
[[nodiscard]] std::string code_escape(std::string_view plain);

/// The URL as it may stand in a link: http or https with a host, everything that could end or break
/// the link percent-encoded. Empty for anything else.
[[nodiscard]] std::string link_target(std::string_view url);

// Links for Markup::link; the label alone where the URL is none.
/// `<a href="url">label</a>`
[[nodiscard]] std::string html_link(std::string_view label, std::string_view url);
/// `[label](url)`, the label neutral
[[nodiscard]] std::string marked_link(std::string_view label, std::string_view url);
/// `label: url`, the label neutral
[[nodiscard]] std::string plain_link(std::string_view label, std::string_view url);

}  // namespace advisor::channels
