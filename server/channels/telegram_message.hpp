#pragma once
// What Telegram shows: one call of its Bot API in the response, with a keyboard of labels or, for a
// hook that knows the bot's token, of buttons.

#include <array>
#include <string>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels::telegram_message {

/// Words that are about the talk, and so commands, too: /back.
inline constexpr std::array<std::string_view, 10> reserved_words{
    "start", "back", "skip", "change", "status", "restart", "cancel", "help", "code", "join"};

/// The secret of a hook: what Telegram sends in its header and, after a space, optionally the bot's
/// token.
struct Secret {
    std::string_view header;
    std::string_view bot_token;  ///< may be empty
};
[[nodiscard]] Secret read_secret(std::string_view secret);

/// The bot's token, or an empty text: then questions have no buttons that need a second call.
[[nodiscard]] std::string bot_token(const Hook& hook);

/// A key of a keyboard sends its text. One that would be read as something else has the option's
/// number in front, as a circled digit that nobody types: 1 to 50.
[[nodiscard]] std::string circled(std::size_t number);
/// The number at the beginning of a text from such a key, or 0.
[[nodiscard]] std::size_t circled_number(std::string_view text);

[[nodiscard]] Rendered render(const Event& event, const View& view, const Hook& hook);

}  // namespace advisor::channels::telegram_message
