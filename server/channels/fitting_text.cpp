#include "server/channels/fitting_text.hpp"

#include <algorithm>
#include <array>

#include "server/channels/neutral.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

/// One after the other until everything fits.
struct Amount {
    Detail detail;
    std::size_t label_size;  ///< of an option, in code points
    bool with_help;
};
constexpr std::array<Amount, 4> amounts{{{Detail::full, 1'000, true},
                                         {Detail::usual, 200, true},
                                         {Detail::brief, 100, false},
                                         {Detail::brief, 50, false}}};

QuestionView shortened(QuestionView question, const Amount& amount) {
    for (OptionView& option : question.options) {
        option.label = cut(option.label, {amount.label_size, LengthUnit::code_points});
        if (!amount.with_help) option.help.clear();
    }
    return question;
}

}  // namespace

std::string fitting_text(const View& view, const TextPlace& place) {
    View shown = view;
    std::string report;
    if (shown.advice) {
        if (place.with_report && is_linkable(shown.advice->report_url))
            report = std::string(place.markup.paragraph_break) +
                     place.markup.link("Full report", shown.advice->report_url);
        shown.advice->report_url.clear();
    }
    const std::size_t reserved = length_of(report, place.limit.unit);
    const Limit limit{place.limit.size - std::min(reserved, place.limit.size), place.limit.unit};
    std::string text;
    for (const Amount& amount : amounts) {
        if (view.question) shown.question = shortened(*view.question, amount);
        const Text tree = with_own_links(
            whole_text(shown, {std::string(place.command)}, amount.detail), place.public_url);
        text = write(tree, place.markup, {std::string::npos / 2, limit.unit});
        if (length_of(text, limit.unit) <= limit.size) return text + report;
        text = write(tree, place.markup, limit);
    }
    return text + report;
}

}  // namespace advisor::channels
