#pragma once
// A team-chat platform as pure functions over plain values: is the request authentic, what does it
// ask, how does the answer look. No I/O, no clock, no state: the server does the talking
// (server/team_chat/hooks_api.hpp), so every platform is tested with recorded requests.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/channels/text_tree.hpp"
#include "server/net/http.hpp"

namespace advisor::channels {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// A signed clock may be off by so much, to either side.
inline constexpr std::chrono::seconds max_clock_skew{300};

/// One configured workspace: what `advisor hook add` has stored, opened for this request.
struct Hook {
    std::string id;        ///< the part of the URL
    std::string platform;  ///< Channel::name
    /// The shared secret or public key, newest first; two while one is being rotated in. Never
    /// empty texts.
    std::vector<std::string> secrets;
    /// `--option key=value`: see Channel::options.
    std::map<std::string, std::string, std::less<>> options;
    bool shared = false;     ///< one talk for a channel or thread instead of one for each person
    std::string public_url;  ///< "https://advisor.example.org", without a slash at the end
    std::string mac_key;     ///< the server's own key, for marks that only we make and check

    /// The value of an option, or `fallback` when it is not set.
    [[nodiscard]] std::string option(std::string_view name, std::string_view fallback = {}) const;
    /// `<public_url>/hooks/<platform>/<id>[/<part>]`
    [[nodiscard]] std::string url(std::string_view part = {}) const;
};

/// A request and which part of the hook it was sent to: "" for the base URL, else "command",
/// "interactive", ...
struct Delivery {
    const http::Request& request;
    std::string_view part;
};

/// Where an event comes from, by the platform's own ids, never by display names, which change. A
/// talk belongs to hook, workspace, channel, thread and, unless the hook is shared, user.
struct Address {
    std::string workspace;
    std::string channel;
    std::string thread;  ///< empty outside a thread
    std::string user;
    std::string user_label;  ///< for people; escape it like any other text of a user
};

enum class EventKind {
    open,    ///< begin, or show where the talk stands: a command without words, an opened app
    text,    ///< typed words; a reserved word, a number, a label or free text
    press,   ///< a button or a menu: `token`
    submit,  ///< a form or a multiple choice: `token` of the button, `values`
    ignore,  ///< authentic, and nothing for us: a bot's message, a toggle before "Continue"
};

/// What somebody did, the same for every platform.
struct Event {
    EventKind kind = EventKind::ignore;
    Address address;
    /// The platform's id for this delivery; a repeated one gets the stored answer and takes no
    /// second turn. May be empty where the platform has none.
    std::string dedupe_id;
    /// The platform's id of what was done, the same in every delivery of it. Looked for when the
    /// request says of itself that it is a repeated one (`is_retry`), as the platform may then
    /// have given it another `dedupe_id`. May be empty.
    std::string deed_id;
    bool is_retry = false;
    /// `text`: what was typed, without mention and command word. `submit` of free text: the text.
    std::string text;
    std::string token;  ///< `press`, `submit`: the answer token of the control
    /// `submit` of choices: option keys or whole answer tokens.
    std::vector<std::string> values;
    std::string reply_url;  ///< where a later answer may be posted; untrusted
    /// What `render` needs of the request again: ids of messages, names of the bot.
    std::map<std::string, std::string, std::less<>> carry;

    [[nodiscard]] std::string carried(std::string_view name) const;
};

/// What a request means. With `at_once`, that is the answer and `events` is empty (a handshake, a
/// wrong content type). Else the events in order; the answer to the last one is the response.
struct Incoming {
    std::optional<http::Response> at_once;
    std::vector<Event> events;
};

/// One answer that can be chosen.
struct OptionView {
    std::string key;        ///< the last part of its answer token: "a", "b", ..., see option_key
    std::string label;      ///< plain text, of any length
    std::string help;       ///< plain text, may be empty
    bool selected = false;  ///< multi: ticked so far
};

enum class QuestionForm {
    choice,   ///< pick one: buttons up to 5, a menu up to 25, else numbers; also for a yes or no
    multi,    ///< pick several, then submit (`*`)
    number,   ///< type a number; the options are ready-made ranges, and may be none
    scale,    ///< the options are the numbers of the scale, in order
    text,     ///< type anything
    confirm,  ///< a proposed change waits: the options are yes (Y) and no (N)
};

/// The question that waits for an answer.
struct QuestionView {
    std::string session;       ///< the handle in answer tokens
    std::size_t number = 0;    ///< the question in answer tokens
    std::size_t position = 0;  ///< "Question 4 of 9"
    std::size_t total = 0;
    QuestionForm form = QuestionForm::choice;
    std::string text;  ///< the question, plain
    std::string help;  ///< may be empty
    std::vector<OptionView> options;
    std::int64_t min = 0;  ///< number and scale; multi: picks at least
    std::int64_t max = 0;  ///< number and scale; multi: picks at most
    std::string unit;      ///< number: may be empty
    std::string low;       ///< names of a scale's ends; may be empty
    std::string high;
    std::size_t max_length = 0;  ///< text: code points
    bool allow_unknown = false;  ///< "I don't know" is an answer: control `U`
    bool may_skip = false;       ///< control `S`
    bool may_go_back = false;    ///< control `-`
    std::string title;           ///< instead of its position; may be empty
    /// `confirm`: what is typed instead of yes or no, for each option; may be empty.
    std::vector<std::string> typed;
    std::vector<OptionView> beside;  ///< further controls; their labels can be typed as well

