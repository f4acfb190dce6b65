// Talks of several people: each one's answers are kept apart from those that count, and where they
// differ is told.

#include <algorithm>

#include "dialogs/json.hpp"
#include "server/team_chat/talk_input.hpp"
#include "server/team_chat/team_chat.hpp"
#include "server/team_chat/team_chat_text.hpp"
#include "server/team_chat/team_view.hpp"

namespace advisor::server {
namespace {

using channels::View;
using dialogs::QuestionIndex;
using nlohmann::json;

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

const db::TeamAnswer* answer_by(const db::TeamRecord& record, const std::string& question,
                                const std::string& person) {
    const auto found = std::ranges::find_if(record.answers, [&](const db::TeamAnswer& answer) {
        return answer.question == question && answer.person == person;
    });
    return found == record.answers.end() ? nullptr : &*found;
}

const ToldDifference* about(const std::vector<ToldDifference>& told, QuestionIndex question) {
    const auto found = std::ranges::find_if(told, [&](const ToldDifference& one) {
        return one.difference.disputed.question == question;
    });
    return found == told.end() ? nullptr : &*found;
}

bool was_thrown_away(const dialogs::Answers& before, const dialogs::Answers& after) {
    const auto has = [](const std::optional<dialogs::Value>& answer) { return answer.has_value(); };
    return std::ranges::any_of(before, has) && std::ranges::none_of(after, has);
}

/// The differences that are worth telling now: those about `touched`, and at the end all.
void add_differences(const dialogs::Script& script, const std::vector<ToldDifference>& told,
                     const std::vector<QuestionIndex>& touched, View& view) {
    const bool is_finished = view.advice.has_value();
    const ToldDifference* open = nullptr;
    for (const ToldDifference& one : told) {
        const bool is_touched =
            std::ranges::find(touched, one.difference.disputed.question) != touched.end();
        if (!is_touched && !is_finished) continue;
        if (!one.is_settled && !open) open = &one;
        view.messages.push_back(channels::paragraph(difference_text(script, one, is_finished)));
    }
    if (open && view.question) view.question->beside.push_back(settle_control(*open));
}

}  // namespace

Task<db::TeamRecord> TeamChat::team_record(std::string session) {
    std::function<db::TeamRecord(db::TalkStore&)> job = [session](db::TalkStore& store) {
        return store.team().of_session(session);
    };
    return reads_.run(std::move(job));
}

db::TeamAnswer TeamChat::answer_of(const Deed& deed, const dialogs::Question& question,
                                   std::string value) const {
    db::TeamAnswer answer;
    answer.question = question.id;
    answer.person = deed.person;
    answer.name = deed.event.address.user_label;
    answer.value = std::move(value);
    answer.at = now();
    return answer;
}

Task<> TeamChat::keep_team_answers(const Deed& deed, TurnOfOne turn, db::TalkRecord talk,
                                   Live& live, View& view) {
    const dialogs::Script& script = live.script->script;
    const dialogs::Answers& after = live.state.answers;
    std::vector<QuestionIndex> touched;
    std::vector<db::TeamAnswer> said;
    for (QuestionIndex i = 0; i < after.size(); ++i) {
        const bool is_named = script.questions[i].id == turn.answered;
        const bool is_changed = turn.before && (*turn.before)[i] != after[i];
        if (!after[i] || !(is_named || is_changed)) continue;
        touched.push_back(i);
        db::TeamAnswer one =
            answer_of(deed, script.questions[i], dialogs::to_json(script.questions[i], *after[i]));
        one.leads = true;
        said.push_back(std::move(one));
    }
    if (deed.is_for_all) said.clear();
    const bool is_new = turn.is_new;
    const bool forgets = turn.before && was_thrown_away(*turn.before, after);
    const std::string session = talk.session;
    std::function<db::TeamRecord(db::TalkStore&)> job = [=](db::TalkStore& store) {
        if (forgets) store.team().forget(session);
        for (const db::TeamAnswer& one : said) {
            // Of a repeated turn only what was lost: the person may have said something else since.
            if (is_new)
                store.team().put(session, one);
            else
                store.team().add(session, one);
        }
        return store.team().of_session(session);
    };
    db::TeamRecord record;
    const bool writes = forgets || !said.empty();
    if (writes)
        record = co_await writes_.run(std::move(job));
    else
        record = co_await team_record(session);
    add_differences(script, tell_differences(script, after, record), touched, view);
}

Task<View> TeamChat::team_word(const Deed& deed, TeamWord word, db::TalkRecord talk, Live& live) {
    switch (word.kind) {
        case TeamWord::Kind::differences:
            return list_differences(deed, std::move(talk), live);
        case TeamWord::Kind::settle:
            return settle_word(deed, std::move(word), std::move(talk), live);
        case TeamWord::Kind::opinion:
            return opinion(deed, std::move(word), std::move(talk), live);
        case TeamWord::Kind::go_on:
        case TeamWord::Kind::none:
            break;
    }
    return standing(deed, std::move(talk), live, std::string());
}

Task<View> TeamChat::opinion(const Deed& deed, TeamWord word, db::TalkRecord talk, Live& live) {
    const dialogs::Script& script = live.script->script;
    const std::string text = *word.answer;
    if (!word.which.empty()) {
        const auto question = find_answered(script, live.state, word.which);
        std::optional<json> value;
        if (question) value = typed_value(script.questions[*question], text);
        if (value) {
            co_return co_await late_answer(deed, *question, std::move(*value), true,
                                           std::move(talk), live);
        }
        co_return co_await standing(deed, std::move(talk), live,
                                    "I did not get that. Type I'd say, the number of an answer as "
                                    "status shows it, and yours: I'd say 2 = 1.");
    }
    const db::TeamRecord record = co_await team_record(talk.session);
    // What somebody else has answered last, and what is asked now.
    std::optional<QuestionIndex> last;
    for (const db::TeamAnswer& answer : record.answers) {
        const auto question = script.find_question(answer.question);
        const bool counts = question && live.state.answers[*question] && answer.leads;
        if (counts && answer.person != deed.person) last = question;
    }
    const auto pending = dialogs::pending_question(script, live.state);
    std::optional<json> to_last;
    if (last && last != pending) to_last = typed_value(script.questions[*last], text);
    const bool to_pending = pending && typed_value(script.questions[*pending], text);
    if (to_last && to_pending) {
        co_return co_await standing(
            deed, std::move(talk), live,
            "Do you mean “" + script.questions[*pending].label + "”? Then type " + text +
                " alone. For “" + script.questions[*last].label +
                "”, type the number that status shows as well: I'd say 2 = " + text + ".");
    }
    if (to_last)
        co_return co_await late_answer(deed, *last, std::move(*to_last), true, std::move(talk),
                                       live);
    co_return co_await typed_text(deed, text, std::move(talk), live);
}

Task<View> TeamChat::late_answer(const Deed& deed, QuestionIndex index, json value, bool may_change,
                                 db::TalkRecord talk, Live& live) {
    const dialogs::Script& script = live.script->script;
    const dialogs::Question& question = script.questions[index];
    const std::optional<dialogs::Value> read = dialogs::read_value(question, value);
    std::string why;
    const bool fits = read && live.state.answers[index] && dialogs::fits(question, *read, why);
    if (!fits) {
        View view = co_await standing(deed, std::move(talk), live, std::move(why));
        view.is_stale = true;
        co_return view;
    }
    const db::TeamRecord before = co_await team_record(talk.session);
    const db::TeamAnswer* mine = answer_by(before, question.id, deed.person);
    const bool leads = mine && mine->leads;
    if (leads && may_change) {
        json frame{{"type", "change"}, {"question", question.id}, {"value", std::move(value)}};
        std::string said = deed.event.text;
        co_return co_await take(deed, std::move(talk), live, std::move(frame), std::move(said));
    }
    if (leads) {
        View view = co_await standing(deed, std::move(talk), live, std::string());
        view.is_stale = true;
        co_return view;
    }
    const db::TeamAnswer answer = answer_of(deed, question, dialogs::to_json(question, *read));
    const std::string session = talk.session;
    std::function<db::TeamRecord(db::TalkStore&)> job = [answer, session](db::TalkStore& store) {
        store.team().put(session, answer);
        return store.team().of_session(session);
    };
    const db::TeamRecord record = co_await writes_.run(std::move(job));
    View view = co_await standing(deed, talk, live, std::string());
    const auto told = tell_differences(script, live.state.answers, record);
    view.messages.clear();
    const std::string said = question.label + ": " + dialogs::value_text(question, *read);
    view.messages.push_back(said_line(deed.event, said));
    std::vector<QuestionIndex> touched;
    touched.push_back(index);
    add_differences(script, told, touched, view);
    if (!about(told, index)) {
        view.messages.push_back(
            channels::paragraph("Everybody who answered that agrees. It stays as it is."));
    }
    co_return view;
}

Task<View> TeamChat::change_for_all(const Deed& deed, QuestionIndex index,
                                    const dialogs::Value& value, db::TalkRecord talk, Live& live) {
    const dialogs::Question& question = live.script->script.questions[index];
    json frame;
    frame["type"] = "change";
    frame["question"] = question.id;
    frame["value"] = json::parse(dialogs::to_json(question, value));
    const std::string said = question.label + ": " + dialogs::value_text(question, value);
    Deed for_all = deed;
    for_all.is_for_all = true;
    View view = co_await take(for_all, std::move(talk), live, std::move(frame), said);
    co_return view;
}

Task<View> TeamChat::late_press(const Deed& deed, channels::AnswerToken token, db::TalkRecord talk,
                                Live& live) {
    const dialogs::Script& script = live.script->script;
    const auto pending = dialogs::pending_question(script, live.state);
    const bool is_question = token.question > 0 && token.question <= script.questions.size();
    const QuestionIndex index = is_question ? token.question - 1 : 0;
    std::optional<json> value;
    if (is_question && pending != index && live.state.answers[index])
        value = pressed_value(script.questions[index], deed.event, token);
    const std::optional<Taken> taken = co_await conversations_.repeated(deed.frame_id, live);
    if (taken || !value) co_return co_await stale(deed, std::move(talk), live);
    co_return co_await late_answer(deed, index, std::move(*value), false, std::move(talk), live);
}

Task<View> TeamChat::list_differences(const Deed& deed, db::TalkRecord talk, Live& live) {
    const db::TeamRecord record = co_await team_record(talk.session);
    View view = co_await standing(deed, std::move(talk), live, std::string());
    const dialogs::Script& script = live.script->script;
    const auto told = tell_differences(script, live.state.answers, record);
    const bool is_finished = view.advice.has_value();
    view.advice.reset();
    view.messages.clear();
    if (told.empty())
        view.messages.push_back(channels::paragraph("Everybody who has answered agrees so far."));
    for (const ToldDifference& one : told)
        view.messages.push_back(channels::bullet(difference_text(script, one, is_finished)));
    const auto open = std::ranges::find(told, false, &ToldDifference::is_settled);
    if (open != told.end() && view.question) view.question->beside.push_back(settle_control(*open));
    co_return view;
}

Task<View> TeamChat::settle_press(const Deed& deed, channels::AnswerToken token,
                                  db::TalkRecord talk, Live& live) {
    const db::TeamRecord record = co_await team_record(talk.session);
    const dialogs::Script& script = live.script->script;
    const auto told = tell_differences(script, live.state.answers, record);
    const bool opens = token.option.front() == channels::difference_option;
    const std::string which = opens ? token.option.substr(1) : std::to_string(token.question);
    const auto found = std::ranges::find_if(told, [&](const ToldDifference& one) {
        return std::to_string(token_number(one.difference.disputed.question)) == which;
    });
    if (found == told.end()) co_return co_await stale(deed, std::move(talk), live);
    if (opens) {
        View view;
        view.session = talk.handle;
        view.question = settle_question(script, *found, place_of(deed, talk));
        co_return view;
    }
    const auto value = settled_value(script, *found, token.option);
    if (!value) co_return co_await standing(deed, std::move(talk), live, std::string());
    const QuestionIndex question = found->difference.disputed.question;
    co_return co_await settle(deed, question, *value, std::move(talk), live);
}

Task<View> TeamChat::settle_word(const Deed& deed, TeamWord word, db::TalkRecord talk, Live& live) {
    const db::TeamRecord record = co_await team_record(talk.session);
    const dialogs::Script& script = live.script->script;
    const auto told = tell_differences(script, live.state.answers, record);
    std::optional<QuestionIndex> index = find_answered(script, live.state, word.which);
    if (word.which.empty() && told.size() == 1) index = told.front().difference.disputed.question;
    const ToldDifference* difference = index ? about(told, *index) : nullptr;
    if (!difference && word.which.empty())
        co_return co_await list_differences(deed, std::move(talk), live);
    if (!difference) {
        co_return co_await standing(deed, std::move(talk), live,
                                    "There is no difference about that. Type differences to see "
                                    "where there is one.");
    }
    if (!word.answer) {
        View view;
        view.session = talk.handle;
        view.question = settle_question(script, *difference, place_of(deed, talk));
        co_return view;
    }
    const dialogs::Question& question = script.questions[*index];
    std::optional<dialogs::Value> value = value_of_name(question, record, *word.answer);
    if (!value) {
        if (const auto typed = typed_value(question, *word.answer))
            value = dialogs::read_value(question, *typed);
    }
    std::string why;
    if (value && dialogs::fits(question, *value, why))
        co_return co_await settle(deed, *index, *value, std::move(talk), live);
    co_return co_await standing(deed, std::move(talk), live,
                                "I did not get that. Type settle " +
                                    std::to_string(difference->number) +
                                    " = and somebody's name, or the answer itself.");
}

Task<View> TeamChat::settle(const Deed& deed, QuestionIndex index, dialogs::Value value,
                            db::TalkRecord talk, Live& live) {
    const dialogs::Question& question = live.script->script.questions[index];
    const std::string session = talk.session;
    db::SettledAnswer settled;
    settled.question = question.id;
    settled.name = deed.event.address.user_label;
    settled.value = dialogs::to_json(question, value);
    settled.at = now();
    std::function<bool(db::TalkStore&)> job = [settled, session](db::TalkStore& store) {
        store.team().settle(session, settled);
        return true;
    };
    co_await writes_.run(std::move(job));
    // The first delivery of a repeated one may have changed it already.
    if (live.state.answers[index] != value)
        co_return co_await change_for_all(deed, index, value, std::move(talk), live);
    const std::string note =
        "Settled: “" + question.label + "” is “" + dialogs::value_text(question, value) + "”.";
    View view = co_await standing(deed, std::move(talk), live, note);
    co_return view;
}

}  // namespace advisor::server
