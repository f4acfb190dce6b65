// Rocket.Chat: an outgoing integration. The secret is a field of the body, the answer is in the
// response, and a button says a message that comes back to us.

#include <algorithm>

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

/// The server's own default for the longest message, `Message_MaxAllowedSize`.
constexpr Limit max_text{5'000, LengthUnit::utf16};
constexpr std::size_t max_facts = 20;
constexpr Limit fact_limit{300, LengthUnit::utf16};
constexpr std::string_view default_command = "!advise";
constexpr std::string_view question_color = "#2f6fde";
constexpr std::string_view advice_color = "#2e7d32";

constexpr Markup markup{
    .escape = neutral,
    .escape_code = neutral,
    .bold_open = "*",
    .bold_close = "*",
    .italic_open = "_",
    .italic_close = "_",
    .code_open = "",
    .code_close = "",
    .link = marked_link,
};

/// `false` or absent for people; what wrote it for everything else.
bool is_from_bot(const json& body, const Hook& hook) {
    const json& bot = value_at(body, "bot");
    const bool marked = !bot.is_null() && bot != json(false);
    const std::string own = hook.option("bot_name");
    return marked || (!own.empty() && text_at(body, "user_name") == own);
}

bool is_edit(const json& body) {
    const json& edited = value_at(body, "isEdited");
    return edited.is_boolean() && edited.get<bool>();
}

/// Takes the command word, or the mention of the bot, from the beginning; in a channel where every
/// word is for us there is none. What was taken stands before what our buttons say.
std::string words_of(const json& body, const Hook& hook, Event& event) {
    const std::string text = text_at(body, "text");
    const std::string own = hook.option("bot_name");
    for (const std::string& word :
         {text_at(body, "trigger_word"), hook.option("command", default_command),
          own.empty() ? own : "@" + own}) {
        const std::optional<std::string> rest = after_word(text, word);
        if (!rest) continue;
        event.carry["command"] = word + " ";
        return *rest;
    }
    return trimmed(text);
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    if (!has_type(delivery.request, "application/json"))
        return {wrong_type("application/json"), {}};
    const std::optional<json> body = read_json(delivery.request.body);
    if (!body || is_from_bot(*body, hook) || is_edit(*body)) return {empty_reply(), {}};
    Event event;
    event.address = {text_at(*body, "siteUrl"), text_at(*body, "channel_id"),
                     text_at(*body, "tmid"), text_at(*body, "user_id"),
                     text_at(*body, "user_name")};
    if (event.address.channel.empty() || event.address.user.empty()) return {empty_reply(), {}};
    event.dedupe_id = text_at(*body, "message_id");
    event.deed_id = event.dedupe_id;
    read_spoken(words_of(*body, hook, event), event);
    return {std::nullopt, {event}};
}

ordered_json attachment_of(const std::vector<SpokenButton>& buttons) {
    ordered_json actions = ordered_json::array();
    for (const SpokenButton& button : buttons)
        actions.push_back({{"type", "button"},
                           {"text", button.label},
                           {"msg", button.said},
                           {"msg_in_chat_window", true},
                           {"msg_processing_type", "sendMessage"}});
    return {{"color", question_color},
            {"button_alignment", buttons.size() > 5 ? "vertical" : "horizontal"},
            {"actions", std::move(actions)}};
}

ordered_json advice_attachment(const Advice& advice) {
    ordered_json fields = ordered_json::array();
    for (const Fact& fact : advice_facts(advice)) {
        if (fields.size() < max_facts)
            fields.push_back({{"title", neutral(cut(fact.name, fact_limit))},
                              {"value", neutral(cut(fact.value, fact_limit))},
                              {"short", true}});
    }
    ordered_json attachment{{"color", advice_color}};
    if (std::string url = link_target(advice.report_url); !url.empty()) {
        attachment["title"] = "Full report";
        attachment["title_link"] = std::move(url);
    }
    attachment["fields"] = std::move(fields);
    return attachment;
}

Rendered render(const Event& event, const View& view, const Hook& hook) {
    const std::string command = event.carried("command");
    // The report's link is in the attachment.
    ordered_json reply{{"text", fitting_text(view, hook, {markup, max_text, command, false})}};
    ordered_json attachments = ordered_json::array();
    if (view.private_note.empty() && view.question) {
        const std::vector<SpokenButton> options = option_buttons(*view.question, command);
        const std::vector<SpokenButton> others = control_buttons(*view.question, command);
        if (!options.empty()) attachments.push_back(attachment_of(options));
        if (!others.empty()) attachments.push_back(attachment_of(others));
    }
    if (view.private_note.empty() && view.advice)
        attachments.push_back(advice_attachment(*view.advice));
    if (!attachments.empty()) reply["attachments"] = std::move(attachments);
    if (!event.address.thread.empty()) reply["tmid"] = event.address.thread;
    return {json_reply(reply), {}};
}

std::optional<std::string> check(const Hook& hook) {
    return without_spaces(
        hook, "The secret is the integration's token: letters and digits without a space.");
}

std::vector<std::string> steps(const Hook& hook) {
    const std::string word = hook.option("command", default_command);
    return {
        "In Rocket.Chat: Administration > Workspace > Integrations > New > Outgoing.",
        "Event trigger: \"Message Sent\". Enabled: on. Name: Advisor.",
        "Channel: where to listen, such as #general, all_public_channels or "
        "all_direct_messages.",
        "Trigger words: " + word,
        "URLs: " + hook.url(),
        "Post as: a user with the role \"bot\". Script: off.",
        "Copy the token that is shown there: it is the hook's secret. Save changes.",
        "In the channel, write: " + word + " start",
    };
}

http::Request sample(const Hook& hook, TimePoint) {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    const json body{{"token", hook.secrets.front()},
                    {"bot", false},
                    {"trigger_word", hook.option("command", default_command)},
                    {"channel_id", "advisor-hook-test"},
                    {"user_id", "advisor-hook-test"},
                    {"user_name", "test"},
                    {"text", hook.option("command", default_command) + " help"}};
    request.body = body.dump();
    return request;
}

}  // namespace

const Channel& rocketchat() {
    static const Channel channel{
        .name = "rocketchat",
        .title = "Rocket.Chat",
        .parts = {""},
        .options = {{"command", "the trigger word; \"!advise\" when not set"},
                    {"bot_name", "the name of the user it posts as, whose messages are ignored"}},
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
