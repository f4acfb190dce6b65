#include "server/team_chat/team_chat.hpp"

#include <algorithm>

#include "dialogs/json.hpp"
#include "dialogs/understand.hpp"
#include "server/channels/body.hpp"
#include "server/secrets.hpp"
#include "server/team_chat/team_chat_text.hpp"

namespace advisor::server {
namespace {

using channels::AnswerToken;
using channels::Event;
using channels::EventKind;
using channels::Hook;
using channels::View;
using nlohmann::json;

constexpr std::size_t digest_bytes = 20;
constexpr std::size_t handle_bytes = 7;  // twelve letters

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

std::string TeamChat::digest(std::string_view what,
                             std::initializer_list<std::string_view> parts) const {
    std::string text(what);
    for (const std::string_view part : parts)
        text += "|" + std::to_string(part.size()) + ":" + std::string(part);
    return keyed_text(secret_, text, digest_bytes);
}

TeamChat::Deed TeamChat::deed_of(const Hook& hook, const Event& event) const {
    const channels::Address& at = event.address;
    const std::string_view user = hook.shared ? std::string_view() : std::string_view(at.user);
    const std::string post = event.carried("post");
    Deed deed{hook, event, {}, {}, {}, {}, {}};
    deed.key = digest("talk", {hook.id, at.workspace, at.channel, at.thread, user});
    if (!post.empty())
        deed.post_key = digest("talk", {hook.id, at.workspace, at.channel, post, user});
    deed.channel = digest("channel", {hook.id, at.channel});
    deed.person = digest("person", {hook.id, at.user});
    deed.frame_id =
        event.dedupe_id.empty() ? random_text(16) : digest("deed", {hook.id, event.dedupe_id});
    return deed;
}

ViewPlace TeamChat::place_of(const Deed& deed, const db::TalkRecord& talk) {
    return {talk.handle, deed.hook.public_url, talk.draft};
}

Task<View> TeamChat::handle(const Hook& hook, const Event& event) {
    const Deed deed = deed_of(hook, event);
    const bool is_control = event.kind == EventKind::press || event.kind == EventKind::submit;
    if (is_control) co_return co_await pressed(deed);
    co_return co_await typed(deed);
}

Task<TeamChat::FoundTalk> TeamChat::current_talk(const Deed& deed) {
    std::string key = deed.key;
    std::function<FoundTalk(db::TalkStore&)> job = [key](db::TalkStore& store) {
        return store.talk(key);
    };
    return reads_.run(std::move(job));
}

Task<View> TeamChat::typed(const Deed& deed) {
    TypedWord word;
    word.word = TalkWord::start;
    if (deed.event.kind == EventKind::text && !deed.event.text.empty())
        word = read_talk_word(deed.event.text);
    if (word.word == TalkWord::join) co_return co_await join(deed, word.rest);
    FoundTalk talk = co_await current_talk(deed);
    std::optional<Live> live;
    if (talk && !talk->is_over) live = co_await conversations_.attach(talk->session);
    // After the result, "start" begins anew; any other word is about the result.
    const bool begins = word.word == TalkWord::start && (!live || live->finished);
    if (live && !begins) {
        if (word.word == TalkWord::none) {
            TeamWord team;
            if (deed.hook.shared) team = read_team_word(deed.event.text);
            if (team.kind != TeamWord::Kind::none)
                co_return co_await team_word(deed, std::move(team), *talk, *live);
            co_return co_await typed_text(deed, deed.event.text, *talk, *live);
        }
        co_return co_await obey(deed, word, *talk, *live);
    }
    if (word.word == TalkWord::help) {
        View view;
        view.messages = help_text(deed.hook.shared);
        co_return view;
    }
    const bool needs_talk = word.word == TalkWord::back || word.word == TalkWord::skip ||
                            word.word == TalkWord::status || word.word == TalkWord::cancel ||
                            word.word == TalkWord::change || word.word == TalkWord::code;
    if (needs_talk) {
        View view = note_view("There is no talk of yours here just now. Type start to begin one.");
        co_return view;
    }
    const std::string topic = word.word == TalkWord::none ? deed.event.text : word.rest;
    co_return co_await begin(deed, topic);
}

Task<View> TeamChat::typed_text(const Deed& deed, std::string text, db::TalkRecord talk,
                                Live& live) {
    json frame = typed_frame(live.script->script, live.state, text);
    std::string said = deed.hook.shared ? deed.event.text : std::string();
    co_return co_await take(deed, std::move(talk), live, std::move(frame), std::move(said));
}

Task<View> TeamChat::obey(const Deed& deed, TypedWord word, db::TalkRecord talk, Live& live) {
    json frame;
    switch (word.word) {
        case TalkWord::start:
            if (!word.rest.empty())
                co_return co_await typed_text(deed, deed.event.text, std::move(talk), live);
            co_return co_await standing(deed, std::move(talk), live, std::string());
        case TalkWord::status: {
            View view = co_await standing(deed, std::move(talk), live, std::string());
            view.messages = status_text(live);
            co_return view;
        }
        case TalkWord::help: {
            frame["type"] = "say";
            frame["text"] = "help";  // about the pending question
            View view = co_await take(deed, std::move(talk), live, std::move(frame), std::string());
            const channels::Text general = help_text(deed.hook.shared);
            view.messages.insert(view.messages.begin(), general.begin(), general.end());
            co_return view;
        }
        case TalkWord::change:
            co_return co_await change(deed, std::move(word.rest), std::move(talk), live);
        case TalkWord::cancel:
            co_return co_await cancel(deed, std::move(talk), live);
        case TalkWord::code:
            co_return co_await give_code(deed, live);
        case TalkWord::back:
            frame["type"] = "back";
            break;
        case TalkWord::skip:
            frame["type"] = "skip";
            break;
        case TalkWord::restart:
            frame["type"] = "restart";
            break;
        case TalkWord::join:
        case TalkWord::none:
            break;
    }
    std::string said = deed.hook.shared ? deed.event.text : std::string();
    co_return co_await take(deed, std::move(talk), live, std::move(frame), std::move(said));
}

/// Asks an answered question again, or with `= ANSWER` changes it at once. Words that name none are
/// an answer like others.
Task<View> TeamChat::change(const Deed& deed, std::string which, db::TalkRecord talk, Live& live) {
    const dialogs::Script& script = live.script->script;
    const std::size_t equals = std::min(which.find('='), which.size());
    const std::string value_text = which.substr(std::min(equals + 1, which.size()));
    const auto question = find_answered(script, live.state, which.substr(0, equals));
    if (question) {
        json frame;
        frame["type"] = "change";
        frame["question"] = script.questions[*question].id;
        if (equals < which.size()) {
            std::optional<json> value =
                typed_value(script.questions[*question], channels::trimmed(value_text));
            if (!value) {
                co_return co_await standing(
                    deed, std::move(talk), live,
                    "I did not get that answer, so nothing has changed. Type change and the number "
                    "alone to be asked again.");
            }
            frame["value"] = std::move(*value);
        }
        std::string said = deed.hook.shared ? deed.event.text : std::string();
        co_return co_await take(deed, std::move(talk), live, std::move(frame), std::move(said));
    }
    const bool is_sentence = which.find(' ') != std::string::npos;
    if (is_sentence) co_return co_await typed_text(deed, deed.event.text, std::move(talk), live);
    View view = co_await standing(deed, std::move(talk), live, std::string());
    view.messages = status_text(live);
    view.messages.push_back(
        channels::paragraph("Type change and a number of this list to answer that one again."));
    co_return view;
}

Task<View> TeamChat::pressed(const Deed& deed) {
    const std::optional<AnswerToken> token = channels::read_token(deed.event.token);
    FoundTalk talk;
    if (token) {
        std::string handle = token->session;
        std::function<FoundTalk(db::TalkStore&)> job = [handle](db::TalkStore& store) {
            return store.talk_by_handle(handle);
        };
        talk = co_await reads_.run(std::move(job));
    }
    std::string refusal;
    if (!talk || talk->hook != deed.hook.id || talk->channel != deed.channel)
        refusal =
            "That button belongs to a talk that is not here any more. Type start to begin one.";
    else if (!talk->owner.empty() && talk->owner != deed.person)
        refusal = "This is somebody else's talk. Type start to have your own here.";
    else if (talk->is_over)
        refusal = "That talk was ended. Type start to begin a new one.";
    if (!refusal.empty()) {
        View view = refusal_view(std::move(refusal));
        co_return view;
    }
    std::optional<Live> live = co_await conversations_.attach(talk->session);
    if (!live) {
        View view = refusal_view("That talk is gone. Type start to begin a new one.");
        co_return view;
    }
    if (!deed.post_key.empty() && deed.post_key != talk->post_key) {
        const db::RowId row = talk->id;
        std::string post_key = deed.post_key;
        std::function<bool(db::TalkStore&)> job = [row, post_key](db::TalkStore& store) {
            store.set_post_key(row, post_key);
            return true;
        };
        co_await writes_.run(std::move(job));
    }
    co_return co_await press(deed, *token, std::move(*talk), *live);
}

Task<View> TeamChat::press(const Deed& deed, AnswerToken token, db::TalkRecord talk, Live& live) {
    const bool settles = token.option.starts_with(channels::difference_option) ||
                         token.option.starts_with(channels::settle_option);
    if (deed.hook.shared && settles)
        co_return co_await settle_press(deed, std::move(token), std::move(talk), live);
    Pressed what = read_press(live.script->script, live.state, deed.event, token,
                              read_draft(talk.draft, token.question));
    switch (what.kind) {
        case Pressed::Kind::cancel:
            co_return co_await cancel(deed, std::move(talk), live);
        case Pressed::Kind::toggle:
            co_return co_await toggle(deed, std::move(talk), live, token.question, what.toggled);
        case Pressed::Kind::stale:
            if (deed.hook.shared)
                co_return co_await late_press(deed, std::move(token), std::move(talk), live);
            co_return co_await stale(deed, std::move(talk), live);
        case Pressed::Kind::frame:
            break;
    }
    co_return co_await take(deed, std::move(talk), live, std::move(what.frame),
                            std::move(what.said));
}

/// Perhaps this very press took its turn, and its answer was lost.
Task<View> TeamChat::stale(const Deed& deed, db::TalkRecord talk, Live& live) {
    std::optional<Taken> taken = co_await conversations_.repeated(deed.frame_id, live);
    if (taken) {
        const json reply = json::parse(std::move(taken->reply).text());
        View view = make_view(live.script->script, reply, place_of(deed, talk));
        co_return view;
    }
    View view = co_await standing(deed, std::move(talk), live, std::string());
    view.is_stale = true;
    co_return view;
}

Task<View> TeamChat::toggle(const Deed& deed, db::TalkRecord talk, Live& live, std::size_t question,
                            std::size_t option) {
    std::string handle = talk.handle;
    std::string mark = ":" + deed.frame_id;
    // Read and written in one job, so that two who tick at once both count. The mark tells a
    // repeated delivery.
    std::function<std::string(db::TalkStore&)> job = [handle, mark, question,
                                                      option](db::TalkStore& store) {
        const std::optional<db::TalkRecord> stored = store.talk_by_handle(handle);
        std::string draft = stored ? stored->draft : std::string();
        if (!stored || draft.ends_with(mark)) return draft;
        const std::uint32_t ticked = read_draft(draft, question) ^ (1U << option);
        draft = write_draft(question, ticked) + mark;
        store.set_draft(stored->id, draft);
        return draft;
    };
    talk.draft = co_await writes_.run(std::move(job));
    co_return co_await standing(deed, std::move(talk), live, std::string());
}

Task<View> TeamChat::standing(const Deed& deed, db::TalkRecord talk, Live& live, std::string note) {
    std::string frame_id = "chat";
    TakenOrRefused result = co_await conversations_.catch_up(std::move(frame_id), live.seq, live);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        View view = note_view(refusal->message);
        co_return view;
    }
    const json reply = json::parse(std::get<Taken>(std::move(result)).reply.text());
    View view = make_view(live.script->script, reply, place_of(deed, talk), false);
    if (!note.empty()) view.messages.push_back(channels::paragraph(std::move(note)));
    co_return view;
}

Task<View> TeamChat::take(const Deed& deed, db::TalkRecord talk, Live& live, json body,
                          std::string said) {
    ClientFrame frame;
    frame.id = deed.frame_id;
    frame.type = body.at("type").get<std::string>();
    frame.body = std::move(body);
    std::string answered;
    json value;
    if (deed.hook.shared && frame.type == "answer") {
        answered = frame.body.at("question").get<std::string>();
        value = frame.body.at("value");
    }
    const std::int64_t seq_before = live.seq;
    dialogs::Answers before;
    if (deed.hook.shared) before = live.state.answers;
    TakenOrRefused result = co_await conversations_.take_turn(std::move(frame), live);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        const bool is_late = refusal->code == ErrorCode::question_not_pending;
        const auto late = live.script->script.find_question(answered);
        if (is_late && late) {
            co_return co_await late_answer(deed, *late, std::move(value), false, std::move(talk),
                                           live);
        }
        std::string note;  // made before: g++ 12 destroys a conditional temporary twice
        if (!is_late) note = refusal->message;
        View view = co_await standing(deed, std::move(talk), live, std::move(note));
        view.is_stale = is_late;
        co_return view;
    }
    const bool is_new = std::get<Taken>(result).is_new;
    if (is_new) hubs_.turn_taken(live.row, live.seq, nullptr);
    if (is_new && !talk.draft.empty()) {
        const db::RowId row = talk.id;
        std::function<bool(db::TalkStore&)> job = [row](db::TalkStore& store) {
            store.set_draft(row, {});
            return true;
        };
        co_await writes_.run(std::move(job));
        talk.draft.clear();
    }
    const json reply = json::parse(std::get<Taken>(std::move(result)).reply.text());
    View view = make_view(live.script->script, reply, place_of(deed, talk));
    if (!said.empty()) view.messages.insert(view.messages.begin(), said_line(deed.event, said));
    if (deed.hook.shared) {
        TurnOfOne turn;
        turn.is_new = is_new;
        turn.answered = std::move(answered);
        // After a race, what has changed is not this person's alone.
        if (is_new && live.seq == seq_before + 1) turn.before = std::move(before);
        co_await keep_team_answers(deed, std::move(turn), std::move(talk), live, view);
    }
    co_return view;
}

