#include "dialogs/parse_json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "dialogs/json_text.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

/// Equal values of equal types: for the library 1, a signed 1 and 1.0 are equal.
bool same(const json& left, const json& right) {
    if (left.type() != right.type() || left.size() != right.size()) return false;
    if (left.is_discarded()) return true;
    if (left.is_object())
        return std::equal(left.items().begin(), left.items().end(), right.items().begin(),
                          [](const auto& one, const auto& other) {
                              return one.key() == other.key() && same(one.value(), other.value());
                          });
    if (left.is_array()) return std::equal(left.begin(), left.end(), right.begin(), same);
    return left == right;
}

void expect_same(const std::string& text) {
    EXPECT_TRUE(same(parse_json(text), json::parse(text, nullptr, false)))
        << text << "\ngave "
        << parse_json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

const std::vector<std::string> texts{
    R"({"type":"answer","id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","question":"live","value":"no"})",
    R"({"type":"change","id":"x","question":"load","value":{"min":-5,"max":3000},"confirm":true})",
    R"( { "a" : [ 1 , [ ] , { } , null , false , "b c" ] , "a" : 2 , "" : [[0]] } )",
    R"({"type":"say","text":"Grüße, \"quoted\" \u00e4 \ud83d\ude00\n","n":1.5e3,"m":-0})",
    R"([999999999999999999,-999999999999999999,9223372036854775807,18446744073709551616,-1,0])",
    "\xEF\xBB\xBF{\"a\":1}",
    "\"text\"",
    "-",
    "[1,]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "01",
    "1.",
    "tru",
    "[",
    "",
    "nul\x01",
    "\"\x7f\"",
    "\"\xff\"",
    "[1] 2",
};

TEST(ParseJson, ReadsWhatTheLibraryReads) {
    for (const std::string& text : texts) expect_same(text);
}

TEST(ParseJson, RefusesWhatTheLibraryRefuses) {
    constexpr std::array<std::string_view, 12> pieces{"{",  "}",  "[", "]",  ",", ":",
                                                      "\"", "\\", "0", "-1", " ", "\xc3"};
    std::mt19937 random(7);
    const auto below = [&](std::size_t size) { return random() % size; };
    for (int i = 0; i < 20'000; ++i) {
        std::string text = texts[below(texts.size())];
        const std::size_t at = below(text.size() + 1);
        text.replace(at, below(3), pieces[below(pieces.size())]);
        if (nests_too_deep(text)) continue;
        expect_same(text);
        if (HasFailure()) return;
    }
}

TEST(ParseJson, ReadsAsDeepAsDocumentsMayNest) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    for (const int depth : {max_json_depth - 1, max_json_depth, max_json_depth + 1})
        expect_same(nested(depth));
}

}  // namespace
}  // namespace advisor::dialogs
