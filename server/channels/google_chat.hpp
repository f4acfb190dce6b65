#pragma once
// What google_chat.cpp and google_chat_cards.cpp share.

#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels::chat_app {

/// The parameter of a card's action that carries the answer token.
inline constexpr std::string_view token_parameter = "t";
// Names of form inputs.
inline constexpr std::string_view multi_input = "multi";
inline constexpr std::string_view menu_input = "menu";
inline constexpr std::string_view text_input = "text";

/// Event::carry: set when the message that was clicked is the app's own and can be replaced.
inline constexpr std::string_view update_mark = "update";
/// Event::carry: set when something was clicked.
inline constexpr std::string_view click_mark = "click";

/// The answer as a `Message` of at most 32,000 bytes.
[[nodiscard]] Rendered render(const Event& event, const View& view, const Hook& hook);

}  // namespace advisor::channels::chat_app
