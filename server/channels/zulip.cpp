// Zulip: an outgoing webhook bot with the generic interface. The secret is a field of the body, the
// answer is in the response, and a choice of a form says a message that comes back to us.

#include <algorithm>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/spoken_press.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr Limit max_content{10'000, LengthUnit::code_points};
constexpr Limit max_heading{1'000, LengthUnit::code_points};

constexpr Markup markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "**",
    .bold_close = "**",
    .italic_open = "*",
    .italic_close = "*",
    .code_open = "",
    .code_close = "",
    .link = marked_link,
};

/// Another status than 200 makes the bot tell everybody of a failure.
Incoming silence() {
    return {json_reply({{"response_not_required", true}}), {}};
}

bool is_direct(const json& body) {
    const std::string type = text_at(body, "message.type");
    return type == "private" || type == "direct";
}

/// Where the mention of `name` begins and ends in `text`: `@**Name**`, `@_**Name**`, and with the
/// user's number where the name is not unique, `@**Name|25**`.
struct Mention {
    std::size_t begin = std::string::npos;
    std::size_t end = 0;
};

Mention find_mention(const std::string& text, const std::string& name) {
    for (const std::string open : {"@**", "@_**"}) {
        const std::size_t begin = text.find(open + name);
        if (begin == std::string::npos) continue;
        std::size_t at = begin + open.size() + name.size();
        if (at < text.size() && text[at] == '|') {
            ++at;
            while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0)
                ++at;
        }
        if (text.compare(at, 2, "**") == 0) return {begin, at + 2};
    }
    return {};
}

/// Takes the bot's mention out. How it was mentioned stands before what our choices say.
std::string words_of(const json& body, Event& event) {
    std::string text = text_at(body, "data");
    if (text.empty()) text = text_at(body, "message.content");
    const std::string name = text_at(body, "bot_full_name");
    if (!is_direct(body)) {
        event.carry["mention"] = "@**" + name + "** ";
        event.carry["command"] = "@" + name + " ";
    }
    if (name.empty()) return trimmed(text);
    const Mention mention = find_mention(text, name);
    if (mention.begin == std::string::npos) return trimmed(text);
    const std::string said = text.substr(mention.begin, mention.end - mention.begin);
    if (!is_direct(body) && said.starts_with("@**")) event.carry["mention"] = said + " ";
    text.erase(mention.begin, mention.end - mention.begin);
    return trimmed(text);
}

Incoming parse(const Delivery& delivery, const Hook&) {
    const std::optional<json> body = read_json(delivery.request.body);
    if (!body) return silence();
    const std::string bot = text_at(*body, "bot_email");
    if (!bot.empty() && text_at(*body, "message.sender_email") == bot) return silence();
    Event event;
    const std::size_t at = bot.find('@');
    event.address.workspace = at == std::string::npos ? bot : bot.substr(at + 1);
    event.address.channel = is_direct(*body) ? "@" + text_at(*body, "message.recipient_id")
                                             : text_at(*body, "message.stream_id");
    if (!is_direct(*body)) event.address.thread = text_at(*body, "message.subject");
    event.address.user = text_at(*body, "message.sender_id");
    event.address.user_label = text_at(*body, "message.sender_full_name");
    if (event.address.channel.empty() || event.address.user.empty()) return silence();
    event.dedupe_id = text_at(*body, "message.id");
    event.deed_id = event.dedupe_id;
    read_spoken(words_of(*body, event), event);
    return {std::nullopt, {event}};
}

ordered_json choice_of(const std::string& short_name, const SpokenButton& button) {
    return {{"type", "multiple_choice"},
            {"short_name", short_name},
            {"long_name", button.label},
            {"reply", button.said}};
}

/// The web app shows the form in place of the message: what the advisor says is in its heading,
/// too, as far as the question leaves room for it. Plain text there.
std::string heading_of(const View& view) {
    std::string said;
    for (const Block& block : view.messages) {
        for (const Span& span : block.spans) said += span.text;
        said += ' ';
    }
    const std::string question = cut(view.question->text, max_heading);
    const std::size_t used = length_of(question, max_heading.unit) + 1;
    if (said.empty() || used >= max_heading.size) return question;
    return trimmed(cut(said, {max_heading.size - used, max_heading.unit})) + " " + question;
}

/// The form of clickable choices, as the JSON text that `widget_content` is.
std::string widget_of(const View& view, const std::string& mention) {
    const QuestionView& question = *view.question;
    ordered_json choices = ordered_json::array();
    for (const SpokenButton& button : option_buttons(question, mention))
        choices.push_back(choice_of(std::to_string(choices.size() + 1), button));
    for (const SpokenButton& button : control_buttons(question, mention))
        choices.push_back(choice_of(button.label, button));
    if (choices.empty()) return {};
    ordered_json data{{"type", "choices"}, {"heading", heading_of(view)}};
    data["choices"] = std::move(choices);
    ordered_json widget{{"widget_type", "zform"}};
    widget["extra_data"] = std::move(data);
    return json_text(widget);
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    ordered_json reply{
        {"content", fitting_text(view, hook, {markup, max_content, event.carried("command")})}};
    if (view.private_note.empty() && view.question) {
        std::string widget = widget_of(view, event.carried("mention"));
        if (!widget.empty()) reply["widget_content"] = std::move(widget);
    }
    return {json_reply(reply), {}};
}

std::optional<std::string> check(const Hook& hook) {
    return without_spaces(hook,
                          "The secret is the value of \"token\" in the bot's zuliprc: letters and "
                          "digits without a space.");
}

std::vector<std::string> steps(const Hook& hook) {
    return {
        "In Zulip: Settings > Personal settings > Bots > Add a new bot.",
        "Bot type: \"Outgoing webhook\". Name: Advisor. Interface: \"Generic\".",
        "Endpoint URL: " + hook.url(),
        "Save, then download the bot's zuliprc: the value of \"token\" is the hook's secret. Only "
        "the bot's owner can see it.",
        "Subscribe the bot to the channels where it is to be mentioned.",
        "In a topic, write: @**Advisor** start. Or send it a direct message.",
    };
}

http::Request sample(const Hook& hook, TimePoint) {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    json message{{"type", "private"}, {"recipient_id", 0}, {"sender_id", 0}};
    message["sender_full_name"] = "test";
    const json body{{"bot_email", "test@advisor-hook-test"},
                    {"bot_full_name", "Advisor"},
                    {"data", "help"},
                    {"message", message},
                    {"token", hook.secrets.front()},
                    {"trigger", "direct_message"}};
    request.body = body.dump();
    return request;
}

}  // namespace

const Channel& zulip() {
    static const Channel channel{
        .name = "zulip",
        .title = "Zulip",
        .parts = {""},
        .options = {},
        .hosts = {},
        .verify = has_body_token,
        .parse = parse,
        .render = render,
        .check = check,
        .steps = steps,
        .sample = sample,
    };
    return channel;
}

}  // namespace advisor::channels
