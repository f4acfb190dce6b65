#pragma once
// The log: one JSON object a line on standard error. Never text that a user typed, never a secret.

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace advisor::server {

enum class LogLevel { debug, info, warning, error };

using LogField = std::pair<const char*, nlohmann::json>;

/// Lines below this level are not written. Set once, before threads start.
void set_log_level(LogLevel level);

/// Writes `{"at":...,"level":...,"event":event, fields...}`. From any thread; a line is written
/// whole.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace advisor::server