Task<db::TalkRecord> TeamChat::add_talk(const Deed& deed, std::string session) {
    db::TalkRecord talk;
    talk.hook = deed.hook.id;
    talk.key = deed.key;
    talk.channel = deed.channel;
    if (!deed.hook.shared) talk.owner = deed.person;
    talk.handle = keyed_text(secret_, "handle|" + session + "|" + deed.key, handle_bytes);
    talk.session = std::move(session);
    talk.began_at = now();
    std::function<db::TalkRecord(db::TalkStore&)> job = [talk](db::TalkStore& store) {
        return store.add_talk(talk);
    };
    return writes_.run(std::move(job));
}

Task<View> TeamChat::begin(const Deed& deed, std::string topic) {
    const std::optional<std::string> script = script_of(scripts_, topic);
    ClientFrame frame;
    frame.id = deed.frame_id;
    frame.type = "start";
    frame.body["type"] = "start";
    if (script) frame.body["script"] = *script;
    std::string channel = deed.hook.platform;
    std::string scope = deed.hook.id;
    // The row first: the commit of the first turn, which waits for the disk, then covers both.
    db::TalkRecord talk = co_await add_talk(deed, conversations_.session_of(deed.frame_id));
    std::optional<Live> live;
    TakenOrRefused result =
        co_await conversations_.start(std::move(frame), std::move(channel), std::move(scope), live);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        View view = note_view(refusal->message);
        co_return view;
    }
    const json reply = json::parse(std::get<Taken>(std::move(result)).reply.text());
    View view = make_view(live->script->script, reply, place_of(deed, talk));
    // Words that answer the first question are not asked for twice.
    const bool has_words = deed.event.kind == EventKind::text && !topic.empty() && !script;
    const std::optional<dialogs::QuestionIndex> first =
        dialogs::pending_question(live->script->script, live->state);
    if (!has_words || !first || topic.find(' ') == std::string::npos) co_return view;
    const auto understood = dialogs::understand(live->script->script.questions[*first], topic);
    if (!std::holds_alternative<dialogs::UnderstoodValue>(understood)) co_return view;
    Deed second = deed;
    second.frame_id = digest("second", {deed.frame_id});
    channels::Text intro = std::move(view.messages);
    json say{{"type", "say"}, {"text", topic}};
    view = co_await take(second, std::move(talk), *live, std::move(say), std::string());
    view.messages.insert(view.messages.begin(), intro.begin(), intro.end());
    co_return view;
}

