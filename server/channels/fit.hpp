#pragma once
// Fits what is to be shown into a platform's limits: what matters most is written first, the rest
// takes what is left.

#include <optional>
#include <string>
#include <string_view>

#include "server/channels/channel.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {

/// `above`, an empty line, `below`, within the limit: `below` is written first, `above` is cut to
/// what it leaves or goes away. `tight` writes `below` without empty lines between its paragraphs.
[[nodiscard]] std::string write_stacked(const Text& above, const Text& below, const Markup& markup,
                                        Limit limit, bool tight);

/// The recommendation with as much detail as fits. What does not fit even briefly is cut; the link
/// to the report, at the end, is never.
[[nodiscard]] std::string write_advice(const Text& above, const Advice& advice,
                                       const Markup& markup, Limit limit);

/// The private note. An address of ours in a secret one, which the server has written, is a link.
[[nodiscard]] Text note_text(const View& view, const Hook& hook);

/// The URL as it may stand in a link: http or https with a host, everything that could end or break
/// the link percent-encoded. Empty for anything else.
[[nodiscard]] std::string link_target(std::string_view url);

/// Puts U+200B behind the dots of what some clients take for an address although it has no scheme:
/// "example.org". Names such as "Node.js" stay as they are.
[[nodiscard]] std::string without_domains(std::string_view plain);

/// The time that is meant by "2026-01-01T00:00:00.456Z" or with an offset such as "+01:00";
/// nothing for anything else.
[[nodiscard]] std::optional<TimePoint> read_time(std::string_view text);

/// True when `at` is no further from `now` than max_clock_skew, to either side.
[[nodiscard]] bool is_fresh(TimePoint at, TimePoint now);

}  // namespace advisor::channels
