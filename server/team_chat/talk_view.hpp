#pragma once
// A reply of the conversation as chat tools show it.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "dialogs/script.hpp"
#include "server/channels/channel.hpp"

namespace advisor::server {

/// Where a view belongs.
struct ViewPlace {
    std::string handle;      ///< the talk's, for answer tokens
    std::string public_url;  ///< before the path of the report; without a slash at the end
    std::string draft;       ///< what is ticked so far, see db::TalkRecord::draft
};

/// `reply` is a frame of type `reply` (docs/protocol.md) to a session on `script`.
/// With `keep_messages` false, only where the talk stands is shown.
[[nodiscard]] channels::View make_view(const dialogs::Script& script, const nlohmann::json& reply,
                                       const ViewPlace& place, bool keep_messages = true);

/// The options of a question, in the order in which they are numbered, with the keys of
/// channels::option_key; for a choice its choices, for a number its ranges, for a scale its
/// numbers.
[[nodiscard]] std::vector<channels::OptionView> options_of(const dialogs::Question& question);

/// The number of a question in answer tokens.
[[nodiscard]] inline std::size_t token_number(dialogs::QuestionIndex question) {
    return question + 1;
}

/// A multiple choice under way: "<question>:<ticked>", ticked as a bit each.
[[nodiscard]] std::uint32_t read_draft(std::string_view draft, std::size_t question);
[[nodiscard]] std::string write_draft(std::size_t question, std::uint32_t ticked);

}  // namespace advisor::server
