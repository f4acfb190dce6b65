#pragma once
// The scripts of dialogs/scripts inside the binary, so that one file is all that must be copied.

#include <span>
#include <string_view>

namespace advisor::server {

struct BuiltinScript {
    std::string_view file;  ///< "nodejs-vs-python.json"
    std::string_view text;
};

[[nodiscard]] std::span<const BuiltinScript> builtin_scripts();

}  // namespace advisor::server
