#pragma once
// Which web pages may talk to us: CORS does not protect sockets, so the server compares the Origin
// itself.

#include <string>
#include <string_view>
#include <vector>

namespace advisor::http {

/// True when a request with this Origin header may change something.
/// Without an Origin it is no browser's cross-site request. Otherwise the origin must be exactly
/// one of `allowed`, or the one that this plain-HTTP server is itself reached under (`http://` and
/// the Host header).
[[nodiscard]] bool origin_allowed(std::string_view origin, std::string_view host,
                                  const std::vector<std::string>& allowed);

}  // namespace advisor::http
