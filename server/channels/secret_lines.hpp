#pragma once
// Secrets of platforms that want more than one: `name: value` lines beside plain ones.

#include <string>
#include <string_view>
#include <vector>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// The newest value of the line `<name>: <value>`; empty when there is none.
[[nodiscard]] std::string named_secret(const Hook& hook, std::string_view name);

/// What requests may carry: the values of lines called `name`, and lines without a name.
[[nodiscard]] std::vector<std::string> secrets_of(const Hook& hook, std::string_view name);

/// Host of an http or https address in lower-case letters as written; empty for anything else.
[[nodiscard]] std::string host_of(std::string_view url);

/// Everything but letters, digits and `-._~` as `%XX`.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace advisor::channels
