#pragma once
// What differs between two versions of a script: by meaning (questions, options, rules, texts that
// came, went or changed) and by line. Works on texts with errors as well, as far as they are JSON.

#include <nlohmann/json.hpp>
#include <string>

namespace advisor::server {

/// `{"same","changes":[{"part","id","change","fields":[{"field","before","after"}]}],"hunks":[[
/// {"kind","before","after","text"}]],"cut"}`. `change` is added, removed, changed or moved;
/// `changes` is null when one of the texts is no JSON. Long values and very long lists are cut.
[[nodiscard]] nlohmann::ordered_json script_diff(const std::string& before,
                                                 const std::string& after);

}  // namespace advisor::server
