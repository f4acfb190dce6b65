#include "server/channels/body.hpp"

#include <algorithm>
#include <cctype>

#include "dialogs/json_text.hpp"
#include "server/channels/text_tree.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;

constexpr std::size_t max_fields = 200;

std::optional<std::string> form_text(std::string_view escaped) {
    std::string spaced(escaped);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    std::string text;
    if (!http::percent_decode(spaced, text)) return std::nullopt;
    return clean(text);
}

}  // namespace

std::optional<Form> Form::read(std::string_view body) {
    Form form;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        std::optional<std::string> name = form_text(pair.substr(0, equals));
        std::optional<std::string> value =
            form_text(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || form.fields_.size() == max_fields) return std::nullopt;
        form.fields_.emplace_back(std::move(*name), std::move(*value));
    }
    return form;
}

std::string Form::get(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (key == name) return value;
    }
    return {};
}

std::optional<json> read_json(std::string_view body) {
    if (dialogs::nests_too_deep(body)) return std::nullopt;
    json value = json::parse(body, nullptr, false);
    if (!value.is_object()) return std::nullopt;
    return value;
}

const json& value_at(const json& value, std::string_view path) {
    static const json absent;
    const json* at = &value;
    while (!path.empty()) {
        const std::string_view step = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(step.size() + 1, path.size()));
        if (at->is_array()) {
            const bool digits = !step.empty() && step.size() < 5 &&
                                std::all_of(step.begin(), step.end(),
                                            [](unsigned char c) { return std::isdigit(c) != 0; });
            if (!digits) return absent;
            const auto index = static_cast<std::size_t>(std::stoul(std::string(step)));
            if (index >= at->size()) return absent;
            at = &(*at)[index];
            continue;
        }
        if (!at->is_object()) return absent;
        const auto found = at->find(step);
        if (found == at->end()) return absent;
        at = &*found;
    }
    return *at;
}

std::string text_at(const json& value, std::string_view path) {
    const json& found = value_at(value, path);
    if (found.is_string()) return clean(found.get_ref<const std::string&>());
    if (found.is_number_unsigned()) return std::to_string(found.get<std::uint64_t>());
    if (found.is_number_integer()) return std::to_string(found.get<std::int64_t>());
    return {};
}

bool has_type(const http::Request& request, std::string_view type) {
    const std::string_view given = request.header("Content-Type");
    return http::same_word(given.substr(0, given.find_first_of("; \t")), type);
}

std::optional<std::string_view> single_header(const http::Request& request, std::string_view name) {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : request.headers) {
        if (!http::same_word(key, name)) continue;
        if (found) return std::nullopt;
        found = value;
    }
    return found;
}

http::Response json_reply(const nlohmann::ordered_json& body) {
    return http::json_response(
        200, body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

http::Response empty_reply() {
    http::Response response;
    response.headers = {{"Cache-Control", "no-store"}};
    return response;
}

http::Response wrong_type(std::string_view wanted) {
    return http::error_response({server::ErrorCode::unsupported_media_type,
                                 "Send \"Content-Type: " + std::string(wanted) + "\"."});
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view no_break_space = "\xc2\xa0";
    const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    for (;;) {
        if (!text.empty() && is_space(text.front()))
            text.remove_prefix(1);
        else if (text.starts_with(no_break_space))
            text.remove_prefix(no_break_space.size());
        else if (!text.empty() && is_space(text.back()))
            text.remove_suffix(1);
        else if (text.ends_with(no_break_space))
            text.remove_suffix(no_break_space.size());
        else
            return std::string(text);
    }
}

std::optional<std::string> after_word(std::string_view text, std::string_view word) {
    const std::string whole = trimmed(text);
    const std::string_view view = whole;
    if (word.empty() || !http::same_word(view.substr(0, word.size()), word)) return std::nullopt;
    const std::string_view rest = view.substr(word.size());
    const bool ends = rest.empty() || rest.front() == ' ' || rest.front() == '\n' ||
                      rest.front() == '\t' || rest.front() == '\r' || rest.starts_with("\xc2\xa0");
    if (!ends) return std::nullopt;
    return trimmed(rest);
}

}  // namespace advisor::channels
