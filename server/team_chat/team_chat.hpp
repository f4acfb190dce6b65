#pragma once
// The talk of all chat tools: a neutral event comes in, a view to render goes out. Which session an
// event belongs to, reserved words, buttons of earlier questions, and whose talk it is are decided
// here; every turn goes through Conversations.

#include <optional>
#include <string>

#include "db/talk_store.hpp"
#include "server/channels/channel.hpp"
#include "server/channels/view.hpp"
#include "server/conversation.hpp"
#include "server/hub.hpp"
#include "server/team_chat/join_codes.hpp"
#include "server/team_chat/talk_input.hpp"
#include "server/team_chat/talk_queue.hpp"
#include "server/team_chat/talk_view.hpp"
#include "server/team_chat/team_words.hpp"

namespace advisor::server {

/// Thread: from any I/O thread. Lifetime: outlives every coroutine awaiting it; borrows its
/// arguments likewise. Errors: db::StoreError, when nothing was stored and the same event may come
/// again. The same `dedupe_id` again takes no second turn, also after a kill of the process: turns
/// have keys made from it.
class TeamChat {
public:
    /// `secret` makes digests and handles; it must stay the same for the life of the database.
    TeamChat(Conversations& conversations, ScriptRegistry& scripts, TalkQueue& reads,
             TalkQueue& writes, JoinCodes& codes, Hubs& hubs, std::string secret)
        : conversations_(conversations),
          scripts_(scripts),
          reads_(reads),
          writes_(writes),
          codes_(codes),
          hubs_(hubs),
          secret_(std::move(secret)) {}

    /// What to show for an event. `hook` and `event` outlive the coroutine.
    [[nodiscard]] Task<channels::View> handle(const channels::Hook& hook,
                                              const channels::Event& event);

private:
    /// An event with the digests that its talk is found by, and the key of its turn.
    struct Deed {
        const channels::Hook& hook;
        const channels::Event& event;
        std::string key;
        std::string post_key;  ///< empty: the event names no message of ours
        std::string channel;
        std::string person;
        std::string frame_id;
        bool is_for_all = false;  ///< in a talk of several: not the person's own answer
    };
    using FoundTalk = std::optional<db::TalkRecord>;

    [[nodiscard]] Deed deed_of(const channels::Hook& hook, const channels::Event& event) const;
    [[nodiscard]] std::string digest(std::string_view what,
                                     std::initializer_list<std::string_view> parts) const;
    [[nodiscard]] static ViewPlace place_of(const Deed& deed, const db::TalkRecord& talk);

    [[nodiscard]] Task<FoundTalk> current_talk(const Deed& deed);
    [[nodiscard]] Task<channels::View> typed(const Deed& deed);
    [[nodiscard]] Task<channels::View> typed_text(const Deed& deed, std::string text,
                                                  db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> obey(const Deed& deed, TypedWord word, db::TalkRecord talk,
                                            Live& live);
    [[nodiscard]] Task<channels::View> change(const Deed& deed, std::string which,
                                              db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> pressed(const Deed& deed);
    [[nodiscard]] Task<channels::View> press(const Deed& deed, channels::AnswerToken token,
                                             db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> toggle(const Deed& deed, db::TalkRecord talk, Live& live,
                                              std::size_t question, std::size_t option);
    [[nodiscard]] Task<channels::View> stale(const Deed& deed, db::TalkRecord talk, Live& live);

    [[nodiscard]] Task<channels::View> begin(const Deed& deed, std::string topic);
    [[nodiscard]] Task<channels::View> cancel(const Deed& deed, db::TalkRecord talk,
                                              const Live& live);
    [[nodiscard]] Task<channels::View> join(const Deed& deed, std::string code);
    [[nodiscard]] Task<channels::View> give_code(const Deed& deed, const Live& live);
    /// Where the talk stands, with `note` before it when it is not empty.
    [[nodiscard]] Task<channels::View> standing(const Deed& deed, db::TalkRecord talk, Live& live,
                                                std::string note);
    /// One turn. `said` is what was chosen, for those who read along.
    [[nodiscard]] Task<channels::View> take(const Deed& deed, db::TalkRecord talk, Live& live,
                                            nlohmann::json frame, std::string said);
    [[nodiscard]] Task<db::TalkRecord> add_talk(const Deed& deed, std::string session);

    // Talks of several people (shared_talk.cpp).
    [[nodiscard]] Task<db::TeamRecord> team_record(std::string session);
    [[nodiscard]] db::TeamAnswer answer_of(const Deed& deed, const dialogs::Question& question,
                                           std::string value) const;
    /// A turn that one of several has taken.
    struct TurnOfOne {
        bool is_new = false;   ///< false for a repeated one
        std::string answered;  ///< the question that it answers by its id; may be empty
        std::optional<dialogs::Answers> before;  ///< what was answered before it, if that is known
    };
    /// Stores what a turn has changed as answers of the person who took it, and tells where that
    /// differs from what others say.
    [[nodiscard]] Task<> keep_team_answers(const Deed& deed, TurnOfOne turn, db::TalkRecord talk,
                                           Live& live, channels::View& view);
    [[nodiscard]] Task<channels::View> team_word(const Deed& deed, TeamWord word,
                                                 db::TalkRecord talk, Live& live);
    /// "I'd say ..."
    [[nodiscard]] Task<channels::View> opinion(const Deed& deed, TeamWord word, db::TalkRecord talk,
                                               Live& live);
    /// A person's answer to a question that the talk has behind it. By the one who answered it for
    /// the talk: a changed answer when `may_change`, else nothing new.
    [[nodiscard]] Task<channels::View> late_answer(const Deed& deed,
                                                   dialogs::QuestionIndex question,
                                                   nlohmann::json value, bool may_change,
                                                   db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> late_press(const Deed& deed, channels::AnswerToken token,
                                                  db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> settle_press(const Deed& deed, channels::AnswerToken token,
                                                    db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> settle_word(const Deed& deed, TeamWord word,
                                                   db::TalkRecord talk, Live& live);
    [[nodiscard]] Task<channels::View> settle(const Deed& deed, dialogs::QuestionIndex question,
                                              dialogs::Value value, db::TalkRecord talk,
                                              Live& live);
    [[nodiscard]] Task<channels::View> list_differences(const Deed& deed, db::TalkRecord talk,
                                                        Live& live);
    /// Changes the answer that counts; the change is everybody's.
    [[nodiscard]] Task<channels::View> change_for_all(const Deed& deed,
                                                      dialogs::QuestionIndex question,
                                                      const dialogs::Value& value,
                                                      db::TalkRecord talk, Live& live);

    Conversations& conversations_;
    ScriptRegistry& scripts_;
    TalkQueue& reads_;
    TalkQueue& writes_;
    JoinCodes& codes_;
    Hubs& hubs_;
    std::string secret_;
};

}  // namespace advisor::server