    /// The answer token of an option or control of this question.
    [[nodiscard]] std::string token(std::string_view option) const;
    /// True when the options have numbers that can be typed. Not so for number and scale, where a
    /// typed number is the answer itself.
    [[nodiscard]] bool is_numbered() const;
};

/// A name and what it is: "Firmness" "clear".
struct Fact {
    std::string name;
    std::string value;
};

struct RoleView {
    std::string title;
    std::string seniority;
    int count = 1;
    std::string verdict;  ///< "hire", "train", "contract" or "none"
    std::string because;
};

/// The recommendation and the hiring plan, as plain texts.
struct Advice {
    std::string name;                  ///< "Node.js"
    std::string headline;              ///< one sentence
    std::string firmness;              ///< "clear", "leaning" or "too close to call"
    std::vector<Fact> points;          ///< one for each option, best first
    std::vector<Fact> reasons;         ///< an answer and why it counts, the weightiest first
    std::vector<std::string> changes;  ///< what would change it
    std::vector<std::string> tradeoffs;
    std::string hiring_summary;
    std::vector<RoleView> roles;
    std::vector<std::string> notes;
    std::string report_url;  ///< the whole report
};

/// What to show. Everything in it is plain text to be escaped; only the tree is structure. An empty
/// view (see is_silent) is rendered as whatever says nothing on the platform.
struct View {
    Text messages;  ///< what the advisor says, in order; may be empty
    std::optional<QuestionView> question;
    std::optional<Advice> advice;  ///< when nothing is left to ask
    std::string session;           ///< the talk's handle; empty when there is none
    /// For the one who acted alone, where the platform can do that: a refusal. Then nothing else is
    /// set, and what others see must stay as it is.
    std::string private_note;
    bool is_secret = false;  ///< there is a code in it: not to be kept
    bool is_stale = false;   ///< the control was of an earlier question; this shows the current one
    /// The talk has ended or been cancelled: controls are to be taken away.
    bool is_over = false;

    [[nodiscard]] bool is_silent() const {
        return messages.empty() && !question && !advice && private_note.empty();
    }
};

/// An HTTP request to make after the turn is stored. Only to hosts that the hook allows.
struct OutboundCall {
    std::string method = "POST";
    std::string url;
    http::Headers headers;
    std::string body;
};

struct Rendered {
    http::Response response;
    std::vector<OutboundCall> calls;
};

/// An `--option` that a platform takes.
struct OptionSpec {
    std::string_view name;
    std::string_view help;
};

/// A platform. All functions are pure and never throw for anything that can be sent.
struct Channel {
    std::string_view name;   ///< "slack"; also the path /hooks/slack
    std::string_view title;  ///< "Slack"
    /// The parts that take requests; "" is the base URL.
    std::vector<std::string_view> parts;
    std::vector<OptionSpec> options;
    /// Hosts that calls may go to besides those of the option `allowed_hosts`.
    std::vector<std::string_view> hosts;
    /// True when the request is authentic and fresh. False is answered with 401. Everything is
    /// checked over the bytes as they came; only where the secret is a field of the body is that
    /// read first, with strict limits. Compare with equal_bytes.
    bool (*verify)(const Delivery&, const Hook&, TimePoint now);
    /// Reads an authentic request.
    Incoming (*parse)(const Delivery&, const Hook&);
    /// Renders the answer to `event` within the platform's limits.
    Rendered (*render)(const Event& event, const View& view, const Hook&);
    /// Why a secret or an option cannot be right, in a sentence that says what to do; nothing when
    /// it is well formed.
    std::optional<std::string> (*check)(const Hook&);
    /// The steps to click, one a line, with the URLs of the hook in them.
    std::vector<std::string> (*steps)(const Hook&);
    /// A harmless authentic request for `advisor hook test`, its `path` that of the hook; null
    /// where only the platform can sign.
    http::Request (*sample)(const Hook&, TimePoint now) = nullptr;
    /// Where a set of public keys is to be fetched; its text stands before Hook::secrets when
    /// `verify` is called. Empty: the secrets hold the keys. Null where there are no such keys.
    std::string (*keys_url)(const Hook&) = nullptr;
    /// Hosts that the hook's own settings name: calls may go there, also by plain http and at
    /// private addresses.
    std::vector<std::string> (*own_hosts)(const Hook&) = nullptr;
};

}  // namespace advisor::channels
