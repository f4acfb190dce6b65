#include "server/net/client_frame.hpp"

#include <algorithm>

#include "dialogs/engine.hpp"
#include "dialogs/json_text.hpp"
#include "dialogs/parse_json.hpp"

namespace advisor::server {
namespace {

using nlohmann::json;

BadFrame bad(ErrorCode code, std::string message, std::optional<std::string> id = {}) {
    return {std::move(id), {code, std::move(message)}};
}

bool is_usable_id(const std::string& id) {
    if (id.empty() || id.size() > max_id_bytes || dialogs::count_characters(id) > max_id_characters)
        return false;
    return std::none_of(id.begin(), id.end(),
                        [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

std::optional<std::string> ClientFrame::text(const char* key) const {
    const auto found = body.find(key);
    if (found == body.end() || found->is_null()) return std::string();
    if (!found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

std::variant<ClientFrame, BadFrame> read_frame(std::string_view text, std::string_view type) {
    if (text.size() > max_message_bytes)
        return bad(ErrorCode::message_too_large, "A message may have at most 16 KiB.");
    if (dialogs::nests_too_deep(text))
        return bad(ErrorCode::bad_json, "The message nests deeper than 64 levels.");
    ClientFrame frame;
    frame.body = dialogs::parse_json(text);
    if (frame.body.is_discarded())
        return bad(ErrorCode::bad_json, "The message is not valid JSON.");
    if (!frame.body.is_object())
        return bad(ErrorCode::bad_json, "The message must be one JSON object.");
    const std::optional<std::string> id = frame.text("id");
    if (!id || !is_usable_id(*id))
        return bad(
            ErrorCode::bad_frame,
            "A frame needs \"id\", a text of 1 to 64 characters that is new for each frame.");
    frame.id = *id;
    if (type.empty() || frame.body.contains("type")) {
        const std::optional<std::string> given = frame.text("type");
        if (!given || given->empty())
            return bad(ErrorCode::bad_frame, "A frame needs \"type\".", frame.id);
        frame.type = *given;
    } else {
        frame.type = type;
        frame.body["type"] = type;
    }
    return frame;
}

std::string error_frame(const std::optional<std::string>& id, const Refusal& refusal) {
    nlohmann::ordered_json frame{{"type", "error"},
                                 {"id", nullptr},
                                 {"code", entry_of(refusal.code).name},
                                 {"message", refusal.message}};
    if (id) frame["id"] = *id;
    return frame.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace advisor::server
