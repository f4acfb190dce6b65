#pragma once
// `advisor webhook`: who is told of events, beside a running server or without one.

#include <functional>

namespace CLI {
class App;
}

namespace advisor::server {

/// Puts `webhook add|list|test|replay|rotate|enable|remove` on the program. Parsing one sets `run`
/// to what does it: 0, done; 1, there is no such webhook, or a test was not delivered; 2, it cannot
/// be done like this.
void add_webhook_command(CLI::App& app, std::function<int()>& run);

}  // namespace advisor::server