Task<View> TeamChat::cancel(const Deed& deed, db::TalkRecord talk, const Live& live) {
    const db::RowId row = talk.id;
    const bool has_answers = std::ranges::any_of(
        live.state.answers, [](const auto& answer) { return answer.has_value(); });
    std::optional<db::TimePoint> told_at;
    if (has_answers && !live.finished) told_at = now();
    std::function<bool(db::TalkStore&)> job = [row, told_at](db::TalkStore& store) {
        store.end_talk(row, told_at);
        return true;
    };
    co_await writes_.run(std::move(job));
    View view =
        note_view("Ended. What you have answered is kept with us. Type start to begin a new talk.");
    view.session = talk.handle;
    view.is_over = true;
    if (deed.hook.shared)
        view.messages.insert(view.messages.begin(), said_line(deed.event, "cancel"));
    co_return view;
}

Task<View> TeamChat::give_code(const Deed& deed, const Live& live) {
    const std::string code = co_await codes_.make(live.key);
    const std::string minutes = std::to_string(JoinCodes::lifetime.count());
    View view = refusal_view("Your code is " + code + ". It works once, for " + minutes +
                             " minutes: open " + deed.hook.public_url + "/?code=" + code +
                             " in a browser, or type join " + code + " in another chat.");
    view.is_secret = true;
    co_return view;
}

Task<View> TeamChat::join(const Deed& deed, std::string code) {
    std::string person = deed.person;
    const JoinCodes::Result found = co_await codes_.take(std::move(code), std::move(person));
    if (found.outcome != JoinCodes::Outcome::found) {
        View view =
            refusal_view(found.outcome == JoinCodes::Outcome::too_often
                             ? "That was one attempt too many. Wait a minute, then try again."
                             : "There is no such code, or it has been used or is older than 10 "
                               "minutes. Ask for a new one where the talk is.");
        co_return view;
    }
    std::optional<Live> live = co_await conversations_.attach(found.session);
    if (!live) {
        View view = refusal_view("That talk is gone. Type start to begin a new one.");
        co_return view;
    }
    db::TalkRecord talk = co_await add_talk(deed, live->key);
    co_return co_await standing(deed, std::move(talk), *live,
                                "Here we go on. This is where the talk stands.");
}

}  // namespace advisor::server
