#pragma once
// Times the start of a server: from its exec to the first WebSocket handshake that it answers.

#include "bench/load/options.hpp"

namespace advisor::bench {

/// Starts `options.server`, waits for its first line "listening on http://HOST:PORT", opens a
/// WebSocket, prints one line of figures and stops the server with SIGTERM. Errors:
/// std::runtime_error when the server ends or says something else.
void measure_ready(const Options& options);

}  // namespace advisor::bench
