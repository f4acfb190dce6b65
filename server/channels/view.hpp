#pragma once
// What the renderings of all platforms share: answer tokens, numbered options, the recommendation
// as text. Words are in one place, so that they can be in another language.

#include <optional>
#include <string>
#include <string_view>

#include "server/channels/channel.hpp"

namespace advisor::channels {

/// `a1.<session>.<question>.<option>`: which control was used. A handle, not a credential.
struct AnswerToken {
    std::string session;
    std::size_t question = 0;
    std::string option;
};
inline constexpr std::size_t max_token_bytes = 40;

/// Nothing for a text that is no answer token.
[[nodiscard]] std::optional<AnswerToken> read_token(std::string_view text);
[[nodiscard]] std::string write_token(const AnswerToken& token);

// The options of a token that are no choices.
inline constexpr std::string_view submit_option = "*";
inline constexpr std::string_view back_option = "-";
inline constexpr std::string_view cancel_option = "x";
inline constexpr std::string_view text_option = "t";  ///< opens a form for free text, and sends it
inline constexpr std::string_view skip_option = "S";
inline constexpr std::string_view unknown_option = "U";
inline constexpr std::string_view yes_option = "Y";
inline constexpr std::string_view no_option = "N";
inline constexpr std::string_view restart_option = "R";
// A difference between people: `D<question>` shows what each says, `E<value>` settles it.
inline constexpr char difference_option = 'D';
inline constexpr char settle_option = 'E';
/// A menu: the chosen key or token is in Event::values.
inline constexpr std::string_view menu_option = "M";

/// The key of option `index`: "a" to "z" without t and x, then two letters.
[[nodiscard]] std::string option_key(std::size_t index);

/// A control beside the options: its key and label, in the order to show them: submit (multi),
/// back, skip, "I don't know", cancel, as far as the question has them.
struct Control {
    std::string option;
    std::string label;
    bool primary = false;
};
[[nodiscard]] std::vector<Control> controls(const QuestionView& question);

/// How many options are buttons, and how long their labels may be for that.
inline constexpr std::size_t max_buttons = 5;
inline constexpr std::size_t max_menu = 25;
inline constexpr std::size_t short_label = 40;  ///< code points

/// How a question's options are best shown where there are controls.
enum class Shape { nothing, buttons, menu, ticks, numbers };
/// `nothing`: they are typed; `ticks`: a multiple choice; `numbers`: too many for controls.
[[nodiscard]] Shape shape_of(const QuestionView& question);

/// True when the options should be listed in the text beside their controls: some label is long,
/// has help, or hides in a menu.
[[nodiscard]] bool should_list(const QuestionView& question);

/// The label of an option's control, at most `limit`: with its number before it when it is cut.
[[nodiscard]] std::string control_label(const QuestionView& question, std::size_t index,
                                        Limit limit);

/// "Question 4 of 9"
[[nodiscard]] std::string progress_title(const QuestionView& question);

/// What to type instead of clicking; `command` stands before an answer: "/advise " or "@Advisor ".
/// Empty `command`: just type it.
[[nodiscard]] std::string typing_hint(const QuestionView& question, std::string_view command);

struct QuestionTextWishes {
    std::string command;       ///< as above
    bool with_options = true;  ///< list the options with their numbers
    bool with_hint = true;
};
/// Title, question, help, options with numbers, hint.
[[nodiscard]] Text question_text(const QuestionView& question, const QuestionTextWishes& wishes);

/// How much of a recommendation to show.
enum class Detail { brief, usual, full };
/// Headline, reasons, what would change it, hiring plan, link to the report (last).
[[nodiscard]] Text advice_text(const Advice& advice, Detail detail);
/// Short facts for cards: firmness, runner-up, one for each role to hire.
[[nodiscard]] std::vector<Fact> advice_facts(const Advice& advice);

}  // namespace advisor::channels
