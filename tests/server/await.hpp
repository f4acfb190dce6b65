#pragma once
// Runs coroutines of the server in a test, each call on an event loop of its own.

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "server/task.hpp"

namespace advisor::server {

/// Starts `task` on `io`; its result or exception is in `result` once the loop has run.
template <typename T>
struct Outcome {
    std::optional<T> value;
    std::exception_ptr error;

    /// The value; throws what the coroutine threw.
    T take() {
        if (error) std::rethrow_exception(error);
        return std::move(value.value());
    }
};

template <typename T>
void spawn(net::io_context& io, Task<T> task, Outcome<T>& outcome) {
    net::co_spawn(io, std::move(task), [&outcome](std::exception_ptr error, T value) {
        outcome.error = std::move(error);
        outcome.value = std::move(value);
    });
}

/// Runs one coroutine to its end.
template <typename T>
T await(Task<T> task) {
    net::io_context io;
    Outcome<T> outcome;
    spawn(io, std::move(task), outcome);
    io.run();
    return outcome.take();
}

}  // namespace advisor::server
