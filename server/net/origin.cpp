#include "server/net/origin.hpp"

#include <algorithm>

namespace advisor::http {

bool origin_allowed(std::string_view origin, std::string_view host,
                    const std::vector<std::string>& allowed) {
    if (origin.empty()) return true;
    if (std::find(allowed.begin(), allowed.end(), origin) != allowed.end()) return true;
    return !host.empty() && origin.starts_with("http://") && origin.substr(7) == host;
}

}  // namespace advisor::http
