#pragma once
// A response body that is made while it is sent, piece by piece.

#include <optional>
#include <string>

#include "server/task.hpp"

namespace advisor::http {

/// Thread: one caller at a time, on the connection's I/O thread. What `next` throws ends the
/// connection before the body's end, so that the client does not take half of it for all.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// The next piece, which is not empty; nothing after the last one.
    [[nodiscard]] virtual server::Task<std::optional<std::string>> next() = 0;
};

}  // namespace advisor::http
