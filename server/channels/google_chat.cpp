// Google Chat: an app with an HTTP endpoint. Requests carry a signed token, not a signature of the
// body; the answer is in the response.

#include "server/channels/google_chat.hpp"

#include <algorithm>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/json_web_token.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/secret_lines.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace chat_app {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view chat_account = "chat@system.gserviceaccount.com";
constexpr std::string_view accounts_issuer = "https://accounts.google.com";
constexpr std::string_view fetch_word = "fetch";
constexpr std::string_view chat_keys =
    "https://www.googleapis.com/service_accounts/v1/metadata/x509/chat@system.gserviceaccount.com";
constexpr std::string_view accounts_keys = "https://www.googleapis.com/oauth2/v1/certs";

/// For whom tokens are made: the project's number, or a URL.
std::string audience(const Hook& hook) {
    return hook.option("audience", hook.url());
}

bool is_project_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Seconds since 1970; nothing for a claim that is no number.
std::optional<double> seconds_claim(const json& claims, const char* name) {
    const json& claim = value_at(claims, name);
    if (!claim.is_number()) return std::nullopt;
    return claim.get<double>();
}

bool is_in_time(const json& claims, TimePoint now) {
    const auto seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    const auto skew = static_cast<double>(max_clock_skew.count());
    const std::optional<double> issued = seconds_claim(claims, "iat");
    const std::optional<double> expires = seconds_claim(claims, "exp");
    return issued && expires && seconds >= *issued - skew && seconds <= *expires + skew;
}

/// Who made the token and for whom, by the two modes of the app's configuration.
bool is_for_us(const json& claims, const Hook& hook) {
    const std::string wanted = audience(hook);
    if (!equal_bytes(text_at(claims, "aud"), wanted)) return false;
    const std::string issuer = text_at(claims, "iss");
    if (is_project_number(wanted)) return issuer == chat_account;
    const json& verified = value_at(claims, "email_verified");
    return issuer == accounts_issuer && text_at(claims, "email") == chat_account &&
           verified.is_boolean() && verified.get<bool>();
}

bool verify(const Delivery& delivery, const Hook& hook, TimePoint now) {
    const std::optional<std::string_view> token = bearer_of(delivery.request);
    if (!token) return false;
    const std::optional<json> claims = verified_claims(*token, hook.secrets);
    return claims && is_for_us(*claims, hook) && is_in_time(*claims, now);
}

/// The app's name as it is mentioned here; empty when the event does not tell it.
std::string bot_name(const json& event) {
    if (text_at(event, "message.sender.type") == "BOT")
        return text_at(event, "message.sender.displayName");
    const json& annotations = value_at(event, "message.annotations");
    if (!annotations.is_array()) return {};
    for (const json& annotation : annotations) {
        if (text_at(annotation, "userMention.user.type") == "BOT")
            return text_at(annotation, "userMention.user.displayName");
    }
    return {};
}

bool is_direct(const json& event) {
    const json& single = value_at(event, "space.singleUserBotDm");
    return text_at(event, "space.type") == "DM" ||
           text_at(event, "space.spaceType") == "DIRECT_MESSAGE" ||
           (single.is_boolean() && single.get<bool>());
}

/// In a space with threads each is a talk of its own. Elsewhere every message has its own thread
/// name, which says nothing.
std::string thread_of(const json& event) {
    if (is_direct(event) || text_at(event, "space.spaceThreadingState") == "UNTHREADED_MESSAGES")
        return {};
    return text_at(event, "message.thread.name");
}

/// A form's values by the input's name: texts and chosen items look alike.
std::vector<std::string> form_values(const json& event, std::string_view input) {
    std::vector<std::string> values;
    const std::string path = "common.formInputs." + std::string(input) + ".stringInputs.value";
    const json& list = value_at(event, path);
    if (!list.is_array()) return values;
    for (std::size_t i = 0; i < list.size(); ++i)
        values.push_back(text_at(event, path + "." + std::to_string(i)));
    return values;
}

std::string clicked_token(const json& event) {
    const std::string token = text_at(event, "common.parameters." + std::string(token_parameter));
    if (!token.empty()) return token;
    const json& parameters = value_at(event, "action.parameters");
    if (!parameters.is_array()) return {};
    for (const json& parameter : parameters) {
        if (text_at(parameter, "key") == token_parameter) return text_at(parameter, "value");
    }
    return {};
}

void read_click(const json& json_event, Event& event) {
    event.carry[std::string(click_mark)] = "1";
    if (text_at(json_event, "message.sender.type") == "BOT")
        event.carry[std::string(update_mark)] = "1";
    event.kind = EventKind::press;
    event.token = clicked_token(json_event);
    const std::optional<AnswerToken> token = read_token(event.token);
    if (!token) return;
    if (token->option == submit_option) {
        event.kind = EventKind::submit;
        event.values = form_values(json_event, multi_input);
    } else if (token->option == text_option) {
        event.kind = EventKind::submit;
        const std::vector<std::string> typed = form_values(json_event, text_input);
        if (!typed.empty()) event.text = trimmed(typed.front());
    } else if (token->option == menu_option) {
        // The items of a menu carry whole tokens.
        const std::vector<std::string> chosen = form_values(json_event, menu_input);
        if (!chosen.empty()) event.token = chosen.front();
    }
}

