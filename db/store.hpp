#pragma once
// What is stored and the contract of whoever stores it: sessions, their turns, the scripts they are
// pinned to. Calls block; the server makes them from its own store threads
// (server/store_queue.hpp).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace advisor::db {

namespace sqlite {
class Connection;
}

/// Row numbers; 0 is never a row.
using RowId = std::int64_t;
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// A store operation failed. Nothing of it was stored; the caller can only report it.
class StoreError : public std::runtime_error {
public:
    enum class Kind {
        busy,      ///< somebody else holds the database; try again
        full,      ///< no space left, or a size limit
        corrupt,   ///< the file is damaged
        unusable,  ///< not ours, from a newer version, not writable: the message says what to do
        stopped,   ///< the store is shutting down
        other,
    };
    StoreError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    [[nodiscard]] Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

/// A script as it was when sessions began on it. `hash` (hex SHA-256 of `body`) names it for ever.
struct StoredScript {
    RowId id = 0;
    std::string hash;
    std::string name;
    std::string body;
    std::string
        fragments;  ///< JSON: texts that the replies of its sessions name (dialogs/wire.hpp)
};

/// How a session begins: written together with its first turn.
struct NewSession {
    std::string key;  ///< the public id
    RowId script = 0;
    std::string channel;  ///< "web", "http", later the chat tools
    std::string locale;
};

/// A conversation that has reached a recommendation. When it is open again it keeps its report
/// code, so that a link that was given away goes on finding the session.
struct Finish {
    std::string outcome;
    std::string firmness;
    /// Names the report at /r/<code>; the same for every finish of a session.
    std::string report_code;
};

/// What a turn means to somebody who was not there; who wants to be told is in db/outbox.hpp.
enum class TurnEvent : std::uint8_t {
    none = 0,
    started = 1,
    completed = 2,  ///< a recommendation that is new, or another one than before
    cancelled = 4,  ///< answers were thrown away to begin again, or the talk was ended
};

/// One turn to store: what came in, what goes out, and the state after it.
struct Turn {
    RowId session = 0;                ///< 0 when `opens` is set
    std::optional<NewSession> opens;  ///< this turn begins the session; then `seq` is 1
    std::int64_t seq = 0;
    std::string turn_key;  ///< the client's frame id; unique in the session
    std::string input;     ///< JSON, dialogs/json.hpp
    std::string reply;     ///< JSON, the part of the reply that is the same for every receiver
    std::string state;     ///< JSON, the snapshot after this turn
    std::optional<Finish> finish;  ///< set while the conversation has a recommendation
    bool reopens = false;          ///< without `finish`: it had one until now, and is open again
    TurnEvent event = TurnEvent::none;
    TimePoint at;
};

/// What became of one turn. Losing a race is normal life, not an error.
struct AppendResult {
    enum class Outcome {
        stored,
        /// The turn's key was there already, or that of the session it opens: the fields below are
        /// the turn that was stored then (of the session: its first). The key is looked for before
        /// the number.
        duplicate,
        /// Not the session's next number, or no such session: reload and step again.
        conflict,
    };
    Outcome outcome = Outcome::stored;
    RowId session = 0;
    std::int64_t seq = 0;
    std::string reply;  ///< filled for `duplicate` only
};

/// A session as the next turn needs it.
struct SessionRecord {
    RowId id = 0;
    std::string key;
    RowId script = 0;
    std::int64_t seq = 0;
    std::string state;
    std::string channel;
    std::string locale;
    std::string outcome;   ///< empty while open
    std::string firmness;  ///< empty while open
    TimePoint started_at;
    TimePoint updated_at;
};

/// A turn as it was stored.
struct TurnRecord {
    std::int64_t seq = 0;
    std::string turn_key;
    std::string input;
    std::string reply;
    TimePoint at;
};

/// The writing side. One per database and process.
/// Thread: one caller at a time. Errors: StoreError.
class Writer {
public:
    virtual ~Writer() = default;
    /// Stores the turns in one transaction, in order; each gets its own result, and a duplicate or
    /// conflict does not disturb its neighbours. When this returns, what is `stored` survives loss
    /// of power.
    virtual std::vector<AppendResult> append(std::span<const Turn> turns) = 0;
    /// Keeps a script under its content hash and returns it as stored: with its row, and with what
    /// was kept the first time when the hash is known already. `script.id` is not read.
    virtual StoredScript keep_script(const StoredScript& script) = 0;
    /// The named secret of this database; `fresh` becomes it when there is none yet.
    virtual std::string secret(std::string_view name, const std::string& fresh) = 0;
    /// Runs another topic's change (accounts.hpp, review.hpp), which has its own transaction.
    virtual void change(const std::function<void(sqlite::Connection&)>& work) {
        static_cast<void>(work);
        throw StoreError(StoreError::Kind::other, "this store takes turns only");
    }
};

/// The reading side; many at once beside one writer. Each call sees a state between two commits.
/// Thread: one caller at a time. Errors: StoreError.
class Reader {
public:
    virtual ~Reader() = default;
    virtual std::optional<SessionRecord> session(std::string_view key) = 0;
    virtual std::optional<TurnRecord> turn(RowId session, std::string_view turn_key) = 0;
    /// The turns with a number above `after`, in order.
    virtual std::vector<TurnRecord> turns(RowId session, std::int64_t after) = 0;
    /// The session that was ever finished with this code; its `outcome` is empty when it is open
    /// again.
    virtual std::optional<SessionRecord> session_by_report(std::string_view report_code) = 0;
    virtual std::optional<StoredScript> script(RowId id) = 0;
    /// The latest sessions first, at most `limit`, started before `before` (a row number; 0: from
    /// the latest).
    virtual std::vector<SessionRecord> latest_sessions(std::size_t limit, RowId before) = 0;
};

}  // namespace advisor::db
