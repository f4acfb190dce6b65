#include "server/channels/fit.hpp"

#include <algorithm>
#include <array>

#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

/// Less than this of a text is not worth showing.
constexpr std::size_t least_above = 20;
constexpr std::size_t boundless = 1U << 24U;

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

/// The view without its messages and the link to the report.
Text body_text(const View& view, std::string_view command, const Amount& amount) {
    if (view.question)
        return question_text(shortened(*view.question, amount), {std::string(command)});
    if (!view.advice) return {};
    Advice advice = *view.advice;
    advice.report_url.clear();
    return advice_text(advice, amount.detail);
}

}  // namespace

std::string write_stacked(const Text& above, const Text& below, const Markup& markup, Limit limit,
                          bool tight) {
    Markup lower_markup = markup;
    if (tight) lower_markup.paragraph_break = lower_markup.line_break;
    const std::string lower = write(below, lower_markup, limit);
    if (above.empty()) return lower;
    const std::size_t used = lower.empty() ? 0
                                           : length_of(lower, limit.unit) +
                                                 length_of(markup.paragraph_break, limit.unit);
    if (used + least_above > limit.size) return lower;
    const std::string upper = write(above, markup, {limit.size - used, limit.unit});
    if (upper.empty() || lower.empty()) return upper + lower;
    return upper + std::string(markup.paragraph_break) + lower;
}

std::string fitting_text(const View& view, const Hook& hook, const TextPlace& place) {
    if (!view.private_note.empty()) return write(note_text(view, hook), place.markup, place.limit);
    std::string report;
    if (place.with_report && view.advice && !view.advice->report_url.empty())
        report = std::string(place.markup.paragraph_break) +
                 place.markup.link("Full report", view.advice->report_url);
    const std::size_t reserved = std::min(length_of(report, place.limit.unit), place.limit.size);
    const Limit rest{place.limit.size - reserved, place.limit.unit};
    for (const Amount& amount : amounts) {
        const Text body = body_text(view, place.command, amount);
        Text whole = view.messages;
        whole.insert(whole.end(), body.begin(), body.end());
        const std::string text = write(whole, place.markup, {boundless, rest.unit});
        if (length_of(text, rest.unit) <= rest.size) return text + report;
    }
    return write_stacked(view.messages, body_text(view, place.command, amounts.back()),
                         place.markup, rest, false) +
           report;
}

Text note_text(const View& view, const Hook& hook) {
    const std::string& note = view.private_note;
    const std::size_t begin =
        hook.public_url.empty() ? std::string::npos : note.find(hook.public_url);
    if (!view.is_secret || begin == std::string::npos) return {paragraph(note)};
    const std::size_t end = std::min(note.find(' ', begin), note.size());
    Block block = paragraph(note.substr(0, begin));
    block.spans.push_back({"this page", Style::plain, note.substr(begin, end - begin)});
    block.spans.push_back({note.substr(end), Style::plain, {}});
    return {std::move(block)};
}

}  // namespace advisor::channels
