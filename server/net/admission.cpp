#include "server/net/admission.hpp"

#include <algorithm>
#include <cctype>

#include "server/log.hpp"
#include "server/net/url.hpp"

namespace advisor::server {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The name in a Host header: lower case, without port and without the dot of the root.
std::string name_of(std::string_view host) {
    std::string name(host.substr(0, host.find(':')));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.ends_with('.')) name.pop_back();
    return name;
}

/// Signed by who sends them, and sent under whatever name a tunnel has today.
bool is_hook(std::string_view path) {
    return path.starts_with("/hooks/") || path.starts_with("/_matrix/");
}

/// Asked by load balancers and by people who look for the fault; says nothing that is private.
bool is_probe(std::string_view path) {
    return path == "/healthz" || path == "/readyz";
}

Refusal wrong_host(std::string_view host) {
    return {ErrorCode::wrong_host, "The server does not go by the name \"" +
                                       std::string(host.substr(0, 100)) +
                                       "\"; if people reach it there, start it with --origin and "
                                       "the page's origin, such as --origin https://" +
                                       name_of(host.substr(0, 100)) + "."};
}

}  // namespace

Admission::Admission(const Settings& settings)
    : loopback_only_(settings.loopback_only), budgets_(settings.limits) {
    for (const std::string& address : settings.addresses) {
        if (const std::optional<http::Url> url = http::parse_url(address))
            names_.push_back(name_of(url->host));
    }
    for (const std::string& proxy : settings.proxies) {
        if (const std::optional<AddressRange> range = parse_range(proxy))
            proxies_.push_back(*range);
    }
}

bool Admission::trusts(const AddressBytes& address) const {
    return std::any_of(proxies_.begin(), proxies_.end(),
                       [&](const AddressRange& range) { return range.holds(address); });
}

std::string Admission::client_of(const std::string& peer, const http::Headers& headers) const {
    std::string client = peer;
    std::optional<AddressBytes> address = parse_address(client);
    // Each proxy adds who it heard from at the end, in the same line or in a new one.
    for (auto line = headers.rbegin(); line != headers.rend(); ++line) {
        if (!http::same_word(line->first, "X-Forwarded-For")) continue;
        std::string_view rest = line->second;
        while (!rest.empty() && address && trusts(*address)) {
            const std::size_t comma = rest.rfind(',');
            const std::string_view last =
                trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            rest = rest.substr(0, comma == std::string_view::npos ? 0 : comma);
            const std::optional<AddressBytes> said = parse_address(last);
            if (!said) return client;
            address = said;
            client = last;
        }
    }
    return client;
}

std::optional<AddressBytes> Admission::limited(const std::string& client) const {
    const std::optional<AddressBytes> address = parse_address(client);
    if (!address || trusts(*address)) return std::nullopt;
    return subscriber_of(*address);
}

Refusal Admission::too_many(const AddressBytes& subscriber, std::string_view limit,
                            std::string message) {
    if (budgets_.worth_noting(subscriber, PeerBudgets::Clock::now()))
        log(LogLevel::warning, "address_limited",
            {{"address", to_text(subscriber)}, {"limit", std::string(limit)}});
    return {ErrorCode::too_many_requests, std::move(message)};
}

std::variant<Place, Refusal> Admission::enter(const std::string& client) {
    const std::optional<AddressBytes> subscriber = limited(client);
    if (!subscriber) return Place();
    if (budgets_.enter(*subscriber, PeerBudgets::Clock::now())) return Place(budgets_, *subscriber);
    return too_many(*subscriber, "connections",
                    "There are too many connections from your address; close some of them.");
}

std::optional<Refusal> Admission::check(const http::Request& request) {
    if (is_hook(request.path) || is_probe(request.path)) return std::nullopt;
    const std::string_view host = request.header("Host");
    if (!goes_by(host)) return wrong_host(host);
    const std::optional<AddressBytes> subscriber = limited(request.peer);
    if (!subscriber || !request.path.starts_with("/api/")) return std::nullopt;
    const auto now = PeerBudgets::Clock::now();
    if (!budgets_.take_request(*subscriber, now))
        return too_many(*subscriber, "requests",
                        "There were too many requests from your address; wait a moment.");
    if (request.method == "POST" && request.path == "/api/v1/sessions" &&
        !budgets_.take_session(*subscriber, now))
        return too_many(*subscriber, "sessions",
                        "There were too many new sessions from your address; wait a moment.");
    return std::nullopt;
}

std::optional<Refusal> Admission::check_new_session(const Place& place) {
    if (!place.limited() || budgets_.take_session(place.subscriber(), PeerBudgets::Clock::now()))
        return std::nullopt;
    return too_many(place.subscriber(), "sessions",
                    "There were too many new sessions from your address; wait a moment.");
}

bool Admission::goes_by(std::string_view host) const {
    if (!loopback_only_ || host.empty()) return true;
    if (parse_address(host)) return true;
    const std::string name = name_of(host);
    // Only a name with a dot can be made to lead here by somebody who owns a domain.
    if (name.find('.') == std::string::npos || name.ends_with(".localhost")) return true;
    return std::find(names_.begin(), names_.end(), name) != names_.end();
}

}  // namespace advisor::server
