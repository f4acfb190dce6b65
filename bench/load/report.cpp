#include "bench/load/report.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace advisor::bench {

void Report::add(std::string name, double number, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, number);
    values_.push_back({std::move(name), text, true});
}

std::string Report::line() const {
    std::string line;
    for (const Value& value : values_) {
        if (value.text.empty()) continue;
        if (!line.empty()) line += ' ';
        line += value.name + '=' + value.text;
    }
    return line;
}

std::string Report::json() const {
    std::string object;
    for (const Value& value : values_) {
        object += object.empty() ? "{" : ",";
        object += nlohmann::json(value.name).dump() + ":";
        object += value.is_number ? value.text : nlohmann::json(value.text).dump();
    }
    return object + "}";
}

}  // namespace advisor::bench
