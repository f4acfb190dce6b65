#pragma once
// Who may use the server, and how much of it: the name that a request calls the server by, the
// client behind a reverse proxy, and that client's budgets. docs/operate.md explains the rules.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/net/http.hpp"
#include "server/net/peer_budget.hpp"

namespace advisor::server {

/// A connection's place among those of its client's address, given back when it ends.
class Place {
public:
    /// Of a peer without limits.
    Place() = default;
    /// Takes over a connection that `budgets.enter(subscriber)` has counted.
    Place(PeerBudgets& budgets, const AddressBytes& subscriber)
        : budgets_(&budgets), subscriber_(subscriber) {}
    Place(Place&& other) noexcept
        : budgets_(std::exchange(other.budgets_, nullptr)), subscriber_(other.subscriber_) {}
    Place& operator=(Place&& other) noexcept {
        std::swap(budgets_, other.budgets_);
        std::swap(subscriber_, other.subscriber_);
        return *this;
    }
    ~Place() {
        if (budgets_) budgets_->leave(subscriber_);
    }

    [[nodiscard]] bool limited() const { return budgets_ != nullptr; }
    [[nodiscard]] const AddressBytes& subscriber() const { return subscriber_; }

private:
    PeerBudgets* budgets_ = nullptr;
    AddressBytes subscriber_{};
};

/// Thread: any. Lifetime: outlives the connections.
class Admission {
public:
    struct Settings {
        bool loopback_only = true;           ///< where the server listens
        std::vector<std::string> addresses;  ///< origins and URLs that it is reached under
        std::vector<std::string> proxies;    ///< ranges whose X-Forwarded-For is believed
        PeerLimits limits;
    };

    /// Requires: `proxies` are ranges; the option table has checked them.
    explicit Admission(const Settings& settings);

    [[nodiscard]] const PeerLimits& limits() const { return budgets_.limits(); }

    /// The address of the client: the peer's own, or what trusted proxies say that it is. The last
    /// address that is no trusted proxy's counts, since all before it is anybody's word.
    [[nodiscard]] std::string client_of(const std::string& peer,
                                        const http::Headers& headers) const;

    /// A place for one more connection of this client, or why there is none.
    [[nodiscard]] std::variant<Place, Refusal> enter(const std::string& client);

    /// Whether the request may go on to the router: its Host, and for the API its sender's budget.
    /// `request.peer` is the client.
    [[nodiscard]] std::optional<Refusal> check(const http::Request& request);

    /// Takes a new session from the budget of the connection's client.
    [[nodiscard]] std::optional<Refusal> check_new_session(const Place& place);

    /// Whether a request may call the server by this name. A page of another site whose name is
    /// made to lead here (DNS rebinding) is found out by it.
    [[nodiscard]] bool goes_by(std::string_view host) const;

private:
    [[nodiscard]] bool trusts(const AddressBytes& address) const;
    /// Nothing for a client without limits.
    [[nodiscard]] std::optional<AddressBytes> limited(const std::string& client) const;
    [[nodiscard]] Refusal too_many(const AddressBytes& subscriber, std::string_view limit,
                                   std::string message);

    const bool loopback_only_;
    std::vector<std::string> names_;  ///< lower case, without port
    std::vector<AddressRange> proxies_;
    PeerBudgets budgets_;
};

}  // namespace advisor::server
