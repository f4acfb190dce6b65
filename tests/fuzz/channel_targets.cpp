// Requests of chat tools. The bytes are a request as a person would write it down: "POST part",
// headers one a line, an empty line, the body.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "server/channels/channels.hpp"
#include "server/channels/view.hpp"
#include "tests/fuzz/targets.hpp"

namespace advisor::fuzz {
namespace {

using namespace channels;

constexpr TimePoint now{std::chrono::seconds(1767225600)};  // the time of the recorded requests

struct Sent {
    http::Request request;
    std::string part;
};

std::string_view next_line(std::string_view& rest) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

Sent read_request(const Channel& channel, std::string_view bytes) {
    Sent sent;
    const std::string_view first = next_line(bytes);
    const std::size_t space = first.find(' ');
    sent.request.method = std::string(first.substr(0, space));
    const std::string_view wanted =
        space == std::string_view::npos ? std::string_view() : first.substr(space + 1);
    for (const std::string_view part : channel.parts) {
        if (part == wanted) sent.part = part;
    }
    sent.request.path = "/hooks/" + std::string(channel.name) + "/h1";
    if (!sent.part.empty()) sent.request.path += "/" + sent.part;
    while (!bytes.empty()) {
        const std::string_view line = next_line(bytes);
        if (line.empty()) break;
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos) continue;
        sent.request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    sent.request.body = bytes;
    return sent;
}

/// A hook with the secrets of the recorded requests.
Hook hook_of(const Channel& channel) {
    Hook hook;
    hook.id = "h1";
    hook.platform = channel.name;
    hook.secrets = {"8f742231b10e8888abcd99example00", "tg_secret-Example_01",
                    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                    "a2V5LW9mLXRoZS1leGFtcGxlLXdlYmhvb2s="};
    hook.public_url = "https://advisor.example.org";
    hook.mac_key = "a key of our own for marks";
    return hook;
}

View view_of(QuestionForm form, std::size_t options) {
    QuestionView question;
    question.session = "k3f9x2";
    question.number = 4;
    question.position = 4;
    question.total = 9;
    question.form = form;
    question.text = "How many people will use it?";
    for (std::size_t i = 0; i < options; ++i)
        question.options.push_back({option_key(i), "Option " + std::to_string(i), {}, i == 0});
    question.min = 1;
    question.max = 9;
    question.may_go_back = true;
    question.allow_unknown = true;
    View view;
    view.session = "k3f9x2";
    view.question = std::move(question);
    return view;
}

const std::array<View, 4>& views() {
    static const std::array<View, 4> all{view_of(QuestionForm::choice, 3),
                                         view_of(QuestionForm::multi, 30),
                                         view_of(QuestionForm::text, 0), View{}};
    return all;
}

void run(const Channel& channel, std::string_view bytes) {
    const Sent sent = read_request(channel, bytes);
    const Hook hook = hook_of(channel);
    const Delivery delivery{sent.request, sent.part};
    static_cast<void>(channel.verify(delivery, hook, now));
    const Incoming incoming = channel.parse(delivery, hook);
    expect(incoming.at_once.has_value() != !incoming.events.empty(),
           "a request has an answer at once, or events");
    for (const Event& event : incoming.events) {
        for (const View& view : views()) {
            const Rendered rendered = channel.render(event, view, hook);
            expect(rendered.response.status == 200, "an event is answered");
            for (const OutboundCall& call : rendered.calls)
                expect(call.body.empty() || nlohmann::json::accept(call.body) ||
                           call.body.find('=') != std::string::npos,
                       "a call has JSON or a form");
        }
    }
}

template <const Channel& (*Platform)()>
void fuzz(std::string_view bytes) {
    run(Platform(), bytes);
}

constexpr std::array<Target, 10> targets{{
    {"slack", fuzz<slack>},
    {"mattermost", fuzz<mattermost>},
    {"discord", fuzz<discord>},
    {"telegram", fuzz<telegram>},
    {"teams", fuzz<teams>},
    {"google_chat", fuzz<google_chat>},
    {"rocketchat", fuzz<rocketchat>},
    {"zulip", fuzz<zulip>},
    {"matrix", fuzz<matrix>},
    {"xmpp", fuzz<xmpp>},
}};

}  // namespace

std::span<const Target> channel_targets() {
    return targets;
}

}  // namespace advisor::fuzz
