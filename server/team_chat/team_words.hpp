#pragma once
// What people type about each other's answers, in a talk of several. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace advisor::server {

struct TeamWord {
    enum class Kind {
        none,
        differences,  ///< "differences", "who said what"
        settle,       ///< "settle 2", "settle 2 = Ana", "settle"
        opinion,      ///< "I'd say none", "I'd say 2 = none"
        go_on,        ///< "leave it open"
    };
    Kind kind = Kind::none;
    std::string which;  ///< the answered question, as `change` takes it; may be empty
    std::optional<std::string> answer;  ///< of `opinion` always there
};

/// A whole text that is one of these.
[[nodiscard]] TeamWord read_team_word(std::string_view text);

}  // namespace advisor::server
