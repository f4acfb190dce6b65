#pragma once
// Runs coroutines of the server in a test.

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

/// Runs one coroutine to its end. The loop lives as long as its thread: a store thread that has
/// just handed over a result may still be inside of it.
template <typename T>
T await(Task<T> task) {
    thread_local net::io_context io;
    io.restart();
    Outcome<T> outcome;
    spawn(io, std::move(task), outcome);
    io.run();
    return outcome.take();
}

}  // namespace advisor::server
