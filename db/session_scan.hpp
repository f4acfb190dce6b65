#pragma once
// Many stored sessions one after the other, in the order in which they began: for replay and proof
// of a copy. Blocking calls.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/store.hpp"

namespace advisor::db {

/// Which sessions are meant.
struct ScanFilter {
    std::optional<TimePoint> since;  ///< begun at this time or later
    std::optional<TimePoint> until;  ///< begun before
    std::string outcome;             ///< empty: any; "open": without one
};

struct ScannedSession {
    RowId id = 0;
    std::string key;
    RowId script = 0;
    std::string outcome;   ///< empty while open
    std::string firmness;  ///< empty while open
};

/// Everything of one turn that replay looks at.
struct ScannedTurn {
    std::int64_t seq = 0;
    std::string input;
    std::string state;
    std::string reply;
};

/// Reads beside a running server. Each call sees a state between two commits.
/// Thread: one caller at a time. Errors: StoreError.
class SessionScan {
public:
    virtual ~SessionScan() = default;
    /// The next sessions that fit, at most `limit`, with a row number above `after`.
    virtual std::vector<ScannedSession> page(const ScanFilter& filter, RowId after,
                                             std::size_t limit) = 0;
    /// The inputs of a session in order.
    virtual std::vector<std::string> inputs(RowId session) = 0;
    /// The snapshot after the latest turn; nothing when the session has none.
    virtual std::optional<std::string> snapshot(RowId session) = 0;
    virtual std::vector<ScannedTurn> turns(RowId session) = 0;
    virtual std::optional<StoredScript> script(RowId id) = 0;
};

/// Errors: StoreError `unusable` when there is no database of this version.
[[nodiscard]] std::unique_ptr<SessionScan> open_session_scan(const std::filesystem::path& file);

}  // namespace advisor::db
