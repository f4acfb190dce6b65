#include "dialogs/json_reader.hpp"

#include <algorithm>
#include <cctype>

#include "dialogs/script.hpp"

namespace advisor::dialogs {
namespace {

const nlohmann::json empty_object = nlohmann::json::object();

bool is_id(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= 64 && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), allowed);
}

/// A string, or an array of strings joined by line breaks; nothing for any other value.
std::optional<std::string> as_text(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return std::nullopt;
    std::string text;
    for (const nlohmann::json& line : value) {
        if (!line.is_string()) return std::nullopt;
        if (!text.empty()) text += "\n";
        text += line.get_ref<const std::string&>();
    }
    return text;
}

bool is_blank(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isspace(c) != 0; });
}

bool is_month(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') return false;
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U}) {
        if (text[i] < '0' || text[i] > '9') return false;
    }
    return text.substr(5) >= "01" && text.substr(5) <= "12";
}

}  // namespace

void DiagnosticSink::error(Finding finding, const std::string& pointer, std::string message) {
    diagnostics.push_back({finding, true, file, lines.line(pointer), pointer, std::move(message)});
}

void DiagnosticSink::warn(Finding finding, const std::string& pointer, std::string message) {
    diagnostics.push_back({finding, false, file, lines.line(pointer), pointer, std::move(message)});
}

void note_duplicate_keys(DiagnosticSink& sink) {
    for (const std::string& pointer : sink.lines.duplicate_keys()) {
        sink.error(Finding::duplicate_key, pointer,
                   "this key stands twice in one object; remove one of them");
    }
}

std::optional<nlohmann::json> read_document(std::string_view text, const std::string& file,
                                            const std::string& too_large,
                                            std::vector<Diagnostic>& diagnostics) {
    const auto refuse = [&](Finding finding, int line, std::string message) {
        diagnostics.push_back({finding, true, file, line, "", std::move(message)});
        return std::nullopt;
    };
    if (text.size() > max_script_bytes)
        return refuse(Finding::too_large, 0, "larger than 1 MiB; " + too_large);
    if (nests_too_deep(text))
        return refuse(Finding::too_deep, 0, "nests deeper than 64 levels; flatten it");
    try {
        nlohmann::json document = nlohmann::json::parse(text, nullptr, true, true);
        if (!document.is_object())
            return refuse(Finding::wrong_type, 1, "expected an object { ... }");
        return document;
    } catch (const nlohmann::json::exception& error) {
        const auto* place = dynamic_cast<const nlohmann::json::parse_error*>(&error);
        std::string what = error.what();
        what = what.substr(std::min(what.find("] ") + 2, what.size()));
        return refuse(Finding::not_json, place ? line_of(text, place->byte) : 0,
                      "not valid JSON: " + what);
    }
}

JsonObject::JsonObject(const nlohmann::json& value, std::string pointer, DiagnosticSink& sink)
    : value_(&value), pointer_(std::move(pointer)), sink_(&sink) {
    if (value.is_object()) return;
    sink.error(Finding::wrong_type, pointer_, "expected an object { ... }");
    value_ = &empty_object;
}

void JsonObject::allow_only(std::initializer_list<const char*> known) {
    const std::vector<std::string> names(known.begin(), known.end());
    for (const auto& [key, unused] : value_->items()) {
        if (key == "$schema" || std::find(names.begin(), names.end(), key) != names.end()) continue;
        std::string hint = did_you_mean(key, names);
        if (hint.empty()) hint = " remove it, or see docs/scripts.md";
        error(Finding::unknown_field, pointer_token(key), "no field \"" + key + "\" here;" + hint);
    }
}

bool JsonObject::has(const char* key) const {
    return value_->contains(key);
}

const nlohmann::json* JsonObject::find(const char* key) const {
    const auto found = value_->find(key);
    return found == value_->end() ? nullptr : &*found;
}

const nlohmann::json* JsonObject::required(const char* key) {
    const nlohmann::json* value = find(key);
    if (!value && value_ != &empty_object) {
        sink_->error(Finding::missing_field, pointer_,
                     "\"" + std::string(key) + "\" is missing; add it");
    }
    return value;
}

