// Discord: interactions signed with Ed25519, answered in the response alone. What is shown is
// written in discord_message.cpp.

#include <algorithm>
#include <charconv>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/discord_message.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Types of interactions and of their answers, as Discord numbers them.
constexpr int ping = 1;
constexpr int command = 2;
constexpr int component = 3;
constexpr int autocomplete = 4;
constexpr int modal_submit = 5;

constexpr std::size_t key_digits = 64;
constexpr std::size_t signature_digits = 128;
constexpr std::string_view none_option = "0";

/// Lower-case digits only: one text for each value, so that no altered signature is as good.
std::optional<std::string> strict_hex(std::string_view text, std::size_t digits) {
    const bool lower =
        std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
    if (text.size() != digits || !lower) return std::nullopt;
    return from_hex(text);
}

bool verify(const Delivery& delivery, const Hook& hook, TimePoint now) {
    const auto signature = single_header(delivery.request, "X-Signature-Ed25519");
    const auto timestamp = single_header(delivery.request, "X-Signature-Timestamp");
    if (!signature || !timestamp) return false;
    const std::optional<std::string> bytes = strict_hex(*signature, signature_digits);
    const std::optional<TimePoint> at = read_unix_time(*timestamp);
    if (!bytes || !at || !is_fresh(*at, now)) return false;
    const std::string text = std::string(*timestamp) + delivery.request.body;
    return std::any_of(hook.secrets.begin(), hook.secrets.end(), [&](const std::string& secret) {
        const std::optional<std::string> key = from_hex(secret);
        return key && key->size() == key_digits / 2 && verify_ed25519(*key, text, *bytes);
    });
}

/// The words of a command: names of subcommands and values of options, in order.
void add_words(const json& options, std::string& words) {
    if (!options.is_array()) return;
    for (const json& option : options) {
        const json& value = value_at(option, "value");
        std::string word = text_at(option, "value");
        if (value.is_boolean()) word = value.get<bool>() ? "yes" : "no";
        if (value.is_number_float()) word = value.dump();
        if (value.is_null()) word = text_at(option, "name");
        if (!word.empty()) words += (words.empty() ? "" : " ") + word;
        add_words(value_at(option, "options"), words);
    }
}

/// What was typed into the form, wherever in its layout the field is.
void find_typed(const json& node, std::string& text) {
    if (!text.empty() || !node.is_structured()) return;
    if (node.is_object() && node.contains("value")) text = text_at(node, "value");
    for (const json& child : node) find_typed(child, text);
}

/// `a1.s.4.M2` -> `a1.s.4.M`: a long list is in several menus, whose names must differ.
void read_control(const json& data, Event& event) {
    event.kind = EventKind::press;
    event.token = text_at(data, "custom_id");
    const json& values = value_at(data, "values");
    for (std::size_t i = 0; values.is_array() && i < values.size(); ++i) {
        if (values[i].is_string()) event.values.push_back(values[i].get<std::string>());
    }
    std::optional<AnswerToken> token = read_token(event.token);
    if (!token) return;
    if (token->option == none_option) {
        token->option = submit_option;
        event.kind = EventKind::submit;
    } else if (token->option == submit_option && values.is_array()) {
        event.kind = EventKind::submit;
    } else if (token->option.starts_with(menu_option)) {
        token->option = menu_option;
    }
    event.token = write_token(*token);
}

Address read_address(const json& interaction) {
    Address at;
    at.workspace = text_at(interaction, "guild_id");
    if (at.workspace.empty()) at.workspace = "@dm";
    at.channel = text_at(interaction, "channel_id");
    if (at.channel.empty()) at.channel = text_at(interaction, "channel.id");
    const bool in_guild = value_at(interaction, "member.user").is_object();
    const json& user = value_at(interaction, in_guild ? "member.user" : "user");
    at.user = text_at(user, "id");
    at.user_label = text_at(interaction, "member.nick");
    if (at.user_label.empty()) at.user_label = text_at(user, "global_name");
    if (at.user_label.empty()) at.user_label = text_at(user, "username");
    return at;
}

Incoming at_once(const ordered_json& body) {
    return {json_reply(body), {}};
}

