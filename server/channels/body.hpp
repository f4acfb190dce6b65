#pragma once
// Bodies of chat platforms: forms and JSON, read with limits and with null as absent.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http.hpp"

namespace advisor::channels {

/// Fields in the order they came; values are decoded and valid UTF-8.
class Form {
public:
    /// Nothing for a broken escape, one of NUL, or more than 200 fields.
    [[nodiscard]] static std::optional<Form> read(std::string_view body);
    /// The first field of that name, or an empty text.
    [[nodiscard]] std::string get(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// One JSON object; nothing for anything else, or when it nests deeper than 64.
[[nodiscard]] std::optional<nlohmann::json> read_json(std::string_view body);

/// The text or whole number at `path` ("message.from.id", "actions.0.value"), as text. An empty
/// text when it is absent, null or something else.
[[nodiscard]] std::string text_at(const nlohmann::json& json, std::string_view path);

/// What is at `path`, or null.
[[nodiscard]] const nlohmann::json& value_at(const nlohmann::json& json, std::string_view path);

/// True when the content type, without parameters, is that one.
[[nodiscard]] bool has_type(const http::Request& request, std::string_view type);

/// One header line of that name, or nothing: a doubled header is as good as none.
[[nodiscard]] std::optional<std::string_view> single_header(const http::Request& request,
                                                            std::string_view name);

/// 200 with JSON.
[[nodiscard]] http::Response json_reply(const nlohmann::ordered_json& body);
/// 200 without a body.
[[nodiscard]] http::Response empty_reply();
/// 415 with a sentence.
[[nodiscard]] http::Response wrong_type(std::string_view wanted);

/// Trims white space (also U+00A0) at both ends.
[[nodiscard]] std::string trimmed(std::string_view text);

/// The words after a command word or mention: `text` without `word` at its beginning (case is
/// ignored for ASCII) when a space or the end follows; nothing when it does not begin so.
[[nodiscard]] std::optional<std::string> after_word(std::string_view text, std::string_view word);

}  // namespace advisor::channels
