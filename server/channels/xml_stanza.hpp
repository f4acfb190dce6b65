#pragma once
// One XMPP stanza, read strictly: elements, attributes and text. Anything that XMPP forbids
// (RFC 6120, section 11.1: comments, instructions, document types) makes it no stanza.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace advisor::channels {

struct Stanza {
    std::string name;  ///< "message"
    std::map<std::string, std::string, std::less<>> attributes;
    /// The text of each child by its name, of the first one where there are several.
    std::map<std::string, std::string, std::less<>> children;

    /// Empty when there is none.
    [[nodiscard]] std::string attribute(std::string_view key) const;
    [[nodiscard]] std::string child(std::string_view key) const;
};

/// Nothing for broken XML, or when it nests deeper than 64.
[[nodiscard]] std::optional<Stanza> read_stanza(std::string_view xml);

}  // namespace advisor::channels
