#pragma once
// What each person says in a talk of several. The answers that count are the session's own; these
// stand beside them. Calls block (server/team_chat/talk_queue.hpp).

#include <string>
#include <string_view>
#include <vector>

#include "db/store.hpp"

namespace advisor::db {

/// One person's answer to one question, the latest one. Values are JSON (dialogs/json.hpp).
struct TeamAnswer {
    std::string question;
    std::string person;  ///< a digest
    std::string name;    ///< for people, as the chat tool tells it; may be empty
    std::string value;
    bool leads = false;  ///< it was a turn: nobody has answered this question for the talk since
    TimePoint at;
};

/// The value on which a difference was settled. It holds while the session has that answer and
/// nobody has said something else since.
struct SettledAnswer {
    std::string question;
    std::string name;  ///< who settled it; may be empty
    std::string value;
    TimePoint at;
};

struct TeamRecord {
    std::vector<TeamAnswer> answers;  ///< by time
    std::vector<SettledAnswer> settled;
};

/// Sessions are named by their public key. An answer that does not lead and a settled one survive
/// loss of power when the call returns, or the transaction around it; the others repeat what a turn
/// says, which is stored already.
/// Thread: one caller at a time. Errors: StoreError.
class TeamAnswers {
public:
    virtual ~TeamAnswers() = default;

    virtual TeamRecord of_session(std::string_view session) = 0;
    /// Replaces the person's answer to that question. One that leads takes the lead from others.
    virtual void put(std::string_view session, const TeamAnswer& answer) = 0;
    /// Adds the answer unless the person has one to that question.
    virtual void add(std::string_view session, const TeamAnswer& answer) = 0;
    virtual void settle(std::string_view session, const SettledAnswer& settled) = 0;
    /// A talk that begins again.
    virtual void forget(std::string_view session) = 0;
};

}  // namespace advisor::db
