// Telegram: a bot's webhook with a secret in a header. Every update is answered with 200, whatever
// is in it, as Telegram repeats all others. What is shown is written in telegram_message.cpp.

#include <algorithm>
#include <array>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/telegram_message.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view secret_header = "X-Telegram-Bot-Api-Secret-Token";
constexpr std::size_t longest_secret = 256;

bool verify(const Delivery& delivery, const Hook& hook, TimePoint) {
    const auto given = single_header(delivery.request, secret_header);
    if (!given) return false;
    std::vector<std::string> wanted;
    for (const std::string& secret : hook.secrets)
        wanted.emplace_back(telegram_message::read_secret(secret).header);
    return equals_any(*given, wanted);
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view first_word(std::string_view text) {
    const auto end = std::find_if(text.begin(), text.end(), is_space);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// `@name` of a bot: the configured one, else any, as the names of all bots end in "bot".
bool names_bot(std::string_view name, const Hook& hook) {
    const std::string own = hook.option("bot_name");
    if (!own.empty())
        return http::same_word(name, own.front() == '@' ? std::string_view(own).substr(1) : own);
    constexpr std::string_view ending = "bot";
    return name.size() > ending.size() &&
           http::same_word(name.substr(name.size() - ending.size()), ending);
}

/// What was typed: `is_ours` when it is certainly meant for this bot.
struct Typed {
    std::string text;
    bool is_ours = false;
    bool is_foreign = false;  ///< a command of another bot
};

/// "/advise@our_bot 2" -> "2", "/back" -> "back", "/start join_CODE" -> "join CODE".
Typed read_command(std::string_view text, const Hook& hook) {
    const std::string_view word = first_word(text);
    const std::string_view name = word.substr(1, word.find('@') - 1);
    const std::string rest = trimmed(text.substr(word.size()));
    const bool has_suffix = word.find('@') != std::string_view::npos;
    Typed typed;
    if (has_suffix && !names_bot(word.substr(word.find('@') + 1), hook)) {
        typed.is_foreign = true;
        return typed;
    }
    typed.is_ours = true;
    if (http::same_word(name, hook.option("command", "advise"))) {
        typed.text = rest;
        return typed;
    }
    constexpr std::string_view join_link = "join_";
    if (http::same_word(name, "start")) {
        typed.text = rest.starts_with(join_link) ? "join " + rest.substr(join_link.size())
                     : rest.empty()              ? std::string()
                                                 : "start " + rest;
        return typed;
    }
    const bool known = std::any_of(
        telegram_message::reserved_words.begin(), telegram_message::reserved_words.end(),
        [&](std::string_view one) { return http::same_word(name, one); });
    typed.is_ours = known || has_suffix;
    typed.text = known ? std::string(name) : "help";
    if (known && !rest.empty()) typed.text += " " + rest;
    return typed;
}

Typed read_typed(const std::string& whole, const Hook& hook) {
    const std::string text = trimmed(whole);
    if (text.starts_with('/')) return read_command(text, hook);
    Typed typed;
    typed.text = text;
    const std::string_view word = first_word(text);
    if (word.starts_with('@') && names_bot(word.substr(1), hook)) {
        typed.is_ours = true;
        typed.text = trimmed(std::string_view(text).substr(word.size()));
    }
    if (const std::size_t number = telegram_message::circled_number(text); number > 0)
        typed.text = std::to_string(number);
    return typed;
}

/// Whose message it is and where.
void read_place(const json& message, const json& from, Event& event) {
    event.address.channel = text_at(message, "chat.id");
    const json& in_topic = value_at(message, "is_topic_message");
    if (in_topic.is_boolean() && in_topic.get<bool>())
        event.address.thread = text_at(message, "message_thread_id");
    event.address.user = text_at(from, "id");
    event.address.user_label = text_at(from, "first_name");
    if (event.address.user_label.empty()) event.address.user_label = text_at(from, "username");
    event.carry["message"] = text_at(message, "message_id");
    if (text_at(message, "chat.type") == "private") event.carry["private"] = "yes";
}

bool is_bot(const json& user) {
    const json& flag = value_at(user, "is_bot");
    return flag.is_boolean() && flag.get<bool>();
}

/// A message is for us in a private chat, as a command, after our name, or as a reply to a bot:
/// that is how Telegram's keys answer in a group.
std::optional<Event> read_message(const json& message, const Hook& hook) {
    const json& from = value_at(message, "from");
    const json& text = value_at(message, "text");
    if (!from.is_object() || is_bot(from) || !text.is_string()) return std::nullopt;
    Event event;
    read_place(message, from, event);
    const Typed typed = read_typed(text_at(message, "text"), hook);
    const json& replied = value_at(message, "reply_to_message.from");
    const std::string own_id =
        telegram_message::bot_token(hook).substr(0, telegram_message::bot_token(hook).find(':'));
    const bool is_reply = is_bot(replied) && (own_id.empty() || text_at(replied, "id") == own_id);
    const bool is_private = !event.carried("private").empty();
    if (typed.is_foreign || (!typed.is_ours && !is_private && !is_reply)) return std::nullopt;
    set_text(event, typed.text);
    return event;
}

std::optional<Event> read_callback(const json& query) {
    const json& message = value_at(query, "message");
    const json& from = value_at(query, "from");
    if (!message.is_object() || !from.is_object()) return std::nullopt;
    Event event;
    read_place(message, from, event);
    event.kind = EventKind::press;
    event.token = text_at(query, "data");
    event.carry["callback"] = text_at(query, "id");
    return event;
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    if (!has_type(delivery.request, "application/json"))
        return {wrong_type("application/json"), {}};
    const std::optional<json> update = read_json(delivery.request.body);
    if (!update) return {empty_reply(), {}};
    std::optional<Event> event;
    if (const json& message = value_at(*update, "message"); message.is_object())
        event = read_message(message, hook);
    else if (const json& query = value_at(*update, "callback_query"); query.is_object())
        event = read_callback(query);
    if (!event || event->address.channel.empty() || event->address.user.empty())
        return {empty_reply(), {}};
    event->dedupe_id = text_at(*update, "update_id");
    return {std::nullopt, {std::move(*event)}};
}

bool is_secret_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool is_bot_token(std::string_view token) {
    const std::size_t colon = token.find(':');
    return colon != std::string_view::npos && colon > 0 && token.size() > colon + 1 &&
           std::all_of(token.begin(), token.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](unsigned char c) { return std::isdigit(c) != 0; }) &&
           std::all_of(token.begin() + static_cast<std::ptrdiff_t>(colon) + 1, token.end(),
                       is_secret_char);
}

std::optional<std::string> check(const Hook& hook) {
    for (const std::string& secret : hook.secrets) {
        const telegram_message::Secret parts = telegram_message::read_secret(secret);
        const bool well_formed =
            !parts.header.empty() && parts.header.size() <= longest_secret &&
            std::all_of(parts.header.begin(), parts.header.end(), is_secret_char);
        if (!well_formed)
            return "The secret of Telegram is the secret_token that you give to setWebhook: 1 to "
                   "256 of A-Z, a-z, 0-9, _ and -, such as 32 random letters. The bot's token may "
                   "follow after a space; it is not the secret.";
        if (!parts.bot_token.empty() && !is_bot_token(parts.bot_token))
            return "What follows the secret is no bot token such as 123456789:AbC-dEf; BotFather "
                   "shows it.";
    }
    if (!is_bot_token(hook.option("bot_token", "1:a")))
        return "The option bot_token is no bot token such as 123456789:AbC-dEf; BotFather shows "
               "it.";
    const std::string name = hook.option("bot_name", "bot");
    if (name.find_first_of(" /") != std::string::npos)
        return "The option bot_name is the bot's user name, such as advisor_example_bot.";
    return std::nullopt;
}

std::vector<std::string> steps(const Hook& hook) {
    const std::string command = hook.option("command", "advise");
    return {
        "In Telegram, open a chat with @BotFather, send /newbot and follow it; it shows the bot's "
        "token.",
        "Send /setcommands to @BotFather, choose the bot, and send: " + command +
            " - Ask the technology advisor",
        "Leave the group privacy mode on: in groups the bot sees commands and replies to itself.",
        "Tell Telegram where the bot is. With the secret in the file SECRET and the token in the "
        "file TOKEN: curl -F \"url=" +
            hook.url() +
            "\" -F \"secret_token=$(cut -d ' ' -f 1 SECRET)\" -F "
            "'allowed_updates=[\"message\",\"callback_query\"]' -F drop_pending_updates=true "
            "\"https://api.telegram.org/bot$(cat TOKEN)/setWebhook\"",
        "Optional: with the bot's token after the secret in SECRET, a space between them, "
        "questions "
        "have buttons instead of a keyboard; \"advisor hook rotate\" takes the file again.",
        "The address must be HTTPS on port 443, 80, 88 or 8443. curl "
        "\"https://api.telegram.org/bot$(cat TOKEN)/getWebhookInfo\" shows whether Telegram "
        "reaches it.",
        "Open the bot and press Start, or add it to a group and send /" + command + ".",
    };
}

http::Request sample(const Hook& hook, TimePoint now) {
    ordered_json user{{"id", 1}, {"is_bot", false}, {"first_name", "Test"}};
    ordered_json chat{{"id", 1}, {"type", "private"}};
    ordered_json message{{"message_id", 1}, {"from", user}, {"chat", chat}, {"text", "/help"}};
    ordered_json update{{"update_id", now.time_since_epoch().count()}, {"message", message}};
    http::Request request;
    request.method = "POST";
    request.path = "/hooks/telegram/" + hook.id;
    request.headers = {
        {"Content-Type", "application/json"},
        {std::string(secret_header),
         std::string(telegram_message::read_secret(hook.secrets.empty() ? "" : hook.secrets.front())
                         .header)}};
    request.body = update.dump();
    return request;
}

}  // namespace

const Channel& telegram() {
    static const Channel channel{
        .name = "telegram",
        .title = "Telegram",
        .parts = {""},
        .options = {{"bot_name",
                     "the bot's user name: in a group, commands for other bots are left alone"},
                    {"command", "the command that asks, without its slash; advise by default"},
                    {"bot_token",
                     "the bot's token: questions have buttons instead of a keyboard; better kept "
                     "after a space in the secret file, which no other user can see"},
                    {"api_url",
                     "a Bot API server of your own instead of https://api.telegram.org; its host "
                     "must be in allowed_hosts"},
                    {"allowed_hosts", "hosts besides api.telegram.org that may be called"}},
        .hosts = {"api.telegram.org"},
        .verify = verify,
        .parse = parse,
        .render = telegram_message::render,
        .check = check,
        .steps = steps,
        .sample = sample,
    };
    return channel;
}

}  // namespace advisor::channels
