#pragma once
// A view as one text for platforms where the text is everything.

#include <string>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// How and where a view is written.
struct TextPlace {
    const Markup& markup;
    Limit limit;
    std::string_view command;     ///< stands before typed answers in hints; see typing_hint
    std::string_view public_url;  ///< our own addresses become links
    bool with_report = true;      ///< with the link to the whole report
};

/// Everything in the view, within the limit. What would not fit is shown with less detail before it
/// is cut: fewer reasons of a recommendation, no help and shorter labels of options. The link to
/// the report is never cut.
[[nodiscard]] std::string fitting_text(const View& view, const TextPlace& place);

}  // namespace advisor::channels
