#pragma once
// What every simulated client did and saw, as JSON lines for the history checker
// (tests/fault/history.ts).

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace advisor::bench {

/// Writes one line per event. Does nothing when opened without a file.
/// `at` is the monotonic clock in nanoseconds; `client` the number of the connection.
class History {
public:
    /// Errors: std::runtime_error when the file cannot be written.
    explicit History(const std::string& file);

    [[nodiscard]] bool is_on() const { return out_.is_open(); }
    /// A frame was sent in `session` (empty for a start).
    void invoke(std::size_t client, std::string_view id, std::string_view session,
                std::string_view frame);
    /// A reply came; the turn is acknowledged.
    void ok(std::size_t client, std::string_view id, std::string_view session, std::int64_t seq,
            std::string_view reply);
    /// The server answered with an error: it promises that nothing changed.
    void fail(std::size_t client, std::string_view id, std::string_view reply);

private:
    std::ofstream out_;
};

}  // namespace advisor::bench
