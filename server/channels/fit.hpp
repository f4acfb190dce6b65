#pragma once
// Fits what is to be shown into a platform's limits: what matters most is written first, the rest
// takes what is left.

#include <string>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// `above`, an empty line, `below`, within the limit: `below` is written first, `above` is cut to
/// what it leaves or goes away. `tight` writes `below` without empty lines between its paragraphs.
[[nodiscard]] std::string write_stacked(const Text& above, const Text& below, const Markup& markup,
                                        Limit limit, bool tight);

/// How and where a view is written.
struct TextPlace {
    const Markup& markup;
    Limit limit;
    std::string_view command;  ///< stands before typed answers in hints; see typing_hint
    bool with_report = true;   ///< with the link to the whole report
};

/// Everything in the view as one text, within the limit. What would not fit is shown with less
/// detail: fewer reasons of a recommendation, no help and shorter labels of options. Then messages
/// are cut, at last the rest; the link to the report never is.
[[nodiscard]] std::string fitting_text(const View& view, const Hook& hook, const TextPlace& place);

/// The private note. An address of ours in a secret one, which the server has written, is a link.
[[nodiscard]] Text note_text(const View& view, const Hook& hook);

}  // namespace advisor::channels