std::string JsonObject::text(const char* key) {
    const nlohmann::json* value = find(key);
    if (!value) return {};
    const std::optional<std::string> text = as_text(*value);
    if (!text) error(Finding::wrong_type, key, "expected a text in quotes, or a list of lines");
    if (text && is_blank(*text))
        error(Finding::empty_text, key, "the text is empty; write it or remove the field");
    return text.value_or("");
}

std::string JsonObject::required_text(const char* key) {
    return required(key) ? text(key) : std::string();
}

std::string JsonObject::month(const char* key) {
    std::string text = required_text(key);
    if (!text.empty() && !is_month(text))
        error(Finding::bad_date, key, "expected a month such as \"2026-11\"");
    return text;
}

std::string JsonObject::url(const char* key) {
    std::string text_of_it = text(key);
    if (!text_of_it.empty() && !text_of_it.starts_with("https://") &&
        !text_of_it.starts_with("http://"))
        error(Finding::unknown_word, key, "expected an address that begins with https://");
    return text_of_it;
}

std::string JsonObject::id(const char* key) {
    const nlohmann::json* value = required(key);
    if (!value) return {};
    if (!value->is_string() || !is_id(value->get_ref<const std::string&>())) {
        error(Finding::bad_id, key,
              "expected an id: a to z, 0 to 9, \"_\" or \"-\", beginning with a letter, at most 64 "
              "characters");
        return {};
    }
    return value->get<std::string>();
}

std::int64_t JsonObject::whole(const char* key, std::int64_t fallback, std::int64_t min,
                               std::int64_t max) {
    const nlohmann::json* value = find(key);
    if (!value) return fallback;
    if (value->is_number_integer() &&
        (!value->is_number_unsigned() ||
         value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX))) {
        const auto number = value->get<std::int64_t>();
        if (number >= min && number <= max) return number;
    }
    error(Finding::wrong_type, key,
          "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
}

std::int64_t JsonObject::required_whole(const char* key, std::int64_t min, std::int64_t max) {
    return required(key) ? whole(key, min, min, max) : min;
}

bool JsonObject::flag(const char* key, bool fallback) {
    const nlohmann::json* value = find(key);
    if (!value) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    error(Finding::wrong_type, key, "expected true or false");
    return fallback;
}

std::vector<std::string> JsonObject::texts(const char* key) {
    std::vector<std::string> result;
    const nlohmann::json* value = find(key);
    if (!value) return result;
    if (!value->is_array()) {
        error(Finding::wrong_type, key, "expected a list [ ... ] of texts");
        return result;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        const nlohmann::json& entry = (*value)[i];
        if (entry.is_string() && !is_blank(entry.get_ref<const std::string&>())) {
            result.push_back(entry.get<std::string>());
        } else {
            error(Finding::wrong_type, std::string(key) + "/" + std::to_string(i),
                  "expected a text in quotes");
        }
    }
    return result;
}

std::vector<JsonObject> JsonObject::objects(const char* key, std::size_t min, std::size_t max) {
    std::vector<JsonObject> result;
    const nlohmann::json* value = min > 0 ? required(key) : find(key);
    if (!value) return result;
    if (!value->is_array()) {
        error(Finding::wrong_type, key, "expected a list [ ... ]");
        return result;
    }
    if (value->size() < min || value->size() > max) {
        error(Finding::wrong_count, key,
              "has " + std::to_string(value->size()) + " entries; from " + std::to_string(min) +
                  " to " + std::to_string(max) + " are possible");
    }
    for (std::size_t i = 0; i < std::min(value->size(), max); ++i) {
        result.emplace_back((*value)[i], at(key) + "/" + std::to_string(i), *sink_);
    }
    return result;
}

JsonObject JsonObject::object(const char* key) {
    const nlohmann::json* value = find(key);
    return {value ? *value : empty_object, at(key), *sink_};
}

void JsonObject::error(Finding finding, const std::string& key, std::string message) {
    sink_->error(finding, at(key), std::move(message));
}

}  // namespace advisor::dialogs
