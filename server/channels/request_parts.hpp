#pragma once
// What several platforms' requests have in common: secrets sent as they are, signed times, typed
// words, and calls that carry JSON.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// What follows "Authorization: Bearer "; nothing without that header, or with two.
[[nodiscard]] std::optional<std::string_view> bearer_of(const http::Request& request);

/// Channel::verify where the JSON body has the secret as its field `token`.
[[nodiscard]] bool has_body_token(const Delivery& delivery, const Hook& hook, TimePoint now);

/// Channel::check for secrets of one word: `sentence` when one of them has a space in it.
[[nodiscard]] std::optional<std::string> without_spaces(const Hook& hook, std::string sentence);

/// The time that is meant by "2026-01-01T00:00:00.456Z" or with an offset such as "+01:00";
/// nothing for anything else.
[[nodiscard]] std::optional<TimePoint> read_time(std::string_view text);

/// The time that is meant by seconds since 1970 in digits; nothing for anything else.
[[nodiscard]] std::optional<TimePoint> read_unix_time(std::string_view text);

/// True when `at` is no further from `now` than max_clock_skew, to either side.
[[nodiscard]] bool is_fresh(TimePoint at, TimePoint now);

/// Makes `event` what was typed: `text`, or `open` where nothing was.
void set_text(Event& event, std::string_view typed);

/// after_word for the first of `words` that `text` begins with.
[[nodiscard]] std::optional<std::string> after_any_word(std::string_view text,
                                                        const std::vector<std::string>& words);

/// JSON on one line; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& body);

/// A POST of JSON.
[[nodiscard]] OutboundCall json_call(std::string url, const nlohmann::ordered_json& body,
                                     http::Headers more_headers = {});

}  // namespace advisor::channels
