#include "server/team_chat/team_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "server/channels/body.hpp"
#include "server/net/http.hpp"

namespace advisor::server {
namespace {

using channels::trimmed;

constexpr std::array<std::string_view, 3> list_words{"differences", "difference", "who said what"};
constexpr std::array<std::string_view, 5> opinion_words{"i'd say",
                                                        "i\xe2\x80\x99"
                                                        "d say",
                                                        "id say", "i would say", "i say"};

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 3 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// "2 = none" and "2: none"; with `bare_number` also "2 none".
TeamWord split(TeamWord::Kind kind, const std::string& rest, bool bare_number) {
    TeamWord word;
    word.kind = kind;
    const std::size_t sign = rest.find_first_of("=:");
    const std::size_t space = rest.find(' ');
    if (sign != std::string::npos) {
        word.which = trimmed(rest.substr(0, sign));
        word.answer = trimmed(rest.substr(sign + 1));
    } else if (bare_number && space != std::string::npos && is_number(rest.substr(0, space))) {
        word.which = rest.substr(0, space);
        word.answer = trimmed(rest.substr(space));
    } else {
        word.which = rest;
    }
    if (word.answer && word.answer->empty()) word.answer.reset();
    return word;
}

}  // namespace

TeamWord read_team_word(std::string_view text) {
    std::string whole = trimmed(text);
    while (!whole.empty() && (whole.back() == '?' || whole.back() == '.')) whole.pop_back();
    const auto is = [&](std::string_view word) { return http::same_word(whole, word); };
    TeamWord word;
    if (std::ranges::any_of(list_words, is)) word.kind = TeamWord::Kind::differences;
    if (is("leave it open")) word.kind = TeamWord::Kind::go_on;
    if (word.kind != TeamWord::Kind::none) return word;
    if (const auto rest = channels::after_word(whole, "settle"))
        return split(TeamWord::Kind::settle, *rest, true);
    for (const std::string_view begin : opinion_words) {
        const auto rest = channels::after_word(whole, begin);
        if (!rest || rest->empty()) continue;
        TeamWord opinion = split(TeamWord::Kind::opinion, *rest, false);
        const bool names_one = opinion.answer && is_number(opinion.which);
        if (!names_one) {
            opinion.which.clear();
            opinion.answer = *rest;
        }
        return opinion;
    }
    return {};
}

}  // namespace advisor::server
