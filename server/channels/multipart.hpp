#pragma once
// multipart/form-data (RFC 7578), read with limits.

#include <optional>
#include <string>
#include <string_view>

#include "server/net/http.hpp"

namespace advisor::channels {

/// The content of the first part of that name; nothing when the body is no such form, has no such
/// part, or more than 16 parts.
[[nodiscard]] std::optional<std::string> form_part(const http::Request& request,
                                                   std::string_view name);

}  // namespace advisor::channels