/// What was typed, without the mention and a slash command.
void read_words(const json& json_event, Event& event) {
    const json& words = value_at(json_event, "message.argumentText");
    set_text(event,
             text_at(json_event, words.is_string() ? "message.argumentText" : "message.text"));
}

/// What an app is sent that was set up as a Workspace add-on; its answers look different, too.
Incoming add_on_answer() {
    ordered_json message{{"text",
                          "This app is set up as a Google Workspace add-on, which the advisor does "
                          "not speak. In the Chat API's configuration, switch off \"Build this "
                          "Chat app as a Workspace add-on\"."}};
    ordered_json body;
    body["hostAppDataAction"]["chatDataAction"]["createMessageAction"]["message"] = message;
    return {json_reply(body), {}};
}

Incoming silence() {
    return {json_reply(ordered_json::object()), {}};
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    if (!has_type(delivery.request, "application/json"))
        return {wrong_type("application/json"), {}};
    const std::optional<json> body = read_json(delivery.request.body);
    if (!body) {
        return {
            http::error_response({server::ErrorCode::bad_request, "The body is no JSON object."}),
            {}};
    }
    if (value_at(*body, "chat").is_object()) return add_on_answer();
    const std::string type = text_at(*body, "type");
    Event event;
    event.address = {hook.option("audience"), text_at(*body, "space.name"), thread_of(*body),
                     text_at(*body, "user.name"), text_at(*body, "user.displayName")};
    const bool known = type == "MESSAGE" || type == "CARD_CLICKED" || type == "ADDED_TO_SPACE" ||
                       type == "APP_COMMAND";
    if (!known || event.address.channel.empty() || event.address.user.empty() ||
        text_at(*body, "user.type") == "BOT")
        return silence();
    const std::string message = text_at(*body, "message.name");
    event.dedupe_id =
        type + "|" + message + "|" + text_at(*body, "eventTime") + "|" + event.address.user;
    if (is_direct(*body)) event.carry["direct"] = "1";
    event.carry["bot"] = bot_name(*body);
    if (type == "CARD_CLICKED") {
        read_click(*body, event);
    } else {
        read_words(*body, event);
        event.deed_id = message;
    }
    return {std::nullopt, {event}};
}

/// By https, as whoever can change the keys can be anybody; plain http only within this machine.
bool is_keys_address(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://127.0.0.1:");
}

std::optional<std::string> check(const Hook& hook) {
    const std::string wanted = hook.option("audience");
    if (!wanted.empty() && !is_project_number(wanted) && !wanted.starts_with("https://") &&
        !wanted.starts_with("http://"))
        return "The option audience is the project number, or the endpoint's URL as it stands in "
               "the app's configuration.";
    for (const std::string& secret : hook.secrets) {
        const std::string text = trimmed(secret);
        if (text == fetch_word || is_keys_address(text)) continue;
        if (std::optional<std::string> fault = key_set_fault(text))
            return *fault + " To have Google's keys fetched, give the word \"fetch\".";
    }
    return std::nullopt;
}

std::string keys_url(const Hook& hook) {
    for (const std::string& secret : hook.secrets) {
        const std::string text = trimmed(secret);
        if (is_keys_address(text)) return text;
        if (text == fetch_word)
            return std::string(is_project_number(audience(hook)) ? chat_keys : accounts_keys);
    }
    return {};
}

std::vector<std::string> own_hosts(const Hook& hook) {
    std::vector<std::string> hosts;
    for (const std::string& secret : hook.secrets) {
        if (is_keys_address(trimmed(secret))) hosts.push_back(host_of(trimmed(secret)));
    }
    return hosts;
}

std::vector<std::string> steps(const Hook& hook) {
    return {
        "In the Google Cloud console, choose or make a project and switch on the Google Chat API.",
        "Google Chat API > Configuration: leave \"Build this Chat app as a Workspace add-on\" off; "
        "give a name, an avatar and a description.",
        "Switch on interactive features; tick \"Join spaces and group conversations\".",
        "Connection settings: \"HTTP endpoint URL\", " + hook.url(),
        is_project_number(audience(hook))
            ? "Authentication audience: \"Project Number\" (" + audience(hook) + ")."
            : "Authentication audience: \"HTTP endpoint URL\".",
        "Visibility: who may find the app. Save.",
        "In Google Chat: add the app to a space and write @<its name> start, or send it a direct "
        "message.",
    };
}

}  // namespace
}  // namespace chat_app

const Channel& google_chat() {
    static const Channel channel{
        .name = "google-chat",
        .title = "Google Chat",
        .parts = {""},
        .options = {{"audience",
                     "the project number, when that is the authentication audience; without it the "
                     "audience is the hook's URL"},
                    {"bot_name", "the app's name, for hints such as \"@Advisor 2\""}},
        .hosts = {},
        .verify = chat_app::verify,
        .parse = chat_app::parse,
        .render = chat_app::render,
        .check = chat_app::check,
        .steps = chat_app::steps,
        .keys_url = chat_app::keys_url,
        .own_hosts = chat_app::own_hosts,
    };
    return channel;
}

}  // namespace advisor::channels
