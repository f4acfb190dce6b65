#pragma once
// Reads the few fields of a server frame that a load tool needs, without building a JSON tree.

#include <cstdint>
#include <optional>
#include <string_view>

namespace advisor::bench {

/// Views into the frame that was scanned; valid as long as its text.
struct ReplyHead {
    std::string_view type;  ///< "reply", "error", "event"
    std::string_view id;
    std::string_view session;
    std::string_view code;      ///< of an error
    std::string_view question;  ///< id of the pending question; empty for none
    std::int64_t seq = 0;
    bool recommends = false;  ///< `recommendation` is an object
};

/// Looks at the top level of `frame` and at the id inside `question`, in whatever order they come,
/// and stops as soon as nothing more can matter: a reply with a pending question has no
/// recommendation. So text after that point is not checked; the caller parses a sample of whole
/// frames for that. Returns nothing when the scanned part is not JSON. The fields read may not
/// contain escapes.
[[nodiscard]] std::optional<ReplyHead> scan_reply(std::string_view frame);

}  // namespace advisor::bench
