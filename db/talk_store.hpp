#pragma once
// What chat tools need stored: hooks, which talk of a chat is which session, answers to deliveries
// that may be repeated, and codes that move a session. Calls block
// (server/team_chat/talk_queue.hpp).

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/store.hpp"
#include "db/team_answers.hpp"

namespace advisor::db {

/// A configured workspace of a chat tool. `secrets` is sealed, `options` a JSON object of texts.
struct HookRecord {
    std::string id;
    std::string platform;
    std::string secrets;
    std::string options;
    bool shared = false;
    std::string public_url;
    TimePoint added_at;
    TimePoint rotated_at;  ///< 0: never
};

/// A conversation in a chat tool. Keys, channel and owner are digests.
struct TalkRecord {
    RowId id = 0;  ///< 0 for one to add
    std::string hook;
    std::string key;      ///< the conversation key
    std::string channel;  ///< where its buttons may be pressed
    std::string owner;    ///< who may press them; empty: everybody there
    std::string handle;   ///< names it in answer tokens
    std::string session;
    std::string post_key;  ///< the key that a thread under its message would have; may be empty
    std::string draft;     ///< "<question>:<ticked>" of a multiple choice under way
    bool is_over = false;  ///< cancelled: the next word begins a new one
    TimePoint began_at;
};

/// Thread: one caller at a time. Errors: StoreError.
class TalkStore {
public:
    virtual ~TalkStore() = default;

    /// Runs `work`, calls of this store, in one transaction: all of it is stored, or nothing when
    /// it throws. Not for put_hook and remove_hook, which wait for the disk themselves.
    virtual void in_one(const std::function<void()>& work) = 0;

    virtual std::optional<HookRecord> hook(std::string_view id) = 0;
    /// In the order they were added; those of one platform when it is not empty.
    virtual std::vector<HookRecord> hooks(std::string_view platform) = 0;
    /// Adds a hook, or replaces the one with its id.
    virtual void put_hook(const HookRecord& hook) = 0;
    /// With its talks and stored answers; the sessions stay. False when there is none.
    virtual bool remove_hook(std::string_view id) = 0;

    /// The latest talk with that conversation key, else the latest one under whose message that
    /// thread is.
    virtual std::optional<TalkRecord> talk(std::string_view key) = 0;
    virtual std::optional<TalkRecord> talk_by_handle(std::string_view handle) = 0;
    /// Adds a talk and returns it. A handle that is there already is the same talk, stored before;
    /// it becomes the latest of `key` again.
    virtual TalkRecord add_talk(const TalkRecord& talk) = 0;
    virtual void set_draft(RowId talk, std::string_view draft) = 0;
    virtual void set_post_key(RowId talk, std::string_view post_key) = 0;
    /// With a time, webhooks hear of it: the talk has answers and no result. The second time
    /// nothing happens.
    virtual void end_talk(RowId talk, std::optional<TimePoint> told_at) = 0;

    /// The answer that was stored for any of these ids.
    virtual std::optional<std::string> response(std::string_view hook,
                                                const std::vector<std::string>& ids) = 0;
    /// Stores the answer under each id, or returns the one that stands there: of two that come at
    /// once, the first counts. It goes with the session of the talk that `handle` names, which may
    /// be empty. Drops what is older than `keep`.
    virtual std::optional<std::string> keep_response(std::string_view hook,
                                                     const std::vector<std::string>& ids,
                                                     const std::string& response,
                                                     std::string_view handle, TimePoint now,
                                                     std::chrono::hours keep) = 0;

    /// What people say in a talk of several.
    virtual TeamAnswers& team() = 0;

    virtual void add_code(std::string_view digest, std::string_view session, TimePoint expires) = 0;
    /// The session of a code that has not expired. The code is gone then.
    virtual std::optional<std::string> take_code(std::string_view digest, TimePoint now) = 0;
};

/// Opens an existing database beside its writer, in the same process or another one.
/// Commits survive the end of the process at once, and loss of power with the next turn that is
/// stored (synchronous=NORMAL, in the same log); put_hook and remove_hook survive that, too, when
/// they return. Errors: StoreError `unusable` as for a reader.
[[nodiscard]] std::unique_ptr<TalkStore> open_sqlite_talk_store(const std::filesystem::path& file);

}  // namespace advisor::db
