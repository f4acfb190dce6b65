#pragma once
// The one place where a turn is taken: load, step, store, reply. Every channel comes through here.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "dialogs/engine.hpp"
#include "server/net/client_frame.hpp"
#include "server/script_registry.hpp"
#include "server/store_queue.hpp"

namespace advisor::server {

/// A session as a connection keeps it between turns. The store stays the truth: a conflict reloads
/// it.
struct Live {
    db::RowId row = 0;
    std::string key;
    std::int64_t seq = 0;
    dialogs::State state;
    bool finished = false;  ///< it has a recommendation
    ScriptPtr script;
};

/// A frame for a client in two parts, so that a stored reply is sent as it is, without being copied
/// into a longer text.
struct OutgoingFrame {
    std::string head;
    std::string tail;
    [[nodiscard]] std::string text() && { return std::move(head) + tail; }
};

/// What became of a client's frame.
struct Taken {
    OutgoingFrame reply;
    std::int64_t seq = 0;
    bool is_new = false;  ///< a turn was stored; false for a repeated frame and for `resume`
};
using TakenOrRefused = std::variant<Taken, Refusal>;

/// For who must give an awaitable and has a refusal.
[[nodiscard]] Task<TakenOrRefused> refused(Refusal refusal);

/// Thread: from any I/O thread. Lifetime: outlives every coroutine awaiting it; borrows its
/// arguments likewise. Errors: db::StoreError, when nothing was stored and the same frame may be
/// sent again.
class Conversations {
public:
    /// `secret` names sessions and makes tokens; it must stay the same for the life of the
    /// database.
    Conversations(StoreQueue& store, ScriptRegistry& scripts, std::string secret);

    /// Opens a session and fills `live`, which is empty before. A frame id that could be guessed
    /// only finds its session again within `id_scope`, a random text of the connection.
    [[nodiscard]] Task<TakenOrRefused> start(ClientFrame frame, std::string channel,
                                             std::string id_scope, std::optional<Live>& live);

    /// The session that a `start` with this frame id opens, or has opened. Requires: an id that
    /// cannot be guessed, of at least 16 bytes.
    [[nodiscard]] std::string session_of(const std::string& frame_id) const;

    /// Takes one turn. `live` is what it was, or newer, when the turn is refused.
    [[nodiscard]] Task<TakenOrRefused> take_turn(ClientFrame frame, Live& live);

    /// Checks the token and fills `live` with the session as stored.
    [[nodiscard]] Task<std::optional<Refusal>> open(std::string session, std::string token,
                                                    std::optional<Live>& live);

    /// The session as stored, for who has checked the right to it in another way.
    [[nodiscard]] Task<std::optional<Live>> attach(std::string session) {
        return load(std::move(session));
    }

    /// The token that opens a session.
    [[nodiscard]] std::string token(const std::string& session) const { return token_of(session); }

    /// The reply to the turn that was taken with this frame id, if it was.
    [[nodiscard]] Task<std::optional<Taken>> repeated(std::string frame_id, const Live& live);

    /// What happened after turn `after`, and the pending question.
    [[nodiscard]] Task<TakenOrRefused> catch_up(std::string frame_id, std::int64_t after,
                                                Live& live);

    /// The latest recommendation of a session by the code of its report page: JSON, or Markdown.
    [[nodiscard]] Task<std::variant<std::string, Refusal>> report(std::string code, bool markdown);

private:
    /// A turn to store, and the state to go on with once it is.
    struct Prepared {
        db::Turn turn;
        dialogs::State state;
        bool finished = false;
    };
    using PreparedPtr = std::unique_ptr<Prepared>;
    [[nodiscard]] std::variant<PreparedPtr, dialogs::Rejection> prepare(const std::string& frame_id,
                                                                        const dialogs::Input& input,
                                                                        const Live& live) const;
    [[nodiscard]] Task<TakenOrRefused> take_input(std::string frame_id, dialogs::Input input,
                                                  Live& live);
    [[nodiscard]] Task<ScriptPtr> pinned(db::RowId row);
    [[nodiscard]] Task<std::optional<Live>> load(std::string key);
    [[nodiscard]] Task<bool> reload(Live& live);
    [[nodiscard]] Task<TakenOrRefused> settle_unread(std::string frame_id, Live& live,
                                                     dialogs::Rejection rejection);
    [[nodiscard]] Task<TakenOrRefused> settle_rejection(std::string frame_id, Live& live,
                                                        dialogs::Rejection rejection,
                                                        bool& try_again);
    /// The members of a stored reply, as they were sent the first time.
    [[nodiscard]] std::string repeated_members(const Live& live, std::int64_t seq,
                                               const std::string& stored) const;
    [[nodiscard]] std::string token_of(const std::string& session) const;
    [[nodiscard]] std::string report_code(const std::string& session) const;
    [[nodiscard]] db::Turn make_turn(const Live& live, const std::string& frame_id,
                                     const dialogs::Input& input,
                                     const dialogs::StepResult& next) const;

    StoreQueue& store_;
    ScriptRegistry& scripts_;
    std::string secret_;
};

/// `{"type":"reply","id":...,"session":...,"seq":...,members}`
[[nodiscard]] OutgoingFrame reply_frame(const std::string& id, const std::string& session,
                                        std::int64_t seq, std::string members);

}  // namespace advisor::server