Incoming malformed(const char* message) {
    return {http::error_response({server::ErrorCode::bad_request, message}), {}};
}

Incoming parse(const Delivery& delivery, const Hook&) {
    if (!has_type(delivery.request, "application/json"))
        return {wrong_type("application/json"), {}};
    const std::optional<json> interaction = read_json(delivery.request.body);
    if (!interaction) return malformed("The body is no JSON object.");
    const json& type = value_at(*interaction, "type");
    if (type == ping) return at_once({{"type", discord_message::pong}});
    if (type == autocomplete) {
        ordered_json choices;
        choices["choices"] = ordered_json::array();
        return at_once({{"type", discord_message::suggest}, {"data", choices}});
    }
    Event event;
    event.address = read_address(*interaction);
    event.dedupe_id = text_at(*interaction, "id");
    if (event.address.user.empty() || event.address.channel.empty() || event.dedupe_id.empty())
        return malformed("An interaction has an id, a channel and a user.");
    const json& data = value_at(*interaction, "data");
    if (type == command) {
        add_words(value_at(data, "options"), event.text);
        set_text(event, trimmed(event.text));
    } else if (type == component) {
        read_control(data, event);
    } else if (type == modal_submit) {
        event.kind = EventKind::submit;
        event.token = text_at(data, "custom_id");
        find_typed(value_at(data, "components"), event.text);
    } else {
        return at_once(
            discord_message::note({paragraph("This kind of interaction is not known here.")}));
    }
    event.carry["at"] = type == command ? "command" : "message";
    if (type == modal_submit && !value_at(*interaction, "message").is_object())
        event.carry["at"] = "command";
    event.carry["application"] = text_at(*interaction, "application_id");
    event.carry["interaction"] = text_at(*interaction, "token");
    return {std::nullopt, {std::move(event)}};
}

std::optional<std::string> check(const Hook& hook) {
    for (const std::string& secret : hook.secrets) {
        const std::optional<std::string> key = from_hex(secret);
        if (!key || key->size() != key_digits / 2)
            return "The secret of Discord is the application's public key: 64 hexadecimal digits, "
                   "from \"General Information\" of the Developer Portal. Neither the client "
                   "secret nor the bot token will do.";
    }
    const std::string visibility = hook.option("visibility", "channel");
    if (visibility != "channel" && visibility != "questions" && visibility != "private")
        return "The option visibility is channel, questions or private.";
    return std::nullopt;
}

ordered_json command_json() {
    const ordered_json option{{"type", 3},
                              {"name", "topic"},
                              {"description", "What to decide, an answer, or a word such as help"},
                              {"required", false}};
    ordered_json registered{
        {"name", "advise"}, {"type", 1}, {"description", "Ask the technology advisor"}};
    registered["contexts"] = {0, 1, 2};
    registered["integration_types"] = {0, 1};
    registered["options"] = ordered_json::array({option});
    return registered;
}

std::vector<std::string> steps(const Hook&) {
    return {
        "Open https://discord.com/developers/applications and create an application.",
        "\"General Information\": the Public Key there is the secret of this hook.",
        "\"General Information\", Interactions Endpoint URL: paste the URL below and save. Discord "
        "asks at once whether signatures are checked, so the server must be reachable by HTTPS.",
        "Register the command once: POST to "
        "https://discord.com/api/v10/applications/APPLICATION_ID/commands with the headers "
        "\"Authorization: Bot BOT_TOKEN\" and \"Content-Type: application/json\" and the body " +
            command_json().dump(),
        "\"Installation\": choose the scope applications.commands, open the install link and "
        "choose your server.",
        "In any channel, thread or direct message, type /advise.",
    };
}

}  // namespace

const Channel& discord() {
    static const Channel channel{
        .name = "discord",
        .title = "Discord",
        .parts = {""},
        .options =
            {{"visibility",
              "channel: everybody sees the talk (the default); questions: only who asks "
              "does, and the result is for everybody; private: only who asks sees anything"}},
        .hosts = {"discord.com"},
        .verify = verify,
        .parse = parse,
        .render = discord_message::render,
        .check = check,
        .steps = steps,
    };
    return channel;
}

}  // namespace advisor::channels
