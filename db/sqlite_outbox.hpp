#pragma once
// The outbox's part of the writer's transaction.

#include <span>

#include "db/sqlite.hpp"

namespace advisor::db::sqlite {

/// Writes a row for each webhook that wants to hear of a turn, in the transaction of the turns.
/// Lifetime: goes before its connection.
class OutboxWriter {
public:
    explicit OutboxWriter(const Connection& connection);

    /// Where nobody listens, all the turns of a transaction cost one look together.
    /// Requires: each turn has the result at its position, all of the transaction that is open.
    void add(std::span<const Turn> turns, std::span<const AppendResult> results);

private:
    Statement listened_;
    Statement add_;
};

}  // namespace advisor::db::sqlite
