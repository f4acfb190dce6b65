#pragma once
// One message of a client, as far as it can be read without knowing its script.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/net/error_code.hpp"

namespace advisor::server {

inline constexpr std::size_t max_message_bytes = 16 * 1024;
inline constexpr std::size_t max_id_characters = 64;
inline constexpr std::size_t max_id_bytes = 4 * max_id_characters;  ///< UTF-8 takes no more

/// A JSON object with a usable `id` and `type`.
struct ClientFrame {
    std::string id;
    std::string type;
    nlohmann::json body;

    /// A text member, or an empty text when it is absent.
    /// Returns nothing when it is there and is not a text.
    [[nodiscard]] std::optional<std::string> text(const char* key) const;
};

/// A message that is no frame. `id` is set when it could be read all the same, so that the client
/// can tell which one it was.
struct BadFrame {
    std::optional<std::string> id;
    Refusal refusal;
};

/// Reads a message. `type` stands in for a missing one (plain HTTP knows it from the path).
[[nodiscard]] std::variant<ClientFrame, BadFrame> read_frame(std::string_view text,
                                                             std::string_view type = {});

/// `{"type":"error","id":...,"code":...,"message":...}`
[[nodiscard]] std::string error_frame(const std::optional<std::string>& id, const Refusal& refusal);

}  // namespace advisor::server
